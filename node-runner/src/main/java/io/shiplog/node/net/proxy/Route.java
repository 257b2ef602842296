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
     * To the slot of the client's address hash. A target may occupy many slots.
     *
     * @see StickySlots
     */
    record Sticky(List<Target> slots) implements Route {
        public Sticky {
            slots = List.copyOf(slots);
        }
    }

    /** No endpoint: the client is refused at once. */
    record Refuse() implements Route {}

    /**
     * No endpoint on this machine, and others must not be used: packets are dropped, so that a load balancer tries another
     * node.
     */
    record Discard() implements Route {}
}
