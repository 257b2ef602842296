package io.shiplog.events.objectevent;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.objectevent.ObjectEvent.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns object events into commands on Event objects: the first of its kind is created, a repetition patches the count of the
 * existing one, very similar ones are combined, and a component that reports too much about one object is rate limited. Does no
 * IO; the caller sends the commands and need not wait. Thread-safe.
 *
 * @see <a href="https://github.com/kubernetes/client-go/blob/master/tools/record/events_cache.go">EventCorrelator</a>
 */
public final class ObjectEventRecorder {
    /** The type under which Event objects are stored in the log. */
    public static final ResourceType EVENTS = ResourceType.core("events");

    /** How many events, and how many objects, are remembered; the least recently used are evicted first. */
    static final int MAX_REMEMBERED = 4096;
    /** Different messages with one reason that are kept apart; further ones are combined. */
    static final int MAX_DISTINCT_MESSAGES = 10;
    /** How long messages count as similar. */
    static final Duration SIMILAR_WITHIN = Duration.ofMinutes(10);
    /** How many events about one object one component may record at once. */
    static final int BURST = 25;
    /** After a burst, one more event is accepted per this time. */
    static final Duration REFILL = Duration.ofMinutes(5);
    /** Kubernetes' own limit of a note. */
    static final int MAX_MESSAGE_CHARS = 1024;

    private static final JsonPointer NAME = JsonPointer.compile("/metadata/name");

    private record Group(String component, String host, Regarding regarding, Severity severity, String reason) {}

    private record Same(Group group, String message) {}

    private record Seen(ObjectKey event, int count) {}

    private record Source(String component, String host, String namespace, String kind, String name, String uid) {}

    private record Allowance(double tokens, Instant at) {}

    private record Messages(Set<String> distinct, Instant last) {}

    private final Map<Same, Seen> seen = leastRecentlyUsed();
    private final Map<Group, Messages> similar = leastRecentlyUsed();
    private final Map<Source, Allowance> allowances = leastRecentlyUsed();
    private long lastNanos;

    /**
     * The command that records an event.
     *
     * @return empty if the event is dropped by the rate limit
     */
    public synchronized Optional<Command> record(ObjectEvent event, Instant now) {
        return allowed(event, now) ? Optional.of(again(event, now)) : Optional.empty();
    }

    /** The command that records an event which the rate limit has admitted before: its Event object was gone. */
    public synchronized Command again(ObjectEvent event, Instant now) {
        Group group = group(event);
        boolean combined = tooManyAlike(group, event.message(), now);
        String message = shortened(combined ? "(combined from similar events): " + event.message() : event.message());
        Same same = new Same(group, combined ? "" : event.message());
        Seen before = seen.get(same);
        if (before == null) {
            ObjectKey key = newKey(event.regarding(), now);
            seen.put(same, new Seen(key, 1));
            return create(event, message, key, now);
        }
        Seen again = new Seen(before.event(), before.count() + 1);
        seen.put(same, again);
        return count(again, message, now);
    }

    /** Forgets a deleted Event object, so that the next event of its kind creates one. Call it when a patch is refused as NotFound. */
    public synchronized void forget(ObjectKey event) {
        seen.values().removeIf(each -> each.event().equals(event));
    }

    private boolean allowed(ObjectEvent event, Instant now) {
        Regarding of = event.regarding();
        Source source = new Source(event.component(), event.host(), of.namespace(), of.kind(), of.name(), of.uid());
        Allowance before = allowances.getOrDefault(source, new Allowance(BURST, now));
        double refilled = (double) Duration.between(before.at(), now).toMillis() / REFILL.toMillis();
        double tokens = Math.min(BURST, before.tokens() + Math.max(0, refilled));
        boolean allowed = tokens >= 1;
        allowances.put(source, new Allowance(allowed ? tokens - 1 : tokens, now));
        return allowed;
    }

    private boolean tooManyAlike(Group group, String message, Instant now) {
        Messages before = similar.get(group);
        boolean fresh = before != null && before.last().plus(SIMILAR_WITHIN).isAfter(now);
        Set<String> distinct = fresh && before != null ? new HashSet<>(before.distinct()) : new HashSet<>();
        boolean full = distinct.size() >= MAX_DISTINCT_MESSAGES && !distinct.contains(message);
        if (!full) {
            distinct.add(message);
        }
        similar.put(group, new Messages(Set.copyOf(distinct), now));
        return full;
    }

    /** {@code <object>.<hexadecimal nanoseconds>}, never the same twice from one recorder. */
    private ObjectKey newKey(Regarding regarding, Instant now) {
        long nanos = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        lastNanos = Math.max(nanos, lastNanos + 1);
        return ObjectKey.of(EVENTS, regarding.eventNamespace(), regarding.name() + "." + Long.toHexString(lastNanos));
    }

    /** The command that creates an Event object of a given name, for an event that is recorded once. */
    public static Command named(ObjectEvent event, String name, Instant now) {
        ObjectKey key = ObjectKey.of(EVENTS, event.regarding().eventNamespace(), name);
        return create(event, event.message(), key, now);
    }

    /** The key of the Event object that a command creates. */
    public static ObjectKey keyOf(CreateObject create) {
        return ObjectKey.of(EVENTS, create.namespace(), create.body().text(NAME));
    }

    private static Command create(ObjectEvent event, String message, ObjectKey key, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("apiVersion", "v1").put("kind", "Event");
        object.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
        object.set("involvedObject", event.regarding().involvedObject());
        object.put("reason", event.reason()).put("message", message);
        ObjectNode source = object.putObject("source").put("component", event.component());
        if (!event.host().isEmpty()) {
            source.put("host", event.host());
        }
        object.put("firstTimestamp", time).put("lastTimestamp", time).put("count", 1);
        object.put("type", event.severity().word()).putNull("eventTime");
        object.put("reportingComponent", event.component()).put("reportingInstance", event.host());
        return new CreateObject(EVENTS, key.namespace(), Json.of(object), FieldValidation.IGNORE);
    }

    private static Command count(Seen again, String message, Instant now) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.put("count", again.count()).put("message", message);
        patch.put("lastTimestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new PatchObject(again.event(), "", PatchType.MERGE, Json.of(patch), FieldValidation.IGNORE);
    }

    private static Group group(ObjectEvent event) {
        Regarding of = event.regarding();
        Regarding anyVersion =
                new Regarding(of.apiVersion(), of.kind(), of.namespace(), of.name(), of.uid(), "", of.fieldPath());
        return new Group(event.component(), event.host(), anyVersion, event.severity(), event.reason());
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
