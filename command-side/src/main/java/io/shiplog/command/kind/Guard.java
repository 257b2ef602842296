package io.shiplog.command.kind;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Index;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import java.util.function.Predicate;

/**
 * What must be true of several objects at once for a proposal to become an event. The proposal was made while it was true; the
 * decider checks it again on its own thread, where no other decision can come between. A guard that fails gives no refusal: the
 * proposal is made again, and then finds the reason itself.
 */
public sealed interface Guard {
    /**
     * Whether it is true of the newest decided state. Costs microseconds, but for {@link Holds}.
     *
     * @param since the proposal saw at least everything up to this revision of its shard
     */
    boolean holds(DecidedState state, long since);

    /** The namespace exists and takes new objects. */
    record NamespaceOpen(ObjectKey namespace) implements Guard {
        @Override
        public boolean holds(DecidedState state, long since) {
            StoredObject there = state.get(namespace);
            return there != null && !there.deleting();
        }
    }

    /**
     * No other object has a key of an index: an address, a port.
     *
     * @param self the object that takes it
     */
    record Free<K extends Comparable<? super K>>(Index<K> index, K key, ObjectKey self) implements Guard {
        @Override
        public boolean holds(DecidedState state, long since) {
            return state.by(index, key).stream().allMatch(other -> other.key().equals(self));
        }
    }

    /**
     * A namespace stays within a bound of all its objects of a type together. It is tested again only if one of them, or what
     * sets the bound, changed since the proposal.
     *
     * @param counted the types whose objects count or set the bound
     * @param within whether a state with this change is within the bound
     */
    record Within(List<ResourceType> counted, String namespace, Predicate<DecidedState> within) implements Guard {
        @Override
        public boolean holds(DecidedState state, long since) {
            for (ResourceType type : counted) {
                for (StoredObject each : state.list(type, namespace)) {
                    if (each.revision() > since) {
                        return within.test(state);
                    }
                }
            }
            return true;
        }
    }

    /**
     * A condition that is tested at every decision: the removal of an object can break it, and what is gone has no revision to tell.
     *
     * @param condition whether it is true of a state; it may parse the objects it is about
     */
    record Holds(Predicate<DecidedState> condition) implements Guard {
        @Override
        public boolean holds(DecidedState state, long since) {
            return condition.test(state);
        }
    }
}
