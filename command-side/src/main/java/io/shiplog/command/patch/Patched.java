package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;

/** What a patch made of an object, or why it could not. */
public sealed interface Patched {
    record Tree(ObjectNode tree) implements Patched {}

    record Refused(Refusal refusal) implements Patched {}
}
