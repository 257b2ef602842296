package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Audit;
import io.shiplog.events.log.Audit.Finding;
import io.shiplog.events.log.Audit.Witness;
import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog.BatchReader;
import io.shiplog.events.log.RecentLinks;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.log.Signers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a shard's records are as they were written: given all of them in order, it recomputes each link of the hash
 * chain, compares each header with its event, and distinguishes a superseded writer's record from one that was altered, removed
 * or inserted.
 */
final class Auditor {
    private final String shard;
    private final RecordCodec codec;
    private final Map<Long, List<Witness>> witnesses = new HashMap<>();
    private final BatchReader counted;
    private final List<Finding> findings = new ArrayList<>();

    private Place place = Place.START;
    private long oldest = 1;
    private long events;
    private long voids;
    /** The next event is not verified: its predecessor is not in the log, or cannot be read. */
    private boolean adrift;
    /** The epochs before this position are unknown. */
    private boolean strangers;
    /** The position of each superseded writer: its events in flight continue from there, and do not count. */
    private final Map<Long, Place> superseded = new HashMap<>();
    /** In a run of records that do not continue the log: the first of them was reported. */
    private boolean lost;

    private final RecentLinks links;

    /**
     * @param signers the public keys for the heads in claims; none if signatures are not checked
     * @param counted receives the events that count
     */
    Auditor(String shard, RecordCodec codec, List<Witness> witnesses, Signers signers, BatchReader counted) {
        this.shard = shard;
        this.codec = codec;
        this.links = new RecentLinks(signers);
        this.counted = counted;
        witnesses.forEach(each -> this.witnesses
                .computeIfAbsent(each.revision(), r -> new ArrayList<>())
                .add(each));
    }

    /** The log begins after its first record: it was truncated. */
    void cut() {
        adrift = true;
        strangers = true;
        oldest = 0;
    }

    /** Some records cannot be read at all. */
    void unreadable(long from, long to, String why) {
        find(from, place.revision() + 1, (to == from ? "" : "and up to offset " + to + ": ") + why);
        adrift = true;
        strangers = true;
    }

    /** The next record. */
    void next(ConsumerRecord<byte[], byte[]> record) {
        switch (codec.head(record)) {
            case Head.OfClaim claim -> {
                if (place.countsClaim(claim.claim().epoch())) {
                    superseded.put(place.epoch(), place);
                    place = place.claimed(record.offset(), claim.claim().epoch());
                }
                // A superseded writer may also have signed its void events.
                if (claim.claim().epoch() == place.epoch() && claim.signed() != null) {
                    head(record.offset(), claim.signed());
                }
            }
            case Head.OfEvent head -> event(record, head);
            case Head.Unreadable unreadable ->
                find(record.offset(), place.revision() + 1, "is no record of this log: " + unreadable.why());
        }
    }

    private void head(long offset, SignedHead head) {
        if (adrift) {
            return;
        }
        String wrong = links.add(head);
        if (wrong != null) {
            find(offset, head.revision(), wrong);
        }
    }

    private void event(ConsumerRecord<byte[], byte[]> record, Head.OfEvent head) {
        boolean unproven = adrift && head.epoch() >= place.epoch();
        if (unproven) {
            place = new Place(record.offset(), head.epoch(), head.revision() - 1, Chain.START);
            oldest = oldest == 0 ? head.revision() : oldest;
            adrift = false;
        }
        if (place.countsEvent(head.epoch(), head.revision())) {
            count(record, head, unproven);
        } else if (head.epoch() < place.epoch()) {
            uncounted(record, head);
        } else if (!lost) {
            lost = true;
            find(
                    record.offset(),
                    place.revision() + 1,
                    "is revision %d of epoch %d, but here comes revision %d of epoch %d: nothing counts from here on"
                            .formatted(head.revision(), head.epoch(), place.revision() + 1, place.epoch()));
        }
    }

    private void uncounted(ConsumerRecord<byte[], byte[]> record, Head.OfEvent head) {
        Place last = superseded.get(head.epoch());
        if (last == null ? strangers : goesOn(last, record, head)) {
            voids++;
            superseded.computeIfPresent(head.epoch(), (epoch, line) -> line.counted(record.offset(), head.chain()));
        } else {
            find(
                    record.offset(),
                    place.revision() + 1,
                    "says it is revision %d of epoch %d, which no writer of that epoch has left"
                            .formatted(head.revision(), head.epoch()));
        }
    }

    private boolean goesOn(Place last, ConsumerRecord<byte[], byte[]> record, Head.OfEvent head) {
        try {
            return head.revision() == last.revision() + 1
                    && Chain.next(
                                    last.chain(),
                                    shard,
                                    head.epoch(),
                                    codec.event(record, head).draft())
                            .equals(head.chain());
        } catch (RecordCodec.UndecodableException e) {
            return false;
        }
    }

    private void count(ConsumerRecord<byte[], byte[]> record, Head.OfEvent head, boolean unproven) {
        String previous = place.chain();
        place = place.counted(record.offset(), head.chain());
        links.add(head.revision(), head.chain());
        lost = false;
        events++;
        try {
            Event event = codec.event(record, head);
            if (!unproven
                    && !Chain.next(previous, shard, head.epoch(), event.draft()).equals(head.chain())) {
                find(record.offset(), head.revision(), "does not fit its link in the hash chain: " + told(event));
            } else {
                String altered = altered(record, event);
                if (altered != null) {
                    find(record.offset(), head.revision(), altered + " is not as it was written: " + told(event));
                }
            }
            counted.onEvents(List.of(event));
        } catch (RecordCodec.UndecodableException e) {
            find(record.offset(), head.revision(), "cannot be decoded: " + e.getMessage());
        }
        hear(witnesses.getOrDefault(head.revision(), List.of()), head, record.offset());
    }

    private static String told(Event event) {
        return event.type() + " of " + event.key().recordKey();
    }

    /** Data outside the chain: redundant headers, and the record's time. */
    private @Nullable String altered(ConsumerRecord<byte[], byte[]> record, Event event) {
        ProducerRecord<byte[], byte[]> written = codec.encode(event);
        for (Header header : written.headers()) {
            Header found = record.headers().lastHeader(header.key());
            if (header.key().equals(RecordMac.HEADER)) {
                continue; // Checked with the head; a record from before the key has none.
            }
            if (found == null || !Arrays.equals(found.value(), header.value())) {
                return "its header " + header.key();
            }
        }
        return written.timestamp().equals(record.timestamp()) ? null : "its time";
    }

    private void hear(List<Witness> all, Head.OfEvent head, long offset) {
        for (Witness witness : all) {
            if (!witness.chain().equals(head.chain())) {
                find(
                        offset,
                        head.revision(),
                        "has a different link in the hash chain than %s: the past was rewritten, here or before"
                                .formatted(witness.name()));
            }
        }
    }

    private void find(long offset, long revision, String what) {
        if (findings.size() < Audit.MOST_FINDINGS) {
            findings.add(new Finding(offset, revision, what));
        }
    }

    /** The result, after the last record. */
    Audit finished() {
        witnesses.values().stream()
                .flatMap(List::stream)
                .filter(witness -> witness.revision() > place.revision())
                .forEach(witness -> find(
                        place.offset(),
                        place.revision() + 1,
                        "is missing: %s remembers revision %d, but the log ends at %d"
                                .formatted(witness.name(), witness.revision(), place.revision())));
        return new Audit(
                shard,
                oldest == 0 ? place.revision() + 1 : oldest,
                place.revision(),
                place.chain(),
                events,
                voids,
                links.signatures(),
                findings);
    }
}
