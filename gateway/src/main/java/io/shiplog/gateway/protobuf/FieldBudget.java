package io.shiplog.gateway.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.shiplog.events.json.ClientJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a message would become before it is parsed: an empty message has two bytes, and a hundred times that in memory. Depth and number
 * are limited as those of JSON.
 */
final class FieldBudget {
    /** Tokens of JSON for a field: its name and its value, or its two braces without a name. */
    private static final int FIELD_TOKENS = 2;

    private static final int MAX_DEPTH = 100;

    private int left = ClientJson.MAX_TOKENS;

    private FieldBudget() {}

    /** @throws IOException if the message is not of this type's form or exceeds the limits; its message can be sent to a client */
    static void check(ByteString message, Descriptor type) throws IOException {
        CodedInputStream in = message.newCodedInput();
        new FieldBudget().take(in, type, 0);
        in.checkLastTagWas(0);
    }

    private void take(CodedInputStream in, Descriptor type, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new InvalidProtocolBufferException("exceeded max depth " + MAX_DEPTH);
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            take(FIELD_TOKENS);
            int form = WireFormat.getTagWireType(tag);
            if (form == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                int length = in.readRawVarint32();
                int end = in.pushLimit(length);
                enter(in, length, type.findFieldByNumber(WireFormat.getTagFieldNumber(tag)), depth);
                in.popLimit(end);
            } else if (form == WireFormat.WIRETYPE_START_GROUP || form == WireFormat.WIRETYPE_END_GROUP) {
                throw new InvalidProtocolBufferException("no message of Kubernetes has groups");
            } else {
                in.skipField(tag);
            }
        }
    }

    private void enter(CodedInputStream in, int length, @Nullable FieldDescriptor field, int depth) throws IOException {
        if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            take(in, field.getMessageType(), depth + 1);
            return;
        }
        if (field != null && field.isPackable()) {
            take(length); // numbers, of a byte each at least
        } else if (field != null && isJson(field)) {
            take(length / 2);
        }
        in.skipRawBytes(length);
    }

    /** Bytes that are JSON inside the message: those of the envelope are the message. */
    private static boolean isJson(FieldDescriptor field) {
        return field.getName().equalsIgnoreCase("raw")
                && !field.getContainingType().getName().equals("Unknown");
    }

    private void take(int tokens) throws InvalidProtocolBufferException {
        left -= tokens;
        if (left < 0) {
            throw new InvalidProtocolBufferException("exceeded max number of values " + ClientJson.MAX_TOKENS);
        }
    }
}
