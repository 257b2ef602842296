package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog.BatchReader;
import io.shiplog.events.log.EventLog.Tail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tail that begins in the past: reads on its own thread until it has caught up, then follows the live reader. */
final class CatchUp implements Tail {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(500);

    private final String shard;
    private final LiveReader live;
    private final Supplier<PartitionReader> readers;
    private final Sequencer sequencer;
    private final BatchReader batches;
    private final PlaceIndex index;
    private final Thread thread;
    private final Object lock = new Object();

    private long handedOver;
    private boolean closed;
    private @Nullable Tail following;

    /** @param sequencer at or below {@code after} */
    CatchUp(
            String shard,
            LiveReader live,
            Supplier<PartitionReader> readers,
            Sequencer sequencer,
            PlaceIndex index,
            long after,
            BatchReader batches) {
        this.shard = shard;
        this.live = live;
        this.readers = readers;
        this.sequencer = sequencer;
        this.index = index;
        this.handedOver = after;
        this.batches = batches;
        this.thread =
                Thread.ofPlatform().daemon().name("log-" + shard + "-catch-up").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (PartitionReader reader = readers.get()) {
            reader.seek(sequencer.place().offset());
            while (!joined()) {
                step(reader);
            }
        } catch (InvalidOffsetException e) {
            LOG.error("shard {}: a tail at revision {} ends here, the log was truncated", shard, handedOver);
        } catch (InterruptException e) {
            LOG.debug("shard {}: a tail was interrupted", shard);
        } catch (RuntimeException e) {
            LOG.error("shard {}: a tail at revision {} ends here", shard, handedOver, e);
        }
    }

    private void step(PartitionReader reader) {
        List<Event> batch = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                Event event = sequencer.next(record);
                if (event != null && event.revision() > handedOver) {
                    batch.add(event);
                }
            }
            sequencer.passed(reader.position());
        } catch (InvalidOffsetException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("shard {}: a tail cannot read now: {}", shard, e.getMessage());
            pause();
        }
        index.note(sequencer.place());
        handedOver = Math.max(handedOver, sequencer.place().revision());
        if (!batch.isEmpty() && !isClosed()) {
            LiveReader.hand(batches, List.copyOf(batch));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_ERROR);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Whether it is finished: the live reader has taken over, or it was closed. */
    private boolean joined() {
        synchronized (lock) {
            if (closed || live.isClosed()) {
                return true;
            }
            Optional<Tail> tail = live.join(handedOver, batches);
            following = tail.orElse(null);
            return tail.isPresent();
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            if (following != null) {
                following.close();
            }
        }
    }
}
