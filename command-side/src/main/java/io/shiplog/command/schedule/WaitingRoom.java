package io.shiplog.command.schedule;

import io.shiplog.command.control.loop.Backoff;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Pods that wait for a node: those whose turn comes, and those that fitted nowhere, who wait until something may have helped
 * them. Not thread-safe.
 */
final class WaitingRoom {
    /** How long a pod that fits nowhere waits at least before the next try, growing. */
    static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
    /** After this time a pod is tried again though nothing changed. */
    static final Duration RETRY = Duration.ofMinutes(5);
    /** The same reason is reported again after this time. */
    static final Duration TELL_AGAIN = Duration.ofMinutes(1);

    private final TreeSet<Turn> queue =
            new TreeSet<>(Comparator.comparing((Turn turn) -> turn.pod().priority())
                    .reversed()
                    .thenComparing(Turn::number));
    private final Map<ObjectKey, Turn> queued = new HashMap<>();
    private final Map<ObjectKey, Stranded> stranded = new HashMap<>();
    /** Those of them that may wait for other pods to come. */
    private final Set<ObjectKey> lonely = new HashSet<>();
    /** Counts what may have helped: a pod that was stranded before the newest such change is worth another try. */
    private long helps;

    private long turns;
    private @Nullable Instant nextRelease;

    /** A pod's place in the queue: first come, first served among those of one priority. */
    private record Turn(long number, PodDemand pod) {}

    /**
     * A pod that fitted nowhere.
     *
     * @param told why, as people were told
     */
    record Stranded(
            PodDemand pod,
            int attempts,
            long helpsSeen,
            Instant notBefore,
            Instant retry,
            String told,
            Instant toldAt) {

        private Instant due(long helps) {
            return helps > helpsSeen ? notBefore : retry;
        }

        private Stranded helped() {
            return new Stranded(pod, attempts, -1, notBefore, retry, told, toldAt);
        }

        /** Whether people should be told again. */
        boolean isNews(String message, Instant now) {
            return !told.equals(message) || !toldAt.plus(TELL_AGAIN).isAfter(now);
        }
    }

    void clear() {
        queue.clear();
        queued.clear();
        stranded.clear();
        lonely.clear();
        nextRelease = null;
    }

    /** Whether a pod waits here. */
    boolean has(ObjectKey key) {
        return queued.containsKey(key) || stranded.containsKey(key);
    }

    /** A pod gets its turn behind those of its priority. */
    void enqueue(PodDemand pod) {
        Turn turn = new Turn(++turns, pod);
        queued.put(pod.key(), turn);
        queue.add(turn);
    }

    /** A pod waits no more. */
    void leave(ObjectKey key) {
        stranded.remove(key);
        lonely.remove(key);
        Turn waiting = queued.remove(key);
        if (waiting != null) {
            queue.remove(waiting);
        }
    }

    /** Whether nobody's turn has come. */
    boolean isIdle() {
        return queue.isEmpty();
    }

    /** The pod whose turn it is; it is called once. */
    PodDemand call() {
        PodDemand pod = queue.removeFirst().pod();
        queued.remove(pod.key());
        return pod;
    }

    /** A pod fitted nowhere. Gives what was known of it before, null if it fits nowhere for the first time. */
    @Nullable Stranded strand(PodDemand pod, String message, Instant now) {
        Stranded before = stranded.get(pod.key());
        int attempts = before == null ? 1 : before.attempts() + 1;
        Instant toldAt = before == null || before.isNews(message, now) ? now : before.toldAt();
        Instant notBefore = now.plus(BACKOFF.after(attempts));
        put(new Stranded(pod, attempts, helps, notBefore, now.plus(RETRY), message, toldAt));
        return before;
    }

    /** A pod could not be bound, for reasons not its own: it tries again soon, and without an Event. */
    void postpone(PodDemand pod, Instant now) {
        Instant retry = now.plus(BACKOFF.after(1));
        put(new Stranded(pod, 1, helps, retry, retry, "", Instant.EPOCH));
    }

    private void put(Stranded pod) {
        stranded.put(pod.pod().key(), pod);
        if (pod.pod().waitsForOthers()) {
            lonely.add(pod.pod().key());
        }
        releaseAt(pod.due(helps));
    }

    /** Something changed that may help anybody. */
    void help() {
        helps++;
        nextRelease = Instant.MIN;
    }

    /** A pod has come to a node: those who wait for others may have waited for it. */
    void helpLonely() {
        for (ObjectKey key : lonely) {
            stranded.computeIfPresent(key, (k, pod) -> pod.helped());
            nextRelease = Instant.MIN;
        }
    }

    /** Gives another turn to stranded pods whose time has come. */
    void release(Instant now) {
        if (nextRelease == null || nextRelease.isAfter(now)) {
            return;
        }
        nextRelease = null;
        for (Stranded each : stranded.values()) {
            if (queued.containsKey(each.pod().key())) {
                continue;
            }
            Instant due = each.due(helps);
            if (due.isAfter(now)) {
                releaseAt(due);
            } else {
                enqueue(each.pod());
            }
        }
    }

    private void releaseAt(Instant due) {
        if (nextRelease == null || due.isBefore(nextRelease)) {
            nextRelease = due;
        }
    }

    /** When the next stranded pod is to be released, null if none is. */
    @Nullable Instant nextRelease() {
        return nextRelease;
    }
}
