package io.shiplog.projections.history.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.history.diff.LineChange;
import io.shiplog.projections.history.diff.Noise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a Change of history.shiplog.io is shown in a column: the same in tables and on the command line. */
public final class ChangeText {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:";
    private static final String STREAM_ANNOTATION = "shiplog.io/stream-opened";
    private static final String TOKEN_ANNOTATION = "shiplog.io/token-issued";
    private static final int MAX_FIELDS = 2;
    private static final int MAX_VALUE = 32;

    private ChangeText() {}

    /**
     * What to show.
     *
     * @param secrets values of Secrets, masked otherwise
     * @param everything also fields that are not set by hand ({@link Noise})
     */
    public record Shown(boolean secrets, boolean everything) {
        /** Secrets masked, noise hidden. */
        public static final Shown PLAIN = new Shown(false, false);
    }

    /** Controllers are shown by their short names, all others by the full name. */
    public static String actor(String user) {
        return user.startsWith(CONTROLLER) ? user.substring(CONTROLLER.length()) : user;
    }

    /** The user of a Change or another answer with {@code actor} and {@code impersonator}: {@code bob (impersonated by dana)}. */
    public static String asked(JsonNode change) {
        return asked(change.path("actor").asText(), change.path("impersonator").asText(null));
    }

    /** The user of an event: {@code bob (impersonated by dana)}. */
    public static String asked(Event event) {
        return asked(event.actor(), event.impersonator());
    }

    private static String asked(String actor, @Nullable String impersonator) {
        return impersonator == null
                ? actor(actor)
                : "%s (impersonated by %s)".formatted(actor(actor), actor(impersonator));
    }

    /** {@code scheduled} from {@code io.shiplog.core.pod.scheduled.v1}; {@code unreadable} for a record that cannot be decoded. */
    public static String happened(JsonNode change) {
        String word = EventType.word(change.path("type").asText(""));
        return word.isEmpty() ? "unreadable" : word;
    }

    /** {@code pod/web-1}. */
    public static String object(JsonNode change) {
        JsonNode object = change.path("object");
        String resource = object.path("kind").asText("").toLowerCase(java.util.Locale.ROOT);
        return resource.isEmpty() ? "" : resource + "/" + object.path("name").asText("");
    }

    /** {@link #fields(JsonNode, Shown)} with Secrets masked and noise hidden. */
    public static String fields(JsonNode change) {
        return fields(change, Shown.PLAIN);
    }

    /**
     * The first few fields: spec and data before status, and the most informative part of the status. Empty for an object that
     * was created or deleted: the change type is enough. Of an access, what was given. An eviction is named first: its change type is that of a deletion.
     */
    public static String fields(JsonNode change, Shown shown) {
        switch (ChangeType.of(happened(change))) {
            case STREAM_OPENED -> {
                return stream(change);
            }
            case TOKEN_ISSUED -> {
                return token(change);
            }
            default -> {}
        }
        String fields = changed(change, shown);
        String evicted = EventVerb.EVICT.is(change.path("verb").asText("")) ? "evicted" : "";
        return evicted + (evicted.isEmpty() || fields.isEmpty() ? "" : ": ") + fields;
    }

    /** {@code exec in app: sh -c ls}. */
    private static String stream(JsonNode change) {
        JsonNode opened = access(change, STREAM_ANNOTATION);
        if (opened.isMissingNode()) {
            return change.path("verb").asText("");
        }
        List<String> words = words(opened.path("command"));
        String container = opened.path("container").asText("");
        return opened.path("stream").asText("")
                + (container.isEmpty() ? "" : " in " + container)
                + (words.isEmpty() ? "" : ": " + String.join(" ", words));
    }

    /** {@code for https://kubernetes.default.svc until 2026-11-22T11:00:00Z, bound to Pod web-1}. */
    private static String token(JsonNode change) {
        JsonNode issued = access(change, TOKEN_ANNOTATION);
        if (issued.isMissingNode()) {
            return change.path("verb").asText("");
        }
        List<String> bound = words(issued.path("boundTo"));
        return "for " + String.join(", ", words(issued.path("audiences"))) + " until "
                + issued.path("expires").asText("")
                + (bound.isEmpty() ? "" : ", bound to " + String.join(" ", bound));
    }

    private static List<String> words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return words;
    }

    /** What an access event says; missing if it cannot be read: in records of older versions a user may have written the annotation too. */
    private static JsonNode access(JsonNode change, String annotation) {
        for (JsonNode field : change.path("fields")) {
            if (field.path("path").asText("").contains(annotation)) {
                try {
                    return Json.MAPPER.readTree(field.path("after").asText(""));
                } catch (JsonProcessingException e) {
                    return MissingNode.getInstance();
                }
            }
        }
        return MissingNode.getInstance();
    }

    private static String changed(JsonNode change, Shown shown) {
        String happened = happened(change);
        if (happened.equals("created") || happened.equals("deleted")) {
            return "";
        }
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode field : change.path("fields")) {
            if (shown.everything() || !Noise.isNoise(field.path("path").asText(""))) {
                all.add(field);
            }
        }
        all.sort(Comparator.comparingInt(ChangeText::weight));
        List<JsonNode> first = new ArrayList<>();
        for (JsonNode field : all) {
            if (first.size() < MAX_FIELDS && (first.isEmpty() || weight(field) == weight(first.getFirst()))) {
                first.add(field);
            }
        }
        int more = all.size() - first.size();
        boolean masked = !shown.secrets() && SecretMask.covers(change.path("object"));
        String text = String.join(
                ", ", first.stream().map(field -> field(field, masked)).toList());
        return more > 0 ? text + " (+" + more + ")" : text;
    }

    /** Less informative fields come first. */
    private static int weight(JsonNode field) {
        String path = field.path("path").asText("");
        if (!path.startsWith(".status")) {
            return 0;
        }
        if (path.endsWith("Time") || path.endsWith("observedGeneration")) {
            return 3;
        }
        return field.path("after").isValueNode() ? 1 : 2; // present values before removed ones
    }

    /**
     * One field change: {@code .spec.replicas: 2→3}; of a text with many lines, the first line that differs.
     *
     * @param masked whether the values of a Secret are hidden
     */
    public static String field(JsonNode field, boolean masked) {
        String path = line(field.path("path").asText(""));
        boolean hidden = masked && SecretMask.hides(field.path("path").asText(""));
        JsonNode before = field.path("before");
        JsonNode after = field.path("after");
        return switch (field.path("op").asText("")) {
            case "add" -> after.isValueNode() ? path + "=" + value(after, hidden) : "+" + path;
            case "remove" -> "-" + path;
            default -> {
                if (!before.isValueNode() || !after.isValueNode()) {
                    yield "~" + path;
                }
                yield !hidden && (isLong(before) || isLong(after))
                        ? path + ": "
                                + LineChange.between(before.asText(), after.asText())
                                        .text(ChangeText::value)
                        : path + ": " + value(before, hidden) + "→" + value(after, hidden);
            }
        };
    }

    private static boolean isLong(JsonNode value) {
        return value.isTextual() && value.asText().indexOf('\n') >= 0;
    }

    private static String value(JsonNode value, boolean hidden) {
        return hidden ? SecretMask.MASK : value(value.asText());
    }

    private static String value(String value) {
        String text = value.length() <= MAX_VALUE ? value : value.substring(0, MAX_VALUE - 1) + "…";
        return line(text);
    }

    /**
     * A text on one line of a terminal: control characters and those that reorder text are escaped, so that object content can
     * neither forge a line nor control the terminal.
     */
    public static String line(String text) {
        return Escapes.line(text);
    }
}
