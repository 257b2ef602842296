package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One Compose file over another, and a service over the one that it extends, both in their long forms.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/13-merge.md">Merge</a>
 */
final class Merge {
    private static final List<String> REPLACED = List.of("command", "entrypoint", "test");

    private Merge() {}

    /** Mappings are merged, lists appended without repeats, {@code command}, {@code entrypoint} and the test of a health check replaced. */
    static ObjectNode of(ObjectNode base, ObjectNode over) {
        ObjectNode merged = base.deepCopy();
        over.properties().forEach(each -> {
            JsonNode before = merged.get(each.getKey());
            merged.set(
                    each.getKey(), before == null ? each.getValue() : merged(each.getKey(), before, each.getValue()));
        });
        return merged;
    }

    private static JsonNode merged(String key, JsonNode before, JsonNode after) {
        if (before instanceof ObjectNode base && after instanceof ObjectNode over) {
            return of(base, over);
        }
        if (before instanceof ArrayNode base && after instanceof ArrayNode over && !REPLACED.contains(key)) {
            return appended(base, over, identity(key));
        }
        return after;
    }

    /** What makes two entries of a list the same entry: the later one stays. */
    private static Function<JsonNode, String> identity(String key) {
        return switch (key) {
            case "ports" ->
                each -> each.path("host_ip").asText() + ":"
                        + each.path("published").asText() + ":"
                        + each.path("target").asText() + "/"
                        + each.path("protocol").asText();
            case "volumes" -> each -> each.path("target").asText();
            case "configs", "secrets" ->
                each -> each.path("target").asText(each.path("source").asText());
            default -> JsonNode::toString;
        };
    }

    private static ArrayNode appended(ArrayNode base, ArrayNode over, Function<JsonNode, String> identity) {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        base.forEach(each -> all.put(identity.apply(each), each));
        over.forEach(each -> all.put(identity.apply(each), each));
        return JsonNodeFactory.instance.arrayNode().addAll(all.values());
    }
}
