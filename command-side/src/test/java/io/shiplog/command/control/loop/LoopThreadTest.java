package io.shiplog.command.control.loop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.TestKinds;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.projections.ImageDelta;
import io.shiplog.projections.LiveImage;
import io.shiplog.projections.Progress;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopThreadTest {
    private final Semaphore started = new Semaphore(0);
    private final Semaphore stopped = new Semaphore(0);
    private volatile Duration set = Duration.ZERO;
    private volatile boolean leads = true;
    private final LoopThread thread =
            new LoopThread("under test", () -> Instant.now().plus(set), () -> leads);

    private final LiveImage image = LiveImage.start(
            Map.of(LiveImage.MAIN_SHARD, new InMemoryEventLog(LiveImage.MAIN_SHARD, Clock.systemUTC())),
            TestKinds.CATALOGUE::get,
            SnapshotStore.NONE,
            KeyframeStore.NONE,
            Progress.NONE,
            Clock.systemUTC());

    private final class Counted implements Driven {
        @Override
        public void restart() {
            started.release();
        }

        @Override
        public void stop() {
            stopped.release();
        }

        @Override
        public void observe(ImageDelta delta) {}

        @Override
        public boolean advance() {
            return false;
        }

        /** Far off by the clock. */
        @Override
        public @Nullable Instant nextAppointment() {
            return Instant.now().plusSeconds(3_600);
        }
    }

    @AfterEach
    void close() {
        thread.close();
        image.close();
    }

    private static void awaitOnce(Semaphore happened) throws InterruptedException {
        assertTrue(happened.tryAcquire(20, TimeUnit.SECONDS));
    }

    @Test
    void allStartAnewWhenTheMachinesClockWasSet() throws InterruptedException {
        thread.start(image, List.of(new Counted()));
        awaitOnce(started);
        assertFalse(started.tryAcquire(3 * LoopThread.CHECK.toMillis(), TimeUnit.MILLISECONDS), "nothing happened");

        set = Duration.ofMinutes(-10);
        awaitOnce(started);

        set = Duration.ofMinutes(10);
        awaitOnce(started);
    }

    @Test
    void theyWorkOnlyWhileTheProcessMayWrite() throws InterruptedException {
        thread.start(image, List.of(new Counted()));
        awaitOnce(started);

        leads = false;
        awaitOnce(stopped);

        leads = true;
        awaitOnce(started);
    }
}
