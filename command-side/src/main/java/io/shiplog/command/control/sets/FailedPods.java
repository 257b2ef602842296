package io.shiplog.command.control.sets;

import io.shiplog.command.control.loop.Backoff;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The pace at which pods that fail repeatedly are replaced: the first at once, then after 1 s, doubling to 15 min. It is not
 * in the image: after a restart the first one is replaced at once again. Not thread-safe.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/daemon/daemon_controller.go">failedPodsBackoff</a>
 */
public final class FailedPods {
    static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(15));

    private final Map<ObjectKey, OfSet> sets = new HashMap<>();

    /** A set that has changed starts over. */
    private record OfSet(String uid, long generation, Map<String, Replaced> places) {}

    /** The last pod that was replaced at a place, and how many were replaced one after the other. */
    private record Replaced(String pod, Instant at, int times) {}

    /**
     * How long a failed pod has to wait for its replacement; zero if it may be replaced now, which counts. The answer for one pod stays
     * zero once it was.
     *
     * @param place of the set's pods, of which one follows the other: a node, a name
     */
    public Duration wait(SetView set, String place, String podUid, Instant now) {
        OfSet known = sets.get(set.stored().key());
        if (known == null || !known.uid().equals(set.stored().uid()) || known.generation() != set.generation()) {
            known = new OfSet(set.stored().uid(), set.generation(), new HashMap<>());
            sets.put(set.stored().key(), known);
        }
        Replaced last = known.places().get(place);
        if (last == null || last.at().plus(BACKOFF.longest().multipliedBy(2)).isBefore(now)) {
            known.places().put(place, new Replaced(podUid, now, 1));
            return Duration.ZERO;
        }
        Instant due = last.at().plus(BACKOFF.after(last.times()));
        if (last.pod().equals(podUid)) {
            return Duration.ZERO;
        }
        if (due.isAfter(now)) {
            return Duration.between(now, due);
        }
        known.places().put(place, new Replaced(podUid, now, last.times() + 1));
        return Duration.ZERO;
    }

    /** Forgets a set that is gone. */
    public void forget(ObjectKey set) {
        sets.remove(set);
    }
}
