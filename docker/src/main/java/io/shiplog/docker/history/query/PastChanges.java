package io.shiplog.docker.history.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A query for changes, built step by step and read page by page. */
public final class PastChanges {
    private static final int PAGE = 500;

    private final KubeApi api;
    private final String namespace;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<String> selectors = new ArrayList<>();

    /** @param namespace empty for the whole cluster */
    public PastChanges(KubeApi api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    /** Selects one object, or all of a kind. */
    public PastChanges of(Target target) {
        where("object.resource", target.resource().qualified());
        return target.name().isEmpty() ? this : where("object.name", target.name());
    }

    /** Selects changes whose field has a value. */
    public PastChanges where(String field, String value) {
        selectors.add(
                field + "=" + value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\="));
        return this;
    }

    /** One of the API's own parameters: from, to, order, fields, shard. */
    public PastChanges with(String parameter, String value) {
        parameters.put(parameter, value);
        return this;
    }

    private String path(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(parameters);
        if (!selectors.isEmpty()) {
            all.put("fieldSelector", String.join(",", selectors));
        }
        all.putAll(more);
        List<String> query = new ArrayList<>();
        all.forEach((name, value) -> query.add(name + "=" + KubeApi.encoded(value)));
        String root = namespace.isEmpty() ? "" : "namespaces/" + KubeApi.encoded(namespace) + "/";
        return "/apis/history.shiplog.io/v1/" + root + "changes?" + String.join("&", query);
    }

    /** At most this many, in the requested order. */
    public List<JsonNode> first(int most) {
        return first(most, change -> true);
    }

    /** At most this many that match a condition, in the requested order. */
    public List<JsonNode> first(int most, Predicate<JsonNode> wanted) {
        List<JsonNode> found = new ArrayList<>();
        if (most > 0) {
            pages(Math.min(most, PAGE), change -> {
                if (wanted.test(change)) {
                    found.add(change);
                }
                return found.size() < most;
            });
        }
        return found;
    }

    /** Whether there is any. */
    public boolean any() {
        return !with("fields", "false").first(1).isEmpty();
    }

    /** Passes on each change; returns the last revision covered. */
    public long each(Consumer<JsonNode> consumer) {
        return pages(PAGE, change -> {
            consumer.accept(change);
            return true;
        });
    }

    private interface Each {
        /** False to stop. */
        boolean take(JsonNode change);
    }

    /** The last revision covered by the last query. */
    public long through() {
        return through;
    }

    private long through;

    private long pages(int limit, Each each) {
        String next = "";
        while (true) {
            JsonNode page = api.get(path(
                    next.isEmpty()
                            ? Map.of("limit", Integer.toString(limit))
                            : Map.of("limit", Integer.toString(limit), "continue", next)));
            through = page.path("metadata").path("resourceVersion").asLong();
            for (JsonNode change : page.path("items")) {
                if (!each.take(change)) {
                    return through;
                }
            }
            next = page.path("metadata").path("continue").asText("");
            if (next.isEmpty()) {
                return through;
            }
        }
    }

    /** Passes on each change after a revision as it arrives, forever. */
    public void follow(long after, Consumer<JsonNode> consumer) {
        long[] through = {after};
        while (true) {
            Map<String, String> watch = Map.of(
                    "watch", "true", "allowWatchBookmarks", "true", "resourceVersion", Long.toString(through[0]));
            api.lines(path(watch), line -> {
                JsonNode event = tree(line);
                JsonNode object = event.path("object");
                if (event.path("type").asText().equals("ERROR")) {
                    throw new ClientException(object.path("message").asText());
                }
                through[0] = object.path("metadata").path("resourceVersion").asLong(through[0]);
                if (event.path("type").asText().equals("ADDED")) {
                    consumer.accept(object);
                }
            });
        }
    }

    private static JsonNode tree(String line) {
        try {
            return Json.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new ClientException("the server's answer is not JSON: is it a Shiplog cluster?");
        }
    }
}
