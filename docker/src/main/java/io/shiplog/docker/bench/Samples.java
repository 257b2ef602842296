package io.shiplog.docker.bench;

import java.util.Arrays;

/** Latencies in nanoseconds. Used by one thread at a time; {@link #join} merges several. */
final class Samples {
    private static final int FIRST_CAPACITY = 256;

    private long[] nanos = new long[FIRST_CAPACITY];
    private int count;

    void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = value;
    }

    void join(Samples other) {
        if (count + other.count > nanos.length) {
            nanos = Arrays.copyOf(nanos, Math.max(nanos.length * 2, count + other.count));
        }
        System.arraycopy(other.nanos, 0, nanos, count, other.count);
        count += other.count;
    }

    int count() {
        return count;
    }

    /** The latency percentile, in milliseconds; 0 if there are none. */
    double millisAt(double share) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        int at = (int) Math.ceil(share * count) - 1;
        return sorted[Math.clamp(at, 0, count - 1)] / 1e6;
    }
}
