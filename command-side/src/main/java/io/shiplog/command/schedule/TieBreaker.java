package io.shiplog.command.schedule;

/** Decides between nodes with equal scores. */
final class TieBreaker {
    private TieBreaker() {}

    /** A hash of a pod and a node: deterministic and evenly distributed. */
    static long of(PodDemand pod, String node) {
        long mixed = pod.uid().hashCode() * 0x9E3779B97F4A7C15L + node.hashCode();
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
