package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A window of consecutive records in the middle of a log: which of them count, determined without reading the log from its start.
 *
 * <p>Consecutive void records are few: a writer never has more than {@link KafkaLogWriter#MOST_OUTSTANDING} events in flight,
 * and a superseded one learns it from its first read-back. So a window of {@link #RECORDS} records has one that counts.
 * Records of an epoch come after its claim, and so the highest epoch in the window is in force at its end; the newest event of
 * the highest epoch that continues it is the last that counts, and the hash chain leads from it back to all others in the
 * window, past every void one (docs/adr/0102). Takes records in order; not thread-safe.
 */
final class LogWindow {
    /** The number of records that make the result certain. */
    static final int RECORDS = 4 * KafkaLogWriter.MOST_OUTSTANDING;

    private final Map<Long, List<Candidate>> byRevision = new HashMap<>();
    private long epoch;
    private @Nullable Candidate last;
    private int records;
    private Head.@Nullable OfClaim claim;

    /** A record that may count. */
    private record Candidate(
            long offset,
            long epoch,
            long revision,
            String chain,
            @Nullable Candidate parent) {
        Place behind() {
            return new Place(offset + 1, epoch, revision, chain);
        }

        /** Its own epoch was in force before it already. The chain there is unknown; the record has its own. */
        Place before() {
            return new Place(offset, epoch, revision - 1, Chain.START);
        }
    }

    /**
     * The positions of the window's counted records, oldest first.
     *
     * @param enough whether the window had {@link #RECORDS} records of this cluster; foreign ones do not count
     */
    record Found(List<Place> places, Optional<Head.OfClaim> claim, boolean enough) {

        /** The position after the newest event that counts. */
        Place newest() {
            return places.getLast();
        }

        /** The position after the last event that is not newer than a revision; empty if the window begins after it. */
        Optional<Place> atOrBelow(long revision) {
            Place found = null;
            for (Place place : places) {
                if (place.revision() <= revision) {
                    found = place;
                }
            }
            return Optional.ofNullable(found);
        }
    }

    void claim(Head.OfClaim read) {
        records++;
        long claimed = read.claim().epoch();
        if (claimed > epoch) {
            epoch = claimed;
            claim = read;
        } else if (claimed == epoch && claim == null) {
            claim = read;
        }
    }

    void event(long offset, Event event) {
        add(new Candidate(offset, event.epoch(), event.revision(), event.chain(), parent(event)));
    }

    /**
     * An undecodable event keeps its position. Its link cannot be verified, so it is accepted only if there is no alternative.
     */
    void broken(long offset, Head.OfEvent head) {
        List<Candidate> before = byRevision.getOrDefault(head.revision() - 1, List.of());
        Candidate parent = before.size() == 1 ? before.getFirst() : null;
        add(new Candidate(offset, head.epoch(), head.revision(), head.chain(), parent));
    }

    private void add(Candidate candidate) {
        records++;
        byRevision
                .computeIfAbsent(candidate.revision(), r -> new ArrayList<>(1))
                .add(candidate);
        if (candidate.epoch() > epoch) {
            epoch = candidate.epoch();
            claim = null;
            last = candidate;
        } else if (candidate.epoch() == epoch && continues(candidate)) {
            last = candidate;
        }
    }

    private boolean continues(Candidate candidate) {
        return last == null || last.epoch() < epoch || candidate.revision() == last.revision() + 1;
    }

    private @Nullable Candidate parent(Event event) {
        for (Candidate before : byRevision.getOrDefault(event.revision() - 1, List.of())) {
            if (Chain.next(before.chain(), event.shard(), event.epoch(), event.draft())
                    .equals(event.chain())) {
                return before;
            }
        }
        return null;
    }

    /** Empty if no event of the window counts. */
    Optional<Found> found() {
        if (last == null) {
            return Optional.empty();
        }
        Deque<Place> places = new ArrayDeque<>();
        Candidate first = last;
        for (Candidate at = last; at != null; at = at.parent()) {
            places.addFirst(at.behind());
            first = at;
        }
        places.addFirst(first.before());
        return Optional.of(new Found(List.copyOf(places), Optional.ofNullable(claim), records >= RECORDS));
    }
}
