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
 * A data key as a line of text, beside the events that open with it: {@code {"keysof":<cluster>,"key":<id>}} and what the key store
 * holds of it. Wrapped, as it lies there: without the key file it opens nothing.
 */
final class KeyLine {
    private static final String CLUSTER = "keysof";
    private static final String KEY = "key";
    private static final String BEGINNING = "{\"" + CLUSTER + "\":";

    private KeyLine() {}

    /**
     * What a line says.
     *
     * @param cluster whose key it is
     */
    record Read(String cluster, KeyRecord key) {}

    /** Whether a line is of a key, not of an event. */
    static boolean is(String line) {
        return line.startsWith(BEGINNING);
    }

    /** The line of a key, in UTF-8, without its end. */
    static byte[] write(String cluster, KeyRecord record) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put(CLUSTER, cluster).put(KEY, KeyRecordJson.name(record));
        KeyRecordJson.value(record).ifPresent(line::setAll);
        return Json.of(line).utf8();
    }

    /**
     * Reads a line that is one.
     *
     * @throws MalformedLineException if it is broken, with what it lacks
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
