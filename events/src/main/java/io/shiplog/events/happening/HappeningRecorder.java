package io.shiplog.events.happening;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.happening.Happening.Severity;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns happenings into commands on Event objects: the first of its kind is created, a repetition patches the count of the
 * one before, very similar ones are combined, and who tells too much of one object is not heard for a while. Does no IO; the
 * caller sends the commands and need not wait. Safe for use by many threads.
 *
 * @see <a href="https://github.com/kubernetes/client-go/blob/master/tools/record/events_cache.go">EventCorrelator</a>
 */
public final class HappeningRecorder {
    /** The type under which Event objects lie in the log. */
    public static final ResourceType EVENTS = ResourceType.core("events");

    /** How many happenings, and how many objects, are remembered; the longest unused go first. */
    static final int MAX_REMEMBERED = 4096;
    /** So many different messages of one reason stand apart; more are combined. */
    static final int MAX_DISTINCT_MESSAGES = 10;
    /** How long messages count as similar. */
    static final Duration SIMILAR_WITHIN = Duration.ofMinutes(10);
    /** How many happenings of one object one component may tell at once. */
    static final int BURST = 25;
    /** After a burst, one more is heard in this time. */
    static final Duration REFILL = Duration.ofMinutes(5);
    /** Kubernetes' own limit of a note. */
    static final int MAX_MESSAGE_CHARS = 1024;

    private record Told(String component, String host, Regarding regarding, Severity severity, String reason) {}

    private record Same(Told told, String message) {}

    private record Seen(ObjectKey event, int count) {}

    private record Source(String component, String host, String namespace, String kind, String name, String uid) {}

    private record Allowance(double tokens, Instant at) {}

    private record Messages(Set<String> distinct, Instant last) {}

    private final Map<Same, Seen> seen = leastRecentlyUsed();
    private final Map<Told, Messages> similar = leastRecentlyUsed();
    private final Map<Source, Allowance> allowances = leastRecentlyUsed();
    private long lastNanos;

    /**
     * The command that tells of a happening.
     *
     * @return empty where so much was told of the object that this is not heard
     */
    public synchronized Optional<Command> record(Happening happening, Instant now) {
        if (!allowed(happening, now)) {
            return Optional.empty();
        }
        Told told = told(happening);
        boolean combined = tooManyAlike(told, happening.message(), now);
        String message =
                shortened(combined ? "(combined from similar events): " + happening.message() : happening.message());
        Same same = new Same(told, combined ? "" : happening.message());
        Seen before = seen.get(same);
        if (before == null) {
            ObjectKey key = newKey(happening.regarding(), now);
            seen.put(same, new Seen(key, 1));
            return Optional.of(create(happening, message, key, now));
        }
        Seen again = new Seen(before.event(), before.count() + 1);
        seen.put(same, again);
        return Optional.of(count(again, message, now));
    }

    /** Forgets an Event object that is gone, so that the next of its kind is created anew. For a patch refused as NotFound. */
    public synchronized void forget(ObjectKey event) {
        seen.values().removeIf(each -> each.event().equals(event));
    }

    private boolean allowed(Happening happening, Instant now) {
        Regarding of = happening.regarding();
        Source source =
                new Source(happening.component(), happening.host(), of.namespace(), of.kind(), of.name(), of.uid());
        Allowance before = allowances.getOrDefault(source, new Allowance(BURST, now));
        double refilled = (double) Duration.between(before.at(), now).toMillis() / REFILL.toMillis();
        double tokens = Math.min(BURST, before.tokens() + Math.max(0, refilled));
        boolean allowed = tokens >= 1;
        allowances.put(source, new Allowance(allowed ? tokens - 1 : tokens, now));
        return allowed;
    }

    private boolean tooManyAlike(Told told, String message, Instant now) {
        Messages before = similar.get(told);
        boolean fresh = before != null && before.last().plus(SIMILAR_WITHIN).isAfter(now);
        Set<String> distinct = fresh && before != null ? new HashSet<>(before.distinct()) : new HashSet<>();
        boolean full = distinct.size() >= MAX_DISTINCT_MESSAGES && !distinct.contains(message);
        if (!full) {
            distinct.add(message);
        }
        similar.put(told, new Messages(Set.copyOf(distinct), now));
        return full;
    }

    /** {@code <object>.<hexadecimal nanoseconds>}, never the same twice from one recorder. */
    private ObjectKey newKey(Regarding regarding, Instant now) {
        long nanos = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        lastNanos = Math.max(nanos, lastNanos + 1);
        return ObjectKey.of(EVENTS, regarding.eventNamespace(), regarding.name() + "." + Long.toHexString(lastNanos));
    }

    private static Command create(Happening happening, String message, ObjectKey key, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode event = Json.MAPPER.createObjectNode();
        event.put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
        event.set("involvedObject", happening.regarding().involvedObject());
        event.put("reason", happening.reason()).put("message", message);
        ObjectNode source = event.putObject("source").put("component", happening.component());
        if (!happening.host().isEmpty()) {
            source.put("host", happening.host());
        }
        event.put("firstTimestamp", time).put("lastTimestamp", time).put("count", 1);
        event.put("type", happening.severity().word()).putNull("eventTime");
        event.put("reportingComponent", happening.component()).put("reportingInstance", happening.host());
        return new CreateObject(EVENTS, key.namespace(), Json.of(event), FieldValidation.IGNORE);
    }

    private static Command count(Seen again, String message, Instant now) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.put("count", again.count()).put("message", message);
        patch.put("lastTimestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new PatchObject(again.event(), "", PatchType.MERGE, Json.of(patch), FieldValidation.IGNORE);
    }

    private static Told told(Happening happening) {
        Regarding of = happening.regarding();
        Regarding anyVersion =
                new Regarding(of.apiVersion(), of.kind(), of.namespace(), of.name(), of.uid(), "", of.fieldPath());
        return new Told(happening.component(), happening.host(), anyVersion, happening.severity(), happening.reason());
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS);
    }

    private static <K, V> Map<K, V> leastRecentlyUsed() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MAX_REMEMBERED;
            }
        };
    }
}
