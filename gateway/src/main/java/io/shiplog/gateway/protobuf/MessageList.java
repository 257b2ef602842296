package io.shiplog.gateway.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.shiplog.events.json.Json;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A list as a message, written item by item. Its length comes first, so that every item is measured before the first byte leaves. The
 * messages of the first items are kept from that, up to {@link #MAX_KEPT_BYTES}; the others are made again: a list of any size is nowhere whole.
 */
public final class MessageList {
    private static final int MAX_KEPT_BYTES = 4 * 1024 * 1024;

    private final FieldDescriptor items;
    private final IntFunction<byte[]> json;
    private final byte[] head;
    private final byte[] @Nullable [] kept;

    private MessageList(FieldDescriptor items, IntFunction<byte[]> json, byte[] head, byte[] @Nullable [] kept) {
        this.items = items;
        this.json = json;
        this.head = head;
        this.kept = kept;
    }

    /** Whether lists of this kind have a message type. */
    public static boolean has(String apiVersion, String listKind) {
        return Messages.has(apiVersion, listKind);
    }

    /**
     * Measures a list. May be called on any thread; takes as long as writing it.
     *
     * @param list the list without its items
     * @param size how many items it has
     * @param json the JSON of an item, the same each time
     * @param over whether the client is gone
     * @throws CancellationException if it is
     * @throws IllegalArgumentException if the list's kind has no message type, or the list exceeds 2 GiB
     */
    public static MessageList measured(Json list, int size, IntFunction<byte[]> json, BooleanSupplier over) {
        JsonNode tree = list.tree();
        String apiVersion = tree.path("apiVersion").asText();
        String kind = tree.path("kind").asText();
        Descriptor type = ProtobufBody.descriptor(apiVersion, kind);
        FieldDescriptor items = type == null ? null : type.findFieldByName("items");
        if (type == null || items == null) {
            throw new IllegalArgumentException("no message type is known for " + apiVersion + " " + kind);
        }
        FieldDescriptor metadata = type.findFieldByName("metadata");
        byte[] first = Messages.field(metadata, tree.path("metadata"));
        byte[] firstTag = Messages.lengthField(metadata.getNumber(), first.length);
        long bytes = (long) firstTag.length + first.length;
        byte[] @Nullable [] kept = new byte[size][];
        long left = MAX_KEPT_BYTES;
        for (int i = 0; i < size; i++) {
            if (over.getAsBoolean()) {
                throw new CancellationException("the client is gone");
            }
            byte[] item = message(items, json.apply(i));
            bytes += item.length;
            left -= item.length;
            if (left >= 0) {
                kept[i] = item;
            }
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a message has at most 2 GiB");
        }
        byte[] head = Messages.join(Messages.envelope(apiVersion, kind, (int) bytes), firstTag, first);
        return new MessageList(items, json, head, kept);
    }

    private static byte[] message(FieldDescriptor items, byte[] json) {
        byte[] message = Messages.field(items, Json.ofUtf8(json).tree());
        return Messages.join(Messages.lengthField(items.getNumber(), message.length), message);
    }

    /** Everything before the first item. */
    public byte[] head() {
        return head;
    }

    /** An item; each is taken once. */
    public byte[] item(int index) {
        byte[] item = kept[index];
        kept[index] = null;
        return item == null ? message(items, json.apply(index)) : item;
    }

    /** Everything after the last item. */
    public byte[] tail() {
        return Messages.UNKNOWN_END.clone();
    }
}
