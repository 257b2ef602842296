package io.shiplog.projections.watch;

import static io.shiplog.projections.live.Story.configMap;
import static io.shiplog.projections.live.Story.lease;
import static io.shiplog.projections.live.Story.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.EventLog;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.live.CutLog;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final int LIMIT = 100;
    private static final int PATIENCE_SECONDS = 20;

    private final Story story = new Story();
    private final Semaphore woken = new Semaphore(0);

    @Test
    void a_watcher_gets_the_changes_of_its_type_behind_its_revision() {
        LiveImage live = story.live();
        story.created(pod("a"));
        story.created(configMap("c"));
        story.modified(pod("a"), "app", "web");
        story.deleted(pod("a"), "app", "web");

        WatchSource.Slice slice =
                live.open(Story.PODS, 1, Story.WATCHER, woken::release).poll(LIMIT);

        assertEquals(List.of(3L, 4L), revisions(slice.changes()));
        assertEquals(4, slice.through());
        Change modified = slice.changes().getFirst();
        assertEquals(Map.of(), present(modified.before()).labels());
        assertEquals(Map.of("app", "web"), modified.after().labels());
        assertTrue(slice.changes().getLast().removes());
    }

    /** Given an access, which changes no object / when watched from memory and from the log / then watchers see nothing, and bookmarks pass it. */
    @Test
    void an_access_is_no_change() {
        LiveImage live = story.live();
        story.created(pod("a"), "app", "web");
        story.accessed(pod("a"));
        WatchSource.Cursor cursor = live.open(Story.PODS, 1, Story.WATCHER, woken::release);

        assertEquals(new WatchSource.Slice(List.of(), 2), cursor.poll(LIMIT));
        assertEquals(1, present(live.current().get(pod("a"))).revision());
        story.modified(pod("a"), "app", "shop");
        Change modified = cursor.poll(LIMIT).changes().getFirst();
        assertEquals(Map.of("app", "web"), present(modified.before()).labels());
    }

    @Test
    void a_watcher_is_woken_by_its_own_type_alone() {
        LiveImage live = story.live();
        WatchSource.Cursor cursor = live.open(Story.PODS, 0, Story.WATCHER, woken::release);
        cursor.poll(LIMIT);

        story.created(configMap("c"));
        assertEquals(0, woken.availablePermits());
        story.created(pod("a"));

        assertEquals(1, woken.availablePermits());
    }

    @Test
    void bookmarks_move_on_with_other_types() {
        LiveImage live = story.live();
        WatchSource.Cursor cursor = live.open(Story.PODS, 0, Story.WATCHER, woken::release);
        story.created(configMap("c"));
        story.created(configMap("d"));

        assertEquals(new WatchSource.Slice(List.of(), 2), cursor.poll(LIMIT));
    }

    @Test
    void a_slice_that_is_cut_by_its_limit_says_how_far_it_came() {
        LiveImage live = story.live();
        story.created(pod("a"));
        story.created(pod("b"));
        story.created(configMap("c"));
        WatchSource.Cursor cursor = live.open(Story.PODS, 0, Story.WATCHER, woken::release);

        assertEquals(1, cursor.poll(1).through());
        assertEquals(3, cursor.poll(1).through());
    }

    @Test
    void a_watcher_ahead_of_the_image_gets_nothing_it_has_seen() {
        LiveImage live = story.live();
        WatchSource.Cursor cursor = live.open(Story.PODS, 2, Story.WATCHER, woken::release);
        story.created(pod("a"));
        story.created(pod("b"));
        story.created(pod("c"));

        assertEquals(List.of(3L), revisions(cursor.poll(LIMIT).changes()));
    }

    @Test
    void a_closed_cursor_is_silent() {
        LiveImage live = story.live();
        WatchSource.Cursor cursor = live.open(Story.PODS, 0, Story.WATCHER, woken::release);
        cursor.poll(LIMIT);
        cursor.close();
        story.created(pod("a"));

        assertEquals(0, woken.availablePermits());
        assertEquals(List.of(), cursor.poll(LIMIT).changes());
    }

    @Test
    void a_watcher_behind_the_window_is_served_from_the_log_with_the_objects_before() throws InterruptedException {
        story.created(pod("a"), "app", "web");
        story.created(configMap("c"));
        int churn = ChangeWindow.MAX_CHANGES + 500;
        for (int i = 0; i < churn; i++) {
            story.modified(pod("a"), "turn", Integer.toString(i));
        }
        LiveImage live = story.live();

        List<Change> changes = drain(live.open(Story.PODS, 1, Story.WATCHER, woken::release), churn + 2L);

        assertEquals(churn, changes.size());
        assertEquals(Map.of("app", "web"), present(changes.getFirst().before()).labels());
        for (int i = 1; i < churn; i++) {
            assertEquals(changes.get(i - 1).after(), present(changes.get(i).before()));
            assertEquals(i + 3L, changes.get(i).revision());
        }
    }

    @Test
    void a_watcher_that_lags_falls_back_to_the_log_and_misses_nothing() throws InterruptedException {
        LiveImage live = story.live();
        WatchSource.Cursor cursor = live.open(Story.PODS, 0, Story.WATCHER, woken::release);
        story.created(pod("a"));
        List<Change> changes = new ArrayList<>(cursor.poll(1).changes());
        int churn = 2 * ChangeWindow.MAX_CHANGES;
        for (int i = 0; i < churn; i++) {
            story.modified(pod("a"));
        }

        changes.addAll(drain(cursor, churn + 1L));

        assertEquals(churn + 1, changes.size());
        assertNull(changes.getFirst().before());
        assertEquals(churn + 1L, changes.getLast().revision());
    }

    @Test
    void a_revision_that_was_cut_from_the_log_is_refused_when_polled() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            story.created(lease("l" + i));
        }
        CutLog cut = new CutLog(story.logs().get("leases"), 4);
        story.logs().put("leases", cut);
        LiveImage live = story.live();

        WatchSource.Cursor cursor = live.open(Story.LEASES, 1, Story.WATCHER, woken::release);

        assertTrue(woken.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS));
        EventLog.CutLogException refusal = assertThrows(EventLog.CutLogException.class, () -> cursor.poll(LIMIT));
        assertEquals(4, refusal.oldest());
        assertEquals(
                List.of(4L, 5L),
                revisions(live.open(Story.LEASES, 3, Story.WATCHER, woken::release)
                        .poll(LIMIT)
                        .changes()));
    }

    private List<Change> drain(WatchSource.Cursor cursor, long through) throws InterruptedException {
        List<Change> changes = new ArrayList<>();
        long reached = 0;
        while (reached < through) {
            WatchSource.Slice slice = cursor.poll(LIMIT);
            changes.addAll(slice.changes());
            reached = slice.through();
            if (slice.changes().isEmpty() && reached < through) {
                assertTrue(woken.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS), "stuck at " + reached);
            }
        }
        return changes;
    }

    private static <T> T present(@org.jspecify.annotations.Nullable T value) {
        assertNotNull(value);
        return java.util.Objects.requireNonNull(value);
    }

    private static List<Long> revisions(List<Change> changes) {
        return changes.stream().map(Change::revision).toList();
    }
}
