package io.shiplog.events.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class KeyringTest {
    private static final Shredding WHY = new Shredding(Instant.parse("2026-11-22T04:00:00Z"), 42);

    private final InMemoryKeyStore store = new InMemoryKeyStore();
    private final HeldKeys held = new HeldKeys();

    /** Keys of some objects, u0, u1 …. */
    private static Map<String, DataKey> keysOf(Keyring ring, int objects) {
        Map<String, DataKey> keys = new HashMap<>();
        for (int i = 0; i < objects; i++) {
            DataKey key = ring.ofObject("u" + i);
            keys.put(key.id(), key);
        }
        return keys;
    }

    private static void assertAllOpen(Keyring ring, Map<String, DataKey> keys) {
        keys.forEach((id, key) -> assertEquals(
                key.key(),
                assertInstanceOf(Keyring.Found.Opens.class, ring.find(id)).key().key()));
    }

    private List<KeyRecord> records() {
        List<KeyRecord> all = new ArrayList<>();
        store.read(0, all::add);
        return all;
    }

    @Test
    void aClusterThatSealsNothingHasNoKeys() {
        Keyring.open(store, held);

        assertEquals(List.of(), records());
        assertEquals(List.of(), held.all());
    }

    @Test
    void keysOutliveTheProcess() {
        Map<String, DataKey> keys = keysOf(Keyring.open(store, held), 40);

        assertEquals(40, keys.size());
        assertAllOpen(Keyring.open(store, held), keys);
    }

    @Test
    void aKeyThatAnotherProcessMadeIsFoundWhenItIsAskedFor() {
        Keyring other = Keyring.open(store, held);

        Map<String, DataKey> keys = keysOf(Keyring.open(store, held), 40);

        assertAllOpen(other, keys);
    }

    @Test
    void noKeyLiesInTheStoreUnwrapped() {
        Map<String, DataKey> keys = keysOf(Keyring.open(store, held), 3);

        for (KeyRecord record : records()) {
            if (record instanceof KeyRecord.Wrapped each && keys.containsKey(each.id())) {
                byte[] plain = keys.get(each.id()).key().getEncoded();
                assertEquals(-1, java.util.Collections.indexOfSubList(listOf(each.box()), listOf(plain)));
            }
        }
    }

    private static List<Byte> listOf(byte[] bytes) {
        List<Byte> list = new ArrayList<>();
        for (byte each : bytes) {
            list.add(each);
        }
        return list;
    }

    @Test
    void withoutTheKeyEncryptionKeyNothingStartsAndNothingIsTouched() {
        keysOf(Keyring.open(store, held), 3);
        String fingerprint = held.all().getFirst().fingerprint();
        List<KeyRecord> before = records();
        HeldKeys wrong = new HeldKeys();
        wrong.orFirst(KeyEncryptionKey.of(new byte[32]));
        for (HeldKeys other : List.of(new HeldKeys(), wrong)) {
            List<KeyEncryptionKey> kept = other.all();

            IllegalStateException e = assertThrows(IllegalStateException.class, () -> Keyring.open(store, other));

            assertEquals(
                    "the keys of encrypted objects are wrapped with the key-encryption key " + fingerprint
                            + ", which is not in /home/shiplog/pki/secrets.key: put the right file there. Nothing was changed.",
                    e.getMessage());
            assertEquals(before, records());
            assertEquals(kept, other.all());
        }
    }

    @Test
    void aRotationLeavesEveryKeyAsItIsAndTheOldKeyEncryptionKeyOpensNothing() {
        Keyring ring = Keyring.open(store, held);
        Map<String, DataKey> keys = keysOf(ring, 40);
        HeldKeys stolen = held.copy();

        Keyring.Rotation rotation = ring.rotate(Set.of(), WHY);

        assertEquals(
                List.of(rotation.fingerprint()),
                held.all().stream().map(KeyEncryptionKey::fingerprint).toList());
        assertNotEquals(stolen.all().getFirst().fingerprint(), rotation.fingerprint());
        assertAllOpen(ring, keys);
        assertAllOpen(Keyring.open(store, held), keys);
        assertThrows(IllegalStateException.class, () -> Keyring.open(store, stolen));
    }

    @Test
    void aProcessWithTheSameStoreContinuesAfterARotation() {
        Keyring ring = Keyring.open(store, held);
        Map<String, DataKey> keys = keysOf(ring, 3);
        Keyring other = Keyring.open(store, held);

        ring.rotate(Set.of(), WHY);
        other.catchUp();
        keys.putAll(keysOf(ring, 40));
        DataKey own = other.ofObject("of-other");

        assertAllOpen(other, keys);
        assertAllOpen(ring, Map.of(own.id(), own));
    }

    @Test
    void aShreddedKeyOpensNowhereEvenWithEveryRecordThatEverWas() {
        Keyring ring = Keyring.open(store, held);
        Keyring other = Keyring.open(store, held);
        Map<String, DataKey> keys = keysOf(ring, 5);
        assertAllOpen(other, keys);
        String gone = ring.ofObject("u2").id();
        keys.remove(gone);

        ring.rotate(Set.of(gone, "never-was"), WHY);
        other.catchUp();

        for (Keyring each : List.of(ring, other, Keyring.open(store, held))) {
            assertEquals(new Keyring.Found.Gone(WHY), each.find(gone));
            assertAllOpen(each, keys);
        }
        for (KeyRecord record : records()) {
            if (record instanceof KeyRecord.Wrapped each && each.id().equals(gone)) {
                held.all().forEach(kek -> assertThrows(BrokenSealException.class, () -> kek.unwrap(gone, each.box())));
            }
        }
        assertNotEquals(gone, ring.ofObject("u2").id(), "an object that comes back gets a new key");
    }

    @Test
    void theWrappedKeyOfOneObjectDoesNotOpenAnother() {
        Keyring ring = Keyring.open(store, held);
        keysOf(ring, 1);
        KeyRecord.Wrapped wrapped = records().stream()
                .filter(KeyRecord.Wrapped.class::isInstance)
                .map(KeyRecord.Wrapped.class::cast)
                .findFirst()
                .orElseThrow();

        store.write(List.of(new KeyRecord.Wrapped("forged", wrapped.fingerprint(), wrapped.box())));

        assertInstanceOf(Keyring.Found.Missing.class, Keyring.open(store, held).find("forged"));
    }

    @Test
    void whoSleptThroughARotationMakesNoKeysThatCount() {
        Keyring ring = Keyring.open(store, held);
        Map<String, DataKey> keys = keysOf(ring, 3);
        HeldKeys elsewhere = held.copy();
        Keyring sleeper = Keyring.open(store, elsewhere);

        ring.rotate(Set.of(), WHY);
        assertThrows(RuntimeException.class, () -> sleeper.ofObject("late"));

        Keyring next = Keyring.open(store, held);
        assertAllOpen(next, keys);
        next.rotate(Set.of(), WHY);
        assertAllOpen(Keyring.open(store, held), keys);
    }

    @Test
    void aKeyIsDurableBeforeItIsUsed() {
        FailingStore failing = new FailingStore(store, 0);
        Keyring ring = Keyring.open(failing, held);

        assertThrows(LogUnavailableException.class, () -> ring.ofObject("u"));
        failing.writesLeft = Integer.MAX_VALUE;

        DataKey key = ring.ofObject("u");
        assertAllOpen(Keyring.open(store, held), Map.of(key.id(), key));
    }

    @Test
    void aRotationThatIsCutShortAnywhereLosesNoKeyAndCanBeDoneAgain() {
        int writes = 0;
        boolean done = false;
        while (!done) {
            InMemoryKeyStore each = new InMemoryKeyStore();
            HeldKeys kept = new HeldKeys();
            Keyring ring = Keyring.open(each, kept);
            Map<String, DataKey> keys = keysOf(ring, 5);
            String gone = ring.ofObject("u2").id();
            keys.remove(gone);

            done = cutShort(Keyring.open(new FailingStore(each, writes++), kept), gone);

            assertAllOpen(Keyring.open(each, kept), keys);
            Keyring again = Keyring.open(each, kept);
            again.rotate(Set.of(gone), WHY);
            assertAllOpen(Keyring.open(each, kept), keys);
            assertEquals(new Keyring.Found.Gone(WHY), Keyring.open(each, kept).find(gone));
            assertEquals(1, kept.all().size());
        }
        assertTrue(writes > 2, "it failed at " + (writes - 1) + " places");
    }

    private static boolean cutShort(Keyring ring, String gone) {
        try {
            ring.rotate(Set.of(gone), WHY);
            return true;
        } catch (LogUnavailableException e) {
            return false;
        }
    }

    @Test
    void aKeyThatDoesNotUnwrapKeepsTheOldKeyEncryptionKeyAlive() {
        Keyring ring = Keyring.open(store, held);
        keysOf(ring, 3);
        String fingerprint = held.all().getFirst().fingerprint();
        store.write(List.of(new KeyRecord.Wrapped("damaged", fingerprint, new byte[60])));

        assertThrows(IllegalStateException.class, () -> ring.rotate(Set.of(), WHY));

        assertTrue(held.all().stream().anyMatch(each -> each.fingerprint().equals(fingerprint)));
    }

    @Test
    void keysThatWereMadeAheadAreGivenBack() {
        Keyring ring = Keyring.open(store, held);
        String used = ring.ofObject("u0").id();

        ring.close();

        Set<String> left = new HashSet<>();
        for (KeyRecord record : records()) {
            switch (record) {
                case KeyRecord.Wrapped each -> left.add(each.id());
                case KeyRecord.Unused each -> left.remove(each.id());
                case KeyRecord.InForce each -> {}
                case KeyRecord.Shredded each -> {}
            }
        }
        assertEquals(Set.of(used), left);
        assertThrows(LogUnavailableException.class, () -> keysOf(ring, 2 * Keyring.SPARE_KEYS + 1));
    }

    @Test
    void whoNeedsManyKeysAtOnceWritesSeldom() {
        AtomicInteger writes = new AtomicInteger();
        KeyStore counted = new KeyStore() {
            @Override
            public long read(long from, Consumer<KeyRecord> reader) {
                return store.read(from, reader);
            }

            @Override
            public void write(List<KeyRecord> records) {
                writes.incrementAndGet();
                store.write(records);
            }
        };

        keysOf(Keyring.open(counted, held), 5_000);

        assertTrue(writes.get() < 5_000 / Keyring.SPARE_KEYS, writes + " writes");
    }

    @Test
    void keysThatTheStoreLostAreMissingAndShreddedOnesAreNot() {
        Keyring ring = Keyring.open(store, held);
        Map<String, DataKey> keys = keysOf(ring, 3);
        String gone = ring.ofObject("u2").id();
        ring.rotate(Set.of(gone), WHY);
        Keyring other = Keyring.open(store, held);
        String later = ring.ofObject("later").id();

        Set<String> asked = new HashSet<>(keys.keySet());
        asked.addAll(Set.of(later, "lost"));

        assertEquals(Set.of("lost"), other.missing(asked));
        assertEquals(asked, Keyring.open(new InMemoryKeyStore(), held).missing(asked));
    }

    @Test
    void keysThatAProcessCannotUnwrapAreMissing() {
        Keyring ring = Keyring.open(store, held);
        String before = ring.ofObject("before").id();
        Keyring elsewhere = Keyring.open(store, held.copy());
        assertInstanceOf(Keyring.Found.Opens.class, elsewhere.find(before));

        ring.rotate(Set.of(), WHY);
        String after = ring.ofObject("after").id();

        elsewhere.catchUp();
        assertEquals(Set.of(after), elsewhere.missing(Set.of(before, after)));
    }

    @Test
    void aStoreThatLostManyKeysIsNotReadForEachOfThem() {
        AtomicInteger reads = new AtomicInteger();
        KeyStore empty = new KeyStore() {
            @Override
            public long read(long from, Consumer<KeyRecord> reader) {
                reads.incrementAndGet();
                return store.read(from, reader);
            }

            @Override
            public void write(List<KeyRecord> records) {
                store.write(records);
            }
        };
        Keyring ring = Keyring.open(empty, held);

        for (int i = 0; i < 5_000; i++) {
            assertInstanceOf(Keyring.Found.Missing.class, ring.find("lost" + i));
        }
        assertTrue(reads.get() < 100, reads + " reads");
        int before = reads.get();
        assertEquals(2, ring.missing(Set.of("lost4998", "lost4999")).size());
        assertEquals(2, ring.missing(Set.of("lost4998", "lost4999")).size());
        assertTrue(reads.get() <= before + 1, "one look for all, and none for those that are known to be lost");

        Map<String, DataKey> keys = keysOf(Keyring.open(store, held), 3);
        assertEquals(Set.of(), ring.missing(keys.keySet()));
        assertAllOpen(ring, keys);
    }

    /** Fails after some writes, having done half of the one that fails. */
    private static final class FailingStore implements KeyStore {
        private final KeyStore store;
        private volatile int writesLeft;

        private FailingStore(KeyStore store, int writesLeft) {
            this.store = store;
            this.writesLeft = writesLeft;
        }

        @Override
        public long read(long from, Consumer<KeyRecord> reader) {
            return store.read(from, reader);
        }

        @Override
        public void write(List<KeyRecord> records) {
            if (writesLeft-- <= 0) {
                store.write(records.subList(0, records.size() / 2));
                throw new LogUnavailableException("no room, on purpose");
            }
            store.write(records);
        }
    }
}
