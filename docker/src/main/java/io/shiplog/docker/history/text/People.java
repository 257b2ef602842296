package io.shiplog.docker.history.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.text.ChangeText;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Users' changes, each with its consequences summarized in one line: the changes of controllers that it caused, directly or
 * not, and the reports of nodes about the same objects.
 */
public final class People {
    /** How many changes wait for their consequences; then the oldest is passed on as it is. */
    private static final int MAX_OPEN = 10_000;

    private final Consumer<Followed> done;
    private final Deque<Followed> open = new ArrayDeque<>();
    /** The user's change at the root of an event, of a correlation, or of an object's newest changes. */
    private final Map<String, Followed> causes = new HashMap<>();

    /** @param done receives each user's change when no more consequences are expected, oldest first */
    public People(Consumer<Followed> done) {
        this.done = done;
    }

    /** A user's change, or one of unknown origin, and its consequences. */
    public static final class Followed {
        private final JsonNode change;
        private final TreeMap<String, Integer> kinds = new TreeMap<>();
        private final TreeSet<String> actors = new TreeSet<>();
        private int count;

        private Followed(JsonNode change) {
            this.change = change;
        }

        public JsonNode change() {
            return change;
        }

        private void add(JsonNode follower) {
            count++;
            actors.add(ChangeText.actor(follower.path("actor").asText()));
            kinds.merge(follower.path("object").path("kind").asText().toLowerCase(Locale.ROOT), 1, Integer::sum);
        }

        /** {@code 14 changes followed (pod 12, replicaset 2) by node-1, replicaset-controller}; null if there were none. */
        public @Nullable String text() {
            if (count == 0) {
                return null;
            }
            String what = kinds.entrySet().stream()
                    .map(kind -> kind.getKey() + " " + kind.getValue())
                    .collect(Collectors.joining(", "));
            return "%d %s followed (%s) by %s"
                    .formatted(count, count == 1 ? "change" : "changes", what, String.join(", ", actors));
        }
    }

    /** Adds the next change, oldest first. */
    public void add(JsonNode change) {
        if (change.has("unreadable")) {
            open.add(new Followed(change));
        } else if (Users.asked(change)) {
            Followed followed = new Followed(change);
            open.add(followed);
            causes.put(event(change), followed);
            causes.put(correlation(change), followed);
            causes.put(object(change), followed);
        } else {
            Followed cause = cause(change);
            if (cause != null) {
                cause.add(change);
                causes.put(event(change), cause);
                causes.put(object(change), cause);
            }
        }
        if (open.size() > MAX_OPEN) {
            done.accept(open.removeFirst());
        }
        if (causes.size() > MAX_CAUSES) {
            causes.clear();
        }
    }

    /** There are no more. */
    public void end() {
        open.forEach(done);
        open.clear();
    }

    private static final int MAX_CAUSES = 200_000;

    /**
     * The user's change behind a change. The commands of one undo share a correlation, so the event that a controller acted on
     * comes first. A node's report names no cause.
     */
    private @Nullable Followed cause(JsonNode change) {
        Followed byEvent = causes.get(change.path("cause").asText());
        return byEvent != null ? byEvent : causes.getOrDefault(correlation(change), causes.get(object(change)));
    }

    /** As a cause names it: {@code events/42}. */
    private static String event(JsonNode change) {
        return change.at("/record/shard").asText("events") + "/"
                + change.at("/metadata/name").asText();
    }

    private static String correlation(JsonNode change) {
        return change.path("correlation").asText();
    }

    private static String object(JsonNode change) {
        JsonNode object = change.path("object");
        return object.path("resource").asText() + "." + object.path("group").asText() + "/"
                + object.path("namespace").asText() + "/" + object.path("name").asText();
    }
}
