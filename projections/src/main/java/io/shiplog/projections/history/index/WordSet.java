package io.shiplog.projections.history.index;

/**
 * The words of a segment: a Bloom filter without false negatives. The false positive rate is one in fifty in an ordinary
 * segment, and one in twelve if each event has three unique words.
 *
 * @see <a href="https://doi.org/10.1145/362686.362692">B. H. Bloom, Space/time trade-offs in hash coding with allowable
 *     errors</a>
 */
final class WordSet {
    private static final int BITS = 16 * Segment.SIZE;
    private static final int PROBES = 4;

    private final long[] bits;

    WordSet() {
        this(new long[BITS / Long.SIZE]);
    }

    /** @param bits from {@link #bits} */
    WordSet(long[] bits) {
        this.bits = bits;
    }

    static int longs() {
        return BITS / Long.SIZE;
    }

    void add(long word) {
        for (int i = 0; i < PROBES; i++) {
            int bit = bit(word, i);
            bits[bit / Long.SIZE] |= 1L << bit;
        }
    }

    boolean mayHold(long word) {
        for (int i = 0; i < PROBES; i++) {
            int bit = bit(word, i);
            if ((bits[bit / Long.SIZE] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    boolean mayHoldAll(long[] words) {
        for (long word : words) {
            if (!mayHold(word)) {
                return false;
            }
        }
        return true;
    }

    /** The bits themselves: read, do not write. */
    long[] bits() {
        return bits;
    }

    private static int bit(long word, int probe) {
        int step = (int) (word >>> Integer.SIZE) | 1;
        return ((int) word + probe * step) & (BITS - 1);
    }
}
