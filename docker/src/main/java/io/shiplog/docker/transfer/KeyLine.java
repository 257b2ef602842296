package io.shiplog.docker.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.CloudEventLine.MalformedLineException;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.KeyRecordJson;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A data key as a line of text, next to the events encrypted with it: {@code {"keysof":<cluster>,"key":<id>}} and the key
 * store's record of it. Wrapped, as stored: without the key file it is useless.
 */
final class KeyLine {
    private static final String CLUSTER = "keysof";
    private static final String KEY = "key";
    private static final String BEGINNING = "{\"" + CLUSTER + "\":";

    private KeyLine() {}

    /**
     * The content of a line.
     *
     * @param cluster whose key it is
     */
    record Read(String cluster, KeyRecord key) {}

    /** Whether a line is a key, not an event. */
    static boolean is(String line) {
        return line.startsWith(BEGINNING);
    }

    /** The line of a key, in UTF-8, without line end. */
    static byte[] write(String cluster, KeyRecord record) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put(CLUSTER, cluster).put(KEY, KeyRecordJson.name(record));
        KeyRecordJson.value(record).ifPresent(line::setAll);
        return Json.of(line).utf8();
    }

    /**
     * Parses a line of a key.
     *
     * @throws MalformedLineException if it is broken, with the reason
     */
    static Read read(String line) {
        try {
            ObjectNode value = (ObjectNode) Json.of(line).tree();
            JsonNode cluster = value.remove(CLUSTER);
            JsonNode name = value.remove(KEY);
            if (name == null) {
                throw new MalformedLineException("it names no key");
            }
            return new Read(
                    cluster.asText(),
                    KeyRecordJson.of(name.asText(), value.isEmpty() ? Optional.empty() : Optional.of(value)));
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new MalformedLineException("it is no key: " + e.getMessage());
        }
    }
}
