package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Authorization;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies of clients that always send protobuf, and answers for those that prefer it. */
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

    private static Runtime.Unknown opened(byte[] body) throws InvalidProtocolBufferException {
        assertEquals("k8s\0", new String(body, 0, 4, StandardCharsets.US_ASCII));
        return Runtime.Unknown.parseFrom(ByteString.copyFrom(body, 4, body.length - 4));
    }

    /** Given objects, some long / when a client accepts protobuf / then get, list, create, Status and metadata are what the official client's classes read. */
    @Test
    void answersAreMessagesForWhoAcceptsThem() throws Exception {
        configMap("a", "");
        String filling = "x".repeat(20_000);
        Api.Answer created =
                admin.post(CONFIG_MAPS, """
                {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"b"},"data":{"k":"%s"}}""".formatted(filling), "Accept", TYPE).is(201);
        assertEquals(TYPE, created.header("content-type"));
        assertEquals(
                filling,
                V1.ConfigMap.parseFrom(opened(created.response().body()).getRaw())
                        .getDataOrThrow("k"));

        Api.Answer one = admin.get(CONFIG_MAPS + "/a", "Accept", TYPE + ",application/json")
                .is(200);
        Runtime.Unknown map = opened(one.response().body());
        assertEquals(
                "v1 ConfigMap",
                map.getTypeMeta().getApiVersion() + " " + map.getTypeMeta().getKind());
        assertEquals("a", V1.ConfigMap.parseFrom(map.getRaw()).getMetadata().getName());

        for (int size = 2; size <= 3; size++) {
            Api.Answer list = admin.get(CONFIG_MAPS, "Accept", TYPE).is(200);
            V1.ConfigMapList maps =
                    V1.ConfigMapList.parseFrom(opened(list.response().body()).getRaw());
            assertEquals(size, maps.getItemsCount());
            assertEquals(filling, maps.getItems(1).getDataOrThrow("k"));
            assertFalse(maps.getMetadata().getResourceVersion().isEmpty());
            configMap("c" + size, "");
        }
        V1.SecretList empty =
                V1.SecretList.parseFrom(opened(admin.get("/api/v1/namespaces/shop/secrets", "Accept", TYPE)
                                .is(200)
                                .response()
                                .body())
                        .getRaw());
        assertEquals(0, empty.getItemsCount());

        Meta.PartialObjectMetadataList metadata = Meta.PartialObjectMetadataList.parseFrom(
                opened(admin.get(CONFIG_MAPS, "Accept", TYPE + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
                                .is(200)
                                .response()
                                .body())
                        .getRaw());
        assertEquals("a", metadata.getItems(0).getMetadata().getName());

        Api.Answer missing = admin.get(CONFIG_MAPS + "/none", "Accept", TYPE).is(404);
        Meta.Status status =
                Meta.Status.parseFrom(opened(missing.response().body()).getRaw());
        assertEquals("NotFound", status.getReason());
        assertEquals(404, status.getCode());
        assertEquals("none", status.getDetails().getName());

        Meta.APIGroupList groups = Meta.APIGroupList.parseFrom(
                opened(admin.get("/apis", "Accept", TYPE).is(200).response().body())
                        .getRaw());
        assertTrue(groups.getGroupsList().stream()
                .anyMatch(group -> group.getName().equals("apps")));
    }

    /** Given a watch as messages / then each frame is a length and a WatchEvent, its object in an envelope. */
    @Test
    void aWatchIsFramesOfMessages() throws Exception {
        configMap("a", "");
        configMap("b", "");
        Api.Answer watch = admin.get(CONFIG_MAPS + "?watch=true&timeoutSeconds=1", "Accept", TYPE + ";stream=watch")
                .is(200);
        assertEquals(TYPE + ";stream=watch", watch.header("content-type"));
        List<String> seen = new ArrayList<>();
        ByteBuffer frames = ByteBuffer.wrap(watch.response().body());
        while (frames.hasRemaining()) {
            byte[] frame = new byte[frames.getInt()];
            frames.get(frame);
            Meta.WatchEvent event = Meta.WatchEvent.parseFrom(frame);
            Runtime.Unknown object = opened(event.getObject().getRaw().toByteArray());
            seen.add(event.getType() + " " + object.getTypeMeta().getKind() + " "
                    + V1.ConfigMap.parseFrom(object.getRaw()).getMetadata().getName());
        }
        assertEquals(List.of("ADDED ConfigMap a", "ADDED ConfigMap b"), seen);
    }

    /** Given what has no message / then JSON if the client takes it too, else 406; and YAML cannot be watched. */
    @Test
    void whatHasNoMessageIsNotAcceptableAsOne() {
        String ours = "/apis/history.shiplog.io/v1/changes";
        String only = "only the following media types are accepted: application/json";
        assertEquals(
                "application/json",
                admin.get(ours, "Accept", TYPE + ", */*").is(200).header("content-type"));
        admin.get(ours, "Accept", TYPE).refuses(406, "NotAcceptable", only + ", application/yaml");
        admin.get(CONFIG_MAPS, "Accept", TYPE + ";as=Table;v=v1;g=meta.k8s.io").is(406);
        assertEquals(
                "Table",
                admin.get(CONFIG_MAPS, "Accept", TYPE + ";as=Table;v=v1;g=meta.k8s.io," + Api.TABLE)
                        .at("kind"));
        admin.get(CONFIG_MAPS + "?watch=true&timeoutSeconds=1", "Accept", "application/yaml")
                .is(406);
        admin.get("/version", "Accept", TYPE).is(406);
    }
}
