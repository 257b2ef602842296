package io.shiplog.command.decide.object;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * An object's bytes with a place for its resourceVersion. The proposal serializes the object, the decider only copies the bytes
 * around the number. The place is where the generator wrote the field, so that no content of the object can be mistaken for it.
 */
public final class Unnumbered {
    private static final String FIELD = "resourceVersion";

    private final byte[] bytes;
    private final int at;

    private Unnumbered(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** Serializes an object. Its {@code metadata.resourceVersion} is replaced by an empty text. */
    public static Unnumbered of(ObjectNode object) {
        ObjectNode metadata = Trees.object(object, "metadata");
        ByteArrayBuilder out = new ByteArrayBuilder(null, INITIAL_BYTES);
        Place place = new Place(out);
        metadata.set(FIELD, place);
        try {
            Json.MAPPER.writeValue(out, object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            metadata.put(FIELD, "");
        }
        return new Unnumbered(out.toByteArray(), place.at);
    }

    private static final int INITIAL_BYTES = 4_000;

    /** The length in bytes without the number. */
    public int size() {
        return bytes.length;
    }

    /** The object with its resourceVersion. */
    public Json numbered(long revision) {
        byte[] number = Long.toString(revision).getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[bytes.length + number.length];
        System.arraycopy(bytes, 0, whole, 0, at);
        System.arraycopy(number, 0, whole, at, number.length);
        System.arraycopy(bytes, at, whole, at + number.length, bytes.length - at);
        return Json.ofUtf8(whole);
    }

    /** The value of the field: writes an empty text, and notes where. */
    private static final class Place extends ValueNode {
        private static final long serialVersionUID = 1L;

        private final transient ByteArrayBuilder out;
        private int at;

        private Place(ByteArrayBuilder out) {
            this.out = out;
        }

        @Override
        public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString("");
            at = out.size() + generator.getOutputBuffered() - 1;
        }

        @Override
        public JsonNodeType getNodeType() {
            return JsonNodeType.STRING;
        }

        @Override
        public JsonToken asToken() {
            return JsonToken.VALUE_STRING;
        }

        @Override
        public String asText() {
            return "";
        }

        @Override
        public boolean equals(Object other) {
            return other == this;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
