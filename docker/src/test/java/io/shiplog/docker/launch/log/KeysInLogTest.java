package io.shiplog.docker.launch.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.control.keys.KeyRotations;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.InMemoryKeyEncryptionKeys;
import io.shiplog.events.seal.InMemoryKeyStore;
import io.shiplog.events.seal.KeyRestore.LogFacts;
import io.shiplog.events.seal.KeyRestore.Rotated;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.Shredding;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class KeysInLogTest {
    private static final ObjectKey DB = ObjectKey.of(ResourceType.core("secrets"), "shop", "db");
    private static final ObjectKey ROTATION = ObjectKey.of(KeyRotations.TYPE, "", "shred-1");

    private final Seal seal =
            new Seal(Keyring.open(new InMemoryKeyStore(), new InMemoryKeyEncryptionKeys()), DB.type()::equals);
    private final InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC());
    private final LogWriter writer = log.claim("", Duration.ofSeconds(1));

    private Event append(ObjectKey key, String object) {
        long revision = writer.lastRevision() + 1;
        Json resting = Json.ofUtf8(seal.seal(key, revision, Json.of(object)).atRest());
        return writer.append(Drafts.draft(revision, key, EventType.of("", "secret", "created"), null, null, resting))
                .toCompletableFuture()
                .join();
    }

    private String secret(String uid) {
        Event sealed =
                append(DB, "{\"metadata\":{\"name\":\"db\",\"namespace\":\"shop\",\"uid\":\"%s\"}}".formatted(uid));
        return Objects.requireNonNull(Seal.keyId(sealed.object()));
    }

    @Test
    void rotationsShreddedKeysAndUsedKeysAreRead() {
        String first = secret("u1");
        String second = secret("u2");
        Event asked = append(ROTATION, "{\"metadata\":{\"uid\":\"r1\"}}");
        append(ROTATION, """
                {"metadata":{"uid":"r1"},"status":{"phase":"Done","time":"2026-11-27T12:00:00Z","keyEncryptionKey":"f2",
                "shredded":[{"kind":"Secret","namespace":"shop","name":"db","uid":"u1","events":1}]}}""");
        append(
                ROTATION,
                "{\"metadata\":{\"uid\":\"r2\"},\"status\":{\"phase\":\"Failed\",\"time\":\"2026-11-27T13:00:00Z\"}}");

        LogFacts facts = KeysInLog.read(log, List.of(log));

        Instant time = Instant.parse("2026-11-27T12:00:00Z");
        assertEquals(List.of(new Rotated("f2", time)), facts.rotations());
        assertEquals(Map.of(first, new Shredding(time, asked.revision())), facts.shredded());
        assertTrue(facts.used().test(first) && facts.used().test(second));
        assertFalse(facts.used().test("another"));
    }

    @Test
    void givenALogThatWasCut_thenEveryKeyMayBeUsed() {
        secret("u1");
        secret("u2");
        log.cutBefore(2);

        assertTrue(KeysInLog.read(log, List.of(log)).used().test("any"));
    }

    @Test
    void givenAnEmptyLog_thenItSaysNothing() {
        LogFacts facts = KeysInLog.read(log, List.of(log));

        assertEquals(List.of(), facts.rotations());
        assertEquals(Map.of(), facts.shredded());
        assertFalse(facts.used().test("any"));
    }
}
