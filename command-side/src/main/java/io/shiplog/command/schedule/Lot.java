package io.shiplog.command.schedule;

/** What decides between nodes that are equally good. */
final class Lot {
    private Lot() {}

    /** A number drawn for a pod and a node: the same at any time and anywhere, and spread evenly. */
    static long of(PodDemand pod, String node) {
        long mixed = pod.uid().hashCode() * 0x9E3779B97F4A7C15L + node.hashCode();
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
