package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.kind.schema.ZeroValues;
import io.shiplog.command.merge.Shape;
import io.shiplog.command.merge.Versions;
import io.shiplog.events.kind.Conversion;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import org.jspecify.annotations.Nullable;

/**
 * The forms in which the objects of a kind are served: its versions, and those of other kinds that are stored as it.
 *
 * @param stored the kind as it is stored
 */
public record Forms(KindCatalogue kinds, KindDescription stored, SchemaValidation schemas) implements Versions {

    /** One served form. */
    private record Form(KindDescription kind, KindVersion version) {}

    private @Nullable Form form(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        KindDescription kind = stored.group().equals(group) ? stored : otherKind(group);
        KindVersion found = kind == null || version.isEmpty() ? null : kind.version(version);
        return kind == null || found == null ? null : new Form(kind, found);
    }

    private @Nullable KindDescription otherKind(String group) {
        for (KindDescription each : kinds.all()) {
            if (each.group().equals(group) && each.storedAs().equals(stored.type())) {
                return each;
            }
        }
        return null;
    }

    @Override
    public @Nullable Shape shape(String apiVersion) {
        Form form = form(apiVersion);
        return form == null ? null : Shape.of(schemas.schema(form.kind(), form.version()));
    }

    @Override
    public ObjectNode convert(ObjectNode object, String from, String to) {
        return served(toStored(object, from), to);
    }

    /** An object as it is served in a version. The very object where that is how it is stored. */
    public ObjectNode served(ObjectNode object, String apiVersion) {
        Form form = form(apiVersion);
        return form == null || form.version().conversion() == Conversion.NONE
                ? object
                : form.version()
                        .conversion()
                        .fromStored(object.deepCopy())
                        .put("apiVersion", apiVersion)
                        .put("kind", form.kind().kind());
    }

    /** Completes an object in its stored form with the fields that Kubernetes always writes. */
    void writeZeros(ObjectNode object) {
        ZeroValues.write(schemas.stored(stored), object);
    }

    private ObjectNode toStored(ObjectNode object, String apiVersion) {
        Form form = form(apiVersion);
        return form == null || form.version().conversion() == Conversion.NONE
                ? object
                : form.version().conversion().toStored(object.deepCopy());
    }
}
