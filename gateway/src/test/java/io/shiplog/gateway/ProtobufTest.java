package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Authorization;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/** Bodies of clients that always send protobuf. */
class ProtobufTest extends ClusterTest {
    private static final String TYPE = "application/vnd.kubernetes.protobuf";

    /** A message with fields set by name: text, numbers, flags, bytes, messages; repeated fields are added to. */
    private static DynamicMessage message(FileDescriptor file, String type, Object... fields) {
        return message(file.findMessageTypeByName(type), fields);
    }

    private static DynamicMessage message(Descriptor type, Object... fields) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
        for (int i = 0; i < fields.length; i += 2) {
            FieldDescriptor field = type.findFieldByName(String.valueOf(fields[i]));
            if (field.isRepeated()) {
                builder.addRepeatedField(field, fields[i + 1]);
            } else {
                builder.setField(field, fields[i + 1]);
            }
        }
        return builder.build();
    }

    private static byte[] envelope(String apiVersion, String kind, DynamicMessage message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'k', '8', 's', 0});
        out.writeBytes(message(
                        Runtime.getDescriptor(),
                        "Unknown",
                        "typeMeta",
                        message(Runtime.getDescriptor(), "TypeMeta", "apiVersion", apiVersion, "kind", kind),
                        "raw",
                        message.toByteString())
                .toByteArray());
        return out.toByteArray();
    }

    private static DynamicMessage metadata(String name) {
        // As Go writes it: fields that are not pointers are there even if they are empty.
        return message(
                Meta.getDescriptor(),
                "ObjectMeta",
                "name",
                name,
                "generateName",
                "",
                "namespace",
                "",
                "generation",
                0L,
                "creationTimestamp",
                message(Meta.getDescriptor(), "Time", "seconds", 0L, "nanos", 0));
    }

    private JsonNode created(byte[] body, String path) {
        admin.send("POST", path, body, "Content-Type", TYPE).is(201);
        return ((CreateObject) cluster.commands.last().command()).body().tree();
    }

    @Test
    void aSecretComesOutAsItsJson() {
        Descriptor entry = V1.getDescriptor().findMessageTypeByName("Secret").findNestedTypeByName("DataEntry");
        DynamicMessage secret = message(
                V1.getDescriptor(),
                "Secret",
                "metadata",
                metadata("s"),
                "data",
                message(entry, "key", "password", "value", ByteString.copyFromUtf8("hush")),
                "type",
                "helm.sh/release.v1");
        assertEquals(
                "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"s\"},\"data\":{\"password\":\"aHVzaA==\"},\"type\":\"helm.sh/release.v1\"}",
                created(envelope("v1", "Secret", secret), "/api/v1/namespaces/shop/secrets")
                        .toString());
    }

    @Test
    void aDriverThatSaysFalseDoesNotGetTheDefault() {
        FileDescriptor storage = io.kubernetes.client.proto.V1Storage.getDescriptor();
        DynamicMessage driver = message(
                storage,
                "CSIDriver",
                "metadata",
                metadata("d"),
                "spec",
                message(storage, "CSIDriverSpec", "attachRequired", false, "podInfoOnMount", false));
        assertEquals(
                "{\"attachRequired\":false,\"podInfoOnMount\":false}",
                created(envelope("storage.k8s.io/v1", "CSIDriver", driver), "/apis/storage.k8s.io/v1/csidrivers")
                        .path("spec")
                        .toString());
    }

    @Test
    void aPodKeepsItsQuantitiesPortsAndInlinedVolumes() {
        FileDescriptor core = V1.getDescriptor();
        DynamicMessage quantity =
                message(io.kubernetes.client.proto.Resource.getDescriptor(), "Quantity", "string", "100m");
        Descriptor limit = core.findMessageTypeByName("ResourceRequirements").findNestedTypeByName("LimitsEntry");
        DynamicMessage probe = message(
                core,
                "Probe",
                "handler",
                message(
                        core,
                        "ProbeHandler",
                        "httpGet",
                        message(
                                core,
                                "HTTPGetAction",
                                "path",
                                "/healthz",
                                "port",
                                message(
                                        io.kubernetes.client.proto.IntStr.getDescriptor(),
                                        "IntOrString",
                                        "type",
                                        1L,
                                        "intVal",
                                        0,
                                        "strVal",
                                        "http"))),
                "periodSeconds",
                0);
        DynamicMessage container = message(
                core,
                "Container",
                "name",
                "web",
                "image",
                "nginx",
                "tty",
                false,
                "livenessProbe",
                probe,
                "resources",
                message(core, "ResourceRequirements", "limits", message(limit, "key", "cpu", "value", quantity)));
        DynamicMessage volume = message(
                core,
                "Volume",
                "name",
                "config",
                "volumeSource",
                message(
                        core,
                        "VolumeSource",
                        "configMap",
                        message(
                                core,
                                "ConfigMapVolumeSource",
                                "localObjectReference",
                                message(core, "LocalObjectReference", "name", "settings"))));
        DynamicMessage spec = message(
                core, "PodSpec", "containers", container, "volumes", volume, "terminationGracePeriodSeconds", 0L);
        JsonNode pod = created(
                envelope("v1", "Pod", message(core, "Pod", "metadata", metadata("p"), "spec", spec)),
                "/api/v1/namespaces/shop/pods");
        assertEquals("100m", pod.at("/spec/containers/0/resources/limits/cpu").asText());
        assertEquals(
                "http", pod.at("/spec/containers/0/livenessProbe/httpGet/port").asText());
        assertTrue(pod.at("/spec/containers/0/livenessProbe/periodSeconds").isMissingNode(), "not said");
        assertEquals("settings", pod.at("/spec/volumes/0/configMap/name").asText());
        assertEquals(0, pod.at("/spec/terminationGracePeriodSeconds").asInt(-1), "said on purpose");
    }

    @Test
    void reviewsAndDeleteOptionsAreRead() {
        FileDescriptor authorization = V1Authorization.getDescriptor();
        DynamicMessage review = message(
                authorization,
                "SelfSubjectAccessReview",
                "spec",
                message(
                        authorization,
                        "SelfSubjectAccessReviewSpec",
                        "resourceAttributes",
                        message(authorization, "ResourceAttributes", "verb", "get", "resource", "pods")));
        assertEquals(
                "true",
                admin.send(
                                "POST",
                                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                envelope("authorization.k8s.io/v1", "SelfSubjectAccessReview", review),
                                "Content-Type",
                                TYPE)
                        .is(201)
                        .at("status.allowed"));

        configMap("a", "");
        byte[] options = envelope(
                "v1", "DeleteOptions", message(Meta.getDescriptor(), "DeleteOptions", "gracePeriodSeconds", 0L));
        admin.send("DELETE", CONFIG_MAPS + "/a", options, "Content-Type", TYPE).is(200);
        assertEquals(0L, ((DeleteObject) cluster.commands.last().command()).gracePeriodSeconds());
    }

    /** Given a long body / when it is sent / then it is decoded, or refused, on another thread than the event loop, with the same answers. */
    @Test
    void aLongBodyIsDecodedAside() {
        Descriptor entry = V1.getDescriptor().findMessageTypeByName("ConfigMap").findNestedTypeByName("DataEntry");
        String text = "x".repeat(200_000);
        DynamicMessage map = message(
                V1.getDescriptor(),
                "ConfigMap",
                "metadata",
                metadata("long"),
                "data",
                message(entry, "key", "k", "value", text));
        byte[] body = envelope("v1", "ConfigMap", map);

        assertEquals(text, created(body, CONFIG_MAPS).at("/data/k").asText());
        body[body.length - 1] = (byte) 0xff;
        byte[] cut = java.util.Arrays.copyOf(body, body.length - 1_000);
        admin.send("POST", CONFIG_MAPS, cut, "Content-Type", TYPE).is(400);
        admin.send(
                        "POST",
                        CONFIG_MAPS,
                        ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  k: " + text)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/yaml")
                .is(201);
    }

    @Test
    void aReviewOfAnotherKindIsRefused() {
        DynamicMessage token = message(io.kubernetes.client.proto.V1Authentication.getDescriptor(), "TokenReview");
        admin.send(
                        "POST",
                        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                        envelope("authentication.k8s.io/v1", "TokenReview", token),
                        "Content-Type",
                        TYPE)
                .is(400);
    }

    @Test
    void whatCannotBeReadIsRefusedClearly() {
        admin.send("POST", CONFIG_MAPS, new byte[] {1, 2, 3}, "Content-Type", TYPE)
                .refuses(
                        400,
                        "BadRequest",
                        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        admin.send("POST", CONFIG_MAPS, new byte[] {'k', '8', 's', 0, 1, 2, 3}, "Content-Type", TYPE)
                .is(400);
        byte[] gadget = envelope("v1", "Gadget", metadata("g"));
        admin.send("POST", CONFIG_MAPS, gadget, "Content-Type", TYPE)
                .refuses(
                        415,
                        "UnsupportedMediaType",
                        "no protobuf message is known for kind \"Gadget\" in version \"v1\": send it as application/json");
    }
}
