package io.shiplog.projections.history.cause;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.cause.CauseStep.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Why an object exists, or is gone: the events that led to it, back to the users' commands. Three relations are followed: the
 * event that a process manager acted on, which each event names as its cause; the owners, who created and last changed them;
 * and the object's own changes, with the Event objects about it: nodes report without a cause, so their reports join by the
 * object.
 */
public final class Causes {
    /** The maximum number of causes of causes, and of owners, to follow. */
    private static final int MAX_DEPTH = 32;
    /** The maximum number of the object's own events in an answer; the newest are shown. */
    private static final int MAX_LIFE = 200;
    /** Fewer if their objects are large. */
    private static final long MAX_LIFE_BYTES = 4L << 20;
    /** The maximum number of Event objects in an answer; the newest are shown. */
    private static final int MAX_TOLD = 50;
    /** Event objects may follow an object's end by this long. */
    private static final Duration AFTERWARDS = Duration.ofMinutes(1);

    private static final ResourceType EVENTS = ResourceType.core("events");
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final String HAPPENINGS = "happenings";

    private final Past past;
    private final BiFunction<String, String, @Nullable KindDescription> kinds;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final Map<String, CauseStep.Unknown> unknown = new LinkedHashMap<>();
    private final Set<String> owners = new HashSet<>();

    private record Found(Event event, Part part) {}

    private Causes(Past past, BiFunction<String, String, @Nullable KindDescription> kinds) {
        this.past = past;
        this.kinds = kinds;
    }

    /**
     * Why an object exists or is gone.
     *
     * @param past of the shard that has the object
     * @param kinds the kind of a group and a name, null if there is none: owners are named by them
     * @param uid null for the last object with the name
     * @param upTo later events are ignored
     * @return oldest first; none if the object never existed
     */
    public static List<CauseStep> ofObject(
            Past past,
            BiFunction<String, String, @Nullable KindDescription> kinds,
            ObjectKey key,
            @Nullable String uid,
            long upTo) {
        Causes causes = new Causes(past, kinds);
        List<Event> life = causes.life(key, uid, upTo);
        if (life.isEmpty()) {
            return List.of();
        }
        Event first = life.getFirst();
        Event last = life.getLast();
        life.forEach(event -> causes.add(event, Part.OBJECT));
        causes.follow(first);
        life.stream().filter(event -> isEnding(event) || causes.wasWoken(event)).forEach(causes::follow);
        causes.owners(last, isEnding(last) ? last.revision() : first.revision());
        causes.told(first, last);
        return causes.result();
    }

    /** What led to one event: itself, and its causes. None if the log does not have it. */
    public static List<CauseStep> ofChange(
            Past past, BiFunction<String, String, @Nullable KindDescription> kinds, long revision) {
        Causes causes = new Causes(past, kinds);
        Optional<Event> event = past.event(revision);
        event.ifPresent(each -> {
            causes.add(each, Part.OBJECT);
            causes.follow(each);
            causes.owners(each, each.revision());
        });
        return causes.result();
    }

    /** All changes of one object, oldest first. */
    private List<Event> life(ObjectKey key, @Nullable String uid, long upTo) {
        Predicate<Event> its = event -> uid == null || Past.uidOf(event).equals(uid);
        ChangeFilter ofKey = ChangeFilter.of(key);
        LogHistory.Span span = past.span();
        Optional<Event> made =
                past.last(span.oldest(), upTo, ofKey.and(event -> event.type().creates() && its.test(event)));
        long from = made.map(event -> event.revision() + 1).orElse(span.oldest());
        Optional<Event> end = past.last(made.map(Event::revision).orElse(from), upTo, ofKey.and(its));
        if (end.isEmpty()) {
            return List.of();
        }
        List<Event> life = new ArrayList<>();
        long[] bytes = {0};
        Predicate<Event> between =
                event -> (!event.type().change().isRoutine() || reportsEnd(event)) && its.test(event);
        past.each(ChangeQuery.newestFirst(past.shard(), from, end.get().revision(), ofKey.and(between)), event -> {
            life.add(event);
            bytes[0] += event.object().size();
            return life.size() < MAX_LIFE && bytes[0] < MAX_LIFE_BYTES;
        });
        made.ifPresent(life::add);
        if (made.isEmpty() && span.oldest() > 1) {
            unknownCause(past.shard() + "/" + (span.oldest() - 1)); // it was created before the start of the log
        }
        return life.isEmpty() ? List.of(end.get()) : life.reversed();
    }

    /** A status in which a container has ended; whether it is the first with that end is decided later. */
    private static boolean reportsEnd(Event event) {
        return event.key().type().equals(PODS)
                && !ContainerEnd.in(event.object().tree()).isEmpty();
    }

    private static boolean isNews(PastChange change) {
        return !change.event().type().change().isRoutine()
                || !change.event().key().type().equals(PODS)
                || change.previous() == PastChange.UNKNOWN
                || !ContainerEnd.firstReportedBy(change).isEmpty();
    }

    private static boolean isEnding(Event event) {
        return event.type().ends();
    }

    /** Whether it scheduled a pod that had to wait: because of the event of another object that woke it. */
    private boolean wasWoken(Event event) {
        String cause = event.causationId();
        return cause != null
                && event.type().is(ChangeType.SCHEDULED)
                && past.event(cause)
                        .filter(waking -> !waking.key().equals(event.key()))
                        .isPresent();
    }

    /** The causes of an event, back to a command without a cause. */
    private void follow(Event from) {
        Event event = from;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            String cause = event.causationId();
            if (cause == null) {
                return;
            }
            Optional<Event> next = past.event(cause);
            if (next.isEmpty()) {
                unknownCause(cause);
                root(event.correlationId()).ifPresent(root -> add(root, Part.CAUSE));
                return;
            }
            event = next.get();
            if (!add(event, Part.CAUSE)) {
                return; // followed before
            }
        }
    }

    private void unknownCause(String id) {
        Past.Place place = Past.Place.of(id);
        if (place != null) {
            boolean isCut = place.revision() < past.of(place.shard()).span().oldest();
            unknown.put(id, new CauseStep.Unknown(place.shard(), place.revision(), isCut));
        }
    }

    /** The event of the user's command at the root of a correlation. */
    private Optional<Event> root(String correlation) {
        LogHistory.Span span = past.span();
        ChangeFilter ofCommand = new ChangeFilter(null, null, null, null, correlation, null, event -> true);
        return past.last(span.oldest(), span.newest(), ofCommand);
    }

    /** Who created the object's owners, and who last changed them before a revision; and the owners' owners. */
    private void owners(Event event, long before) {
        for (JsonNode reference : event.object().tree().path("metadata").path("ownerReferences")) {
            String uid = reference.path("uid").asText("");
            KindDescription kind = kinds.apply(
                    ResourceType.groupOf(reference.path("apiVersion").asText("")),
                    reference.path("kind").asText(""));
            if (kind != null && owners.size() < MAX_DEPTH && owners.add(uid)) {
                String namespace = kind.namespaced() ? event.key().namespace() : "";
                String name = reference.path("name").asText("");
                owner(past.of(kind.shard()), ObjectKey.of(kind.storedAs(), namespace, name), uid, before);
            }
        }
    }

    private void owner(Past of, ObjectKey key, String uid, long before) {
        ChangeFilter its = ChangeFilter.of(key).and(event -> Past.uidOf(event).equals(uid));
        long oldest = of.span().oldest();
        Optional<Event> made =
                of.last(oldest, before, its.and(event -> event.type().creates()));
        long from = made.map(Event::revision).orElse(oldest);
        made.ifPresent(this::addWithCauses);
        of.last(from, before, its.and(Causes::isWanted)).ifPresent(this::addWithCauses);
        of.last(from, before, its).ifPresent(newest -> owners(newest, before));
    }

    private void addWithCauses(Event event) {
        add(event, Part.CAUSE);
        follow(event);
    }

    /** Whether the event changed the desired state, rather than recording an observation. */
    private static boolean isWanted(Event event) {
        return event.type().change().changesContent();
    }

    /** The Event objects about the object, as long as their shard keeps them. */
    private void told(Event first, Event last) {
        Past happenings = past.of(HAPPENINGS);
        LogHistory.Span span = happenings.span();
        long from = Math.max(span.oldest(), happenings.at(first.time()));
        long to = last.type().removes() ? happenings.at(last.time().plus(AFTERWARDS)) : span.newest();
        String namespace = first.key().namespace();
        String uid = Past.uidOf(last);
        ChangeFilter aboutIt = new ChangeFilter(
                EVENTS,
                namespace.isEmpty() ? "default" : namespace,
                null,
                null,
                null,
                null,
                event -> event.key().name().startsWith(first.key().name() + ".")
                        && !event.type().removes()
                        && uid.equals(event.object()
                                .tree()
                                .path("involvedObject")
                                .path("uid")
                                .asText("")));
        Set<ObjectKey> seen = new HashSet<>();
        happenings.each(ChangeQuery.newestFirst(HAPPENINGS, from, to, aboutIt), event -> {
            if (seen.add(event.key())) {
                add(event, Part.TOLD); // a recurring event is shown once, with its newest count
            }
            return seen.size() < MAX_TOLD;
        });
    }

    /** False if it was present already, and so are its causes. */
    private boolean add(Event event, Part part) {
        return found.putIfAbsent(event.id(), new Found(event, part)) == null;
    }

    private record Placed(Instant clock, CauseStep step) {}

    /** In the order of revisions; events of different shards by their shards' clocks, which never go back here. */
    private List<CauseStep> result() {
        Map<String, List<Event>> byShard = new LinkedHashMap<>();
        found.values()
                .forEach(each -> byShard.computeIfAbsent(each.event().shard(), shard -> new ArrayList<>())
                        .add(each.event()));
        List<Placed> placed = new ArrayList<>();
        byShard.forEach((shard, events) -> placed.addAll(placed(past.of(shard), events)));
        placed.sort(Comparator.comparing(Placed::clock));
        List<CauseStep> steps = new ArrayList<>(unknown.values());
        placed.forEach(each -> steps.add(each.step()));
        return steps;
    }

    private List<Placed> placed(Past shard, List<Event> events) {
        events.sort(Comparator.comparingLong(Event::revision));
        List<PastChange> changes = shard.shard().equals(HAPPENINGS)
                ? events.stream().map(PastChange::afterUnknown).toList()
                : shard.withBefore(events);
        List<Placed> placed = new ArrayList<>();
        Instant clock = Instant.MIN;
        for (PastChange change : changes) {
            if (events.size() > 1 && !isNews(change)) {
                continue;
            }
            Instant time = change.event().time();
            clock = time.isAfter(clock) ? time : clock;
            Part part = Objects.requireNonNull(found.get(change.event().id())).part();
            placed.add(new Placed(clock, new CauseStep.Known(change, part)));
        }
        return placed;
    }
}
