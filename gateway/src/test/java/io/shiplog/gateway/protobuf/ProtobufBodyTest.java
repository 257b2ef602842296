package io.shiplog.gateway.protobuf;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.outcome.Checked;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Bodies that would cost far more than their size, or hold what no object can. */
class ProtobufBodyTest {
    private static DynamicMessage message(Descriptor type, String field, Object value) {
        FieldDescriptor found = type.findFieldByName(field);
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
        return (found.isRepeated() ? builder.addRepeatedField(found, value) : builder.setField(found, value)).build();
    }

    private static byte[] body(ByteString pod) {
        Descriptor type = Runtime.getDescriptor().findMessageTypeByName("TypeMeta");
        Descriptor envelope = Runtime.getDescriptor().findMessageTypeByName("Unknown");
        Message typeMeta = DynamicMessage.newBuilder(type)
                .setField(type.findFieldByName("apiVersion"), "v1")
                .setField(type.findFieldByName("kind"), "Pod")
                .build();
        Message unknown = DynamicMessage.newBuilder(envelope)
                .setField(envelope.findFieldByName("typeMeta"), typeMeta)
                .setField(envelope.findFieldByName("raw"), pod)
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ProtobufBody.MAGIC);
        out.writeBytes(unknown.toByteArray());
        return out.toByteArray();
    }

    private static void refused(ByteString pod, String message) {
        Checked.Refused<?> refused = assertInstanceOf(Checked.Refused.class, ProtobufBody.toJson(body(pod)));
        assertTrue(refused.refusal().reason() == Reason.BAD_REQUEST, refused::toString);
        assertTrue(refused.refusal().message().contains(message), refused::toString);
    }

    private static ByteString pod(Message metadata) {
        return message(V1.getDescriptor().findMessageTypeByName("Pod"), "metadata", metadata)
                .toByteString();
    }

    @Test
    void a_million_empty_messages_are_not_made() {
        Descriptor spec = V1.getDescriptor().findMessageTypeByName("PodSpec");
        ByteString container = message(
                        spec,
                        "containers",
                        DynamicMessage.getDefaultInstance(V1.getDescriptor().findMessageTypeByName("Container")))
                .toByteString();
        ByteString containers = ByteString.copyFrom(Collections.nCopies(1_000_000, container));

        FieldDescriptor field = V1.getDescriptor().findMessageTypeByName("Pod").findFieldByName("spec");
        ByteString pod = UnknownFieldSet.newBuilder()
                .addField(
                        field.getNumber(),
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(containers)
                                .build())
                .build()
                .toByteString();

        refused(pod, "exceeded max number of values 500000");
    }

    @Test
    void a_time_beyond_all_years_is_refused() {
        Descriptor meta = Meta.getDescriptor().findMessageTypeByName("ObjectMeta");
        Descriptor time = Meta.getDescriptor().findMessageTypeByName("Time");

        refused(pod(message(meta, "creationTimestamp", message(time, "seconds", Long.MAX_VALUE))), "not a valid");
    }

    @Test
    void what_is_no_json_inside_is_refused() {
        Descriptor meta = Meta.getDescriptor().findMessageTypeByName("ObjectMeta");
        Descriptor entry = Meta.getDescriptor().findMessageTypeByName("ManagedFieldsEntry");
        Descriptor fields = Meta.getDescriptor().findMessageTypeByName("FieldsV1");
        Message raw = message(fields, "Raw", ByteString.copyFromUtf8("{"));

        refused(pod(message(meta, "managedFields", message(entry, "fieldsV1", raw))), "not a valid");
    }
}
