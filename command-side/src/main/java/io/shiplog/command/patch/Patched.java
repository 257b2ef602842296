package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;

/** The result of a patch, or its failure. */
public sealed interface Patched {
    record Tree(ObjectNode tree) implements Patched {}

    record Refused(Refusal refusal) implements Patched {}
}
