package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.diff.FieldDiff;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.travel.TimeTravel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code Search}: which objects, events and deleted objects have some words, as of a moment. Objects are looked up in the image. Events are
 * read from the log, newest first, for a limited time: the answer says how far it came, and the next question goes on from there.
 */
final class SearchQuestion implements Question {
    /** Revisions that are read before the time is looked at again. */
    private static final long STRETCH = 8_192;
    /** The same where the object before each event is read too. */
    private static final long FIELD_STRETCH = 2_048;

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 100;

    private final LogHistory history;
    private final Moments moments;
    private final ImageSource newest;
    private final TimeTravel images;

    SearchQuestion(LogHistory history, Moments moments, ImageSource newest, TimeTravel images) {
        this.history = history;
        this.moments = moments;
        this.newest = newest;
        this.images = images;
    }

    /** To find the names of objects is to list them. */
    @Override
    public String verb() {
        return "list";
    }

    @Override
    public Checked<ObjectNode> answer(Asked asked) {
        Past past = new Past(history, Image.MAIN_SHARD);
        return SearchWords.of(asked.spec().path("text").asText(""))
                .then(words -> limit(asked)
                        .then(limit -> before(asked)
                                .then(before -> asked.at()
                                        .then(moment -> moments.to(past, moment)
                                                .map(upTo -> new Search(
                                                                asked,
                                                                words,
                                                                limit,
                                                                past.span().oldest(),
                                                                moment.equals(Moment.NOW))
                                                        .status(image(moment, upTo), upTo, before))))));
    }

    private Image image(Moment moment, long upTo) {
        return Past.await(moment.equals(Moment.NOW) ? newest.newest(Image.MAIN_SHARD) : images.at(upTo));
    }

    private static Checked<Integer> limit(Asked asked) {
        int limit = asked.spec().path("limit").asInt(DEFAULT_LIMIT);
        return limit >= 1 && limit <= MAX_LIMIT
                ? Checked.ok(limit)
                : Checked.bad("spec.limit: Invalid value: %d: must be between 1 and %d".formatted(limit, MAX_LIMIT));
    }

    /** The revision before which events are searched; {@link Long#MAX_VALUE} if the search begins at its moment. */
    private static Checked<Long> before(Asked asked) {
        String before = asked.spec().path("before").asText("");
        if (before.isEmpty()) {
            return Checked.ok(Long.MAX_VALUE);
        }
        return before.matches("[1-9][0-9]{0,17}")
                ? Checked.ok(Long.parseLong(before))
                : Checked.bad("spec.before: Invalid value: \"%s\": must be a revision".formatted(before));
    }

    /** One search. */
    private final class Search {
        private final Asked asked;
        private final SearchWords words;
        private final int limit;
        private final long oldest;
        private final boolean isNow;
        private final SearchWalk walk;

        Search(Asked asked, SearchWords words, int limit, long oldest, boolean isNow) {
            this.asked = asked;
            this.words = words;
            this.limit = limit;
            this.oldest = oldest;
            this.isNow = isNow;
            this.walk = new SearchWalk(history, Image.MAIN_SHARD, oldest, System::nanoTime);
        }

        ObjectNode status(Image image, long upTo, long before) {
            ObjectNode status = Json.MAPPER.createObjectNode();
            status.put("revision", Long.toString(upTo));
            boolean goesOn = before != Long.MAX_VALUE;
            objects(status, goesOn ? List.of() : objects(image));
            Found found = new Found(image, asked.spec().path("people").asBoolean());
            long position = walk.back(
                    Math.min(upTo, before - 1),
                    visible(event -> found.isWanted(event) || found.isGone(event)),
                    words.aboutFields() ? FIELD_STRETCH : STRETCH,
                    words.aboutFields() ? found::fieldChanges : found::changes);
            if (!words.aboutFields()) {
                walk.back(position, visible(found::isGone), STRETCH, found::deletions);
            }
            status.set("changes", found.changes);
            status.set("deleted", found.deleted);
            long searchedTo = Math.max(oldest, position + 1);
            status.put("searchedTo", Long.toString(searchedTo));
            status.put("more", searchedTo > oldest);
            return status;
        }

        private void objects(ObjectNode status, List<StoredObject> found) {
            ArrayNode objects = status.putArray("objects");
            for (StoredObject object : found.subList(0, Math.min(limit, found.size()))) {
                objects.add(ObjectAsked.reference(object.key(), asked.kinds()).put("uid", object.uid()));
            }
            status.put("moreObjects", found.size() > limit);
        }

        /** The objects of the image, those first whose names fit best. */
        private List<StoredObject> objects(Image image) {
            if (words.aboutFields()) {
                return List.of();
            }
            List<StoredObject> found = new ArrayList<>();
            for (ResourceType type : image.types()) {
                KindDescription kind = asked.kinds().get(type);
                if (kind == null || !kind.shard().equals(Image.MAIN_SHARD)) {
                    continue;
                }
                for (StoredObject object :
                        asked.namespace().isEmpty() ? image.list(type) : image.list(type, asked.namespace())) {
                    if (words.matches(object, kind.kind()) && sees(object)) {
                        found.add(object);
                    }
                }
            }
            found.sort(Comparator.<StoredObject>comparingInt(object -> words.rank(object.key()))
                    .thenComparing(object -> object.key().name())
                    .thenComparing(object -> object.key().namespace()));
            return found;
        }

        private boolean sees(StoredObject object) {
            return isNow ? asked.access().sees(object.key()) : asked.access().seesAt(object.key(), object.revision());
        }

        /** The events that the caller may read and that pass a filter. */
        private ChangeFilter visible(Predicate<Event> filter) {
            ChangeFilter wanted = ChangeFilter.ALL.and(filter).and(asked.access());
            return asked.namespace().isEmpty() ? wanted : wanted.inNamespaceOnly(asked.namespace());
        }

        /** What walks through the log find. The last deletion counts of each object that is not there any more. */
        private final class Found {
            private final Image image;
            private final boolean ofUsers;
            private final ArrayNode changes = Json.MAPPER.createArrayNode();
            private final ArrayNode deleted = Json.MAPPER.createArrayNode();
            private final Set<ObjectKey> gone = new HashSet<>();

            Found(Image image, boolean ofUsers) {
                this.image = image;
                this.ofUsers = ofUsers;
            }

            boolean isWanted(Event event) {
                return words.matches(event) && (!ofUsers || Users.asked(event));
            }

            boolean isGone(Event event) {
                return event.type().removes() && words.matchesObject(event) && image.get(event.key()) == null;
            }

            Optional<Event> changes(List<Event> events) {
                for (Event event : events) {
                    deletion(event);
                    if (isWanted(event) && isFull(changes.add(ChangeView.of(event)))) {
                        return Optional.of(event);
                    }
                }
                return Optional.empty();
            }

            Optional<Event> fieldChanges(List<Event> events) {
                for (PastChange change : Past.await(history.withBefore(events))) {
                    if (words.matches(FieldDiff.of(change)) && isFull(changes.add(ChangeView.of(change)))) {
                        return Optional.of(change.event());
                    }
                }
                return Optional.empty();
            }

            Optional<Event> deletions(List<Event> events) {
                events.forEach(this::deletion);
                return events.stream().filter(event -> isFull(deleted)).findFirst();
            }

            private void deletion(Event event) {
                if (!isFull(deleted) && isGone(event) && gone.add(event.key())) {
                    deleted.add(ChangeView.of(event));
                }
            }

            private boolean isFull(ArrayNode found) {
                return found.size() >= limit;
            }
        }
    }
}
