package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** How a Change of history.shiplog.io reads in a column: the same in tables and on the command line. */
public final class ChangeText {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:";
    private static final int MAX_FIELDS = 3;
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
     * The first few fields: what is wanted before what was observed. Of an object that came or went there is nothing to say that
     * the word does not say.
     */
    public static String fields(JsonNode change) {
        String happened = happened(change);
        if (happened.equals("created") || happened.equals("deleted")) {
            return "";
        }
        List<String> wanted = new ArrayList<>();
        List<String> observed = new ArrayList<>();
        for (JsonNode field : change.path("fields")) {
            boolean status = field.path("path").asText("").startsWith(".status");
            (status ? observed : wanted).add(field(field));
        }
        List<String> shown = wanted.isEmpty() ? observed : wanted;
        String first = String.join(", ", shown.subList(0, Math.min(MAX_FIELDS, shown.size())));
        int more = wanted.size() + observed.size() - Math.min(MAX_FIELDS, shown.size());
        return more > 0 ? first + " (+" + more + ")" : first;
    }

    private static String field(JsonNode field) {
        String path = field.path("path").asText("");
        return switch (field.path("op").asText("")) {
            case "add" -> path + "=" + value(field.path("after"));
            case "remove" -> "-" + path;
            default -> path + ": " + value(field.path("before")) + "→" + value(field.path("after"));
        };
    }

    private static String value(JsonNode value) {
        String text = value.isTextual() ? value.asText() : value.toString();
        return text.length() <= MAX_VALUE ? text : text.substring(0, MAX_VALUE - 1) + "…";
    }
}
