package io.shiplog.gateway.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code application/vnd.kubernetes.protobuf}: four magic bytes, then a {@code runtime.Unknown} with the type and the raw
 * message. The fields of the envelope are few and fixed, so that they are written here by their numbers.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding">Protobuf encoding</a>
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/runtime/serializer/protobuf/protobuf.go">protobuf.go</a>
 */
public final class Messages {
    /** The first and second field of TypeMeta, Unknown, WatchEvent. */
    private static final int FIRST = 1;

    private static final int SECOND = 2;

    /** Go writes texts that are not pointers even when they are empty: {@code contentEncoding} and {@code contentType}. */
    static final byte[] UNKNOWN_END = {0x1a, 0, 0x22, 0};

    private Messages() {}

    /** Whether objects of this kind have a message type. */
    public static boolean has(String apiVersion, String kind) {
        return ProtobufBody.descriptor(apiVersion, kind) != null;
    }

    /** Whether a group's version has message types. */
    public static boolean hasGroup(String apiVersion) {
        return ProtobufBody.file(apiVersion) != null;
    }

    /**
     * An object with {@code kind} and {@code apiVersion} in its envelope.
     *
     * @return null if its kind has no message type
     * @throws IllegalArgumentException if a value is not of its field's type
     */
    public static byte @Nullable [] of(Json object) {
        JsonNode tree = object.tree();
        String apiVersion = tree.path("apiVersion").asText();
        String kind = tree.path("kind").asText();
        Descriptor type = ProtobufBody.descriptor(apiVersion, kind);
        if (type == null) {
            return null;
        }
        byte[] raw = MessageOfTree.of(type, tree).toByteArray();
        return join(envelope(apiVersion, kind, raw.length), raw, UNKNOWN_END);
    }

    /**
     * An event of a watch: a {@code WatchEvent} without an envelope of its own.
     *
     * @param type ADDED, MODIFIED, DELETED, BOOKMARK, ERROR
     * @param object in its envelope
     */
    public static byte[] watchEvent(String type, byte[] object) {
        byte[] word = type.getBytes(StandardCharsets.US_ASCII);
        byte[] raw = join(lengthField(FIRST, object.length), object);
        return join(lengthField(FIRST, word.length), word, lengthField(SECOND, raw.length), raw);
    }

    /** What comes before the raw message of an object: the magic bytes, its type, and the length of the message. */
    static byte[] envelope(String apiVersion, String kind, int rawBytes) {
        byte[] version = apiVersion.getBytes(StandardCharsets.UTF_8);
        byte[] word = kind.getBytes(StandardCharsets.UTF_8);
        byte[] meta = join(lengthField(FIRST, version.length), version, lengthField(SECOND, word.length), word);
        return join(ProtobufBody.MAGIC, lengthField(FIRST, meta.length), meta, lengthField(SECOND, rawBytes));
    }

    /** The tag and the length of a text, bytes or message. */
    static byte[] lengthField(int number, int bytes) {
        byte[] field =
                new byte[CodedOutputStream.computeTagSize(number) + CodedOutputStream.computeUInt32SizeNoTag(bytes)];
        CodedOutputStream out = CodedOutputStream.newInstance(field);
        try {
            out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return field;
    }

    /** The message of a field's value, without its tag. */
    static byte[] field(FieldDescriptor field, JsonNode value) {
        return MessageOfTree.of(field.getMessageType(), value).toByteArray();
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length = Math.addExact(length, part.length);
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
