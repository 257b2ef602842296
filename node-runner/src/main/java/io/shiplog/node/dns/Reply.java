package io.shiplog.node.dns;

import org.xbill.DNS.Message;
import org.xbill.DNS.Record;

/** What to do with a query. */
sealed interface Reply {
    /** Say this. */
    record Say(Message response) implements Reply {}

    /** Ask others, and hand on what they say. */
    record Forward(Message query) implements Reply {}

    /** Ask others where the alias leads, and add what they say. */
    record Follow(Message response, Record question) implements Reply {}

    /** It was no query: say nothing, so that two servers never talk to each other forever. */
    record Ignore() implements Reply {}
}
