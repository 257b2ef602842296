package io.shiplog.projections.travel;

import static io.shiplog.projections.live.Story.configMap;
import static io.shiplog.projections.live.Story.lease;
import static io.shiplog.projections.live.Story.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.log.EventLog;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.live.CutLog;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Story;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class TimeTravelTest {
    private final Story story = new Story();

    @Test
    void an_earlier_revision_shows_what_was_there_and_nothing_that_came_later() {
        story.created(pod("a"));
        story.created(configMap("c"));
        story.deleted(pod("a"));
        LiveImage live = story.live();

        Image then = join(live.at(2));

        assertEquals(2, then.revision("events"));
        assertNotNull(then.get(pod("a")));
        assertNull(join(live.at(3)).get(pod("a")));
        assertNull(join(live.at(1)).get(configMap("c")));
        assertEquals(Map.of(), join(live.at(0)).revisions());
    }

    @Test
    void a_revision_shows_the_other_shards_as_they_were_at_its_time() {
        story.at("03:00:00").created(pod("a"));
        story.at("03:00:10").created(lease("early"));
        story.at("03:00:20").created(pod("b"));
        story.at("03:00:30").created(lease("late"));
        story.at("03:00:40").created(pod("c"));
        LiveImage live = story.live();

        Image then = join(live.at(2));

        assertNotNull(then.get(lease("early")));
        assertNull(then.get(lease("late")));
        assertNotNull(join(live.at(3)).get(lease("late")));
    }

    @Test
    void a_time_shows_every_event_that_is_not_after_it() {
        story.at("03:00:00").created(pod("a"));
        story.at("03:00:20").created(pod("b"));
        story.at("03:00:30").created(lease("late"));
        LiveImage live = story.live();

        assertNull(join(live.at(time("03:00:19"))).get(pod("b")));
        assertNotNull(join(live.at(time("03:00:20"))).get(pod("b")));
        assertNull(join(live.at(time("03:00:29"))).get(lease("late")));
        assertNotNull(join(live.at(time("04:00:00"))).get(lease("late")));
        assertEquals(Map.of(), join(live.at(time("02:59:59"))).revisions());
    }

    @Test
    void a_clock_that_was_set_back_does_not_make_a_moment_ambiguous() {
        story.at("03:00:10").created(pod("a"));
        story.at("03:00:20").created(pod("b"));
        story.at("03:00:05").created(pod("set-back"));
        story.at("03:00:30").created(pod("c"));
        LiveImage live = story.live();

        assertEquals(1, join(live.at(time("03:00:15"))).revision("events"));
        assertEquals(3, join(live.at(time("03:00:20"))).revision("events"));
        assertEquals(0, join(live.at(time("03:00:05"))).revision("events"));
        assertEquals(time("03:00:20"), join(live.at(3)).time("events"));
    }

    @Test
    void the_future_is_refused() {
        story.created(pod("a"));
        LiveImage live = story.live();

        assertInstanceOf(TimeTravel.NotYetException.class, failure(live.at(2)));
        assertInstanceOf(TimeTravel.NotYetException.class, failure(live.at(Instant.parse("2027-01-01T00:00:00Z"))));
        assertThrows(IllegalArgumentException.class, () -> live.at(-1));
    }

    @Test
    void an_image_asked_for_twice_is_the_same_one() {
        story.created(pod("a"));
        story.created(pod("b"));
        LiveImage live = story.live();

        assertEquals(join(live.at(1)), join(live.at(1)));
    }

    @Test
    void a_cut_main_shard_refuses_the_past_before_the_cut_and_a_start_without_a_snapshot() {
        story.created(pod("a"));
        story.created(pod("b"));
        story.created(pod("c"));
        EventLog whole = story.main();
        LiveImage live = story.live();
        story.logs().put("events", new CutLog(whole, 3));

        assertThrows(EventLog.CutLogException.class, story::live);
        assertEquals(2, join(live.at(2)).revision("events"));
    }

    @Test
    void a_cut_shard_of_another_kind_shows_what_is_left_of_it() {
        story.at("03:00:00").created(lease("gone"));
        story.at("03:00:01").created(lease("left"));
        story.at("03:00:02").created(pod("a"));
        story.logs().put("leases", new CutLog(story.logs().get("leases"), 2));
        LiveImage live = story.live();

        Image then = join(live.at(1));

        assertNull(then.get(lease("gone")));
        assertNotNull(then.get(lease("left")));
    }

    private static Instant time(String clock) {
        return Instant.parse("2026-11-22T" + clock + "Z");
    }

    private static Throwable failure(CompletionStage<Image> stage) {
        Throwable cause =
                assertThrows(CompletionException.class, () -> join(stage)).getCause();
        return java.util.Objects.requireNonNull(cause);
    }

    private static Image join(CompletionStage<Image> stage) {
        return stage.toCompletableFuture().join();
    }
}
