package io.shiplog.events.seal;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.RecordPosition;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A shard in which objects of encrypted kinds are stored encrypted; the hash chain covers the stored form. Its callers use
 * plain objects.
 */
public final class SealedLog implements EventLog {
    private final EventLog log;
    private final Seal seal;

    /** @param log with encrypted objects as stored; closed with this one */
    public SealedLog(EventLog log, Seal seal) {
        this.log = log;
        this.seal = seal;
    }

    @Override
    public String shard() {
        return log.shard();
    }

    @Override
    public CompletionStage<Long> end() {
        return log.end();
    }

    @Override
    public long oldest() {
        return log.oldest();
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        return log.read(after, upTo, opening(reader));
    }

    @Override
    public Optional<RecordPosition> position(long revision) {
        return log.position(revision);
    }

    @Override
    public long read(long after, long upTo, ResourceType type, BatchReader reader) {
        return log.read(after, upTo, type, opening(reader));
    }

    @Override
    public Tail tail(long after, BatchReader reader) {
        return log.tail(after, opening(reader));
    }

    private BatchReader opening(BatchReader reader) {
        return new BatchReader() {
            @Override
            public void onEvents(List<Event> batch) {
                reader.onEvents(opened(batch));
            }

            @Override
            public void onHead(SignedHead head) {
                reader.onHead(head);
            }
        };
    }

    /** Most batches have nothing encrypted and are passed on unchanged. */
    private List<Event> opened(List<Event> batch) {
        for (Event event : batch) {
            if (Seal.isSealed(event.object())) {
                return batch.stream().map(this::opened).toList();
            }
        }
        return batch;
    }

    private Event opened(Event event) {
        return event.withObject(seal.open(event.key(), event.revision(), event.object()));
    }

    /** @throws IllegalStateException if this process lacks a key-encryption key */
    @Override
    public LogWriter claim(String address, Duration timeout) {
        seal.keys().prepare();
        return new Writer(log.claim(address, timeout));
    }

    @Override
    public Optional<String> refusal() {
        return log.refusal();
    }

    @Override
    public long rejected() {
        return log.rejected();
    }

    @Override
    public Optional<Claim> newestClaim() {
        return log.newestClaim();
    }

    @Override
    public void close() {
        log.close();
    }

    private final class Writer implements LogWriter {
        private final LogWriter writer;

        private Writer(LogWriter writer) {
            this.writer = writer;
        }

        @Override
        public long epoch() {
            return writer.epoch();
        }

        @Override
        public long lastRevision() {
            return writer.lastRevision();
        }

        @Override
        public CompletionStage<Event> append(EventDraft draft) {
            return writer.append(draft.withObject(seal.seal(draft.key(), draft.revision(), draft.object())));
        }

        @Override
        public boolean alive() {
            return writer.alive();
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
