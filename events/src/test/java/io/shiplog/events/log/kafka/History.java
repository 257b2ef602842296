package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog.Claim;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A made-up partition: several writers, some of them superseded without knowing it yet, a racing claim, a stranger's record. */
final class History {
    private static final String TOPIC = "test.events";
    static final RecordCodec CODEC = new RecordCodec("test", "events", TOPIC, RecordMac.NONE);

    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private long offset;

    /** A writer as it sees itself. */
    private static final class Scribe {
        private final long epoch;
        private long revision;
        private String chain;

        Scribe(long epoch, long revision, String chain) {
            this.epoch = epoch;
            this.revision = revision;
            this.chain = chain;
        }
    }

    List<ConsumerRecord<byte[], byte[]>> records() {
        return records;
    }

    /** Some thousand records; stale runs are no longer than {@code longestStaleRun}. */
    static History random(Random random, int writers, int longestStaleRun) {
        History history = new History();
        Scribe current = null;
        for (int epoch = 1; epoch <= writers; epoch++) {
            Scribe former = current;
            history.claim(epoch, "claim-" + epoch);
            if (random.nextInt(4) == 0) {
                history.claim(epoch, "too-late-" + epoch);
            }
            current = new Scribe(
                    epoch, former == null ? 0 : former.revision, former == null ? Chain.START : former.chain);
            int stale = former == null ? 0 : random.nextInt(longestStaleRun + 1);
            // The superseded writer continues from its own state; its revisions are those of the new one.
            Scribe unaware = former == null ? current : new Scribe(former.epoch, former.revision, former.chain);
            int counted = random.nextInt(3 * longestStaleRun);
            while (stale > 0 || counted > 0) {
                if (stale > 0 && (counted == 0 || random.nextBoolean())) {
                    history.event(unaware);
                    stale--;
                } else {
                    history.event(current);
                    counted--;
                }
                if (random.nextInt(50) == 0) {
                    history.stranger();
                }
                if (random.nextInt(100) == 0) {
                    history.claim(epoch, "claim-" + epoch);
                }
            }
        }
        return history;
    }

    private void event(Scribe scribe) {
        EventDraft draft = Drafts.configMap(++scribe.revision, "by-" + scribe.epoch + "-" + scribe.revision);
        Event event = draft.inLog("events", scribe.epoch, Chain.next(scribe.chain, "events", scribe.epoch, draft));
        scribe.chain = event.chain();
        add(CODEC.encode(event));
    }

    private void claim(long epoch, String id) {
        Claim claim = new Claim(epoch, "host-" + epoch, Instant.EPOCH);
        add(CODEC.encode(claim, id, Duration.ofMillis(250), null));
    }

    private void stranger() {
        add(new ProducerRecord<>(TOPIC, 0, 0L, new byte[0], "hello".getBytes(StandardCharsets.UTF_8)));
    }

    private void add(ProducerRecord<byte[], byte[]> record) {
        records.add(read(record, offset++));
    }

    /** As a consumer gets it. */
    static ConsumerRecord<byte[], byte[]> read(ProducerRecord<byte[], byte[]> sent, long offset) {
        return new ConsumerRecord<>(
                sent.topic(),
                0,
                offset,
                sent.timestamp(),
                TimestampType.CREATE_TIME,
                sent.key().length,
                sent.value().length,
                sent.key(),
                sent.value(),
                new RecordHeaders(sent.headers().toArray()),
                java.util.Optional.empty());
    }
}
