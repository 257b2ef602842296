package io.shiplog.projections.history.index;

import io.shiplog.events.log.Event;
import io.shiplog.projections.history.LogIndex.Stretch;
import io.shiplog.projections.history.index.Fingerprint.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The index of {@link #SIZE} consecutive revisions: the words of their events, and a number for the object of each. Unseen
 * revisions count as possible matches, so it can be queried at any time. Thread-safe.
 */
final class Segment {
    /** Revisions of a segment: the first one is of 1 to 16,384. */
    static final int SIZE = 16_384;
    /** Events of an object with fewer others between them are read in one pass. */
    private static final int GAP = 64;

    private static final byte FORM = 1;

    private final long number;
    private final WordSet words;
    private final short[] keys;
    /** Revisions not seen yet; null when there are none left. */
    private @Nullable BitSet unseen;

    private Instant latest;
    /** The link in the hash chain of the last event, empty if not seen. */
    private String chain;

    private Segment(long number, WordSet words, short[] keys, @Nullable BitSet unseen, Instant latest, String chain) {
        this.number = number;
        this.words = words;
        this.keys = keys;
        this.unseen = unseen;
        this.latest = latest;
        this.chain = chain;
    }

    /** An empty segment. */
    static Segment blank(long number) {
        BitSet unseen = new BitSet(SIZE);
        unseen.set(0, SIZE);
        return new Segment(number, new WordSet(), new short[SIZE], unseen, Instant.MIN, "");
    }

    /** The number of the segment of a revision. */
    static long numberOf(long revision) {
        return (revision - 1) / SIZE;
    }

    long number() {
        return number;
    }

    long first() {
        return number * SIZE + 1;
    }

    long last() {
        return first() + SIZE - 1;
    }

    private int place(long revision) {
        return Math.toIntExact(revision - first());
    }

    /** Adds an event; one that was added before changes nothing. */
    synchronized void add(Event event) {
        int place = place(event.revision());
        if (unseen == null || !unseen.get(place)) {
            return;
        }
        words.add(Fingerprint.of(event.key().type()));
        words.add(Fingerprint.of(Field.NAMESPACE, event.key().namespace()));
        words.add(Fingerprint.of(Field.NAME, event.key().name()));
        words.add(Fingerprint.of(Field.ACTOR, event.actor()));
        words.add(Fingerprint.of(Field.COMMAND, event.commandId()));
        words.add(Fingerprint.of(Field.COMMAND, event.correlationId()));
        keys[place] = Fingerprint.of(event.key());
        if (event.time().isAfter(latest)) {
            latest = event.time();
        }
        if (event.revision() == last()) {
            chain = event.chain();
        }
        unseen.clear(place);
        closeIfWhole();
    }

    /** Marks revisions as read: those without an event cannot be decoded, or were truncated. */
    synchronized void passed(long from, long to) {
        if (unseen != null && from <= to) {
            unseen.clear(place(Math.max(from, first())), place(Math.min(to, last())) + 1);
            closeIfWhole();
        }
    }

    private void closeIfWhole() {
        if (unseen != null && unseen.isEmpty()) {
            unseen = null;
        }
    }

    /** Whether every revision was seen: it no longer changes. */
    synchronized boolean whole() {
        return unseen == null;
    }

    synchronized String chain() {
        return chain;
    }

    /** The first range within these revisions of the segment that may match. */
    synchronized Optional<Stretch> first(Wanted wanted, long from, long to) {
        boolean here = words.mayHoldAll(wanted.words());
        if (!here && unseen == null) {
            return Optional.empty();
        }
        for (int place = place(from); place <= place(to); place++) {
            if (canBe(wanted, here, place)) {
                int end = place;
                for (int next = place + 1; next <= place(to) && next - end <= GAP; next++) {
                    end = canBe(wanted, here, next) ? next : end;
                }
                return Stretch.ifAny(first() + place, first() + end);
            }
        }
        return Optional.empty();
    }

    /** The last such range. */
    synchronized Optional<Stretch> last(Wanted wanted, long from, long to) {
        boolean here = words.mayHoldAll(wanted.words());
        if (!here && unseen == null) {
            return Optional.empty();
        }
        for (int place = place(to); place >= place(from); place--) {
            if (canBe(wanted, here, place)) {
                int start = place;
                for (int next = place - 1; next >= place(from) && start - next <= GAP; next--) {
                    start = canBe(wanted, here, next) ? next : start;
                }
                return Stretch.ifAny(first() + start, first() + place);
            }
        }
        return Optional.empty();
    }

    private boolean canBe(Wanted wanted, boolean here, int place) {
        return (unseen != null && unseen.get(place)) || (here && (wanted.key() == null || wanted.key() == keys[place]));
    }

    /** Whether it may hold an event later than a moment. */
    synchronized boolean mayBeLater(Instant time) {
        return unseen != null || latest.isAfter(time);
    }

    /** The stored form. The segment must be complete. */
    synchronized byte[] bytes() {
        byte[] link = chain.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(Byte.BYTES
                + 2 * Long.BYTES
                + 2 * Integer.BYTES
                + link.length
                + SIZE * Short.BYTES
                + WordSet.longs() * Long.BYTES);
        bytes.put(FORM).putLong(number).putLong(latest.getEpochSecond()).putInt(latest.getNano());
        bytes.putInt(link.length).put(link);
        bytes.asShortBuffer().put(keys);
        bytes.position(bytes.position() + SIZE * Short.BYTES);
        bytes.asLongBuffer().put(words.bits());
        return bytes.array();
    }

    /** Parses the stored form; empty if it is from another version. */
    static Optional<Segment> of(byte[] stored) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(stored);
            if (bytes.get() != FORM) {
                return Optional.empty();
            }
            long number = bytes.getLong();
            Instant latest = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
            byte[] link = new byte[Math.clamp(bytes.getInt(), 0, bytes.remaining())];
            bytes.get(link);
            short[] keys = new short[SIZE];
            bytes.asShortBuffer().get(keys);
            bytes.position(bytes.position() + SIZE * Short.BYTES);
            long[] bits = new long[WordSet.longs()];
            bytes.asLongBuffer().get(bits);
            String chain = new String(link, StandardCharsets.US_ASCII);
            return Optional.of(new Segment(number, new WordSet(bits), keys, null, latest, chain));
        } catch (java.nio.BufferUnderflowException | java.time.DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
