package io.shiplog.docker.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.BrokerForTests;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.HeldKeys;
import io.shiplog.events.seal.KeyBackup;
import io.shiplog.events.seal.KeyRestore;
import io.shiplog.events.seal.KeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.SealedBackup;
import io.shiplog.events.seal.Shredding;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A topic of keys that is lost on a real broker, and comes back out of a backup. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class KafkaKeyRestoreTest {
    private static final ObjectKey KEY = ObjectKey.of(ResourceType.core("secrets"), "shop", "db");
    private static final char[] PASSPHRASE = "correct horse".toCharArray();
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    @RegisterExtension
    static final BrokerForTests broker = new BrokerForTests();

    private final String cluster = broker.newCluster();
    private final HeldKeys held = new HeldKeys();

    private KeyStore store() {
        return KafkaKeyStore.open(KafkaLogConfig.singleBroker(broker.access(), cluster, Optional::empty));
    }

    private void loseTopic() throws Exception {
        try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
            admin.deleteTopics(List.of(cluster + ".keys")).all().get();
            while (admin.listTopics().names().get().contains(cluster + ".keys")) {
                Thread.onSpinWait();
            }
        }
    }

    private static Json secret(String uid) {
        return Json.of("""
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"shop","uid":"%s"},"data":{"p":"c2VjcmV0"}}""".formatted(uid));
    }

    /** What a process that starts now sees of a stored object. */
    private String seen(Json sealed) {
        Seal seal = new Seal(Keyring.open(store(), held), type -> true);
        return new String(seal.open(KEY, 7, Json.ofUtf8(sealed.atRest())).utf8(), StandardCharsets.UTF_8);
    }

    private KeyRestore.Plan restore(String file) {
        KeyBackup backup = SealedBackup.read(file).open(PASSPHRASE);
        KeyStore store = store();
        KeyRestore.Plan plan =
                KeyRestore.plan(store, held, backup, held, new KeyRestore.LogFacts(List.of(), Map.of(), id -> true));
        store.write(plan.records());
        return plan;
    }

    private String export() {
        return SealedBackup.seal(new KeyBackup(cluster, NOW, new TreeMap<>(), store().newest()), PASSPHRASE)
                .text();
    }

    @Test
    void objectsAreReadableAgain() throws Exception {
        Keyring keys = Keyring.open(store(), held);
        Seal seal = new Seal(keys, type -> true);
        Json first = seal.seal(KEY, 7, secret("u1"));
        Json shredded = seal.seal(KEY, 7, secret("u2"));
        keys.rotate(Set.of(Optional.ofNullable(Seal.keyId(shredded)).orElseThrow()), new Shredding(NOW, 42));
        String file = export();

        loseTopic();
        assertTrue(seen(first).contains(Seal.UNREADABLE), seen(first));
        KeyRestore.Plan plan = restore(file);

        assertTrue(plan.keys() >= 1, plan.toString());
        assertEquals(secret("u1").toString(), seen(first));
        assertTrue(seen(shredded).contains(Seal.SHREDDED_AT), seen(shredded));
        assertEquals(List.of(), restore(file).records(), "nothing is missing any more");
    }

    @Test
    void keysThatWereMadeSinceStay() throws Exception {
        Json first = new Seal(Keyring.open(store(), held), type -> true).seal(KEY, 7, secret("u1"));
        String file = export();
        loseTopic();
        Json second = new Seal(Keyring.open(store(), held), type -> true).seal(KEY, 7, secret("u2"));

        restore(file);

        assertEquals(secret("u1").toString(), seen(first));
        assertEquals(secret("u2").toString(), seen(second));
    }
}
