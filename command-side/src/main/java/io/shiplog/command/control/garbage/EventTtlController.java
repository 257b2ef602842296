package io.shiplog.command.control.garbage;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEventRecorder;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Deletes an Event object a TTL after its last change, as the API server of Kubernetes does. The log keeps the events for the
 * retention of their shard. Plans one key for the whole cluster, periodically.
 */
public final class EventTtlController implements Controller {
    private static final Duration LONGEST_PERIOD = Duration.ofMinutes(1);
    /** Maximum deletions in one plan. */
    static final int MAX_DELETIONS = 500;

    private static final ObjectKey ALL = ObjectKey.clusterScoped(ObjectEventRecorder.EVENTS, "");

    /** When each was last changed, oldest first: avoids reading every object every time. */
    private final Map<ObjectKey, Instant> changed = new LinkedHashMap<>();

    private final Duration kept;
    private final Duration period;

    /**
     * A controller with this TTL.
     *
     * @param kept how long an Event object stays after its last change; it is deleted at most another {@code kept}, and at most a
     *     minute, later
     */
    public EventTtlController(Duration kept) {
        this.kept = kept;
        this.period = kept.compareTo(LONGEST_PERIOD) < 0 ? kept : LONGEST_PERIOD;
    }

    @Override
    public String name() {
        return "event-ttl-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        TreeMap<Instant, List<ObjectKey>> byTime = new TreeMap<>();
        // An event says itself when it was last seen; one from the future must not keep those behind it.
        Instant now = image.time(shard(image));
        for (StoredObject event : image.list(ObjectEventRecorder.EVENTS)) {
            Instant claimed = lastTime(event);
            byTime.computeIfAbsent(claimed.isBefore(now) ? claimed : now, time -> new ArrayList<>())
                    .add(event.key());
        }
        changed.clear();
        byTime.forEach((time, keys) -> keys.forEach(key -> changed.put(key, time)));
        return List.of(ALL);
    }

    private static String shard(Image image) {
        KindDescription kind = image.kinds().get(ObjectEventRecorder.EVENTS);
        return kind == null ? Image.MAIN_SHARD : kind.shard();
    }

    private static Instant lastTime(StoredObject event) {
        JsonNode tree = event.json().tree();
        Instant last = Conditions.parse(tree.path("lastTimestamp"));
        Instant created = Conditions.parse(tree.path("metadata").path("creationTimestamp"));
        return last != null ? last : created != null ? created : Instant.EPOCH;
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(ObjectEventRecorder.EVENTS)) {
            changed.remove(key); // Moves it to the end.
            if (!change.removes()) {
                changed.put(key, change.event().time());
            }
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        List<Step> steps = new ArrayList<>();
        for (Map.Entry<ObjectKey, Instant> each : changed.entrySet()) {
            if (each.getValue().plus(kept).isAfter(now) || steps.size() == MAX_DELETIONS) {
                break;
            }
            StoredObject event = image.get(each.getKey());
            if (event != null) {
                steps.add(Step.of(Edits.delete(event, Propagation.BACKGROUND)));
            }
        }
        return new Plan(steps, steps.size() == MAX_DELETIONS ? Duration.ofSeconds(1) : period);
    }
}
