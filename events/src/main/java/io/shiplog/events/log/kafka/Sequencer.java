package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Event;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Advances from a position through records, one by one, and determines which count. Every reader of a shard uses it: all of
 * them agree because the rule ({@link Place}) depends only on the records.
 */
final class Sequencer {
    static final byte[] EVERY_KEY = {};

    private final RecordCodec codec;
    private final Quarantine quarantine;
    private final Watcher watcher;
    private final byte[] keys;
    private Place place;

    Sequencer(RecordCodec codec, Quarantine quarantine, Place start, Watcher watcher) {
        this(codec, quarantine, start, watcher, EVERY_KEY);
    }

    /** @param keys the key prefix of the wanted events */
    Sequencer(RecordCodec codec, Quarantine quarantine, Place start, Watcher watcher, byte[] keys) {
        this.codec = codec;
        this.quarantine = quarantine;
        this.place = start;
        this.watcher = watcher;
        this.keys = keys;
    }

    /** Also receives claims and void records. */
    interface Watcher {
        Watcher NONE = new Watcher() {};

        /** A claim was read; {@code place} is behind it. */
        default void onClaim(Head.OfClaim claim, boolean counts, Place place) {}

        /** A void record was read. */
        default void onVoid(Head.OfEvent head) {}

        /** The event itself if this process wrote it and still has it: saves decoding, and a second copy in memory. */
        default @Nullable Event written(Head.OfEvent head) {
            return null;
        }
    }

    Place place() {
        return place;
    }

    /** Everything below a position has been read. */
    void passed(long position) {
        place = place.at(position);
    }

    /** The next record; null unless it is a wanted event that counts and can be decoded. */
    @Nullable Event next(ConsumerRecord<byte[], byte[]> record) {
        Head parsed = codec.parse(record);
        Event written = written(parsed);
        if (written != null) {
            // Written here, and recognized by its link, which no one else can know: nothing is left to check.
            place = place.counted(record.offset(), written.chain());
            return written;
        }
        return switch (codec.authenticate(record, parsed)) {
            case Head.OfEvent head -> event(record, head);
            case Head.OfClaim claim -> {
                boolean counts = place.countsClaim(claim.claim().epoch());
                place = counts ? place.claimed(record.offset(), claim.claim().epoch()) : place.passed(record.offset());
                watcher.onClaim(claim, counts, place);
                yield null;
            }
            case Head.Unreadable unreadable -> {
                quarantine.add(record.offset(), unreadable.why());
                place = place.passed(record.offset());
                yield null;
            }
        };
    }

    private @Nullable Event written(Head head) {
        return head instanceof Head.OfEvent event && place.countsEvent(event.epoch(), event.revision())
                ? watcher.written(event)
                : null;
    }

    private @Nullable Event event(ConsumerRecord<byte[], byte[]> record, Head.OfEvent head) {
        if (!place.countsEvent(head.epoch(), head.revision())) {
            place = place.passed(record.offset());
            watcher.onVoid(head);
            return null;
        }
        if (place.chainIsKnown() && !codec.follows(place.chain(), record, head)) {
            quarantine.add(
                    record.offset(), "it does not follow revision %d in the hash chain".formatted(place.revision()));
            place = place.passed(record.offset());
            return null;
        }
        place = place.counted(record.offset(), head.chain());
        if (!wanted(record.key())) {
            return null;
        }
        try {
            return codec.event(record, head);
        } catch (RecordCodec.UndecodableException e) {
            quarantine.add(record.offset(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** A record without a key is included: it is to be quarantined. */
    private boolean wanted(byte @Nullable [] key) {
        return key == null || key.length >= keys.length && Arrays.equals(keys, 0, keys.length, key, 0, keys.length);
    }
}
