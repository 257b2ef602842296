package io.shiplog.docker.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.HeldKeys;
import io.shiplog.events.seal.InMemoryKeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.projections.kafka.KafkaKeyframeStore;
import io.shiplog.projections.kafka.KafkaSnapshotStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.keyframe.Keyframe;
import io.shiplog.projections.keyframe.KeyframeObject;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.keyframe.SealedKeyframes;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.SealedSnapshots;
import io.shiplog.projections.snapshot.SnapshotRecord;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data besides the log holds envelopes, byte for byte, and is decrypted for readers through the seal. */
class SealedStoresTest {
    private static final ObjectKey KEY = ObjectKey.of(ResourceType.core("secrets"), "shop", "db");
    private static final Json SECRET = Json.of("""
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"shop","uid":"u1"},"data":{"p":"c2VjcmV0"}}""");
    private static final Checkpoint AT =
            new Checkpoint("events", 7, Instant.parse("2026-11-22T03:12:00Z"), "0".repeat(64), 1, "digest");

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;

    private final Seal seal = new Seal(Keyring.open(new InMemoryKeyStore(), new HeldKeys()), type -> true);
    private final SnapshotRecord sealed = new SnapshotRecord(KEY, 7, "correlation", seal.seal(KEY, 7, SECRET));

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static KafkaStoreConfig config() {
        return KafkaStoreConfig.singleBroker(broker.access(), "shop", Optional::empty);
    }

    private void assertSealed(SnapshotRecord stored) {
        assertArrayEquals(sealed.object().atRest(), stored.object().utf8());
        assertTrue(Seal.isSealed(stored.object()), stored.toString());
    }

    @Test
    void snapshots() {
        try (SnapshotStore store = new SealedSnapshots(KafkaSnapshotStore.open(config()), seal)) {
            store.write(AT, true, List.of(sealed), List.of());

            assertEquals(SECRET, only(store).object());
        }
        try (SnapshotStore raw = KafkaSnapshotStore.open(config())) {
            assertSealed(only(raw));
        }
    }

    private static SnapshotRecord only(SnapshotStore store) {
        return store.load().values().iterator().next().records().getFirst();
    }

    @Test
    void keyframes() {
        Keyframe keyframe = new Keyframe(List.of(AT));
        try (KeyframeStore store = new SealedKeyframes(new KafkaKeyframeStore(config()), seal)) {
            store.write(keyframe, Stream.of(new KeyframeObject("events", sealed)));

            assertEquals(SECRET, only(store).object());
        }
        try (KeyframeStore raw = new KafkaKeyframeStore(config())) {
            assertSealed(only(raw));
        }
    }

    private static SnapshotRecord only(KeyframeStore store) {
        List<KeyframeObject> objects = new ArrayList<>();
        store.read(store.contents().firstEntry().getValue(), objects::add);
        return objects.getFirst().object();
    }
}
