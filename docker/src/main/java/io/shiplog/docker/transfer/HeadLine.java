package io.shiplog.docker.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.CloudEventLine.MalformedLineException;
import io.shiplog.events.log.SignedHead;
import java.io.UncheckedIOException;

/**
 * A signed head as a line of text, after its events: {@code {"headof":<cluster>,"shard":<shard>}} and the output of {@link
 * SignedHead#json}.
 */
final class HeadLine {
    private static final String CLUSTER = "headof";
    private static final String SHARD = "shard";
    private static final String BEGINNING = "{\"" + CLUSTER + "\":";

    private HeadLine() {}

    /** Whether a line is a signed head, not an event. */
    static boolean is(String line) {
        return line.startsWith(BEGINNING);
    }

    /** The line of a head, in UTF-8, without line end. */
    static byte[] write(SignedHead head) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put(CLUSTER, head.cluster()).put(SHARD, head.shard());
        line.setAll(head.json());
        return Json.of(line).utf8();
    }

    /**
     * Parses a line of a head.
     *
     * @throws MalformedLineException if it is broken
     */
    static SignedHead read(String line) {
        try {
            ObjectNode tree = (ObjectNode) Json.of(line).tree();
            return SignedHead.of(tree.path(CLUSTER).asText(), tree.path(SHARD).asText(), tree);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new MalformedLineException("it is not a signed head: " + e.getMessage());
        }
    }
}
