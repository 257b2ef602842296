package io.shiplog.events.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.seal.KeyRestore.LogFacts;
import io.shiplog.events.seal.KeyRestore.Plan;
import io.shiplog.events.seal.KeyRestore.Rotated;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeyRestoreTest {
    private static final Instant BACKUP_TIME = Instant.parse("2026-11-27T12:00:00Z");
    private static final Instant LATER = BACKUP_TIME.plusSeconds(60);
    private static final Shredding WHY = new Shredding(LATER, 42);

    private final InMemoryKeyStore store = new InMemoryKeyStore();
    private final HeldKeys held = new HeldKeys();
    private final Keyring ring = Keyring.open(store, held);
    private final List<Rotated> rotations = new ArrayList<>();
    private final Map<String, Shredding> shredded = new HashMap<>();
    private final Map<String, DataKey> keys = new HashMap<>();

    /** Key store, key-encryption keys and time of a moment. */
    private record Saved(KeyBackup backup, HeldKeys held) {}

    private Saved backup() {
        return new Saved(new KeyBackup("shop", BACKUP_TIME, new TreeMap<>(), store.newest()), held.copy());
    }

    private void makeKeys(String... uids) {
        for (String uid : uids) {
            DataKey key = ring.ofObject(uid);
            keys.put(key.id(), key);
        }
    }

    private void rotate(Instant time, String... destroyed) {
        Keyring.Rotation done = ring.rotate(Set.of(destroyed), new Shredding(time, 42));
        rotations.add(new Rotated(done.fingerprint(), time));
        for (String id : destroyed) {
            keys.remove(id);
            shredded.put(id, new Shredding(time, 42));
        }
    }

    private String inForce() {
        return held.all().getFirst().fingerprint();
    }

    private LogFacts log() {
        return new LogFacts(rotations, shredded, keys::containsKey);
    }

    private InMemoryKeyStore copyOf(List<KeyRecord> records) {
        InMemoryKeyStore copy = new InMemoryKeyStore();
        copy.write(records);
        return copy;
    }

    private Plan plan(KeyStore damaged, KeyEncryptionKeys here, Saved saved) {
        return KeyRestore.plan(damaged, here, saved.backup(), saved.held(), log());
    }

    private Plan restore(KeyStore damaged, KeyEncryptionKeys here, Saved saved) {
        Plan plan = plan(damaged, here, saved);
        damaged.write(plan.records());
        return plan;
    }

    private void assertAllOpen(KeyStore restored, KeyEncryptionKeys here) {
        Keyring again = Keyring.open(restored, here);
        keys.forEach((id, key) -> assertEquals(
                key.key(),
                assertInstanceOf(Keyring.Found.Opens.class, again.find(id), id)
                        .key()
                        .key()));
        shredded.forEach((id, shredding) -> assertEquals(new Keyring.Found.Gone(shredding), again.find(id)));
        again.ofObject("new");
        again.rotate(Set.of(), WHY);
    }

    @Test
    void givenAnEmptyStore_thenEveryKeyIsBackBehindTheKeyEncryptionKeyInForce() {
        makeKeys("u1", "u2");
        rotate(BACKUP_TIME.minusSeconds(60), ring.ofObject("u3").id());
        Saved saved = backup();
        InMemoryKeyStore empty = new InMemoryKeyStore();

        Plan plan = restore(empty, held.copy(), saved);

        assertInstanceOf(KeyRecord.Shredded.class, plan.records().get(0));
        assertEquals(new KeyRecord.InForce(inForce()), plan.records().get(1));
        assertEquals(1, plan.shredded());
        assertEquals(0, plan.present());
        assertAllOpen(empty, held.copy());
    }

    @Test
    void givenTheKeyFileIsLostToo_thenThatOfTheBackupOpensAll() {
        makeKeys("u1", "u2");
        Saved saved = backup();
        InMemoryKeyStore empty = new InMemoryKeyStore();

        restore(empty, saved.held(), saved);

        assertAllOpen(empty, saved.held());
    }

    @Test
    void givenAnIncompleteStore_thenWhatIsThereStaysAndTheRestIsBroughtBack() {
        makeKeys("u1", "u2", "u3");
        Saved saved = backup();
        String lost = ring.ofObject("u2").id();
        InMemoryKeyStore incomplete = copyOf(store.newest().stream()
                .filter(record -> !KeyRecordJson.name(record).equals(lost))
                .toList());

        Plan plan = restore(incomplete, held, saved);

        assertEquals(1, plan.keys());
        assertEquals(1, plan.records().size());
        assertEquals(lost, KeyRecordJson.name(plan.records().getFirst()));
        assertAllOpen(incomplete, held);
    }

    @Test
    void givenABoxThatDoesNotOpen_thenItIsReplaced() {
        makeKeys("u1");
        Saved saved = backup();
        store.write(List.of(new KeyRecord.Wrapped(ring.ofObject("u1").id(), inForce(), new byte[60])));

        assertEquals(1, restore(store, held, saved).keys());
        assertAllOpen(store, held);
    }

    @Test
    void givenNothingIsMissing_thenNothingIsWritten() {
        makeKeys("u1");
        Saved saved = backup();

        Plan plan = plan(store, held, saved);

        assertEquals(List.of(), plan.records());
        assertTrue(plan.present() >= Keyring.SPARE_KEYS, plan.toString());
    }

    @Test
    void givenARotationSince_thenOldKeysComeBackUnderTheNewKeyEncryptionKey() {
        makeKeys("u1", "u2");
        Saved saved = backup();
        rotate(LATER);
        String lost = ring.ofObject("u2").id();
        InMemoryKeyStore empty = new InMemoryKeyStore();
        InMemoryKeyStore incomplete = copyOf(store.newest().stream()
                .filter(record -> !KeyRecordJson.name(record).equals(lost))
                .toList());

        Plan whole = restore(empty, held.copy(), saved);
        assertEquals(new KeyRecord.InForce(inForce()), whole.records().getFirst());
        assertEquals(Optional.empty(), whole.replaced());
        Plan plan = restore(incomplete, held.copy(), saved);

        assertAllOpen(empty, held.copy());
        assertTrue(plan.records().stream().noneMatch(KeyRecord.InForce.class::isInstance), "in force stays");
        assertEquals(1, plan.keys());
        assertAllOpen(incomplete, held.copy());
    }

    @Test
    void givenAShredSince_thenTheKeyStaysShreddedWhetherTheStoreKnowsItOrTheLogAlone() {
        makeKeys("u1", "u2");
        String gone = ring.ofObject("u2").id();
        Saved saved = backup();
        InMemoryKeyStore before = copyOf(store.newest());
        rotate(LATER, gone);
        InMemoryKeyStore empty = new InMemoryKeyStore();

        restore(store, held.copy(), saved);
        restore(empty, held.copy(), saved);
        restore(before, held.copy(), saved);

        for (KeyStore each : List.of(store, empty, before)) {
            for (KeyRecord record : each.newest()) {
                assertTrue(!(record instanceof KeyRecord.Wrapped key && key.id().equals(gone)), "brought back");
            }
            assertAllOpen(each, held.copy());
        }
    }

    @Test
    void givenAStoreFromBeforeARotation_thenInForceMovesForwardAndEveryKeyOpens() {
        makeKeys("u1", "u2");
        InMemoryKeyStore before = copyOf(store.newest());
        makeKeys("u3");
        rotate(BACKUP_TIME.minusSeconds(60));
        makeKeys("u4");
        Saved saved = backup();

        Plan plan = restore(before, held.copy(), saved);

        assertEquals(new KeyRecord.InForce(inForce()), plan.records().getFirst());
        assertAllOpen(before, held.copy());
    }

    @Test
    void givenALogFromBeforeThatRotationToo_thenTheSame() {
        makeKeys("u1", "u2");
        InMemoryKeyStore before = copyOf(store.newest());
        rotate(BACKUP_TIME.minusSeconds(60));
        rotations.clear();
        Saved saved = backup();

        assertEquals(Optional.empty(), restore(before, held.copy(), saved).replaced());

        assertAllOpen(before, held.copy());
    }

    @Test
    void givenStoreAndBackupFromBeforeARotation_thenTheKeyFileThatTheLogNamesCounts() {
        makeKeys("u1", "u2");
        Saved saved = backup();
        InMemoryKeyStore before = copyOf(store.newest());
        rotate(LATER);

        restore(before, held.copy(), saved);

        assertEquals(inForce(), Keyring.unchecked(before, held.copy()).inForce());
        assertAllOpen(before, held.copy());
    }

    @Test
    void givenARotationSinceAndNoKeyFile_thenItIsRefusedAndInForceDoesNotMoveBack() {
        makeKeys("u1");
        Saved saved = backup();
        rotate(LATER);
        List<KeyRecord> all = store.newest();

        var refused = assertThrows(IllegalStateException.class, () -> restore(store, saved.held(), saved));

        assertEquals(
                "the key-encryption key %s is in force since %s, and the backup is of %s: import a backup from after that rotation. Nothing was changed."
                        .formatted(inForce(), LATER, BACKUP_TIME),
                refused.getMessage());
        assertEquals(all, store.newest());
    }

    @Test
    void givenThatTheStoreIsLostToo_thenTheOldKeyEncryptionKeyComesBackAndThePlanSaysSo() {
        makeKeys("u1");
        Saved saved = backup();
        rotate(LATER);
        InMemoryKeyStore empty = new InMemoryKeyStore();

        Plan plan = restore(empty, saved.held(), saved);

        assertEquals(Optional.of(LATER), plan.replaced());
        assertAllOpen(empty, saved.held());
    }

    @Test
    void givenAnotherClustersKeyFile_thenItIsToBeMovedAway() {
        makeKeys("u1");
        Saved saved = backup();
        HeldKeys wrong = new HeldKeys();
        wrong.orFirst(KeyEncryptionKey.of(new byte[32]));

        var refused = assertThrows(IllegalStateException.class, () -> plan(store, wrong, saved));

        assertEquals(
                "/home/shiplog/pki/secrets.key is not the key file of this cluster: the key-encryption key %s is in force. Move the file away and run this again. Nothing was changed."
                        .formatted(inForce()),
                refused.getMessage());
        assertEquals(List.of(), plan(store, saved.held(), saved).records());
    }

    @Test
    void givenAKeyThatNobodyUnwraps_thenItIsRefusedIfTheLogNeedsIt() {
        makeKeys("u1");
        InMemoryKeyStore before = copyOf(store.newest());
        String old = inForce();
        Saved first = backup();
        rotate(BACKUP_TIME.minusSeconds(60));
        Saved saved = backup();
        List<KeyRecord> partly = saved.backup().records().stream()
                .filter(record ->
                        !KeyRecordJson.name(record).equals(ring.ofObject("u1").id()))
                .toList();
        Saved incomplete = new Saved(new KeyBackup("shop", BACKUP_TIME, new TreeMap<>(), partly), saved.held());

        var refused = assertThrows(IllegalStateException.class, () -> plan(before, held.copy(), incomplete));

        assertTrue(String.valueOf(refused.getMessage())
                .contains(old + ", which is neither in /home/shiplog/pki/secrets.key nor"));
        keys.clear();
        restore(before, held.copy(), incomplete);
        assertAllOpen(before, held.copy());
        assertEquals(1, first.held().all().size());
    }

    @Test
    void givenKeysThatWereGivenBackUnused_thenTheyDoNotComeBack() {
        makeKeys("u1");
        Saved saved = backup();
        ring.close();

        assertEquals(List.of(), plan(store, held, saved).records());
        store.write(List.of(new KeyRecord.Unused(keys.keySet().iterator().next())));
        assertEquals(1, restore(store, held, saved).keys(), "the log needs it");
        assertAllOpen(store, held);
    }

    @Test
    void givenTheClusterWentOnWithoutItsKeys_thenOldAndNewOnesOpen() {
        makeKeys("u1", "u2");
        Saved saved = backup();
        InMemoryKeyStore emptied = new InMemoryKeyStore();
        Keyring wentOn = Keyring.open(emptied, held);
        DataKey later = wentOn.ofObject("u3");
        keys.put(later.id(), later);

        restore(emptied, held, saved);

        assertAllOpen(emptied, held);
    }

    @Test
    void givenARestoreThatWasCutShort_thenTheNextOneCompletesIt() {
        makeKeys("u1", "u2", "u3");
        rotate(BACKUP_TIME.minusSeconds(60), ring.ofObject("u4").id());
        Saved saved = backup();
        rotate(LATER);
        int all = plan(new InMemoryKeyStore(), held, saved).records().size();
        for (int written = 0; written <= all; written++) {
            HeldKeys here = held.copy();
            InMemoryKeyStore empty = new InMemoryKeyStore();
            empty.write(plan(empty, here, saved).records().subList(0, written));

            restore(empty, here, saved);

            assertAllOpen(empty, here);
        }
    }
}
