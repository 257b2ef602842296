package io.shiplog.gateway.protobuf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.outcome.Checked;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code application/vnd.kubernetes.protobuf}: four magic bytes, then a {@code runtime.Unknown} with the type and the raw
 * message.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding">Protobuf encoding</a>
 */
public final class ProtobufBody {
    static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final String META = "meta.k8s.io/v1";
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9]*");

    /** Kinds of the machinery itself, which every group serves under its own name. */
    private static final Set<String> META_KINDS = Set.of(
            "DeleteOptions", "PatchOptions", "Status", "APIVersions", "APIGroup", "APIGroupList", "APIResourceList");

    /** A group of Kubernetes itself, and the word that the library names it by. A custom group has another ending. */
    private static final Pattern GROUP =
            Pattern.compile("([a-z]*)(?:\\.k8s\\.io|\\.authorization\\.k8s\\.io|\\.apiserver\\.k8s\\.io)?");

    /** The files that the library has, once each was looked for. */
    private static final Map<String, FileDescriptor> FILES = new ConcurrentHashMap<>();

    private ProtobufBody() {}

    /** The object as JSON; 400 for invalid bytes, 415 for a kind without a known message type. */
    public static Checked<Json> toJson(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return Checked.bad(
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }
        try {
            // Parsed by description: the generated classes predate protobuf's own safety fixes.
            Descriptor envelope = Runtime.getDescriptor().findMessageTypeByName("Unknown");
            ByteString enveloped = ByteString.copyFrom(body, MAGIC.length, body.length - MAGIC.length);
            FieldBudget.check(enveloped, envelope);
            Message unknown = DynamicMessage.parseFrom(envelope, enveloped);
            Message typeMeta = (Message) MessageTree.value(unknown, "typeMeta");
            String apiVersion = String.valueOf(MessageTree.value(typeMeta, "apiVersion"));
            String kind = String.valueOf(MessageTree.value(typeMeta, "kind"));
            Descriptor type = descriptor(apiVersion, kind);
            if (type == null) {
                return Checked.refused(Refusal.of(
                        Reason.UNSUPPORTED_MEDIA_TYPE,
                        "no protobuf message is known for kind \"%s\" in version \"%s\": send it as application/json"
                                .formatted(kind, apiVersion)));
            }
            ByteString raw = (ByteString) MessageTree.value(unknown, "raw");
            FieldBudget.check(raw, type);
            ObjectNode tree = Json.MAPPER.createObjectNode();
            tree.put("kind", kind);
            tree.put("apiVersion", apiVersion);
            MessageTree.fill(tree, DynamicMessage.parseFrom(type, raw));
            return Checked.ok(Json.of(tree));
        } catch (IOException | IllegalArgumentException | DateTimeException | ArithmeticException e) {
            return Checked.bad("the body is not a valid protobuf message: " + e.getMessage());
        }
    }

    /** The message of a kind; null if none is known. */
    static @Nullable Descriptor descriptor(String apiVersion, String kind) {
        if (META_KINDS.contains(kind) && GROUP.matcher(group(apiVersion)).matches()) {
            return Meta.getDescriptor().findMessageTypeByName(kind);
        }
        FileDescriptor file = file(apiVersion);
        return file == null ? null : file.findMessageTypeByName(kind);
    }

    /** The messages of a group and version; null if none are known. */
    static @Nullable FileDescriptor file(String apiVersion) {
        if (apiVersion.equals(META)) {
            return Meta.getDescriptor();
        }
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        Matcher group = GROUP.matcher(group(apiVersion));
        return WORD.matcher(version).matches() && group.matches()
                ? named(capitalized(version) + capitalized(group.group(1)))
                : null;
    }

    private static String group(String apiVersion) {
        return apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
    }

    /** The library names a class after each group and version, as {@code V1Apps}. */
    private static @Nullable FileDescriptor named(String name) {
        FileDescriptor known = FILES.get(name);
        if (known != null) {
            return known;
        }
        try {
            FileDescriptor found = (FileDescriptor) Class.forName("io.kubernetes.client.proto." + name)
                    .getMethod("getDescriptor")
                    .invoke(null);
            FILES.put(name, found);
            return found;
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static String capitalized(String word) {
        return word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
