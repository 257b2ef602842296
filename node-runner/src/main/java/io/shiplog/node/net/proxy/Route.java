package io.shiplog.node.net.proxy;

import java.util.List;

/** The routing of new connections to a {@link Frontend}. */
public sealed interface Route {
    /** To one of the targets, with equal probability. Never empty. */
    record Spread(List<Target> targets) implements Route {
        public Spread {
            targets = List.copyOf(targets);
        }
    }

    /**
     * A client's first connection goes to a slot at random, the next ones to the same slot, until it has made none for a while. A target
     * may occupy many slots.
     *
     * @param timeoutSeconds how long a client is remembered after its last connection
     * @see StickySlots
     */
    record Sticky(List<Target> slots, int timeoutSeconds) implements Route {
        public Sticky {
            slots = List.copyOf(slots);
        }
    }

    /** The targets of a connection; a target may occur several times. */
    default List<Target> targets() {
        return switch (this) {
            case Spread(var list) -> list;
            case Sticky sticky -> sticky.slots();
            case Refuse ignored -> List.of();
            case Discard ignored -> List.of();
        };
    }

    /** No endpoint: the client is refused at once. */
    record Refuse() implements Route {}

    /**
     * No endpoint on this machine, and others must not be used: packets are dropped, so that a load balancer tries another
     * node.
     */
    record Discard() implements Route {}
}
