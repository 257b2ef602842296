package io.shiplog.events.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Published records must stay readable, byte by byte, forever. The golden files are never changed, only added to: {@code
 * -Dgolden.write=src/test/resources} writes those that are missing.
 */
class GoldenRecordsTest {
    private static final Instant TIME = Instant.parse("2026-11-22T03:12:00.123456Z");
    private static final String WEB = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web-1\","
            + "\"namespace\":\"shop\",\"uid\":\"0b7a2c1e-9d53-4c57-8f0e-3b1d6a1f7c11\",\"resourceVersion\":\"%d\","
            + "\"creationTimestamp\":\"2026-11-22T03:12:00Z\"},\"spec\":{%s}%s}";

    /** A name, and the event. */
    record Golden(String name, Event event) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden> events() {
        return Stream.of(
                pod(1, "created", "create", null, null, "", ""),
                pod(2, "scheduled", "bind", "events/1", "node-1", "\"nodeName\":\"node-1\"", ""),
                pod(
                        3,
                        "statuschanged",
                        "update",
                        "events/2",
                        "node-1",
                        "\"nodeName\":\"node-1\"",
                        ",\"status\":{\"phase\":\"Running\",\"message\":\"läuft\"}"),
                pod(4, "modified", "patch", null, "node-1", "\"nodeName\":\"node-1\",\"priority\":7", ""),
                pod(5, "deletionrequested", "delete", null, "node-1", "\"nodeName\":\"node-1\"", ""),
                pod(6, "deleted", "delete", null, "node-1", "\"nodeName\":\"node-1\"", ""),
                clusterScoped(),
                withPrevious(8, 0, "labeled"),
                withPrevious(9, 8, "annotated"),
                impersonated(withPrevious(10, 9, "impersonated")),
                withGroup(11, ObjectKey.of(ResourceType.core("pods"), "shop", "web-1"), "pod", "created"),
                withGroup(
                        12,
                        ObjectKey.of(new ResourceType("networking.k8s.io", "ingresses"), "shop", "web"),
                        "ingress",
                        "modified"));
    }

    /** As events are written since their types name the group; those above are of the time before. */
    private static Golden withGroup(long revision, ObjectKey key, String kind, String happened) {
        return golden(
                key,
                EventType.of(key.type().group(), kind, happened),
                "/x",
                revision,
                0L,
                "patch",
                null,
                null,
                Json.of("{\"metadata\":{\"name\":\"%s\",\"resourceVersion\":\"%d\"}}".formatted(key.name(), revision)));
    }

    private static EventType older(String kind, String happened, ObjectKey key) {
        return EventType.read("io.shiplog." + kind + "." + happened + ".v1", key.type());
    }

    /** As events of users who act in another's name are written. */
    private static Golden impersonated(Golden golden) {
        EventDraft own = golden.event().draft();
        EventDraft draft = new EventDraft(
                new EventHead(
                        own.revision(),
                        own.previous(),
                        own.key(),
                        own.type(),
                        own.subject(),
                        own.node(),
                        own.time(),
                        new Origin(
                                own.actor(),
                                "dana",
                                own.verb(),
                                own.commandId(),
                                own.causationId(),
                                own.correlationId())),
                own.object());
        String chain = Chain.next(Chain.START, "events", 3, draft);
        assertNotEquals(golden.event().chain(), chain, "the link covers who really asked");
        return new Golden(golden.name(), draft.inLog("events", 3, chain));
    }

    /** As events are written since an object's history is a linked list; those above are of the time before. */
    private static Golden withPrevious(long revision, long previous, String happened) {
        ObjectKey key = ObjectKey.of(ResourceType.core("pods"), "shop", "web-1");
        return golden(
                key,
                older("pod", happened, key),
                "/api/v1/namespaces/shop/pods/web-1",
                revision,
                previous,
                "patch",
                null,
                "node-1",
                Json.of(WEB.formatted(revision, "\"nodeName\":\"node-1\"", "")));
    }

    private static Golden pod(
            long revision,
            String happened,
            String verb,
            @Nullable String cause,
            @Nullable String node,
            String spec,
            String rest) {
        ObjectKey key = ObjectKey.of(ResourceType.core("pods"), "shop", "web-1");
        Json object = Json.of(WEB.formatted(revision, spec, rest));
        return golden(
                key,
                older("pod", happened, key),
                "/api/v1/namespaces/shop/pods/web-1",
                revision,
                null,
                verb,
                cause,
                node,
                object);
    }

    private static Golden clusterScoped() {
        ObjectKey key = ObjectKey.clusterScoped(new ResourceType("rbac.authorization.k8s.io", "clusterroles"), "view");
        Json object = Json.of("{\"apiVersion\":\"rbac.authorization.k8s.io/v1\",\"kind\":\"ClusterRole\","
                + "\"metadata\":{\"name\":\"view\",\"resourceVersion\":\"7\"},\"rules\":[]}");
        return golden(
                key,
                older("clusterrole", "created", key),
                "/apis/rbac.authorization.k8s.io/v1/clusterroles/view",
                7,
                null,
                "create",
                null,
                null,
                object);
    }

    private static Golden golden(
            ObjectKey key,
            EventType type,
            String subject,
            long revision,
            @Nullable Long previous,
            String verb,
            @Nullable String cause,
            @Nullable String node,
            Json object) {
        EventDraft draft = new EventDraft(
                new EventHead(
                        revision,
                        previous,
                        key,
                        type,
                        subject,
                        node,
                        TIME,
                        new Origin(
                                "system:serviceaccount:shop:default",
                                null,
                                verb,
                                "7d3f0f9e-0000-4000-8000-00000000000" + revision,
                                cause,
                                "7d3f0f9e-0000-4000-8000-000000000001")),
                object);
        String chain = Chain.next(Chain.START, "events", 3, draft);
        return new Golden(
                (type.toString().equals(type.written()) ? (type.group().isEmpty() ? "core" : type.group()) + "-" : "")
                        + type.kind() + "-" + type.happened(),
                draft.inLog("events", 3, chain));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventIsWrittenAsItAlwaysWas(Golden golden) throws IOException {
        assertGolden(golden.name(), History.CODEC.encode(golden.event()));
    }

    @ParameterizedTest
    @MethodSource("events")
    void aWrittenEventReadsAsItWas(Golden golden) throws Exception {
        ConsumerRecord<byte[], byte[]> record = History.read(History.CODEC.encode(golden.event()), 5);

        Head.OfEvent head = (Head.OfEvent) History.CODEC.head(record);

        assertEquals(golden.event(), History.CODEC.event(record, head));
    }

    @ParameterizedTest
    @MethodSource("events")
    void theStockCloudEventsDeserializerReadsIt(Golden golden) {
        ProducerRecord<byte[], byte[]> record = History.CODEC.encode(golden.event());

        CloudEvent read;
        try (CloudEventDeserializer deserializer = new CloudEventDeserializer()) {
            read = deserializer.deserialize(record.topic(), record.headers(), record.value());
        }

        Event event = golden.event();
        assertEquals("events/" + event.revision(), read.getId());
        assertEquals("/clusters/test", read.getSource().toString());
        assertEquals(event.type().written(), read.getType());
        assertEquals(event.subject(), read.getSubject());
        assertEquals(
                event.time(), java.util.Objects.requireNonNull(read.getTime()).toInstant());
        assertEquals("application/json", read.getDataContentType());
        assertEquals(
                event.object(),
                Json.ofUtf8(java.util.Objects.requireNonNull(read.getData()).toBytes()));
        assertEquals(Long.toString(event.revision()), read.getExtension("revision"));
        Long previous = event.previous();
        assertEquals(previous == null ? null : previous.toString(), read.getExtension("previous"));
        assertEquals("3", read.getExtension("epoch"));
        assertEquals(event.actor(), read.getExtension("actor"));
        assertEquals(event.verb(), read.getExtension("verb"));
        assertEquals(event.commandId(), read.getExtension("commandid"));
        assertEquals(event.correlationId(), read.getExtension("correlationid"));
        assertEquals(event.causationId(), read.getExtension("causationid"));
        assertEquals(event.node(), read.getExtension("node"));
        assertEquals(event.chain(), read.getExtension("chain"));
    }

    @Test
    void aClaimIsWrittenAsItAlwaysWas() throws IOException {
        Claim claim = new Claim(3, "10.0.0.1:7443", TIME);

        assertGolden("writer-claimed", History.CODEC.encode(claim, "events/claims/1", Duration.ofMillis(250), null));
    }

    @Test
    void aRecordWithACodeIsWrittenAsItAlwaysWas() throws IOException {
        RecordMac mac = RecordMac.of(new byte[RecordMac.KEY_BYTES], Map.of());
        RecordCodec codec = new RecordCodec("test", "events", "test.events", mac);

        assertGolden(
                "pod-coded", codec.encode(events().findFirst().orElseThrow().event()));
    }

    @Test
    void aClaimWithASignedHeadIsWrittenAsItAlwaysWas() throws Exception {
        PrivateKey key = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, new byte[32]));
        SignedHead head = SignedHead.sign(key, "test", "events", 7, "ab".repeat(32), TIME);
        Claim claim = new Claim(3, "10.0.0.1:7443", TIME);

        ProducerRecord<byte[], byte[]> record =
                History.CODEC.encode(claim, "events/claims/1", Duration.ofMillis(250), head);

        assertGolden("writer-claimed-signed", record);
        Head.OfClaim read = (Head.OfClaim) History.CODEC.head(History.read(record, 5));
        assertEquals(head, read.signed());
    }

    @Test
    void aClaimReadsAsItWas() {
        Claim claim = new Claim(3, "10.0.0.1:7443", TIME);
        Duration lease = Duration.ofMillis(250);

        Head head = History.CODEC.head(History.read(History.CODEC.encode(claim, "events/claims/1", lease, null), 5));

        assertEquals(new Head.OfClaim(claim, "events/claims/1", lease, null), head);
    }

    @Test
    void whatIsBrokenIsToldAndNothingIsGuessed() {
        Event event = events().findFirst().orElseThrow().event();
        for (String header : List.of(
                "ce_type", "ce_subject", "ce_time", "ce_actor", "ce_verb", "ce_commandid", "ce_correlationid")) {
            ProducerRecord<byte[], byte[]> record = History.CODEC.encode(event);
            record.headers().remove(header);
            ConsumerRecord<byte[], byte[]> read = History.read(record, 5);

            Head.OfEvent head = (Head.OfEvent) History.CODEC.head(read);

            assertThrows(RecordCodec.UndecodableException.class, () -> History.CODEC.event(read, head), header);
        }
    }

    @Test
    void aPreviousThatIsNoRevisionIsTold() {
        ProducerRecord<byte[], byte[]> record =
                History.CODEC.encode(events().findFirst().orElseThrow().event());
        record.headers().add("ce_previous", "the one before".getBytes(UTF_8));
        ConsumerRecord<byte[], byte[]> read = History.read(record, 5);

        Head.OfEvent head = (Head.OfEvent) History.CODEC.head(read);

        assertThrows(RecordCodec.UndecodableException.class, () -> History.CODEC.event(read, head));
    }

    @Test
    void theChainHoldsThePrevious() {
        EventDraft draft = withPrevious(9, 8, "annotated").event().draft();
        EventDraft other = withPrevious(9, 7, "annotated").event().draft();

        assertNotEquals(Chain.next(Chain.START, "events", 3, draft), Chain.next(Chain.START, "events", 3, other));
    }

    private static void assertGolden(String name, ProducerRecord<byte[], byte[]> record) throws IOException {
        String file = "golden/records/" + name + ".v1.txt";
        String text = text(record);
        String write = System.getProperty("golden.write");
        if (write != null && !Files.exists(Path.of(write, file))) {
            Path path = Path.of(write, file);
            Files.createDirectories(java.util.Objects.requireNonNull(path.getParent()));
            Files.writeString(path, text);
        }
        try (InputStream golden = GoldenRecordsTest.class.getClassLoader().getResourceAsStream(file)) {
            assertNotNull(golden, "no golden file " + file);
            assertEquals(new String(golden.readAllBytes(), UTF_8), text);
        }
    }

    private static String text(ProducerRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder("timestamp: " + record.timestamp() + "\n");
        text.append("key: ").append(new String(record.key(), UTF_8)).append('\n');
        for (Header header : record.headers()) {
            text.append(header.key())
                    .append(": ")
                    .append(new String(header.value(), UTF_8))
                    .append('\n');
        }
        return text.append('\n')
                .append(new String(record.value(), UTF_8))
                .append('\n')
                .toString();
    }
}
