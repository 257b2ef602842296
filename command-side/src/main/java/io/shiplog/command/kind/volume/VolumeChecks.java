package io.shiplog.command.kind.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Checks and cells that volumes, claims and the kinds of {@code storage.k8s.io} share. */
public final class VolumeChecks {
    /** The annotation that named the class before there was a field. */
    public static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";

    /** The modes of volumes. */
    public static final List<String> MODES = List.of("Block", "Filesystem");

    private static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final String ONE_POD = "ReadWriteOncePod";

    /** In the order in which a cell lists them. */
    private static final Map<String, String> SHORT = new LinkedHashMap<>();

    private static final int MAX_DRIVER_NAME = 63;

    static {
        SHORT.put("ReadWriteOnce", "RWO");
        SHORT.put("ReadOnlyMany", "ROX");
        SHORT.put("ReadWriteMany", "RWX");
        SHORT.put(ONE_POD, "RWOP");
    }

    private VolumeChecks() {}

    /** At least one access mode. */
    public static void accessModes(JsonNode modes, String path, String detail, FieldErrors errors) {
        if (modes.isEmpty()) {
            errors.required(path, detail);
        }
    }

    /** Only known modes, and that of one pod alone. */
    public static void knownAccessModes(JsonNode modes, String path, FieldErrors errors) {
        boolean ofOnePod = false;
        boolean ofOthers = false;
        for (JsonNode mode : modes) {
            boolean known = ACCESS_MODES.contains(mode.asText());
            if (!known) {
                errors.notSupported(path, mode.asText(), ACCESS_MODES);
            }
            ofOnePod |= mode.asText().equals(ONE_POD);
            ofOthers |= known && !mode.asText().equals(ONE_POD);
        }
        if (ofOnePod && ofOthers) {
            errors.forbidden(path, "may not use ReadWriteOncePod with other access modes");
        }
    }

    /** {@code RWO,ROX}. */
    public static String shortAccessModes(JsonNode modes) {
        List<String> given = Trees.texts(modes);
        List<String> shown = new ArrayList<>();
        SHORT.forEach((mode, name) -> {
            if (given.contains(mode)) {
                shown.add(name);
            }
        });
        return String.join(",", shown);
    }

    /** A name of a class, if one is given. */
    public static void className(JsonNode name, String path, FieldErrors errors) {
        if (!name.asText("").isEmpty()) {
            Checks.each(Names.subdomain(name.asText()), path, name.asText(), errors);
        }
    }

    /** The class of a volume or a claim: that of the annotation, else that of the field. */
    public static String classOf(JsonNode object) {
        JsonNode annotation = Trees.at(object, "metadata", "annotations", OLD_CLASS);
        return annotation.isTextual() ? annotation.asText() : Trees.text(object, "spec", "storageClassName");
    }

    /** The name of a driver of the Container Storage Interface. */
    public static void driverName(JsonNode name, String path, FieldErrors errors) {
        String text = name.asText("");
        if (text.isEmpty()) {
            errors.required(path, "");
            return;
        }
        if (text.length() > MAX_DRIVER_NAME) {
            errors.tooLong(path, MAX_DRIVER_NAME);
        }
        Checks.each(Names.subdomain(text.toLowerCase(Locale.ROOT)), path, text, errors);
    }

    /** Holds an object until a controller finds that it is no longer used. */
    public static void protect(ObjectNode object, String finalizer) {
        var finalizers = Trees.array(Trees.object(object, "metadata"), "finalizers");
        if (!Trees.texts(finalizers).contains(finalizer)) {
            finalizers.add(finalizer);
        }
    }
}
