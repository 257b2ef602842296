package io.shiplog.gateway.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The {@code managedFields} of a review, which is never stored: its sender owns what it asks.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management">Field management</a>
 */
final class ReviewFields {
    private ReviewFields() {}

    /** Sets the only entry; none if the review asks nothing. */
    static void put(ObjectNode review, String manager, Instant now) {
        JsonNode spec = review.path("spec");
        ObjectNode owned = review.objectNode();
        children(spec, owned);
        if (owned.isEmpty() || !(review.get("metadata") instanceof ObjectNode metadata)) {
            return;
        }
        ObjectNode entry = metadata.putArray("managedFields").addObject();
        entry.put("manager", manager).put("operation", "Update");
        entry.set("apiVersion", review.path("apiVersion"));
        entry.put("time", now.truncatedTo(ChronoUnit.SECONDS).toString()).put("fieldsType", "FieldsV1");
        entry.putObject("fieldsV1").set("f:spec", owned);
    }

    /** The fields with a value. Lists are owned as wholes. */
    private static void children(JsonNode value, ObjectNode owned) {
        value.properties().forEach(field -> {
            JsonNode child = field.getValue();
            boolean nothing =
                    child.isNull() || child.isTextual() && child.textValue().isEmpty();
            if (!nothing && !(child.isArray() && child.isEmpty())) {
                ObjectNode at = owned.putObject("f:" + field.getKey());
                if (child.isObject() && !child.isEmpty()) {
                    at.putObject(".");
                    children(child, at);
                }
            }
        });
    }
}
