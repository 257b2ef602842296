package io.shiplog.command.control.sets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.TreeMap;

/**
 * A ControllerRevision: a past template of a set, as the patch that brings it back.
 *
 * @param tree the parsed object; read only
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/">ControllerRevision</a>
 */
public record Revision(StoredObject stored, JsonNode tree) {
    /** Older ones first. */
    static final Comparator<Revision> ORDER = Comparator.comparing(Revision::number)
            .thenComparing(Revision::created)
            .thenComparing(Revision::name);

    private static final String DIRECTIVE = "$patch";

    static Revision of(StoredObject stored) {
        return new Revision(stored, stored.json().tree());
    }

    public String name() {
        return stored.key().name();
    }

    /** Its place in the history: greater ones are newer. */
    public long number() {
        return tree.path("revision").asLong();
    }

    private Instant created() {
        String time = tree.path("metadata").path("creationTimestamp").asText("");
        return time.isEmpty() ? Instant.EPOCH : Instant.parse(time);
    }

    /** The hash in its name, by the label that its kind uses. */
    public String hash() {
        String hash = "";
        for (SetKind kind : SetKind.values()) {
            hash = stored.labels().getOrDefault(kind.hashLabel(), hash);
        }
        return hash;
    }

    /** The template that it holds. */
    public JsonNode template() {
        JsonNode template = tree.path("data").path("spec").path("template").deepCopy();
        if (template instanceof ObjectNode fields) {
            fields.remove(DIRECTIVE);
        }
        return template;
    }

    /** Whether it holds a template. */
    boolean holds(JsonNode template) {
        return template().equals(template);
    }

    /**
     * A strategic merge patch that sets the template. Its fields are sorted as Go writes a map: kubectl compares the bytes to find out
     * that a rollback changes nothing.
     */
    static ObjectNode data(JsonNode template) {
        ObjectNode data = Json.MAPPER.createObjectNode();
        ObjectNode replaced = template.deepCopy();
        replaced.put(DIRECTIVE, "replace");
        data.putObject("spec").set("template", sorted(replaced));
        return data;
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
            ObjectNode next = Json.MAPPER.createObjectNode();
            fields.forEach(next::set);
            return next;
        }
        if (node.isArray()) {
            var next = Json.MAPPER.createArrayNode();
            node.forEach(each -> next.add(sorted(each)));
            return next;
        }
        return node;
    }
}
