package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How a Change of history.shiplog.io reads in a column: the same in tables and on the command line. */
public final class ChangeText {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:";
    private static final int MAX_FIELDS = 2;
    private static final int MAX_VALUE = 32;

    private ChangeText() {}

    /** Controllers are known by their own names; everybody else by the whole one. */
    public static String actor(String user) {
        return user.startsWith(CONTROLLER) ? user.substring(CONTROLLER.length()) : user;
    }

    /** {@code scheduled} out of {@code io.shiplog.pod.scheduled.v1}; {@code unreadable} for a record that nobody can decode. */
    public static String happened(JsonNode change) {
        String[] parts = change.path("type").asText("").split("\\.");
        return parts.length == 5 ? parts[3] : "unreadable";
    }

    /** {@code pod/web-1}. */
    public static String object(JsonNode change) {
        JsonNode object = change.path("object");
        String resource = object.path("kind").asText("").toLowerCase(java.util.Locale.ROOT);
        return resource.isEmpty() ? "" : resource + "/" + object.path("name").asText("");
    }

    /**
     * The first few fields: what is wanted before what was observed, and of that what says something. Of an object that came or
     * went there is nothing to say that the word does not say.
     */
    public static String fields(JsonNode change) {
        String happened = happened(change);
        if (happened.equals("created") || happened.equals("deleted")) {
            return "";
        }
        List<JsonNode> all = new ArrayList<>();
        change.path("fields").forEach(all::add);
        all.sort(Comparator.comparingInt(ChangeText::weight));
        List<JsonNode> shown = new ArrayList<>();
        for (JsonNode field : all) {
            if (shown.size() < MAX_FIELDS && (shown.isEmpty() || weight(field) == weight(shown.getFirst()))) {
                shown.add(field);
            }
        }
        int more = all.size() - shown.size();
        String first = String.join(", ", shown.stream().map(ChangeText::field).toList());
        return more > 0 ? first + " (+" + more + ")" : first;
    }

    /** Less is said first. */
    private static int weight(JsonNode field) {
        String path = field.path("path").asText("");
        if (!path.startsWith(".status")) {
            return 0;
        }
        if (path.endsWith("Time") || path.endsWith("observedGeneration")) {
            return 3;
        }
        return field.path("after").isValueNode() ? 1 : 2; // what is there now before what went
    }

    /** One field change: {@code .spec.replicas: 2→3}. */
    public static String field(JsonNode field) {
        String path = field.path("path").asText("");
        JsonNode before = field.path("before");
        JsonNode after = field.path("after");
        return switch (field.path("op").asText("")) {
            case "add" -> after.isValueNode() ? path + "=" + value(after) : "+" + path;
            case "remove" -> "-" + path;
            default ->
                before.isValueNode() && after.isValueNode()
                        ? path + ": " + value(before) + "→" + value(after)
                        : "~" + path;
        };
    }

    private static String value(JsonNode value) {
        String text = value.asText();
        return text.length() <= MAX_VALUE ? text : text.substring(0, MAX_VALUE - 1) + "…";
    }
}
