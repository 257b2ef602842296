package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import org.jspecify.annotations.Nullable;

/**
 * The object of a review: {@code {apiVersion, kind, namespace, name, uid}}.
 *
 * @param key its key in the log
 * @param uid null for the last object with the name
 */
record ObjectAsked(
        KindDescription kind, ObjectKey key, @Nullable String uid) {

    /**
     * Parses it.
     *
     * @param field of the spec, for messages
     * @param namespace of the review: the default namespace
     */
    static Checked<ObjectAsked> of(JsonNode object, String field, String namespace, KindCatalogue kinds) {
        String name = object.path("name").asText("");
        if (!object.isObject() || name.isEmpty()) {
            return Checked.bad("spec.%s: Required value: apiVersion, kind and name of an object".formatted(field));
        }
        String apiVersion = object.path("apiVersion").asText("");
        KindDescription kind = kinds.byKind(
                ResourceType.groupOf(apiVersion), object.path("kind").asText(""));
        if (kind == null) {
            return Checked.bad("spec.%s: no matches for kind \"%s\" in version \"%s\""
                    .formatted(field, object.path("kind").asText(""), apiVersion));
        }
        String where = kind.namespaced() ? object.path("namespace").asText(namespace) : "";
        if (kind.namespaced() && where.isEmpty()) {
            return Checked.bad("spec.%s.namespace: Required value: %s are namespaced".formatted(field, kind.plural()));
        }
        if (!namespace.isEmpty() && !where.isEmpty() && !where.equals(namespace)) {
            return Checked.bad("spec.%s.namespace: Invalid value: \"%s\": the review was sent to the namespace \"%s\""
                    .formatted(field, where, namespace));
        }
        String uid = object.path("uid").asText("");
        return Checked.ok(
                new ObjectAsked(kind, ObjectKey.of(kind.storedAs(), where, name), uid.isEmpty() ? null : uid));
    }

    /** The object's reference in answers. */
    static ObjectNode reference(ObjectKey key, KindCatalogue kinds) {
        ObjectNode reference = Json.MAPPER.createObjectNode();
        KindDescription kind = kinds.get(key.type());
        if (kind != null) {
            String group = kind.group().isEmpty() ? "" : kind.group() + "/";
            reference.put("apiVersion", group + kind.preferredVersion()).put("kind", kind.kind());
        }
        reference.put("group", key.type().group()).put("resource", key.type().resource());
        if (!key.namespace().isEmpty()) {
            reference.put("namespace", key.namespace());
        }
        return reference.put("name", key.name());
    }

    /** The key under the name by which the client knows the kind. */
    ObjectKey served() {
        return ObjectKey.of(kind.type(), key.namespace(), key.name());
    }
}
