package io.shiplog.events.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A JSON text as UTF-8 bytes. The bytes are shared, not copied: the caller of {@code Json} hands over its array, and
 * nobody changes it afterwards.
 *
 * <p>What is in a store may differ from what it says: the values of Secrets rest sealed. {@link #atRest} is what stores,
 * hash chains and logs take; {@link #utf8} and {@link #tree} are what it says, opened on each read. For all other
 * texts both are the same bytes.
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

    private final byte[] atRest;
    private final @Nullable UnaryOperator<byte[]> opening;

    private Json(byte[] utf8) {
        this(utf8, null);
    }

    private Json(byte[] atRest, @Nullable UnaryOperator<byte[]> opening) {
        this.atRest = atRest;
        this.opening = opening;
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

    /**
     * A text that rests in another form.
     *
     * @param atRest what stores hold: JSON too, which says nothing that must not be seen
     * @param opening gives the text for it; called on each look, so that what may not be seen any more is not
     */
    public static Json resting(byte[] atRest, UnaryOperator<byte[]> opening) {
        return new Json(atRest, opening);
    }

    /** The bytes of the text: read, do not write. */
    public byte[] utf8() {
        return opening == null ? atRest : opening.apply(atRest);
    }

    /** The bytes that stores hold: read, do not write. */
    public byte[] atRest() {
        return atRest;
    }

    /** Whether the text rests in another form than its own. */
    public boolean opens() {
        return opening != null;
    }

    /** Length in bytes of what is held, that is, at rest. */
    public int size() {
        return atRest.length;
    }

    /**
     * A new tree on every call, the caller's to change.
     *
     * @throws UncheckedIOException if the bytes are no JSON text; those from the log always are
     */
    public JsonNode tree() {
        try {
            return MAPPER.readTree(utf8());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the bytes of the text. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(utf8());
    }

    /** Two texts are equal if they say the same, however they rest. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Json json && Arrays.equals(utf8(), json.utf8());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8());
    }

    /** What it is at rest: what is printed or logged is never opened. */
    @Override
    public String toString() {
        return new String(atRest, StandardCharsets.UTF_8);
    }
}
