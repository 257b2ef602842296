package io.shiplog.command.decide.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.ManagerNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' validation of the metadata of every object, with its messages.
 *
 * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validation/objectmeta.go">objectmeta.go</a>
 */
public final class MetadataRules {
    /** The field that tells who owns the fields of an object. */
    public static final String MANAGED_FIELDS = "managedFields";

    /** All keys and values of an object's annotations together. */
    static final int ANNOTATIONS_MAX_BYTES = 256 * 1024;

    /** Maximum labels, finalizers or owners of one object, each. Kubernetes limits them only by the object's size. */
    static final int MAX_ENTRIES = 1_000;

    private static final int SUBRESOURCE_MAX_BYTES = 256;

    /** Kubernetes' finalizers without a domain. */
    private static final Set<String> STANDARD_FINALIZERS =
            Set.of("kubernetes", Finalizers.ORPHAN, Finalizers.FOREGROUND);

    private MetadataRules() {}

    /** Why metadata cannot be decoded: the message of Go's decoder, or null. Later code can rely on the types. */
    public static @Nullable String unreadable(JsonNode metadata) {
        if (!metadata.isObject()) {
            return cannot(metadata, "", "v1.ObjectMeta");
        }
        for (String field : List.of("name", "generateName", "namespace", "uid", "resourceVersion")) {
            JsonNode value = metadata.path(field);
            if (!value.isMissingNode() && !value.isTextual()) {
                return cannot(value, "." + field, "string");
            }
        }
        for (String field : List.of("labels", "annotations")) {
            String wrong = notTexts(metadata.path(field), field);
            if (wrong != null) {
                return wrong;
            }
        }
        return unreadableLists(metadata);
    }

    private static @Nullable String notTexts(JsonNode map, String field) {
        if (map.isMissingNode()) {
            return null;
        }
        if (!map.isObject()) {
            return cannot(map, "." + field, "map[string]string");
        }
        for (JsonNode value : map) {
            if (!value.isTextual()) {
                return cannot(value, "." + field, "string");
            }
        }
        return null;
    }

    private static @Nullable String unreadableLists(JsonNode metadata) {
        JsonNode finalizers = metadata.path("finalizers");
        if (!finalizers.isMissingNode() && !finalizers.isArray()) {
            return cannot(finalizers, ".finalizers", "[]string");
        }
        for (JsonNode each : finalizers) {
            if (!each.isTextual()) {
                return cannot(each, ".finalizers", "string");
            }
        }
        JsonNode owners = metadata.path("ownerReferences");
        if (!owners.isMissingNode() && !owners.isArray()) {
            return cannot(owners, ".ownerReferences", "[]v1.OwnerReference");
        }
        for (JsonNode each : owners) {
            if (!each.isObject()) {
                return cannot(each, ".ownerReferences", "v1.OwnerReference");
            }
        }
        return null;
    }

    private static String cannot(JsonNode value, String field, String goType) {
        String what = switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            case OBJECT, POJO -> "object";
            case STRING, BINARY -> "string";
            case NULL, MISSING -> "null";
        };
        return "json: cannot unmarshal %s into Go struct field ObjectMeta.metadata%s of type %s"
                .formatted(what, field, goType);
    }

    /** Validates the metadata of a new object: its names, and the rest. */
    public static void validateNew(Kind kind, ObjectNode metadata, FieldErrors errors) {
        Function<String, List<String>> form = kind::nameErrors;
        String prefix = Trees.text(metadata, "generateName");
        if (!prefix.isEmpty()) {
            form.apply(maskTrailingDash(prefix))
                    .forEach(wrong -> errors.invalid("metadata.generateName", prefix, wrong));
        }
        String name = Trees.text(metadata, "name");
        if (name.isEmpty()) {
            errors.required("metadata.name", "name or generateName is required");
        } else {
            form.apply(name).forEach(wrong -> errors.invalid("metadata.name", name, wrong));
        }
        String namespace = Trees.text(metadata, "namespace");
        if (!namespace.isEmpty()) {
            Names.label(namespace).forEach(wrong -> errors.invalid("metadata.namespace", namespace, wrong));
        }
        validate(metadata, errors);
    }

    /** Kinds that do not count their generations leave the field to the client. */
    public static void validateGeneration(JsonNode given, ObjectNode metadata, FieldErrors errors) {
        if (given.asLong() < 0 && !metadata.has("generation")) {
            errors.invalid("metadata.generation", given, "must be greater than or equal to 0");
        }
    }

    /** Validates what a client may change of an object's metadata. */
    public static void validate(ObjectNode metadata, FieldErrors errors) {
        for (String field : List.of("labels", "ownerReferences", "finalizers")) {
            if (metadata.path(field).size() > MAX_ENTRIES) {
                errors.tooMany("metadata." + field, metadata.path(field).size(), MAX_ENTRIES);
                return;
            }
        }
        validateLabels(metadata.path("labels"), errors);
        validateAnnotations(metadata.path("annotations"), errors);
        validateOwners(metadata.path("ownerReferences"), errors);
        validateFinalizers(metadata.path("finalizers"), errors);
        validateManagers(metadata.path(MANAGED_FIELDS), errors);
    }

    /** As {@link #validate}, with each error as often as the metadata is checked; finalizers are checked half as often. */
    public static void validateChanged(ObjectNode metadata, int times, FieldErrors errors) {
        FieldErrors once = new FieldErrors();
        validate(metadata, once);
        for (int i = 0; i < times; i++) {
            boolean finalizersToo = i % 2 == 0;
            once.causes().stream()
                    .filter(cause -> finalizersToo || !cause.field().startsWith("metadata.finalizers"))
                    .forEach(errors::add);
        }
    }

    /** A prefix may end in a dash, because the generated name does not. */
    private static String maskTrailingDash(String prefix) {
        return prefix.length() > 1 && prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
    }

    private static void validateLabels(JsonNode labels, FieldErrors errors) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            Names.qualified(label.getKey()).forEach(wrong -> errors.invalid("metadata.labels", label.getKey(), wrong));
            String value = label.getValue().asText();
            Names.labelValue(value).forEach(wrong -> errors.invalid("metadata.labels", value, wrong));
        }
    }

    private static void validateAnnotations(JsonNode annotations, FieldErrors errors) {
        long size = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            // Unlike a label's, an annotation's key may have capitals before the slash.
            Names.qualified(annotation.getKey().toLowerCase(java.util.Locale.ROOT))
                    .forEach(wrong -> errors.invalid("metadata.annotations", annotation.getKey(), wrong));
            size += bytes(annotation.getKey()) + bytes(annotation.getValue().asText());
        }
        if (size > ANNOTATIONS_MAX_BYTES) {
            errors.tooLong("metadata.annotations", ANNOTATIONS_MAX_BYTES);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void validateOwners(JsonNode owners, FieldErrors errors) {
        String controller = null;
        for (JsonNode owner : owners) {
            notEmpty(owner, "apiVersion", "version must not be empty", errors);
            notEmpty(owner, "kind", "must not be empty", errors);
            notEmpty(owner, "name", "must not be empty", errors);
            notEmpty(owner, "uid", "must not be empty", errors);
            if (owner.path("kind").asText().equals("Event")
                    && owner.path("apiVersion").asText().equals("v1")) {
                errors.invalid("metadata.ownerReferences", owner, "/v1, Kind=Event is disallowed from being an owner");
            }
            if (!owner.path("controller").asBoolean()) {
                continue;
            }
            String name = owner.path("kind").asText() + "/" + owner.path("name").asText();
            if (controller != null) {
                errors.invalid(
                        "metadata.ownerReferences",
                        owners,
                        "Only one reference can have Controller set to true. Found \"true\" in references for %s and %s"
                                .formatted(controller, name));
            }
            controller = name;
        }
    }

    private static void notEmpty(JsonNode owner, String field, String sentence, FieldErrors errors) {
        if (Trees.text(owner, field).isEmpty()) {
            errors.invalid("metadata.ownerReferences." + field, "", sentence);
        }
    }

    private static void validateFinalizers(JsonNode finalizers, FieldErrors errors) {
        boolean orphan = false;
        boolean foreground = false;
        int index = 0;
        for (JsonNode each : finalizers) {
            String name = each.asText();
            orphan |= name.equals(Finalizers.ORPHAN);
            foreground |= name.equals(Finalizers.FOREGROUND);
            List<String> wrong = Names.qualified(name);
            wrong.forEach(sentence -> errors.invalid("metadata.finalizers", name, sentence));
            if (!name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
                errors.invalid(
                        "metadata.finalizers[" + index + "]",
                        name,
                        "name is neither a standard finalizer name nor is it fully qualified");
            }
            index++;
        }
        if (orphan && foreground) {
            errors.invalid(
                    "metadata.finalizers",
                    finalizers,
                    "finalizer %s and %s cannot be both set".formatted(Finalizers.ORPHAN, Finalizers.FOREGROUND));
        }
    }

    /** A client may send entries of its own. Those of another form are ignored before; what is left to check are the names. */
    private static void validateManagers(JsonNode entries, FieldErrors errors) {
        for (int i = 0; i < entries.size(); i++) {
            String field = "metadata.managedFields[" + i + "].";
            String manager = Trees.text(entries.path(i), "manager");
            if (ManagerNames.isTooLong(manager)) {
                errors.tooLong(field + "manager", ManagerNames.MAX_BYTES);
            }
            ManagerNames.unprintable(manager).forEach(wrong -> errors.invalid(field + "manager", manager, wrong));
            if (bytes(Trees.text(entries.path(i), "subresource")) > SUBRESOURCE_MAX_BYTES) {
                errors.tooLong(field + "subresource", SUBRESOURCE_MAX_BYTES);
            }
        }
    }

    /** Validates immutable metadata. Called after {@link #validate}. */
    public static void validateUpdate(ObjectNode metadata, ObjectNode old, FieldErrors errors) {
        if (old.has("deletionTimestamp")) {
            Set<String> added = new LinkedHashSet<>(Finalizers.of(metadata));
            Finalizers.of(old).forEach(added::remove);
            if (!added.isEmpty()) {
                errors.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + goStrings(added));
            }
        }
        for (String field : List.of("name", "namespace", "uid")) {
            immutable(metadata, old, field, errors);
        }
        for (String field : List.of("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")) {
            immutable(metadata, old, field, errors);
        }
    }

    private static void immutable(ObjectNode metadata, ObjectNode old, String field, FieldErrors errors) {
        JsonNode is = metadata.path(field);
        JsonNode was = old.path(field);
        if (!(is.isMissingNode() && was.isMissingNode()) && !Equality.same(is, was)) {
            errors.invalid(
                    "metadata." + field,
                    is.isTextual() ? is.asText() : is.isMissingNode() ? "null" : is,
                    "field is immutable");
        }
    }

    private static String goStrings(Set<String> texts) {
        return texts.stream().map(text -> "\"" + text + "\"").collect(Collectors.joining(", ", "[]string{", "}"));
    }

    /** Duplicates in a list of texts. */
    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>(list.size());
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
