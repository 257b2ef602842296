package io.shiplog.node.net.proxy;

import java.util.List;

/** What becomes of a new connection to a {@link Frontend}. */
public sealed interface Route {
    /** It goes to one of the targets, each as likely as another. Never empty. */
    record Spread(List<Target> targets) implements Route {
        public Spread {
            targets = List.copyOf(targets);
        }
    }

    /**
     * It goes where the client's address hashes to. A target may stand in many slots.
     *
     * @see StickySlots
     */
    record Sticky(List<Target> slots) implements Route {
        public Sticky {
            slots = List.copyOf(slots);
        }
    }

    /** No endpoint: the client is told at once. */
    record Refuse() implements Route {}

    /** No endpoint on this machine, and others must not take it: silence, so that a load balancer tries elsewhere. */
    record Discard() implements Route {}
}
