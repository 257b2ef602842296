package io.shiplog.events.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The stored form of an encrypted object: JSON of the same apiVersion and kind, with the metadata that names the object and a
 * text {@code sealed} with the whole encrypted object. It begins with that text, so that the first bytes identify it.
 *
 * <p>The readable fields are an allow list, not a deny list: an annotation can hold as much of a Secret as its data does
 * ({@code kubectl.kubernetes.io/last-applied-configuration}), and its managedFields name its keys.
 */
final class Envelope {
    private static final String SEALED = "sealed";
    private static final String FORM = "shiplog:sealed:v1:";
    private static final byte[] BEGINNING = ("{\"" + SEALED + "\":\"" + FORM).getBytes(UTF_8);

    private static final List<String> READABLE = List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "ownerReferences",
            "finalizers");

    private final String text;
    private final ObjectNode readable;

    private Envelope(String text, ObjectNode readable) {
        this.text = text;
        this.readable = readable;
    }

    /** The envelope of an object with its box. */
    static Envelope of(JsonNode object, String keyId, byte[] box) {
        ObjectNode readable = Json.MAPPER.createObjectNode();
        readable.set("apiVersion", object.path("apiVersion"));
        readable.set("kind", object.path("kind"));
        ObjectNode metadata = readable.putObject("metadata");
        for (String field : READABLE) {
            JsonNode value = object.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        return new Envelope(FORM + keyId + ":" + Base64.getEncoder().encodeToString(box), readable);
    }

    /** Whether stored bytes are an envelope. */
    static boolean is(byte[] stored) {
        return stored.length > BEGINNING.length
                && Arrays.equals(stored, 0, BEGINNING.length, BEGINNING, 0, BEGINNING.length);
    }

    /** The id of an envelope's data key, read from its beginning; empty if it is broken. */
    static String keyId(byte[] stored) {
        int end = BEGINNING.length;
        while (end < stored.length && stored[end] != ':') {
            end++;
        }
        return end < stored.length ? new String(stored, BEGINNING.length, end - BEGINNING.length, UTF_8) : "";
    }

    /**
     * Parses stored bytes of an envelope.
     *
     * @throws java.io.UncheckedIOException if they are broken
     */
    static Envelope read(byte[] stored) {
        ObjectNode readable = (ObjectNode) Json.ofUtf8(stored).tree();
        return new Envelope(readable.remove(SEALED).asText(), readable);
    }

    byte[] bytes() {
        ObjectNode whole = Json.MAPPER.createObjectNode().put(SEALED, text);
        whole.setAll(readable);
        return Json.of(whole).utf8();
    }

    String uid() {
        return readable.at("/metadata/uid").asText();
    }

    String keyId() {
        String[] parts = text.split(":", -1);
        return parts.length == PARTS ? parts[KEY] : "";
    }

    byte[] box() throws BrokenSealException {
        try {
            return Base64.getDecoder().decode(text.substring(text.lastIndexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            throw new BrokenSealException("it is not base64");
        }
    }

    private static final int PARTS = 5;
    private static final int KEY = 3;

    /** The readable part of an object without its key, with annotations that give the reason. */
    Json unopened(ObjectNode annotations) {
        ObjectNode shown = readable.deepCopy();
        shown.withObject("/metadata").set("annotations", annotations);
        return Json.of(shown);
    }
}
