package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;

/**
 * Finds the position of a revision in a log without reading it from the start: from a known position, or by guessing an offset
 * between two known positions and reading a window of records there.
 */
final class RevisionSearch {
    /** Within this distance, reading on is cheaper than searching. */
    private static final long NEAR = 2L * LogWindow.RECORDS;

    private static final int MOST_GUESSES = 64;
    private static final Duration POLL = Duration.ofMillis(200);
    /** After this many empty polls the broker counts as unresponsive. */
    private static final int MOST_EMPTY_POLLS = 50;

    private final RecordCodec codec;
    private final PlaceIndex index;

    RevisionSearch(RecordCodec codec, PlaceIndex index) {
        this.codec = codec;
        this.index = index;
    }

    /**
     * Where a new reader of a log starts: a certain position near its end.
     *
     * @param claim in force there, if it was seen on the way
     * @param fromBeginning whether the log has its first record
     */
    record Start(Place place, Optional<Head.OfClaim> claim, boolean fromBeginning) {}

    Start nearEnd(PartitionReader reader) {
        long begin = reader.begin();
        long end = reader.end();
        for (long records = LogWindow.RECORDS; ; records *= 2) {
            if (end - records <= 0 && begin == 0) {
                return new Start(Place.START, Optional.empty(), true);
            }
            long from = Math.max(begin, end - records);
            Optional<LogWindow.Found> window = window(reader, from, Long.MAX_VALUE, end);
            if (window.isPresent() && (window.get().enough() || from == begin)) {
                window.get().places().forEach(index::note);
                return new Start(window.get().newest(), window.get().claim(), begin == 0);
            }
            if (from == begin) {
                throw new LogUnavailableException(
                        "no event of this cluster is left to determine the revision: is retention.ms of the topic -1, and pki/log.key this cluster's?");
            }
        }
    }

    /**
     * The position after a revision, found by reading the few records between two known positions around its event. Empty if
     * they are too many, or ambiguous.
     *
     * @param live a later certain position
     * @param most the maximum number of records
     */
    Optional<Place> exactly(PartitionReader reader, long revision, Place live, int most) {
        Optional<Bracket> known = index.around(revision, live);
        if (known.isEmpty() || revision > live.revision()) {
            return Optional.empty();
        }
        Bracket bracket = known.get();
        long from = bracket.below().revision();
        if (from == revision) {
            return Optional.of(bracket.below());
        }
        if (bracket.slack() == 0) {
            return Optional.of(bracket.below().further(revision - from));
        }
        try {
            return bracket.slack() > most ? Optional.empty() : search(reader, revision, bracket);
        } catch (InvalidOffsetException e) {
            return Optional.empty(); // the lower position is no longer in the log, though the revision may be
        }
    }

    private Optional<Place> search(PartitionReader reader, long revision, Bracket bracket) {
        Place found = null;
        reader.seek(bracket.lowest(revision));
        while (reader.position() <= bracket.highest(revision)) {
            for (ConsumerRecord<byte[], byte[]> record : records(reader)) {
                if (record.offset() <= bracket.highest(revision)
                        && codec.head(record) instanceof Head.OfEvent head
                        && head.revision() == revision) {
                    if (found != null) {
                        return Optional.empty();
                    }
                    found = new Place(record.offset() + 1, head.epoch(), revision, head.chain());
                }
            }
        }
        Optional<Place> place = Optional.ofNullable(found);
        place.ifPresent(index::note);
        return place;
    }

    /**
     * A position at or below a revision, near it.
     *
     * @param live a later certain position
     * @throws CutLogException if the log no longer has the revision after it
     */
    Place at(PartitionReader reader, long after, Place live) {
        long begin = reader.begin();
        Optional<Place> known = index.atOrBelow(after, begin);
        Place below = known.orElse(Place.START);
        boolean certain = known.isPresent() || begin == 0;
        if (certain && after - below.revision() <= NEAR) {
            return below;
        }
        if (after >= live.revision()) {
            return live;
        }
        Place above = index.above(after).orElse(live);
        long from = guess(reader, after, Math.max(begin, certain ? below.offset() : begin), above);
        for (long step = NEAR; ; step *= 2) {
            if (from == 0) {
                return Place.START;
            }
            Optional<LogWindow.Found> window = window(reader, from, LogWindow.RECORDS, live.offset());
            window.ifPresent(found -> found.places().forEach(index::note));
            Optional<Place> place = window.flatMap(found -> found.atOrBelow(after));
            if (place.isPresent()) {
                return place.get();
            }
            if (from == begin) {
                throw new CutLogException(after + 1, oldest(reader, live));
            }
            from = Math.max(begin, from - step);
        }
    }

    /** The oldest revision still in the log, for certain. */
    long oldest(PartitionReader reader, Place live) {
        long begin = reader.begin();
        if (begin == 0) {
            return 1;
        }
        return window(reader, begin, LogWindow.RECORDS, live.offset())
                .map(found -> found.places().getFirst().revision() + 1)
                .orElse(live.revision() + 1);
    }

    /** An offset whose event is at most {@link #NEAR} below a revision, as far as single records show. */
    private long guess(PartitionReader reader, long after, long lowest, Place above) {
        long low = lowest;
        long high = above.offset();
        long highRevision = above.revision();
        for (int guesses = 0; guesses < MOST_GUESSES && high - low > NEAR; guesses++) {
            // Nearly every record is an event: as many offsets back as revisions; alternating with bisection, in case
            // not.
            long far = guesses % 2 == 0 ? high - (highRevision - after) - NEAR / 2 : low + (high - low) / 2;
            long at = Math.clamp(far, low, high - 1);
            OptionalLong revision = revisionAt(reader, at, high);
            if (revision.isEmpty() || revision.getAsLong() > after) {
                high = at;
                highRevision = revision.orElse(highRevision);
            } else if (after - revision.getAsLong() > NEAR) {
                low = Math.max(low + 1, at);
            } else {
                return at;
            }
        }
        return low;
    }

    private OptionalLong revisionAt(PartitionReader reader, long offset, long limit) {
        reader.seek(offset);
        while (reader.position() < limit) {
            for (ConsumerRecord<byte[], byte[]> record : poll(reader)) {
                if (codec.head(record) instanceof Head.OfEvent event) {
                    return OptionalLong.of(event.revision());
                }
            }
        }
        return OptionalLong.empty();
    }

    private Optional<LogWindow.Found> window(PartitionReader reader, long from, long most, long end) {
        LogWindow window = new LogWindow();
        reader.seek(from);
        long seen = 0;
        while (seen < most && reader.position() < end) {
            for (ConsumerRecord<byte[], byte[]> record : poll(reader)) {
                seen += feed(window, record) ? 1 : 0;
            }
        }
        return window.found();
    }

    /** Whether the record is of this cluster. */
    private boolean feed(LogWindow window, ConsumerRecord<byte[], byte[]> record) {
        return switch (codec.head(record)) {
            case Head.OfClaim claim -> {
                window.claim(claim);
                yield true;
            }
            case Head.OfEvent head -> {
                try {
                    Event event = codec.event(record, head);
                    window.event(record.offset(), event);
                } catch (RecordCodec.UndecodableException e) {
                    window.broken(record.offset(), head);
                }
                yield true;
            }
            case Head.Unreadable unreadable -> false;
        };
    }

    private static List<ConsumerRecord<byte[], byte[]>> poll(PartitionReader reader) {
        try {
            return records(reader);
        } catch (InvalidOffsetException e) {
            throw new LogUnavailableException("the log was cut while it was searched", e);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(PartitionReader reader) {
        for (int empty = 0; empty < MOST_EMPTY_POLLS; empty++) {
            long before = reader.position();
            List<ConsumerRecord<byte[], byte[]>> records = reader.poll(POLL);
            if (!records.isEmpty() || reader.position() > before) {
                return records;
            }
        }
        throw new LogUnavailableException("the broker gives no records");
    }
}
