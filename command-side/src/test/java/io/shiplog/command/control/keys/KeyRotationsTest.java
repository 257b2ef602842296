package io.shiplog.command.control.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.Cluster;
import io.shiplog.command.CommandSide;
import io.shiplog.command.CommandSideConfig;
import io.shiplog.command.control.loop.Backoff;
import io.shiplog.command.control.loop.LoopThread;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.HeldKeys;
import io.shiplog.events.seal.InMemoryKeyStore;
import io.shiplog.events.seal.KeyEncryptionKey;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.KeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.SealedLog;
import io.shiplog.events.seal.Shredding;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sealed log in memory, the real command side and image, and the rotation of its keys on its own thread. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KeyRotationsTest {
    private static final Actor ADMIN = new Actor("kubernetes-admin", List.of("system:masters", "system:authenticated"));
    private static final ResourceType SECRETS = ResourceType.core("secrets");
    private static final ObjectKey DB = ObjectKey.of(SECRETS, "default", "db");
    private static final String SHRED_DB = "{'apiVersion':'v1','kind':'Secret','namespace':'default','name':'db'}";

    private final Clock clock = Clock.systemUTC();
    private final AtomicBoolean storeFails = new AtomicBoolean();
    private final AtomicBoolean sealing = new AtomicBoolean(true);
    private final InMemoryKeyStore stored = new InMemoryKeyStore();
    private final HeldKeys held = new HeldKeys();
    private final Keyring keys = Keyring.open(new Unreliable(), held);
    private final Seal seal = new Seal(keys, type -> sealing.get() && type.equals(SECRETS));
    private final InMemoryEventLog raw = new InMemoryEventLog("events", clock);
    private final Map<String, EventLog> logs = Map.of(
            "events", new SealedLog(raw, seal),
            "leases", new InMemoryEventLog("leases", clock),
            "happenings", new InMemoryEventLog("happenings", clock));
    private final LiveImage images = LiveImage.start(
            logs, BuiltInKinds.catalogue(), SnapshotStore.NONE, KeyframeStore.NONE, Progress.NONE, clock);
    private final ScannedHistory history = new ScannedHistory(logs);
    private final CommandSide side = CommandSide.start(
            CommandSideConfig.inOneProcess(new TokenConfig("https://shiplog", Cluster.KEYS.getPrivate(), "k1")),
            logs,
            images,
            new BuiltInKinds(ServiceNetwork.DEFAULT)::of,
            new SchemaValidation(Schemas.builtIn()),
            clock);
    private @Nullable LoopThread thread;

    private final class Unreliable implements KeyStore {
        @Override
        public long read(long from, Consumer<KeyRecord> reader) {
            return stored.read(from, reader);
        }

        @Override
        public void write(List<KeyRecord> records) {
            if (storeFails.get()) {
                throw new LogUnavailableException("no broker, on purpose");
            }
            stored.write(records);
        }
    }

    @BeforeEach
    void aNamespace() {
        side.lead().toCompletableFuture().join();
        create(ResourceType.core("namespaces"), "", "{'metadata':{'name':'default'}}");
    }

    private void startRotations() {
        LoopThread started = new LoopThread("key-rotations", clock, side::leads);
        started.start(
                images,
                List.of(new KeyRotations(images::current, side, keys, history, started, clock, Backoff.DEFAULT)));
        thread = started;
    }

    @AfterEach
    void close() {
        if (thread != null) {
            thread.close();
        }
        side.close();
        history.close();
        images.close();
        keys.close();
    }

    private CommandResult send(Command command) {
        return side.send(CommandRequest.byUser(ADMIN, command))
                .toCompletableFuture()
                .join();
    }

    private Accepted accepted(Command command) {
        CommandResult result = send(command);
        return assertInstanceOf(Accepted.class, result, () -> command + " -> " + result);
    }

    private Accepted create(ResourceType type, String namespace, String json) {
        return accepted(new CreateObject(type, namespace, Json.of(json.replace('\'', '"')), FieldValidation.STRICT));
    }

    private Accepted secret(String name, String password) {
        return create(
                SECRETS,
                "default",
                "{'metadata':{'name':'%s'},'stringData':{'password':'%s'}}".formatted(name, password));
    }

    private void change(String password) {
        accepted(new PatchObject(
                DB,
                "",
                PatchType.MERGE,
                Json.of("{\"stringData\":{\"password\":\"" + password + "\"}}"),
                FieldValidation.STRICT));
    }

    private void delete(ObjectKey key) {
        accepted(new DeleteObject(key, Preconditions.NONE, null, Propagation.BACKGROUND));
    }

    private CommandResult rotation(String shred) {
        return requested("{'shred':[%s]}".formatted(shred));
    }

    private CommandResult requested(String spec) {
        return send(new CreateObject(
                KeyRotations.TYPE,
                "",
                Json.of("{'metadata':{'name':'r'},'spec':%s}".formatted(spec).replace('\'', '"')),
                FieldValidation.STRICT));
    }

    /** The outcome of the rotation. */
    private JsonNode status() {
        ObjectKey key = ObjectKey.clusterScoped(KeyRotations.TYPE, "r");
        Predicate<Image> done = image -> {
            StoredObject rotation = image.get(key);
            return rotation != null && rotation.json().tree().path("status").has("phase");
        };
        CompletableFuture<Void> reached = new CompletableFuture<>();
        try (ImageSource.Subscription ignored = images.subscribe((delta, image) -> {
            if (done.test(image)) {
                reached.complete(null);
            }
        })) {
            if (!done.test(images.current())) {
                reached.orTimeout(60, TimeUnit.SECONDS).join();
            }
        }
        return Objects.requireNonNull(images.current().get(key)).json().tree().path("status");
    }

    private JsonNode past(long revision, ObjectKey key) {
        Image then = images.at(revision).toCompletableFuture().join();
        return Objects.requireNonNull(then.get(key)).json().tree();
    }

    private static void assertShredded(JsonNode object) {
        assertFalse(object.has("data"), object.toString());
        assertTrue(object.at("/metadata/annotations").has(Seal.SHREDDED_AT), object.toString());
    }

    @Test
    void givenADeletedSecret_whenItIsShredded_thenItsPastSaysThatItWasAndNotWhat() {
        startRotations();
        long first = secret("db", "hunter1").revision();
        change("hunter2");
        long other = secret("other", "stays").revision();
        String uid = Objects.requireNonNull(images.current().get(DB)).uid();
        assertEquals("aHVudGVyMQ==", past(first, DB).at("/data/password").asText());
        delete(DB);

        assertInstanceOf(Accepted.class, rotation(SHRED_DB));

        JsonNode status = status();
        assertEquals("Done", status.path("phase").asText(), status.toString());
        JsonNode shredded = status.at("/shredded/0");
        assertEquals(
                "Secret default db " + uid + " 3",
                "%s %s %s %s %s"
                        .formatted(
                                shredded.path("kind").asText(),
                                shredded.path("namespace").asText(),
                                shredded.path("name").asText(),
                                shredded.path("uid").asText(),
                                shredded.path("events").asText()));
        assertFalse(shredded.has("plainEvents"));
        assertShredded(past(first, DB));
        assertShredded(past(first + 1, DB));
        assertEquals("db", past(first, DB).at("/metadata/name").asText());
        ObjectKey otherKey = ObjectKey.of(SECRETS, "default", "other");
        assertEquals("c3RheXM=", past(other, otherKey).at("/data/password").asText());
        Seal restarted = new Seal(Keyring.open(stored, held), type -> false);
        raw.read(
                0,
                Long.MAX_VALUE,
                batch -> batch.stream()
                        .filter(event -> event.key().equals(DB))
                        .forEach(event -> assertShredded(restarted
                                .open(
                                        event.key(),
                                        event.revision(),
                                        Json.ofUtf8(event.object().atRest()))
                                .tree())));
    }

    @Test
    void aRotationKeepsEverythingReadableAndDestroysTheOldKeyEncryptionKey() {
        startRotations();
        long revision = secret("db", "hunter1").revision();
        String before = held.all().getFirst().fingerprint();

        rotation("");

        JsonNode status = status();
        assertEquals("Done", status.path("phase").asText());
        assertNotEquals(before, status.path("keyEncryptionKey").asText());
        assertEquals(
                List.of(status.path("keyEncryptionKey").asText()),
                held.all().stream().map(KeyEncryptionKey::fingerprint).toList());
        assertEquals("aHVudGVyMQ==", past(revision, DB).at("/data/password").asText());
        change("hunter2");
        assertEquals(
                "aHVudGVyMg==",
                Objects.requireNonNull(images.current().get(DB))
                        .json()
                        .tree()
                        .at("/data/password")
                        .asText());
    }

    @Test
    void whatIsStillThereIsNotShredded() {
        startRotations();
        secret("db", "hunter1");

        Refused refused = assertInstanceOf(Refused.class, rotation(SHRED_DB));

        assertEquals(
                "Operation cannot be fulfilled on keyrotations.keys.shiplog.io \"r\": secrets \"db\" still exists: delete it first",
                refused.refusal().message());
    }

    @Test
    void givenASuccessorOfTheSameName_thenOnlyTheDeletedOneIsShredded() {
        startRotations();
        long first = secret("db", "hunter1").revision();
        String uid = Objects.requireNonNull(images.current().get(DB)).uid();
        delete(DB);
        long second = secret("db", "hunter2").revision();

        assertInstanceOf(Refused.class, rotation(SHRED_DB));
        rotation(SHRED_DB.replace("}", ",'uid':'" + uid + "'}"));

        assertEquals("Done", status().path("phase").asText());
        assertShredded(past(first, DB));
        assertEquals("aHVudGVyMg==", past(second, DB).at("/data/password").asText());
    }

    @Test
    void whatNeverWasCannotBeShredded() {
        startRotations();

        rotation(SHRED_DB);

        JsonNode status = status();
        assertEquals("Failed", status.path("phase").asText());
        assertEquals("the log has no Secret default/db", status.path("message").asText());
    }

    @Test
    void whatWasNotSealedCannotBeShreddedAndIsNotSaidToBe() {
        startRotations();
        sealing.set(false);
        secret("db", "hunter1");
        delete(DB);

        rotation(SHRED_DB);

        JsonNode status = status();
        assertEquals("Failed", status.path("phase").asText());
        assertEquals(
                "every event of Secret default/db was written before its kind was encrypted: there is no key to destroy",
                status.path("message").asText());
    }

    @Test
    void aDryRunRefusesAnExistingObjectWithoutAKeyAndChangesNothing() {
        startRotations();
        sealing.set(false);
        secret("db", "hunter1");

        requested("{'dryRun':true,'shred':[%s]}".formatted(SHRED_DB));

        JsonNode status = status();
        assertEquals("Failed", status.path("phase").asText());
        assertTrue(status.path("message").asText().contains("no key to destroy"), status.toString());
    }

    @Test
    void aDryRunPassesAnExistingSealedObjectAndChangesNothing() {
        startRotations();
        long first = secret("db", "hunter1").revision();
        KeyEncryptionKey before = held.all().getFirst();

        requested("{'dryRun':true,'shred':[%s]}".formatted(SHRED_DB));

        JsonNode status = status();
        assertEquals("Checked", status.path("phase").asText(), status.toString());
        assertFalse(status.has("keyEncryptionKey"));
        assertEquals(before, held.all().getFirst());
        assertEquals("aHVudGVyMQ==", past(first, DB).at("/data/password").asText());
    }

    @Test
    void whatWasSealedInPartIsShreddedInPartAndTheRestIsTold() {
        startRotations();
        sealing.set(false);
        long plain = secret("db", "hunter1").revision();
        sealing.set(true);
        change("hunter2");
        delete(DB);

        rotation(SHRED_DB);

        JsonNode shredded = status().at("/shredded/0");
        assertEquals(2, shredded.path("events").asInt());
        assertEquals(1, shredded.path("plainEvents").asInt());
        assertEquals("aHVudGVyMQ==", past(plain, DB).at("/data/password").asText());
        assertShredded(past(plain + 1, DB));
    }

    @Test
    void aKeyFileThatCannotBeWrittenIsToldAndNothingIsLost() {
        startRotations();
        long revision = secret("db", "hunter1").revision();
        delete(DB);
        held.cannotBeReplaced("the key file cannot be written: Read-only file system");

        rotation(SHRED_DB);

        JsonNode status = status();
        assertEquals("Failed", status.path("phase").asText());
        assertEquals(
                "the key file cannot be written: Read-only file system",
                status.path("message").asText());
        assertEquals("aHVudGVyMQ==", past(revision, DB).at("/data/password").asText());
    }

    @Test
    void aStoreThatIsAwayIsWaitedFor() {
        long revision = secret("db", "hunter1").revision();
        delete(DB);
        storeFails.set(true);
        rotation(SHRED_DB);
        startRotations();

        storeFails.set(false);

        assertEquals("Done", status().path("phase").asText());
        assertShredded(past(revision, DB));
    }

    @Test
    void aRotationWhoseProcessDiedBeforeItSaidSoIsDoneAgain() {
        long revision = secret("db", "hunter1").revision();
        delete(DB);
        rotation(SHRED_DB);
        List<Event> events = new ArrayList<>();
        raw.read(revision - 1, revision, events::addAll);
        String keyId = Objects.requireNonNull(Seal.keyId(events.getFirst().object()));
        keys.rotate(Set.of(keyId), new Shredding(Instant.parse("2026-11-22T03:12:00Z"), 9));

        startRotations();

        JsonNode status = status();
        assertEquals("Done", status.path("phase").asText());
        assertEquals(2, status.at("/shredded/0/events").asInt());
        assertEquals(
                "9",
                past(revision, DB)
                        .at("/metadata/annotations")
                        .path(Seal.SHREDDED_BY_REVISION)
                        .asText());
    }
}
