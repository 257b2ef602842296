package io.shiplog.command.control.garbage;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Searches the dependents of an owner in foreground deletion for one that blocks it. To know it, a dependent must be parsed. The search
 * resumes where it last found one: an owner with thousands of dependents reads each about twice, not once per dependent that goes. It
 * finds none only after it has read all of them.
 */
final class Blockers {
    /** By owner: the dependent that blocked it when it was last searched. */
    private final Map<ObjectKey, ObjectKey> last = new HashMap<>();

    /**
     * A dependent that blocks its owner, or null if none does.
     *
     * @param dependents of the owner, by key
     */
    @Nullable StoredObject of(ObjectKey owner, List<StoredObject> dependents, Predicate<StoredObject> blocks) {
        int size = dependents.size();
        int from = start(last.get(owner), dependents);
        for (int i = 0; i < size; i++) {
            StoredObject dependent = dependents.get((from + i) % size);
            if (blocks.test(dependent)) {
                last.put(owner, dependent.key());
                return dependent;
            }
        }
        last.remove(owner);
        return null;
    }

    private static int start(@Nullable ObjectKey from, List<StoredObject> dependents) {
        if (from == null) {
            return 0;
        }
        int low = 0;
        int high = dependents.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (dependents.get(middle).key().compareTo(from) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Forgets an owner that is gone. */
    void forget(ObjectKey owner) {
        last.remove(owner);
    }

    /** Forgets all owners. */
    void clear() {
        last.clear();
    }
}
