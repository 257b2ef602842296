package io.shiplog.events.seal;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The records to write to a key store to restore the keys of a backup. Existing keys that unwrap are not changed. A restored
 * key is wrapped with the current key-encryption key, so that a backup from before a rotation is as good as one from after it;
 * a key shredded since the backup is not restored.
 */
public final class KeyRestore {
    private final KeyBackup backup;
    private final LogFacts log;
    private final String place;
    /** Newest first. */
    private final Map<String, KeyEncryptionKey> here;

    private final Map<String, KeyEncryptionKey> ofBackup;
    private final Keyring present;
    private final Keyring saved;
    private final Set<String> unused = new HashSet<>();
    private final SecureRandom random = new SecureRandom();
    private final List<KeyRecord> records = new ArrayList<>();
    /** Required key-encryption keys that are in neither place. */
    private final Set<String> lacking = new TreeSet<>();

    /**
     * The log's knowledge of keys. The store may have lost it, and the backup may be older.
     *
     * @param rotations the completed rotations, in order
     * @param shredded destroyed data keys, by id
     * @param used whether an object may be encrypted with a data key
     */
    public record LogFacts(List<Rotated> rotations, Map<String, Shredding> shredded, Predicate<String> used) {
        public LogFacts {
            rotations = List.copyOf(rotations);
            shredded = Map.copyOf(shredded);
        }
    }

    /** A rotation that put a key-encryption key in force. */
    public record Rotated(String fingerprint, Instant time) {}

    /**
     * The records to write.
     *
     * @param records in order: shredded keys, the key-encryption key in force, data keys
     * @param keys how many data keys are restored
     * @param shredded how many keys are marked as shredded
     * @param present how many existing data keys unwrap
     * @param replaced when a rotation replaced the key-encryption key that is in force after the restore; its copies may be in
     *     other hands
     */
    public record Plan(List<KeyRecord> records, int keys, int shredded, int present, Optional<Instant> replaced) {
        public Plan {
            records = List.copyOf(records);
        }
    }

    private KeyRestore(
            KeyStore store, KeyEncryptionKeys here, KeyBackup backup, KeyEncryptionKeys ofBackup, LogFacts log) {
        this.backup = backup;
        this.log = log;
        this.place = here.place();
        this.here = byFingerprint(here);
        this.ofBackup = byFingerprint(ofBackup);
        this.present = Keyring.unchecked(store, here);
        InMemoryKeyStore copy = new InMemoryKeyStore();
        copy.write(backup.records());
        this.saved = Keyring.open(copy, ofBackup);
        for (KeyRecord record : store.newest()) {
            if (record instanceof KeyRecord.Unused(var id)) {
                unused.add(id);
            }
        }
    }

    /**
     * Plans a restore. Changes nothing.
     *
     * @param here the key-encryption keys that the cluster will start with
     * @param ofBackup those in the backup
     * @throws IllegalStateException if the cluster would not start afterwards: its message says why, and what to do
     */
    public static Plan plan(
            KeyStore store, KeyEncryptionKeys here, KeyBackup backup, KeyEncryptionKeys ofBackup, LogFacts log) {
        return new KeyRestore(store, here, backup, ofBackup, log).plan();
    }

    private Plan plan() {
        Map<String, Shredding> destroyed = new TreeMap<>(saved.shredded());
        destroyed.putAll(log.shredded());
        destroyed.keySet().removeAll(present.shredded().keySet());
        destroyed.forEach((id, shredding) -> records.add(new KeyRecord.Shredded(id, shredding)));
        KeyEncryptionKey wraps = inForce();
        if (!wraps.fingerprint().equals(present.inForce())) {
            records.add(new KeyRecord.InForce(wraps.fingerprint()));
        }
        Set<String> ids = new TreeSet<>(present.wrapped().keySet());
        ids.addAll(saved.wrapped().keySet());
        ids.removeAll(destroyed.keySet());
        ids.removeAll(present.shredded().keySet());
        int opening = 0;
        int restored = 0;
        for (String id : ids) {
            KeyRecord.Wrapped there = present.wrapped().get(id);
            if (unwrapped(there, here).isPresent()) {
                opening++;
                continue;
            }
            Optional<SecretKey> found = found(id);
            if (found.isPresent()) {
                records.add(new KeyRecord.Wrapped(id, wraps.fingerprint(), wraps.wrap(id, found.get(), random)));
                restored++;
            } else if (there != null) {
                leave(there);
            }
        }
        mustStart();
        return new Plan(records, restored, destroyed.size(), opening, replaced(wraps.fingerprint()));
    }

    /** A data key that unwraps only with the backup; not an unused one. */
    private Optional<SecretKey> found(String id) {
        return unused.contains(id) && !log.used().test(id)
                ? Optional.empty()
                : unwrapped(present.wrapped().get(id), ofBackup)
                        .or(() -> unwrapped(saved.wrapped().get(id), ofBackup));
    }

    /** A cluster starts only with all key-encryption keys; one that wraps only unused keys is not required. */
    private void leave(KeyRecord.Wrapped key) {
        if (here.containsKey(key.fingerprint())) {
            return;
        }
        if (log.used().test(key.id())) {
            lacking.add(key.fingerprint());
        } else {
            records.add(new KeyRecord.Unused(key.id()));
        }
    }

    /** The time at which the log ends with a rotation to another, not older, key-encryption key. */
    private Optional<Instant> replaced(String fingerprint) {
        if (log.rotations().isEmpty()) {
            return Optional.empty();
        }
        Rotated last = log.rotations().getLast();
        // The log may be older than the backup, and not have its key yet.
        boolean newer = fingerprint.equals(saved.inForce())
                && last.time().isBefore(backup.time())
                && log.rotations().stream().noneMatch(each -> each.fingerprint().equals(fingerprint));
        return newer || last.fingerprint().equals(fingerprint) ? Optional.empty() : Optional.of(last.time());
    }

    private void mustStart() {
        if (!lacking.isEmpty()) {
            throw new IllegalStateException(
                    "keys are wrapped with the key-encryption key %s, which is neither in %s nor in the backup: put the right file there, or import another backup. Nothing was changed."
                            .formatted(String.join(", ", lacking), place));
        }
    }

    /**
     * The key-encryption key in force after the restore; never one from before a rotation recorded in the store, the file or
     * the log.
     */
    private KeyEncryptionKey inForce() {
        String now = present.inForce();
        if (here.isEmpty()) {
            throw new IllegalStateException("there is no key-encryption key in %s, nor in the backup".formatted(place));
        }
        KeyEncryptionKey newest = here.values().iterator().next();
        if (now == null) {
            return newest;
        }
        KeyEncryptionKey same = here.get(now);
        if (same != null) {
            return same;
        }
        // The store and the key file do not match: one of them is older.
        Optional<Instant> since = log.rotations().stream()
                .filter(rotation -> rotation.fingerprint().equals(now))
                .map(Rotated::time)
                .findFirst();
        if (!ofBackup.containsKey(now) && since.isPresent() && !since.get().isBefore(backup.time())) {
            throw new IllegalStateException(
                    "the key-encryption key %s is in force since %s, and the backup is of %s: import a backup from after that rotation. Nothing was changed."
                            .formatted(now, since.get(), backup.time()));
        }
        String then = saved.inForce();
        KeyEncryptionKey newer = then == null ? null : here.get(then);
        boolean rotatedTo = log.rotations().stream()
                .anyMatch(rotation -> rotation.fingerprint().equals(newest.fingerprint()));
        if (newer == null && !rotatedTo) {
            throw new IllegalStateException(
                    "%s is not the key file of this cluster: the key-encryption key %s is in force. Move the file away and run this again. Nothing was changed."
                            .formatted(place, now));
        }
        return newer == null ? newest : newer;
    }

    private static Map<String, KeyEncryptionKey> byFingerprint(KeyEncryptionKeys keys) {
        Map<String, KeyEncryptionKey> byFingerprint = new LinkedHashMap<>();
        keys.all().forEach(key -> byFingerprint.putIfAbsent(key.fingerprint(), key));
        return byFingerprint;
    }

    private static Optional<SecretKey> unwrapped(KeyRecord.@Nullable Wrapped key, Map<String, KeyEncryptionKey> keys) {
        if (key == null) {
            return Optional.empty();
        }
        try {
            KeyEncryptionKey unwraps = keys.get(key.fingerprint());
            return unwraps == null ? Optional.empty() : Optional.of(unwraps.unwrap(key.id(), key.box()));
        } catch (BrokenSealException e) {
            return Optional.empty();
        }
    }
}
