package io.shiplog.node.dns;

import org.xbill.DNS.Message;
import org.xbill.DNS.Record;

/** How to handle a query. */
sealed interface Reply {
    /** Say this. */
    record Say(Message response) implements Reply {}

    /** Forward it, and return the answer. */
    record Forward(Message query) implements Reply {}

    /** Forward the alias' target, and add the answer. */
    record Follow(Message response, Record question) implements Reply {}

    /** Not a query: send nothing, so that two servers never talk to each other forever. */
    record Ignore() implements Reply {}
}
