package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The type of a JSON value of the API: the compact form of an OpenAPI schema, for validation and patches. Immutable; schemas
 * may refer to themselves.
 */
public sealed interface Schema {

    /** A value without relevant parts. */
    enum Scalar implements Schema {
        STRING,
        /** Text in base64. */
        BYTES,
        BOOLEAN,
        INT32,
        INT64,
        NUMBER,
        /** {@link Quantity}, as text or number. */
        QUANTITY,
        INT_OR_STRING,
        /** RFC 3339 with seconds. */
        TIME,
        /** RFC 3339 with microseconds. */
        MICRO_TIME,
        /** Any object: its content is not checked or dropped. */
        ANY,
        /** A schema of a custom kind, like the one that has the field, or a boolean. */
        SCHEMA_OR_BOOLEAN,
        /** A schema of a custom kind, like the one that has the field, or a list of them. Anything else counts as none. */
        SCHEMA_OR_LIST,
        /** A schema of a custom kind, like the one that has the field, or a list of texts. Anything else counts as none. */
        SCHEMA_OR_TEXTS
    }

    record ListOf(Schema items) implements Schema {}

    record MapOf(Schema values) implements Schema {}

    /** An object with known fields. */
    final class Struct implements Schema {
        private final String name;
        private final boolean atomic;
        private final Set<String> required;
        private Map<String, Field> fields = Map.of();
        private List<Field> written = List.of();

        Struct(String name, boolean atomic, Set<String> required) {
            this.name = name;
            this.atomic = atomic;
            this.required = Set.copyOf(required);
        }

        /** Called once, while loading: structs refer to one another in cycles. */
        void complete(Map<String, Field> all) {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(all));
            written = fields.values().stream()
                    .filter(field -> field.go().zero() == Zero.WRITTEN)
                    .toList();
        }

        /** The official name: {@code io.k8s.api.core.v1.PodSpec}. */
        public String name() {
            return name;
        }

        /** The last part of the name: {@code PodSpec}. */
        public String simpleName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        /** {@code v1.Container}: the name of Go's type. */
        public String goName() {
            String[] parts = name.split("\\.");
            return parts[parts.length - 2] + "." + parts[parts.length - 1];
        }

        /** Whether server-side apply treats it as one value. */
        public boolean atomic() {
            return atomic;
        }

        /** The field, or null if there is none with this name. */
        public @Nullable Field field(String jsonName) {
            return fields.get(jsonName);
        }

        /** The fields by name, in the order in which Go declares and so writes them. */
        public Map<String, Field> fields() {
            return fields;
        }

        /** The fields that are written even if no client set them. */
        public List<Field> written() {
            return written;
        }

        public Set<String> required() {
            return required;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * What Go's type says of a field and OpenAPI does not.
     *
     * @param through the embedded structs through which the struct has the field, such as {@code ProbeHandler}; empty if it is
     *     the struct's own
     * @param type such as {@code []v1.FinalizerName}; empty if it is as the schema says
     * @param zero how its zero value is written
     */
    record InGo(String through, String type, Zero zero) {
        static final InGo AS_SCHEMA = new InGo("", "", Zero.KEPT);
    }

    /** What Go's encoder does with the zero value of a field: an empty text, 0, false, an object without content. */
    enum Zero {
        /** It is a value like others: the field is a pointer. A list or map is left out if it is empty. */
        KEPT,
        /** It is left out. */
        OMITTED,
        /** It is written even if no client set the field; null for a list or a time. */
        WRITTEN
    }

    /**
     * A field of a {@link Struct}.
     *
     * @param patchStrategies of strategic merge patch: {@code merge}, {@code replace}, {@code retainKeys}; empty if none is
     *     given
     * @param patchMergeKey the field by which a strategic merge patch finds a list's items; null for lists of scalars
     * @param listType {@code atomic}, {@code set} or {@code map} for lists; for maps {@code atomic}, {@code granular}; null if
     *     none is given
     * @param listKeys the fields by which server-side apply finds the items of a list of type {@code map}
     * @param defaultValue the value that a new object has without the client's doing, such as an empty object for a struct that
     *     Kubernetes always writes; null if none
     * @param go what Go's type says of it, for the messages of Go's decoder
     */
    record Field(
            String name,
            Schema type,
            Set<String> patchStrategies,
            @Nullable String patchMergeKey,
            @Nullable String listType,
            List<String> listKeys,
            @Nullable JsonNode defaultValue,
            InGo go) {
        public Field {
            patchStrategies = Set.copyOf(patchStrategies);
            listKeys = List.copyOf(listKeys);
        }

        /** Whether a strategic merge patch merges the list instead of replacing it. */
        public boolean merges() {
            return patchStrategies.contains("merge");
        }
    }
}
