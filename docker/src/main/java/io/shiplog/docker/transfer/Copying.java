package io.shiplog.docker.transfer;

import io.shiplog.docker.transfer.Stretch.Part;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogCopy;
import io.shiplog.events.log.SignedHead;
import java.util.ArrayList;
import java.util.List;

/** Copies a shard's past into another log, or resumes an interrupted copy. */
public final class Copying {
    /** The number of events after which the copy is made durable. */
    private static final int DURABLE_AFTER = 8_192;

    private Copying() {}

    /**
     * The result.
     *
     * @param found the revision up to which the events existed already
     * @param revision up to which they exist now
     */
    public record Copied(long found, long revision) {
        /** How many events were written. */
        public long events() {
            return revision - found;
        }
    }

    /**
     * Copies the missing events of a part of a shard.
     *
     * @throws ForeignLogException if the target's events are not the beginning of the part; nothing is written
     * @throws LogCopy.BrokenChainException if the source's events do not continue one another; those before are written
     */
    public static Copied copy(EventLog source, Part part, LogCopy target) {
        long found = target.revision();
        if (found > 0) {
            mustBeginAs(source, part, target);
        }
        long from = Math.max(found, part.after());
        while (from < part.upTo()) {
            long to = Math.min(part.upTo(), from + DURABLE_AFTER);
            source.read(from, to, into(target));
            target.flush();
            from = to;
        }
        return new Copied(found == 0 ? part.after() : found, Math.max(found, part.upTo()));
    }

    private static EventLog.BatchReader into(LogCopy target) {
        return new EventLog.BatchReader() {
            @Override
            public void onEvents(List<Event> batch) {
                target.write(batch);
            }

            @Override
            public void onHead(SignedHead head) {
                target.head(head);
            }
        };
    }

    private static void mustBeginAs(EventLog source, Part part, LogCopy target) {
        long revision = target.revision();
        if (revision > part.upTo()) {
            throw new ForeignLogException(source.shard(), revision, "this one ends at " + part.upTo());
        }
        if (revision <= part.after()) {
            throw new ForeignLogException(source.shard(), revision, "this one begins after " + part.after());
        }
        List<Event> event = new ArrayList<>();
        source.read(revision - 1, revision, event::addAll);
        if (event.isEmpty() || !event.getFirst().chain().equals(target.chain())) {
            throw new ForeignLogException(source.shard(), revision, "that event is another one here");
        }
    }

    /** The target's log is not the beginning of this one. */
    public static final class ForeignLogException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ForeignLogException(String shard, long revision, String why) {
            super(
                    "the target is not empty, and does not hold the beginning of this log: its shard %s goes up to revision %d, but %s. It stays as it is"
                            .formatted(shard, revision, why));
        }
    }
}
