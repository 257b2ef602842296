package io.shiplog.command.schedule;

import io.shiplog.command.control.loop.Backoff;
import io.shiplog.command.schedule.QueueingHints.Hint;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Pods that wait for a node: the active queue, and the unschedulable pods, which wait for a change that may make them
 * schedulable. Not thread-safe.
 */
final class SchedulingQueue {
    /** An unschedulable pod is retried after this time even if nothing changes. */
    static final Duration RETRY = Duration.ofMinutes(5);
    /** The same reason is reported again after this time. */
    static final Duration REPORT_AGAIN = Duration.ofMinutes(1);

    private final TreeSet<QueuedPod> queue =
            new TreeSet<>(Comparator.comparing((QueuedPod turn) -> turn.pod().priority())
                    .reversed()
                    .thenComparing(QueuedPod::number));
    private final Map<ObjectKey, QueuedPod> queued = new HashMap<>();
    private final Map<ObjectKey, UnschedulablePod> unschedulable = new HashMap<>();

    /** Of an unschedulable pod. */
    private Backoff backoff = Profiles.DEFAULT.backoff();

    private long turns;
    private @Nullable Instant nextRelease;

    /** A pod in the active queue, in order of priority, then of arrival. */
    private record QueuedPod(long number, PodDemand pod) {}

    /**
     * A pod that fits no node.
     *
     * @param plugins that rejected nodes; none if any change may help
     * @param wokenBy the event that may have made it schedulable, as a cause of commands; null if none has
     * @param message why, as in its last FailedScheduling event
     */
    record UnschedulablePod(
            PodDemand pod,
            int attempts,
            Set<String> plugins,
            @Nullable String wokenBy,
            Instant notBefore,
            Instant retry,
            String message,
            Instant recordedAt) {

        private Instant due() {
            return wokenBy != null ? notBefore : retry;
        }

        private boolean mayBeHelpedBy(Hint hint) {
            for (String plugin : plugins) {
                if (hint.mayHelp(pod, plugin)) {
                    return true;
                }
            }
            return plugins.isEmpty();
        }

        private UnschedulablePod woken(String event) {
            return new UnschedulablePod(pod, attempts, plugins, event, notBefore, retry, message, recordedAt);
        }

        /** Whether to record another event. */
        boolean isNews(String newMessage, Instant now) {
            return !message.equals(newMessage) || !recordedAt.plus(REPORT_AGAIN).isAfter(now);
        }
    }

    /** How long unschedulable pods wait from now on. */
    void setBackoff(Backoff next) {
        backoff = next;
    }

    void clear() {
        queue.clear();
        queued.clear();
        unschedulable.clear();
        nextRelease = null;
    }

    /** Whether a pod waits. */
    boolean has(ObjectKey key) {
        return queued.containsKey(key) || unschedulable.containsKey(key);
    }

    /** Adds a pod behind those of its priority. */
    void enqueue(PodDemand pod) {
        QueuedPod turn = new QueuedPod(++turns, pod);
        queued.put(pod.key(), turn);
        queue.add(turn);
    }

    /** Removes a pod. */
    void leave(ObjectKey key) {
        unschedulable.remove(key);
        QueuedPod waiting = queued.remove(key);
        if (waiting != null) {
            queue.remove(waiting);
        }
    }

    /** Pods that are to be tried. */
    int size() {
        return queued.size();
    }

    /** Pods that wait for a change. */
    int unschedulable() {
        return unschedulable.size();
    }

    /** Whether the active queue is empty. */
    boolean isIdle() {
        return queue.isEmpty();
    }

    /** Takes the first pod off the active queue. */
    PodDemand call() {
        PodDemand pod = queue.removeFirst().pod();
        queued.remove(pod.key());
        return pod;
    }

    /**
     * Marks a pod unschedulable.
     *
     * @param plugins that rejected nodes
     * @return its former entry, null if this is the first time
     */
    @Nullable UnschedulablePod markUnschedulable(PodDemand pod, Set<String> plugins, String message, Instant now) {
        UnschedulablePod before = unschedulable.get(pod.key());
        int attempts = before == null ? 1 : before.attempts() + 1;
        Instant recordedAt = before == null || before.isNews(message, now) ? now : before.recordedAt();
        Instant notBefore = now.plus(backoff.after(attempts));
        put(new UnschedulablePod(pod, attempts, plugins, null, notBefore, now.plus(RETRY), message, recordedAt));
        return before;
    }

    /** Retries a pod soon, without an event, after a failed binding. */
    void postpone(PodDemand pod, Instant now) {
        Instant retry = now.plus(backoff.after(1));
        put(new UnschedulablePod(pod, 1, Set.of(), null, retry, retry, "", Instant.EPOCH));
    }

    /** Retries a pod after a time that grows with its attempts, whatever changes meanwhile: scheduling it failed. */
    void fail(PodDemand pod, Instant now) {
        UnschedulablePod before = unschedulable.get(pod.key());
        int attempts = before == null ? 1 : before.attempts() + 1;
        Instant retry = now.plus(backoff.after(attempts));
        put(new UnschedulablePod(pod, attempts, Set.of(), null, retry, retry, "", Instant.EPOCH));
    }

    /** Retries a pod at the next change of storage, without an event: its claims get their volumes. */
    void awaitVolumes(PodDemand pod, Instant now) {
        put(new UnschedulablePod(pod, 1, Set.of(QueueingHints.BINDING), null, now, now.plus(RETRY), "", Instant.EPOCH));
    }

    private void put(UnschedulablePod pod) {
        unschedulable.put(pod.pod().key(), pod);
        releaseAt(pod.due());
    }

    /**
     * A change: pods that it may help are retried, each after its back-off.
     *
     * @param event the change, as a cause of commands
     */
    void wake(Hint hint, String event) {
        for (Map.Entry<ObjectKey, UnschedulablePod> each : unschedulable.entrySet()) {
            UnschedulablePod pod = each.getValue();
            if (pod.wokenBy() == null && pod.mayBeHelpedBy(hint)) {
                each.setValue(pod.woken(event));
                releaseAt(pod.notBefore());
            }
        }
    }

    /** The event that woke a pod which is to be tried, as a cause of commands; null if none did. */
    @Nullable String wokenBy(ObjectKey key) {
        UnschedulablePod pod = unschedulable.get(key);
        return pod == null ? null : pod.wokenBy();
    }

    /** Moves unschedulable pods that are due to the active queue. */
    void release(Instant now) {
        if (nextRelease == null || nextRelease.isAfter(now)) {
            return;
        }
        nextRelease = null;
        for (UnschedulablePod each : unschedulable.values()) {
            if (queued.containsKey(each.pod().key())) {
                continue;
            }
            Instant due = each.due();
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

    /** When the next unschedulable pod is due, null if none is. */
    @Nullable Instant nextRelease() {
        return nextRelease;
    }
}
