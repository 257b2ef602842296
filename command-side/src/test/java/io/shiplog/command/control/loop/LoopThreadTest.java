package io.shiplog.command.control.loop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.TestKinds;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
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
            Map.of(Image.MAIN_SHARD, new InMemoryEventLog(Image.MAIN_SHARD, Clock.systemUTC())),
            TestKinds.CATALOGUE,
            SnapshotStore.NONE,
            KeyframeStore.NONE,
            Progress.NONE,
            Clock.systemUTC());

    private class Counted implements Driven {
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

    /** Given one that fails with every change / when changes come / then the others observe them, and it starts again by itself. */
    @Test
    void aBugStopsOneAlone() throws Exception {
        List<Image> images = imagesOf(2);
        Held source = new Held();
        Semaphore observed = new Semaphore(0);
        Semaphore healthy = new Semaphore(0);
        thread.start(
                source,
                List.of(
                        new Counted() {
                            @Override
                            public void observe(ImageDelta delta) {
                                throw new IllegalStateException("a bug");
                            }
                        },
                        new Counted() {
                            @Override
                            public void restart() {
                                healthy.release();
                            }

                            @Override
                            public void observe(ImageDelta delta) {
                                observed.release();
                            }
                        }));
        awaitOnce(started);
        awaitOnce(healthy);

        source.pass(images.get(1));
        awaitOnce(observed);
        source.pass(images.get(2));
        awaitOnce(observed);

        awaitOnce(started);
        assertFalse(healthy.tryAcquire(), "the other did not start again");
    }

    /** A controller that plans on a newer image does not know why. */
    @Test
    void theImageIsThatOfTheNewestChangePassedOn() throws Exception {
        // given: two events, of which the source has passed on the first
        List<Image> images = imagesOf(2);
        Held source = new Held();
        BlockingQueue<Image> observed = new LinkedBlockingQueue<>();
        thread.start(source, List.of(new Counted() {
            @Override
            public void observe(ImageDelta delta) {
                observed.add(thread.image());
            }
        }));
        awaitOnce(started);
        source.current = images.get(2);

        // when
        source.pass(images.get(1));

        // then
        assertSame(images.get(1), observed.poll(20, TimeUnit.SECONDS));
        source.pass(images.get(2));
        assertSame(images.get(2), observed.poll(20, TimeUnit.SECONDS));
        source.pass(images.get(1));
        assertSame(images.get(2), observed.poll(20, TimeUnit.SECONDS), "never back");
    }

    /** The empty image and that after each event. */
    private static List<Image> imagesOf(int events) {
        ImageEvolution evolution = new ImageEvolution(TestKinds.CATALOGUE);
        List<Image> images = new ArrayList<>(List.of(evolution.first()));
        for (int i = 1; i <= events; i++) {
            images.add(evolution
                    .evolve(images.getLast(), Image.MAIN_SHARD, List.of(created(i)))
                    .image());
        }
        return images;
    }

    private static Event created(long revision) {
        return new Event(
                Image.MAIN_SHARD,
                1,
                new EventHead(
                        revision,
                        revision - 1,
                        ObjectKey.of(TestKinds.CONFIG_MAPS, "default", "m" + revision),
                        EventType.of("", "configmaps", "created"),
                        "/",
                        null,
                        Instant.EPOCH,
                        new Origin("dana", null, "create", "c" + revision, null, "c" + revision)),
                Json.of("{}"),
                "");
    }

    /** Passes changes on by hand. */
    private static final class Held implements ImageSource {
        private volatile Image current = Image.EMPTY;
        private volatile @Nullable ImageListener listener;

        private void pass(Image image) {
            Objects.requireNonNull(listener).onDelta(new ImageDelta(Image.MAIN_SHARD, List.of()), image);
        }

        @Override
        public Image current() {
            return current;
        }

        @Override
        public CompletionStage<Image> newest(String shard) {
            return CompletableFuture.completedFuture(current);
        }

        @Override
        public CompletionStage<Image> atLeast(String shard, long revision) {
            return CompletableFuture.completedFuture(current);
        }

        @Override
        public Subscription subscribe(ImageListener each) {
            listener = each;
            return new Subscription() {
                @Override
                public Image start() {
                    return Image.EMPTY;
                }

                @Override
                public void close() {}
            };
        }
    }
}
