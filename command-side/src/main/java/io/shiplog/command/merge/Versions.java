package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The forms in which an object is served. Managers may write in different versions. */
public interface Versions {
    /** The shape of objects in a version such as {@code apps/v1}; null for one that is not served. */
    @Nullable Shape shape(String apiVersion);

    /**
     * Converts an object between two served versions. The result may share parts with the object; it may be the object itself.
     *
     * @param from the version of the object
     */
    ObjectNode convert(ObjectNode object, String from, String to);

    /** One version and no other. */
    static Versions only(String version, Shape shape) {
        return new Versions() {
            @Override
            public @Nullable Shape shape(String apiVersion) {
                return apiVersion.equals(version) ? shape : null;
            }

            @Override
            public ObjectNode convert(ObjectNode object, String from, String to) {
                return object;
            }
        };
    }
}
