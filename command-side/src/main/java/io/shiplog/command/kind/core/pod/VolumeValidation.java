package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.events.kind.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Volumes of a pod. */
public final class VolumeValidation {
    private static final int MAX_MODE = 0777;
    private static final String MODE = "must be a number between 0 and 0777 (octal), both inclusive";

    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");

    /** Required fields of other sources, by source. */
    private static final Map<String, List<String>> REQUIRED = Map.of(
            "persistentVolumeClaim", List.of("claimName"),
            "nfs", List.of("server", "path"),
            "csi", List.of("driver"),
            "iscsi", List.of("targetPortal", "iqn"),
            "flexVolume", List.of("driver"));

    private VolumeValidation() {}

    static void validate(JsonNode volumes, String path, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        int index = 0;
        for (JsonNode volume : volumes) {
            String at = path + "[" + index++ + "]";
            String name = text(volume, "name");
            source(volume, at, errors);
            if (name.isEmpty()) {
                errors.required(at + ".name", "");
            } else {
                Checks.each(Names.label(name), at + ".name", name, errors);
            }
            if (!names.add(name)) {
                errors.duplicate(at + ".name", name);
            }
        }
    }

    /** Without a ServiceAccount there is no token of one. A new pod always has an account; a template need not. */
    static void tokens(JsonNode spec, String path, FieldErrors errors) {
        if (!text(spec, "serviceAccountName").isEmpty()) {
            return;
        }
        int volume = 0;
        for (JsonNode each : spec.path("volumes")) {
            int source = 0;
            for (JsonNode projection : each.path("projected").path("sources")) {
                if (projection.has("serviceAccountToken")) {
                    errors.forbidden(
                            "%s.volumes[%d].projected.sources[%d].serviceAccountToken".formatted(path, volume, source),
                            "must not be specified when serviceAccountName is not set");
                }
                source++;
            }
            volume++;
        }
    }

    private static void source(JsonNode volume, String path, FieldErrors errors) {
        boolean found = false;
        for (Map.Entry<String, JsonNode> source : volume.properties()) {
            if (source.getKey().equals("name")) {
                continue;
            }
            String at = path + "." + source.getKey();
            if (found) {
                errors.forbidden(at, "may not specify more than 1 volume type");
            } else {
                found = true;
                one(source.getKey(), source.getValue(), at, errors);
            }
        }
        if (!found) {
            errors.required(path, "must specify a volume type");
        }
    }

    private static void one(String kind, JsonNode source, String path, FieldErrors errors) {
        switch (kind) {
            case "emptyDir" -> emptyDir(source, path, errors);
            case "hostPath" -> hostPath(source, path, errors);
            case "secret" -> {
                requireText(source, "secretName", path, errors);
                files(source, path, errors);
            }
            case "configMap" -> {
                requireText(source, "name", path, errors);
                files(source, path, errors);
            }
            case "downwardAPI" -> downward(source, path, errors);
            case "projected" -> projected(source, path, errors);
            case "image" -> {
                requireText(source, "reference", path, errors);
                Checks.oneOf(
                        text(source, "pullPolicy"), ContainerValidation.PULL_POLICIES, path + ".pullPolicy", errors);
            }
            default ->
                REQUIRED.getOrDefault(kind, List.of()).forEach(field -> requireText(source, field, path, errors));
        }
    }

    private static void emptyDir(JsonNode source, String path, FieldErrors errors) {
        Quantity limit = Quantity.parseOrNull(text(source, "sizeLimit"));
        if (limit != null && limit.signum() < 0) {
            errors.forbidden(path + ".sizeLimit", "SizeLimit field must be a valid resource quantity");
        }
    }

    private static void hostPath(JsonNode source, String path, FieldErrors errors) {
        requireText(source, "path", path, errors);
        Checks.noBacksteps(text(source, "path"), path + ".path", errors);
        String type = text(source, "type");
        if (!HOST_PATH_TYPES.contains(type)) {
            errors.notSupported(path + ".type", type, HOST_PATH_TYPES);
        }
    }

    private static void projected(JsonNode source, String path, FieldErrors errors) {
        mode(source.path("defaultMode"), path + ".defaultMode", errors);
        uniquePaths(source.path("sources"), path, errors);
        int index = 0;
        for (JsonNode projection : source.path("sources")) {
            String at = path + ".sources[" + index++ + "]";
            projection.properties().forEach(each -> {
                projection(each.getKey(), each.getValue(), at + "." + each.getKey(), errors);
            });
            // None is allowed: the source is empty.
            if (projection.size() > 1) {
                errors.forbidden(at, "may not specify more than 1 volume type");
            }
        }
    }

    /** All sources are written into one directory. Kubernetes does not compare a token's path. */
    private static void uniquePaths(JsonNode sources, String path, FieldErrors errors) {
        Set<String> taken = new HashSet<>();
        for (JsonNode projection : sources) {
            for (String kind : List.of("secret", "configMap", "downwardAPI")) {
                JsonNode source = projection.path(kind);
                for (JsonNode item : source.path("items")) {
                    String file = text(item, "path");
                    unique(file, kind.equals("downwardAPI") ? file : text(source, "name"), taken, path, errors);
                }
            }
            String bundle = text(projection.path("clusterTrustBundle"), "path");
            unique(bundle, bundle, taken, path, errors);
        }
    }

    /** @param shown the name in Kubernetes' message: the file, or its object */
    private static void unique(String file, String shown, Set<String> taken, String path, FieldErrors errors) {
        if (!file.isEmpty() && !taken.add(file)) {
            errors.invalid(path, shown, "conflicting duplicate paths");
        }
    }

    private static void projection(String kind, JsonNode source, String path, FieldErrors errors) {
        switch (kind) {
            case "secret", "configMap" -> {
                requireText(source, "name", path, errors);
                files(source, path, errors);
            }
            case "downwardAPI" -> downward(source, path, errors);
            case "serviceAccountToken" -> {
                localPath(source, path, errors);
                long seconds = source.path("expirationSeconds").asLong();
                if (seconds < 10 * 60) {
                    errors.invalid(
                            path + ".expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
                } else if (seconds > 1L << 32) {
                    errors.invalid(
                            path + ".expirationSeconds",
                            seconds,
                            "may not specify a duration larger than 2^32 seconds");
                }
            }
            default -> {}
        }
    }

    private static void files(JsonNode source, String path, FieldErrors errors) {
        mode(source.path("defaultMode"), path + ".defaultMode", errors);
        int index = 0;
        for (JsonNode item : source.path("items")) {
            String at = path + ".items[" + index++ + "]";
            requireText(item, "key", at, errors);
            filePath(item, at, errors);
        }
    }

    private static void downward(JsonNode source, String path, FieldErrors errors) {
        mode(source.path("defaultMode"), path + ".defaultMode", errors);
        for (JsonNode item : source.path("items")) {
            filePath(item, path, errors);
            if (item.has("fieldRef")) {
                EnvValidation.field(item.path("fieldRef"), EnvValidation.FILE_FIELDS, path + ".fieldRef", errors);
                if (item.has("resourceFieldRef")) {
                    errors.invalid(
                            path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
                }
            } else if (item.has("resourceFieldRef")) {
                EnvValidation.resource(item.path("resourceFieldRef"), true, path + ".resourceFieldRef", errors);
            } else {
                errors.required(path, "one of fieldRef and resourceFieldRef is required");
            }
        }
    }

    private static void filePath(JsonNode item, String path, FieldErrors errors) {
        localPath(item, path, errors);
        mode(item.path("mode"), path + ".mode", errors);
    }

    /** A file of a volume: inside it, and not a name that the node uses there. */
    private static void localPath(JsonNode item, String path, FieldErrors errors) {
        requireText(item, "path", path, errors);
        String file = text(item, "path");
        Checks.descendingPath(file, path + ".path", errors);
        if (file.startsWith("..") && !file.startsWith("../")) {
            errors.invalid(path + ".path", file, "must not start with '..'");
        }
    }

    private static void mode(JsonNode mode, String path, FieldErrors errors) {
        if (mode.isNumber() && (mode.asInt() < 0 || mode.asInt() > MAX_MODE)) {
            errors.invalid(path, mode.asInt(), MODE);
        }
    }

    private static void requireText(JsonNode source, String field, String path, FieldErrors errors) {
        if (text(source, field).isEmpty()) {
            errors.required(path + "." + field, "");
        }
    }
}
