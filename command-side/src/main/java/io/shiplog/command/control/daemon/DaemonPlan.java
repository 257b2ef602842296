package io.shiplog.command.control.daemon;

import io.shiplog.command.control.daemon.DaemonSpec.Place;
import io.shiplog.command.control.sets.FailedPods;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which pods of a DaemonSet are to be made and deleted: first one for each node, then what the rollout replaces.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/daemon/daemon_controller.go">podsShouldBeOnNode</a>
 */
final class DaemonPlan {
    private final DaemonSpec spec;
    private final String hash;
    private final Map<String, StoredObject> nodes;
    private final Map<String, List<DaemonPod>> pods;
    private final FailedPods failed;
    private final Instant now;

    private final List<Creation> creations = new ArrayList<>();
    private final List<Deletion> deletions = new ArrayList<>();
    private @Nullable Duration wait;

    /** Why a pod is deleted. */
    enum Reason {
        /** The node no longer fits, or is gone. */
        NODE,
        FAILED,
        SUCCEEDED,
        /** Another pod of the set runs on its node. */
        SURPLUS,
        /** The rollout replaces it. */
        OUTDATED
    }

    /** A pod to make on a node. */
    record Creation(String node) {}

    /** A pod to delete. */
    record Deletion(DaemonPod pod, Reason reason) {}

    /** Whether both pods of a node are known: at most one old and one new. */
    private record Pair(@Nullable DaemonPod old, @Nullable DaemonPod current) {}

    /**
     * @param hash of the current revision
     * @param nodes by name
     * @param pods by the node of each, oldest first; without finished ones that are being deleted
     */
    DaemonPlan(
            DaemonSpec spec,
            String hash,
            Map<String, StoredObject> nodes,
            Map<String, List<DaemonPod>> pods,
            FailedPods failed,
            Instant now) {
        this.spec = spec;
        this.hash = hash;
        this.nodes = nodes;
        this.pods = new LinkedHashMap<>(pods);
        this.failed = failed;
        this.now = now;
        nodes.values().forEach(this::onNode);
        pods.forEach(this::withoutNode);
        if (creations.isEmpty() && deletions.isEmpty() && spec.rolling()) {
            roll();
        }
    }

    List<Creation> creations() {
        return creations;
    }

    List<Deletion> deletions() {
        return deletions;
    }

    /** When a failed pod may be replaced, or null. */
    @Nullable Duration untilNextReplacement() {
        return wait;
    }

    private void onNode(StoredObject node) {
        String name = node.key().name();
        List<DaemonPod> there = pods.getOrDefault(name, List.of());
        switch (spec.place(node)) {
            case WANTED -> {
                if (there.isEmpty()) {
                    creations.add(new Creation(name));
                } else {
                    keepOne(name, there, true);
                }
            }
            case KEPT -> keepOne(name, there, false);
            case UNFIT ->
                there.stream()
                        .filter(pod -> !pod.view().deleting())
                        .forEach(pod -> deletions.add(new Deletion(pod, Reason.NODE)));
        }
    }

    private void keepOne(String node, List<DaemonPod> there, boolean wanted) {
        List<DaemonPod> running = new ArrayList<>();
        for (DaemonPod pod : there) {
            if (pod.view().deleting()) {
                continue;
            }
            if (pod.phase("Failed")) {
                replaceFailed(node, pod);
            } else if (pod.phase("Succeeded")) {
                deletions.add(new Deletion(pod, Reason.SUCCEEDED));
            } else {
                running.add(pod);
            }
        }
        if (spec.surges()) {
            keepPair(node, running, wanted);
        } else {
            running.stream().skip(1).forEach(pod -> deletions.add(new Deletion(pod, Reason.SURPLUS)));
        }
    }

    private void replaceFailed(String node, DaemonPod pod) {
        Duration left = failed.wait(spec.set(), node, pod.stored().uid(), now);
        if (left.isZero()) {
            deletions.add(new Deletion(pod, Reason.FAILED));
        } else if (wait == null || left.compareTo(wait) < 0) {
            wait = left;
        }
    }

    /** Two pods are allowed while the new one is not available and the old one is ready. */
    private void keepPair(String node, List<DaemonPod> running, boolean wanted) {
        if (running.isEmpty() && wanted) {
            creations.add(new Creation(node));
        }
        if (running.size() < 2) {
            return;
        }
        DaemonPod old = null;
        DaemonPod current = null;
        for (DaemonPod pod : running) {
            boolean isCurrent = hash.equals(pod.stored().labels().get(DaemonSpec.HASH_LABEL));
            if (isCurrent && current == null) {
                current = pod;
            } else if (!isCurrent && old == null) {
                old = pod;
            } else {
                deletions.add(new Deletion(pod, Reason.SURPLUS));
            }
        }
        if (old != null && current != null && (!old.view().ready() || available(current))) {
            deletions.add(new Deletion(old, Reason.OUTDATED));
        }
    }

    /** A pod that waits for a node that is gone would wait forever; one that ran there is the garbage collector's. */
    private void withoutNode(String node, List<DaemonPod> there) {
        if (!nodes.containsKey(node)) {
            there.stream()
                    .filter(pod -> pod.view().node() == null && !pod.view().deleting())
                    .forEach(pod -> deletions.add(new Deletion(pod, Reason.NODE)));
        }
    }

    private boolean available(DaemonPod pod) {
        return pod.available(spec.set().minReady(), now);
    }

    private boolean wanted(String node) {
        StoredObject stored = nodes.get(node);
        return stored != null && spec.place(stored) == Place.WANTED;
    }

    private void roll() {
        nodes.keySet().stream().filter(this::wanted).forEach(node -> pods.putIfAbsent(node, List.of()));
        int desired = (int) nodes.keySet().stream().filter(this::wanted).count();
        int surge = spec.maxSurge(desired);
        if (surge == 0) {
            replace(spec.maxUnavailable(desired));
        } else {
            surge(surge, desired);
        }
    }

    /** Null if a node has several pods of one side: they are pruned first. */
    private @Nullable Pair pair(List<DaemonPod> there) {
        DaemonPod old = null;
        DaemonPod current = null;
        for (DaemonPod pod : there) {
            if (pod.view().deleting()) {
                continue;
            }
            if (spec.isCurrent(pod.stored(), hash)) {
                if (current != null) {
                    return null;
                }
                current = pod;
            } else if (old != null) {
                return null;
            } else {
                old = pod;
            }
        }
        return new Pair(old, current);
    }

    /** Deletes old pods, unavailable ones first, so that no more nodes than allowed are without an available pod. */
    private void replace(int maxUnavailable) {
        int unavailable = 0;
        List<DaemonPod> candidates = new ArrayList<>();
        for (List<DaemonPod> there : pods.values()) {
            Pair pair = pair(there);
            if (pair == null || (pair.old() == null) == (pair.current() == null)) {
                unavailable++;
            } else if (pair.current() != null) {
                unavailable += available(pair.current()) ? 0 : 1;
            } else if (pair.old() != null && available(pair.old())) {
                candidates.add(pair.old());
            } else if (pair.old() != null) {
                deletions.add(new Deletion(pair.old(), Reason.OUTDATED));
                unavailable++;
            }
        }
        candidates.stream()
                .limit(Math.max(0, maxUnavailable - unavailable))
                .forEach(pod -> deletions.add(new Deletion(pod, Reason.OUTDATED)));
    }

    /** Makes new pods beside old ones, and deletes an old one once the new one is available. */
    private void surge(int maxSurge, int desired) {
        int surging = 0;
        int available = 0;
        List<String> candidates = new ArrayList<>();
        List<DaemonPod> unwanted = new ArrayList<>();
        for (Map.Entry<String, List<DaemonPod>> entry : pods.entrySet()) {
            Pair pair = pair(entry.getValue());
            if (pair == null) {
                surging++;
                continue;
            }
            DaemonPod old = pair.old();
            DaemonPod current = pair.current();
            DaemonPod counted = old != null ? old : current;
            available += counted != null && available(counted) ? 1 : 0;
            if (old == null) {
                continue;
            }
            if (current != null) {
                if (available(current)) {
                    deletions.add(new Deletion(old, Reason.OUTDATED));
                } else {
                    surging++;
                }
            } else if (!wanted(entry.getKey())) {
                if (available(old)) {
                    unwanted.add(old);
                } else {
                    deletions.add(new Deletion(old, Reason.NODE));
                }
            } else if (available(old)) {
                candidates.add(entry.getKey());
            } else {
                creations.add(new Creation(entry.getKey()));
            }
        }
        unwanted.stream()
                .limit(Math.max(0, available - desired))
                .forEach(pod -> deletions.add(new Deletion(pod, Reason.NODE)));
        candidates.stream().limit(Math.max(0, maxSurge - surging)).forEach(node -> creations.add(new Creation(node)));
    }
}
