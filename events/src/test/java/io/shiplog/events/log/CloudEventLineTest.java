package io.shiplog.events.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.CloudEventLine.MalformedLineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventLineTest {
    private static Event event(String object) {
        EventDraft draft = Drafts.configMap(7, "web").withObject(Json.of(object));
        return draft.inLog("events", 3, Chain.next(Chain.START, "events", 3, draft));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":{\"k\":\"v\"}}",
                "{}",
                "{ \"spaced\" : 1.0e5 , \"ä\":\"\\u00e4 läuft\", \"n\":1.10}",
                "{\"two\":\n\"lines\"}",
                "{\"not JSON\"",
                " {\"around\":1} ",
                "[1]",
                "{}{}",
                ""
            })
    void anEventComesBackByteByByte(String object) {
        Event event = event(object);

        byte[] line = CloudEventLine.write("shop", event);
        CloudEventLine.Read read = CloudEventLine.read(line);

        assertEquals("shop", read.cluster());
        assertEquals(event, read.event());
        assertArrayEquals(object.getBytes(UTF_8), read.event().object().atRest());
        assertFalse(new String(line, UTF_8).contains("\n"));
    }

    @Test
    void whatIsNoTextAtAllComesBackToo() {
        Event event = event("{}").withObject(Json.ofUtf8(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}));

        assertArrayEquals(
                event.object().atRest(),
                CloudEventLine.read(CloudEventLine.write("shop", event))
                        .event()
                        .object()
                        .atRest());
    }

    @Test
    void theLineIsACloudEventInStructuredMode() {
        JsonNode line = Json.ofUtf8(CloudEventLine.write("shop", event("{\"kind\":\"ConfigMap\"}")))
                .tree();

        assertEquals("1.0", line.path("specversion").asText());
        assertEquals("events/7", line.path("id").asText());
        assertEquals("/clusters/shop", line.path("source").asText());
        assertEquals("io.shiplog.core.configmap.created.v1", line.path("type").asText());
        assertEquals("7", line.path("revision").asText());
        assertEquals("ConfigMap", line.at("/data/kind").asText());
    }

    @Test
    void whatIsSealedStaysSealed() {
        Json sealed = Json.resting("{\"sealed\":\"x\"}".getBytes(UTF_8), bytes -> "{\"open\":1}".getBytes(UTF_8));

        String line = new String(CloudEventLine.write("shop", event("{}").withObject(sealed)), UTF_8);

        assertTrue(line.contains("\"data\":{\"sealed\":\"x\"}"), line);
        assertFalse(line.contains("open"), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "{}", "{\"data\":{}}", "hello"})
    void aLineThatIsNoEventIsRefused(String line) {
        assertThrows(MalformedLineException.class, () -> CloudEventLine.read(line.getBytes(UTF_8)));
    }

    @Test
    void aLineThatLacksAnAttributeIsRefusedByItsName() {
        String line = new String(CloudEventLine.write("shop", event("{}")), UTF_8).replace("\"actor\"", "\"reader\"");

        assertEquals(
                "it has no actor",
                assertThrows(MalformedLineException.class, () -> CloudEventLine.read(line.getBytes(UTF_8)))
                        .getMessage());
    }
}
