package io.shiplog.projections.live;

import static io.shiplog.projections.live.Story.configMap;
import static io.shiplog.projections.live.Story.lease;
import static io.shiplog.projections.live.Story.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LiveImageTest {
    private final Story story = new Story();

    @Test
    void a_start_holds_all_that_was_in_the_log() {
        story.created(pod("a"));
        story.created(configMap("c"));
        story.created(lease("node-1"));
        story.deleted(configMap("c"));

        Image image = story.live().current();

        assertEquals(Map.of("events", 3L, "leases", 1L), image.revisions());
        assertNotNull(image.get(pod("a")));
        assertNull(image.get(configMap("c")));
        assertNotNull(image.get(lease("node-1")));
    }

    @Test
    void a_start_tells_its_progress_up_to_the_end() {
        story.created(pod("a"));
        story.created(pod("b"));
        List<String> told = new ArrayList<>();

        LiveImage.start(
                story.logs(),
                Story.KINDS,
                SnapshotStore.NONE,
                KeyframeStore.NONE,
                (shard, done, total, rate) -> told.add("%s %d/%d %b".formatted(shard, done, total, rate > 0)),
                Clock.systemUTC());

        assertEquals(List.of("events 2/2 true"), told);
    }

    @Test
    void a_start_without_the_main_shard_is_refused() {
        story.logs().remove("events");

        assertThrows(IllegalArgumentException.class, story::live);
    }

    @Test
    void newest_is_complete_at_once_when_nothing_is_missing() {
        story.created(pod("a"));
        LiveImage live = story.live();

        CompletableFuture<Image> newest = live.newest("events").toCompletableFuture();

        assertTrue(newest.isDone());
        assertSame(live.current(), newest.join());
    }

    @Test
    void at_least_waits_for_a_revision_to_come() {
        LiveImage live = story.live();

        CompletableFuture<Image> second = live.atLeast("events", 2).toCompletableFuture();
        story.created(pod("a"));
        assertFalse(second.isDone());
        story.created(pod("b"));

        assertEquals(2, second.join().revision("events"));
    }

    @Test
    void who_waits_when_the_image_is_closed_hears_so() {
        LiveImage live = story.live();
        CompletableFuture<Image> never = live.atLeast("events", 1).toCompletableFuture();

        live.close();

        assertTrue(never.isCompletedExceptionally());
    }

    @Test
    void a_listener_gets_every_delta_after_its_start_and_none_before() {
        story.created(pod("a"));
        LiveImage live = story.live();
        List<Long> seen = new ArrayList<>();

        ImageSource.Subscription subscription =
                live.subscribe((delta, image) -> delta.changes().forEach(change -> seen.add(change.revision())));
        story.modified(pod("a"));
        story.created(pod("b"));
        subscription.close();
        story.created(pod("c"));

        assertEquals(1, subscription.start().revision("events"));
        assertEquals(List.of(2L, 3L), seen);
    }

    @Test
    void a_listener_that_fails_harms_no_other() {
        LiveImage live = story.live();
        List<Image> seen = new ArrayList<>();
        live.subscribe((delta, image) -> {
            throw new IllegalStateException("a bug");
        });
        live.subscribe((delta, image) -> seen.add(image));

        story.created(pod("a"));

        assertEquals(1, seen.size());
        assertEquals(1, live.current().revision("events"));
    }

    @Test
    void an_unknown_shard_is_refused_by_name() {
        LiveImage live = story.live();

        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> live.newest("other"));

        assertTrue(refusal.toString().contains("other"), refusal.toString());
    }
}
