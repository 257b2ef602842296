package io.shiplog.projections.travel;

import static io.shiplog.projections.live.Story.configMap;
import static io.shiplog.projections.live.Story.lease;
import static io.shiplog.projections.live.Story.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.live.CutLog;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.RandomStory;
import io.shiplog.projections.live.SnapshotWriter;
import io.shiplog.projections.live.Story;
import io.shiplog.projections.snapshot.InMemorySnapshotStore;
import io.shiplog.projections.travel.TimeTravel.NotYetException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ObjectTravelTest {
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-11-22T23:59:59Z"), ZoneOffset.UTC);
    private static final int EVENTS = 150;

    private final Story story = new Story();

    @Test
    void an_object_at_any_revision_and_time_is_the_one_in_the_image_of_that_moment() {
        long seed = new Random().nextLong();
        System.out.println("ObjectTravelTest seed " + seed);
        new RandomStory(seed, story).tell(EVENTS);
        LiveImage live = story.live();
        TimeTravel travel = travel(live);
        List<ObjectKey> keys = List.of(pod("object-1"), configMap("object-2"), lease("object-3"), pod("never"));
        for (long revision = 0; revision <= live.current().revision("events"); revision++) {
            Image image = join(live.at(revision));
            Instant time = image.time("events");
            Image then = join(live.at(time));
            for (ObjectKey key : keys) {
                assertEquals(Optional.ofNullable(image.get(key)), join(travel.at(revision, key)), "seed " + seed);
                assertEquals(Optional.ofNullable(then.get(key)), join(travel.at(time, key)), "seed " + seed);
            }
        }
    }

    @Test
    void one_that_was_deleted_is_not_there_and_one_made_anew_is_the_new_one() {
        story.created(pod("a"), "turn", "1");
        story.deleted(pod("a"), "turn", "1");
        story.created(pod("a"), "turn", "2");
        TimeTravel travel = travel(story.live());

        assertEquals("1", label(travel.at(1, pod("a"))));
        assertTrue(join(travel.at(2, pod("a"))).isEmpty());
        assertEquals("2", label(travel.at(3, pod("a"))));
    }

    @Test
    void the_future_is_refused() {
        story.created(pod("a"));
        TimeTravel travel = travel(story.live());

        assertInstanceOf(NotYetException.class, failure(travel.at(2, pod("a"))));
        assertInstanceOf(NotYetException.class, failure(travel.at(Instant.parse("2027-01-01T00:00:00Z"), pod("a"))));
    }

    @Test
    void what_a_cut_may_have_taken_is_not_called_missing() {
        story.created(pod("before"));
        story.created(pod("a"));
        story.created(pod("after"));
        InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
        SnapshotWriter.start(story.live(), snapshots, SnapshotWriter.Settings.DEFAULT)
                .close();
        story.created(pod("last"));
        story.logs().put("events", new CutLog(story.main(), 3));
        TimeTravel travel = travel(story.live(snapshots));

        assertTrue(join(travel.at(3, pod("after"))).isPresent());
        assertTrue(join(travel.at(3, pod("before"))).isPresent(), "the snapshot's image has it");
        CutLogException cut = assertInstanceOf(CutLogException.class, failure(travel.at(1, pod("before"))));
        assertEquals(3, cut.oldest());
    }

    @Test
    void aMomentBeforeTheLastChangeOfADefinitionIsReadFromItsImage() {
        story.created(pod("web"));
        ObjectKey definition = ObjectKey.clusterScoped(
                new ResourceType("apiextensions.k8s.io", "customresourcedefinitions"), "boats.example.org");
        story.created(definition);
        LiveImage live = story.live();
        List<Long> fromImages = new ArrayList<>();
        TimeTravel images = new TimeTravel() {
            @Override
            public CompletionStage<Image> at(long revision) {
                fromImages.add(revision);
                return live.at(revision);
            }

            @Override
            public CompletionStage<Image> at(Instant time) {
                return live.at(time);
            }
        };
        TimeTravel travel = new ObjectTravel(images, new ScannedHistory(story.logs()), live, NOW);

        assertTrue(join(travel.at(1, pod("web"))).isPresent());
        assertTrue(join(travel.at(2, pod("web"))).isPresent());

        assertEquals(List.of(1L), fromImages, "the kinds of revision 2 are those of now");
    }

    private TimeTravel travel(LiveImage live) {
        return new ObjectTravel(live, new ScannedHistory(story.logs()), live, NOW);
    }

    private static String label(CompletionStage<Optional<StoredObject>> stage) {
        return String.valueOf(join(stage).orElseThrow().labels().get("turn"));
    }

    private static Throwable failure(CompletionStage<?> stage) {
        return Objects.requireNonNull(
                assertThrows(CompletionException.class, () -> join(stage)).getCause());
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
