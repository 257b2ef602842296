package io.shiplog.events.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
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
 * A JSON text as UTF-8 bytes. The bytes are shared, not copied: the caller of {@code Json} hands over its array, which is not
 * modified afterwards.
 *
 * <p>The stored form may differ from the plain text: Secrets are stored encrypted. {@link #atRest} is what stores, hash chains
 * and logs take; {@link #utf8} and {@link #tree} are the plain text, decrypted on each read. For all other texts both are the
 * same bytes.
 */
public final class Json {
    /** Maximum nesting; Kubernetes' own decoder stops at 10,000, no real object comes near 200. */
    private static final int MAX_DEPTH = 200;

    /**
     * The project's only mapper: limited depth, nothing guessed, nothing added. Names of fields are not interned: an object may have
     * a hundred thousand of its own, and the virtual machine's table of strings is slow and never small again.
     */
    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
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
     * A text stored in another form.
     *
     * @param atRest the stored form: JSON too, without confidential content
     * @param opening decrypts it; called on each access, so that access can be revoked
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

    /** Whether the stored form differs from the text. */
    public boolean opens() {
        return opening != null;
    }

    /** Length in bytes of the stored form. */
    public int size() {
        return atRest.length;
    }

    /**
     * A new tree on every call, owned by the caller.
     *
     * @throws UncheckedIOException if the bytes are not JSON; those from the log always are
     */
    public JsonNode tree() {
        try {
            return MAPPER.readTree(utf8());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The scalar at a pointer, found without a tree of the rest.
     *
     * @return empty if there is none
     * @throws UncheckedIOException if the bytes before it are not JSON; those from the log always are
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901: JSON Pointer</a>
     */
    public String text(JsonPointer pointer) {
        try (JsonParser parser = new FilteringParserDelegate(
                MAPPER.createParser(utf8()), new JsonPointerBasedFilter(pointer), Inclusion.ONLY_INCLUDE_ALL, false)) {
            JsonToken found = parser.nextToken();
            return found == null || !found.isScalarValue() ? "" : parser.getText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the bytes of the text. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(utf8());
    }

    /** Two texts are equal if their plain texts are, in whatever form they are stored. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Json json && Arrays.equals(utf8(), json.utf8());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8());
    }

    /** The stored form: printing or logging never decrypts. */
    @Override
    public String toString() {
        return new String(atRest, StandardCharsets.UTF_8);
    }
}
