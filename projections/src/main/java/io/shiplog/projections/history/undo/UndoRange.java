package io.shiplog.projections.history.undo;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Collects the input of an {@link UndoPlan} from a range of the log and the newest image. Waits for the log. */
public final class UndoRange {
    /** A range with more events is refused. */
    public static final int MAX_EVENTS = 100_000;
    /** Nor is one whose objects are larger together: all of it is compared at once. */
    public static final long MAX_BYTES = 64L << 20;

    /** Events whose previous objects are looked up at a time. */
    private static final int LOOKED_UP = 32;

    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");

    private final Past past;
    private final Image now;
    private final long from;
    private final long to;
    private final Predicate<Event> visible;
    /** Bytes of all objects that are compared. */
    private long held;

    /**
     * @param past of the shard
     * @param now the newest image, from which commands start
     * @param from the first revision to undo
     * @param to the last one
     * @param visible the events to consider
     */
    public UndoRange(Past past, Image now, long from, long to, Predicate<Event> visible) {
        this.past = past;
        this.now = now;
        this.from = from;
        this.to = to;
        this.visible = visible;
    }

    /**
     * The result.
     *
     * @param unreadable revisions of the range that cannot be decoded: their changes are not undone
     */
    public record Gathered(List<UndoSubject> subjects, List<Long> unreadable) {
        public Gathered {
            subjects = List.copyOf(subjects);
            unreadable = List.copyOf(unreadable);
        }
    }

    /** The range has more than {@link #MAX_EVENTS}, or objects larger than {@link #MAX_BYTES} together. */
    public static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLongException() {
            super("more than %d events or %d MiB: undo a shorter range, an object or a namespace"
                    .formatted(MAX_EVENTS, MAX_BYTES >> 20));
        }
    }

    /**
     * The way back to the state before the range: every object that users changed in it, and every deleted one.
     *
     * @param filters the events of the range
     * @throws TooLongException if there are too many events
     */
    public Gathered all(List<ChangeFilter> filters) {
        Found found = new Found();
        Set<Long> unreadable = new TreeSet<>();
        filters.forEach(filter -> unreadable.addAll(read(from, to, filter, found)));
        return gathered(found, UndoPlan::goes, unreadable);
    }

    /**
     * The way back to before the users' commands in the range: every object that they changed, and every object deleted because
     * of them, also later. A namespace's deletion is one event; its content is deleted after it.
     */
    public Gathered commands(ChangeFilter filter) {
        Found found = new Found();
        Set<Long> unreadable = new TreeSet<>(read(from, to, filter, found));
        Set<String> roots = new HashSet<>();
        Set<String> namespaces = new HashSet<>();
        found.byObject.values().stream()
                .flatMap(events -> events.values().stream())
                .filter(event -> Users.asked(event) && UndoPlan.goes(event))
                .forEach(event -> {
                    roots.add(event.correlationId());
                    if (event.key().type().equals(NAMESPACES)) {
                        namespaces.add(event.key().name());
                    }
                });
        Predicate<Event> consequence = event -> UndoPlan.goes(event)
                && (roots.contains(event.correlationId())
                        || namespaces.contains(event.key().namespace()));
        long newest = now.revision(past.shard());
        roots.forEach(
                root -> read(to + 1, newest, ChangeFilter.correlatedWith(root).and(UndoPlan::goes), found));
        namespaces.forEach(
                name -> read(to + 1, newest, ChangeFilter.inNamespace(name).and(UndoPlan::goes), found));
        return gathered(found, consequence, unreadable);
    }

    /** The same object with all events in between. */
    public UndoSubject again(UndoSubject subject) {
        return subject(subject.key(), subject.undone());
    }

    private List<Long> read(long first, long last, ChangeFilter filter, Found found) {
        return past.each(
                ChangeQuery.oldestFirst(
                        past.shard(), first, last, filter.and(UndoRange::counts).and(visible)),
                found);
    }

    /** Observations and accesses are never undone; skipping them saves most of the work. */
    private static boolean counts(Event event) {
        ChangeType change = event.type().change();
        return !change.isRoutine() && !change.isAccess();
    }

    private void hold(@Nullable Json state) {
        held += state == null ? 0 : state.size();
        if (held > MAX_BYTES) {
            throw new TooLongException();
        }
    }

    /** The events with their previous objects, which count too. */
    private List<PastChange> withBefore(Collection<Event> events) {
        List<Event> all = List.copyOf(events);
        List<PastChange> changes = new ArrayList<>();
        for (int from = 0; from < all.size(); from += LOOKED_UP) {
            for (PastChange change : past.withBefore(all.subList(from, Math.min(all.size(), from + LOOKED_UP)))) {
                hold(change.before());
                changes.add(change);
            }
        }
        return changes;
    }

    private final class Found implements Predicate<Event> {
        private final Map<ObjectKey, SortedMap<Long, Event>> byObject = new LinkedHashMap<>();
        private int count;

        /** Takes an event, once. */
        @Override
        public boolean test(Event event) {
            boolean isNew = byObject.computeIfAbsent(event.key(), key -> new TreeMap<>())
                            .put(event.revision(), event)
                    == null;
            if (isNew && ++count > MAX_EVENTS) {
                throw new TooLongException();
            }
            if (isNew) {
                hold(event.object());
            }
            return true;
        }
    }

    private Gathered gathered(Found found, Predicate<Event> loss, Set<Long> unreadable) {
        List<UndoSubject> subjects = new ArrayList<>();
        found.byObject.forEach((key, events) -> {
            if (events.values().stream().anyMatch(event -> Users.asked(event) || loss.test(event))) {
                subjects.add(subject(key, withBefore(events.values())));
            }
        });
        return new Gathered(subjects, List.copyOf(unreadable));
    }

    private UndoSubject subject(ObjectKey key, List<PastChange> undone) {
        StoredObject stored = now.get(key);
        JsonNode tree = stored == null ? null : stored.json().tree();
        return new UndoSubject(
                key, undone, since(key, undone.getLast().revision()), maker(key, undone), tree, blocked(key, stored));
    }

    /** The object's changes after the last undone one, oldest first, including successors with the same name. */
    private List<PastChange> since(ObjectKey key, long last) {
        Found found = new Found();
        long newest = now.revision(past.shard());
        if (newest > last) {
            past.each(
                    ChangeQuery.oldestFirst(
                            past.shard(), last + 1, newest, ChangeFilter.of(key).and(UndoRange::counts)),
                    found);
        }
        SortedMap<Long, Event> events = found.byObject.getOrDefault(key, Collections.emptySortedMap());
        return withBefore(events.values());
    }

    /** The event that created the object of the first change. */
    private @Nullable Event maker(ObjectKey key, List<PastChange> undone) {
        PastChange first = undone.getFirst();
        if (first.creates()) {
            return first.event();
        }
        // A managed object is recognised by its owner; searching its creator would take longer.
        return first.before() != null && UndoPlan.hasController(first.before().tree())
                ? null
                : creation(key, first.revision());
    }

    private @Nullable Event creation(ObjectKey key, long upTo) {
        ChangeFilter creates = ChangeFilter.of(key).and(event -> event.type().creates());
        return past.last(past.span().oldest(), upTo, creates).orElse(null);
    }

    /** Deleting a namespace deletes everything in it: it stays if users added something after the range. */
    private @Nullable String blocked(ObjectKey key, @Nullable StoredObject stored) {
        if (stored == null || !key.type().equals(NAMESPACES)) {
            return null;
        }
        for (ResourceType type : now.types()) {
            for (StoredObject inside : now.list(type, key.name())) {
                Event maker = inside.revision() > to ? creation(inside.key(), inside.revision()) : null;
                if (maker != null && maker.revision() > to && Users.asked(maker)) {
                    return "%s \"%s\" was created in it since, by %s at revision %d"
                            .formatted(
                                    inside.key().type().qualified(),
                                    inside.key().name(),
                                    maker.actor(),
                                    maker.revision());
                }
            }
        }
        return null;
    }
}
