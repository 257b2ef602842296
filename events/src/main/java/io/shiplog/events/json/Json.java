package io.shiplog.events.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A JSON text as UTF-8 bytes. The bytes are shared, not copied: whoever makes a {@code Json} gives its array away, and
 * nobody changes it afterwards.
 */
public final class Json {
    /** Deepest nesting that is read; Kubernetes' own decoder stops at 10,000, no real object comes near 200. */
    private static final int MAX_DEPTH = 200;

    /** The one mapper of the project: limits on depth, nothing guessed, nothing added. */
    public static final JsonMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .build();

    private final byte[] utf8;

    private Json(byte[] utf8) {
        this.utf8 = utf8;
    }

    /** Wraps the bytes of a JSON text. They are not checked. */
    public static Json ofUtf8(byte[] utf8) {
        return new Json(utf8);
    }

    /** Wraps a JSON text. It is not checked. */
    public static Json of(String text) {
        return new Json(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Serializes a tree. */
    public static Json of(JsonNode tree) {
        try {
            return new Json(MAPPER.writeValueAsBytes(tree));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes themselves: read, do not write. */
    public byte[] utf8() {
        return utf8;
    }

    /** Length in bytes. */
    public int size() {
        return utf8.length;
    }

    /**
     * A new tree on every call, the caller's to change.
     *
     * @throws UncheckedIOException if the bytes are no JSON text; those from the log always are
     */
    public JsonNode tree() {
        try {
            return MAPPER.readTree(utf8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the bytes as they are. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(utf8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Json json && java.util.Arrays.equals(utf8, json.utf8);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(utf8);
    }

    @Override
    public String toString() {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
