package io.shiplog.events.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as one line of text: a CloudEvent in structured JSON mode, with the attributes that its record has as headers.
 * {@code data} is the object byte by byte as stored in the log, so that the hash chain can be verified from the lines alone.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/main/cloudevents/formats/json-format.md">JSON Event Format for
 *     CloudEvents</a>
 */
public final class CloudEventLine {
    private static final String SOURCE = "/clusters/";
    private static final String DATA = "data";
    private static final String BASE64 = "data_base64";

    private CloudEventLine() {}

    /**
     * The content of a line.
     *
     * @param cluster of the event
     */
    public record Read(String cluster, Event event) {}

    /** An invalid line. */
    public static final class MalformedLineException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public MalformedLineException(String why) {
            super(why);
        }
    }

    /** The line of an event, in UTF-8, without line end. */
    public static byte[] write(String cluster, Event event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("specversion", "1.0");
            json.writeStringField("id", event.id());
            json.writeStringField("source", SOURCE + cluster);
            json.writeStringField("type", event.type().written());
            json.writeStringField("subject", event.subject());
            json.writeStringField("time", event.time().toString());
            json.writeStringField("key", event.key().recordKey());
            // Strings, as in the headers: CloudEvents' own integers have only 32 bits.
            json.writeStringField("revision", Long.toString(event.revision()));
            Long previous = event.previous();
            optional(json, "previous", previous == null ? null : Long.toString(previous));
            json.writeStringField("epoch", Long.toString(event.epoch()));
            json.writeStringField("actor", event.actor());
            optional(json, "impersonator", event.impersonator());
            json.writeStringField("verb", event.verb());
            json.writeStringField("commandid", event.commandId());
            optional(json, "causationid", event.causationId());
            json.writeStringField("correlationid", event.correlationId());
            optional(json, "node", event.node());
            json.writeStringField("chain", event.chain());
            json.writeStringField("datacontenttype", "application/json");
            byte[] data = event.object().atRest();
            if (canStandInALine(data)) {
                json.writeFieldName(DATA);
                json.writeRawValue(new String(data, UTF_8));
            } else {
                json.writeStringField(BASE64, Base64.getEncoder().encodeToString(data));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // only memory is written
        }
        return out.toByteArray();
    }

    private static void optional(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /** Whether a value is exactly one JSON object, in one line, which a reader gets back byte by byte. */
    private static boolean canStandInALine(byte[] data) {
        if (data.length < 2 || data[0] != '{' || data[data.length - 1] != '}') {
            return false;
        }
        for (byte each : data) {
            if (each == '\n' || each == '\r') {
                return false;
            }
        }
        try (JsonParser parser = Json.MAPPER.createParser(data)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == null && Arrays.equals(new String(data, UTF_8).getBytes(UTF_8), data);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Parses a line.
     *
     * @throws MalformedLineException if it is not an event, with the reason
     */
    public static Read read(byte[] line) {
        Map<String, String> attributes = new HashMap<>();
        byte[] data = null;
        try (JsonParser parser = Json.MAPPER.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedLineException("it is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals(DATA) && token == JsonToken.START_OBJECT) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    data = Arrays.copyOfRange(
                            line, from, (int) parser.currentLocation().getByteOffset());
                } else if (name.equals(BASE64) && token == JsonToken.VALUE_STRING) {
                    data = Base64.getDecoder().decode(parser.getText());
                } else if (token.isScalarValue()) {
                    attributes.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return event(attributes, data);
        } catch (IOException e) {
            throw new MalformedLineException("it is no JSON: " + e.getMessage());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedLineException(String.valueOf(e.getMessage()));
        }
    }

    private static Read event(Map<String, String> attributes, byte @Nullable [] data) {
        if (data == null) {
            throw new MalformedLineException("it has no data");
        }
        String source = required(attributes, "source");
        String id = required(attributes, "id");
        String revision = required(attributes, "revision");
        int slash = id.lastIndexOf('/');
        if (!source.startsWith(SOURCE) || slash < 1 || !id.substring(slash + 1).equals(revision)) {
            throw new MalformedLineException("it is not an event of a Shiplog cluster");
        }
        String previous = attributes.get("previous");
        ObjectKey key = ObjectKey.ofRecordKey(required(attributes, "key"));
        Event event = new Event(
                id.substring(0, slash),
                Long.parseLong(required(attributes, "epoch")),
                new EventHead(
                        Long.parseLong(revision),
                        previous == null ? null : Long.valueOf(previous),
                        key,
                        EventType.read(required(attributes, "type"), key.type()),
                        required(attributes, "subject"),
                        attributes.get("node"),
                        Instant.parse(required(attributes, "time")),
                        new Origin(
                                required(attributes, "actor"),
                                attributes.get("impersonator"),
                                required(attributes, "verb"),
                                required(attributes, "commandid"),
                                attributes.get("causationid"),
                                required(attributes, "correlationid"))),
                Json.ofUtf8(data),
                required(attributes, "chain"));
        return new Read(source.substring(SOURCE.length()), event);
    }

    private static String required(Map<String, String> attributes, String name) {
        String value = attributes.get(name);
        if (value == null) {
            throw new MalformedLineException("it has no " + name);
        }
        return value;
    }
}
