package io.shiplog.node.stats;

/**
 * What a control group uses.
 *
 * @param cpuNanos of CPU time since its start
 * @param workingSetBytes what cannot be reclaimed at once: usage without inactive pages of files, as the kubelet counts
 */
record Usage(
        long cpuNanos,
        long usageBytes,
        long workingSetBytes,
        long rssBytes,
        long cacheBytes,
        long pageFaults,
        long majorPageFaults) {
    static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0);

    Usage plus(Usage other) {
        return new Usage(
                cpuNanos + other.cpuNanos,
                usageBytes + other.usageBytes,
                workingSetBytes + other.workingSetBytes,
                rssBytes + other.rssBytes,
                cacheBytes + other.cacheBytes,
                pageFaults + other.pageFaults,
                majorPageFaults + other.majorPageFaults);
    }
}
