package io.shiplog.gateway.protobuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.shiplog.events.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Answers as the messages that the official Java client's generated classes read. */
class MessagesTest {
    private static Json json(String text) {
        return Json.ofUtf8(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Runtime.Unknown opened(byte[] body) throws Exception {
        ByteString bytes = ByteString.copyFrom(body);
        assertEquals(ByteString.copyFrom(new byte[] {'k', '8', 's', 0}), bytes.substring(0, 4));
        return Runtime.Unknown.parseFrom(bytes.substring(4));
    }

    @Test
    void an_object_has_its_type_in_the_envelope() throws Exception {
        Runtime.Unknown unknown = opened(Objects.requireNonNull(
                Messages.of(json("{'kind':'ConfigMap','apiVersion':'v1','metadata':{'name':'a'},'data':{'k':'v'}}"))));

        assertEquals("ConfigMap", unknown.getTypeMeta().getKind());
        assertEquals("v1", unknown.getTypeMeta().getApiVersion());
        assertTrue(unknown.hasContentType() && unknown.hasContentEncoding(), "as Go writes them, though empty");
        V1.ConfigMap map = V1.ConfigMap.parseFrom(unknown.getRaw());
        assertEquals("a", map.getMetadata().getName());
        assertEquals("v", map.getDataOrThrow("k"));
    }

    @Test
    void a_kind_of_others_has_none_though_its_group_begins_alike() {
        assertNull(Messages.of(json("{'kind':'Deployment','apiVersion':'apps.example.com/v1'}")));
        assertFalse(Messages.has("example.com/v1", "Status"));
        assertFalse(Messages.hasGroup("history.shiplog.io/v1"));
        assertTrue(Messages.has("rbac.authorization.k8s.io/v1", "ClusterRole"));
        assertTrue(Messages.has("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"));
    }

    @Test
    void a_value_of_another_type_is_an_error() {
        Json wrong = json("{'kind':'ConfigMap','apiVersion':'v1','binaryData':{'k':'!'}}");
        assertThrows(IllegalArgumentException.class, () -> Messages.of(wrong));
    }

    @Test
    void an_event_of_a_watch_has_no_envelope_of_its_own() throws Exception {
        byte[] object =
                Objects.requireNonNull(Messages.of(json("{'kind':'Secret','apiVersion':'v1','type':'Opaque'}")));
        Meta.WatchEvent event = Meta.WatchEvent.parseFrom(Messages.watchEvent("ADDED", object));
        assertEquals("ADDED", event.getType());
        assertArrayEquals(object, event.getObject().getRaw().toByteArray());
    }

    /** Given more than is kept / when a list is written / then every item is there, whether it was kept or made again. */
    @Test
    void a_list_of_any_size_is_one_message() throws Exception {
        String filling = "x".repeat(100_000);
        int size = 60;
        MessageList list = MessageList.measured(
                json("{'kind':'ConfigMapList','apiVersion':'v1','metadata':{'resourceVersion':'7'},'items':[]}"),
                size,
                index -> json("{'metadata':{'name':'m%d'},'data':{'k':'%s'}}".formatted(index, filling))
                        .utf8(),
                () -> false);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(list.head());
        for (int i = 0; i < size; i++) {
            all.writeBytes(list.item(i));
        }
        all.writeBytes(list.tail());

        Runtime.Unknown unknown = opened(all.toByteArray());
        assertEquals("ConfigMapList", unknown.getTypeMeta().getKind());
        V1.ConfigMapList read = V1.ConfigMapList.parseFrom(unknown.getRaw());
        assertEquals("7", read.getMetadata().getResourceVersion());
        assertEquals(
                IntStream.range(0, size).mapToObj(i -> "m" + i).toList(),
                read.getItemsList().stream()
                        .map(item -> item.getMetadata().getName())
                        .toList());
        assertEquals(filling, read.getItems(size - 1).getDataOrThrow("k"));
    }

    @Test
    void a_list_whose_client_is_gone_is_measured_no_further() {
        Json list = json("{'kind':'ConfigMapList','apiVersion':'v1','metadata':{},'items':[]}");
        assertThrows(
                CancellationException.class,
                () -> MessageList.measured(list, 1, index -> new byte[] {'{', '}'}, () -> true));
        Json unknown = json("{'kind':'Table','apiVersion':'meta.k8s.io/v1'}");
        assertThrows(
                IllegalArgumentException.class,
                () -> MessageList.measured(unknown, 0, index -> new byte[0], () -> false));
    }
}
