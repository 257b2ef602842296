package io.shiplog.events.seal;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data keys of a cluster in one process: one for each encrypted object, wrapped in the {@link KeyStore} by a key that is
 * not in it. A key is stored before its first use; some are created ahead, so that writes do not wait for that.
 *
 * <p>The store itself determines which records count, as epochs do in the log: a wrapped key counts if it is wrapped with the
 * key-encryption key in force at its position. A writer that still wraps with a former one creates keys that do not count for
 * any reader, including itself: it reads back its records before it uses them.
 */
public final class Keyring implements AutoCloseable {
    /** Initial number of keys created ahead. */
    static final int SPARE_KEYS = 16;
    /** Doubled whenever a write had to wait, up to this limit. */
    private static final int MOST_SPARE_KEYS = 1_024;
    /** Keys that are rewrapped with one write. */
    private static final int BATCH = 1_000;

    /** After this many lookups of missing keys, the next one is delayed. */
    private static final int MOST_FRUITLESS_LOOKS = 8;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int ID_BYTES = 10;
    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    private final KeyStore store;
    private final KeyEncryptionKeys keptKeys;
    private final SecureRandom random = new SecureRandom();

    private final Map<String, KeyRecord.Wrapped> wrapped = new ConcurrentHashMap<>();
    private final Map<String, Shredding> shredded = new ConcurrentHashMap<>();
    private final Map<String, DataKey> unwrapped = new ConcurrentHashMap<>();
    private final Map<String, String> idOfObject = new ConcurrentHashMap<>();
    private final Queue<DataKey> spares = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean refilling = new AtomicBoolean();
    private volatile int ahead = SPARE_KEYS;
    /** Named in the log but not in the store: looked up once. */
    private final Set<String> lost = ConcurrentHashMap.newKeySet();

    /** Consecutive lookups of missing keys without a result. */
    private final AtomicInteger fruitlessLooks = new AtomicInteger();

    private volatile long lookedNanos;

    private volatile Map<String, KeyEncryptionKey> byFingerprint = Map.of();
    private volatile boolean closed;

    /** The rest is guarded by this ring's lock. */
    private final Set<String> strays = new HashSet<>();

    private @Nullable String inForce;
    private long place;

    /** The state of a data key. */
    sealed interface Found {
        record Opens(DataKey key) implements Found {}

        record Gone(Shredding shredding) implements Found {}

        record Missing(String why) implements Found {}
    }

    /**
     * The result of rewrapping all data keys.
     *
     * @param fingerprint of the key-encryption key now in force
     * @param keys how many are wrapped with it
     */
    public record Rotation(String fingerprint, int keys) {}

    private Keyring(KeyStore store, KeyEncryptionKeys keptKeys) {
        this.store = store;
        this.keptKeys = keptKeys;
    }

    /**
     * Reads the keys of a cluster. Changes nothing.
     *
     * @throws IllegalStateException if the key-encryption keys do not unwrap some keys: its message names the missing one and
     *     the location
     */
    public static Keyring open(KeyStore store, KeyEncryptionKeys keys) {
        Keyring ring = unchecked(store, keys);
        ring.mustUnwrapAll();
        return ring;
    }

    /** The same for a store with keys that may not unwrap. */
    static Keyring unchecked(KeyStore store, KeyEncryptionKeys keys) {
        Keyring ring = new Keyring(store, keys);
        ring.catchUp();
        return ring;
    }

    /** The data keys that count, by id. */
    Map<String, KeyRecord.Wrapped> wrapped() {
        return Collections.unmodifiableMap(wrapped);
    }

    /** The destroyed ones, by id. */
    Map<String, Shredding> shredded() {
        return Collections.unmodifiableMap(shredded);
    }

    /** The fingerprint of the key-encryption key in force, null if there is none yet. */
    synchronized @Nullable String inForce() {
        return inForce;
    }

    /** Reads changes by other processes: new and destroyed keys. */
    public synchronized void catchUp() {
        place = store.read(place, this::take);
    }

    private void take(KeyRecord record) {
        switch (record) {
            case KeyRecord.InForce(var fingerprint) -> inForce = fingerprint;
            case KeyRecord.Wrapped key when shredded.containsKey(key.id()) -> strays.add(key.id());
            case KeyRecord.Wrapped key
            when inForce != null && !inForce.equals(key.fingerprint()) -> strays.add(key.id());
            case KeyRecord.Wrapped key -> {
                wrapped.put(key.id(), key);
                lost.remove(key.id());
                strays.remove(key.id());
            }
            case KeyRecord.Shredded(var id, var shredding) -> {
                forget(id);
                shredded.put(id, shredding);
            }
            case KeyRecord.Unused(var id) -> forget(id);
        }
    }

    private void forget(String id) {
        wrapped.remove(id);
        unwrapped.remove(id);
        strays.remove(id);
    }

    /**
     * Creates keys ahead, in the background, for a process that is about to write. A process that lacks a key-encryption key
     * creates none, and so cannot overwrite what it cannot read.
     *
     * @throws IllegalStateException as {@link #open}, if one is known to be missing
     */
    void prepare() {
        mustUnwrapAll();
        refillSoon();
    }

    private void mustUnwrapAll() {
        Set<String> needed = wrapped.values().stream()
                .map(KeyRecord.Wrapped::fingerprint)
                .collect(Collectors.toCollection(TreeSet::new));
        synchronized (this) {
            if (inForce != null) {
                needed.add(inForce);
            }
        }
        needed.removeIf(fingerprint -> keyEncryptionKey(fingerprint) != null);
        if (!needed.isEmpty()) {
            throw new IllegalStateException(
                    "the keys of encrypted objects are wrapped with the key-encryption key %s, which is not in %s: put the right file there. Nothing was changed."
                            .formatted(String.join(", ", needed), keptKeys.place()));
        }
    }

    /** The known keys, and if it is not among them, the current ones. */
    private @Nullable KeyEncryptionKey keyEncryptionKey(String fingerprint) {
        KeyEncryptionKey known = byFingerprint.get(fingerprint);
        if (known == null) {
            byFingerprint = keptKeys.all().stream()
                    .collect(Collectors.toUnmodifiableMap(
                            KeyEncryptionKey::fingerprint, Function.identity(), (a, b) -> a));
            known = byFingerprint.get(fingerprint);
        }
        return known;
    }

    /**
     * Those of these data keys that are unusable: they are not in the store, or this process lacks the key-encryption key that
     * wraps them. Shredded keys are not included. Reads the store once if this process does not know some of the keys.
     *
     * @throws LogUnavailableException if the store cannot be read
     */
    public Set<String> missing(Collection<String> ids) {
        Set<String> unknown = new HashSet<>(ids);
        unknown.removeIf(this::isKnown);
        if (!lost.containsAll(unknown)) {
            catchUp();
            unknown.removeIf(this::isKnown);
            lost.addAll(unknown);
        }
        Set<String> missing = new HashSet<>(unknown);
        ids.stream()
                .filter(id -> {
                    KeyRecord.Wrapped key = wrapped.get(id);
                    return key != null && !unwrapped.containsKey(id) && keyEncryptionKey(key.fingerprint()) == null;
                })
                .forEach(missing::add);
        return missing;
    }

    private boolean isKnown(String id) {
        return wrapped.containsKey(id) || shredded.containsKey(id);
    }

    /** The state of a data key, after a lookup in the store if it was unknown. */
    Found find(String id) {
        DataKey known = unwrapped.get(id);
        if (known != null) {
            return new Found.Opens(known);
        }
        try {
            if (!isKnown(id) && !lost.contains(id)) {
                lookFor(id);
            }
            return foundInMemory(id);
        } catch (LogUnavailableException | IllegalStateException e) {
            return new Found.Missing(String.valueOf(e.getMessage()));
        }
    }

    /** If the store has lost many keys, reading an image looks up each of them, and each lookup is a connection to Kafka. */
    private void lookFor(String id) {
        if (fruitlessLooks.get() >= MOST_FRUITLESS_LOOKS && System.nanoTime() - lookedNanos < PAUSE.toNanos()) {
            return;
        }
        catchUp();
        lookedNanos = System.nanoTime();
        if (isKnown(id)) {
            fruitlessLooks.set(0);
        } else {
            fruitlessLooks.incrementAndGet();
            lost.add(id);
        }
    }

    private Found foundInMemory(String id) {
        Shredding gone = shredded.get(id);
        if (gone != null) {
            return new Found.Gone(gone);
        }
        KeyRecord.Wrapped box = wrapped.get(id);
        if (box == null) {
            return new Found.Missing("its key %s is not in the key store".formatted(id));
        }
        KeyEncryptionKey unwraps = keyEncryptionKey(box.fingerprint());
        if (unwraps == null) {
            return new Found.Missing("its key is wrapped with the key-encryption key %s, which is not in %s"
                    .formatted(box.fingerprint(), keptKeys.place()));
        }
        try {
            DataKey key = new DataKey(id, unwraps.unwrap(id, box.box()));
            unwrapped.put(id, key);
            // Destroyed meanwhile: it must not stay.
            return shredded.containsKey(id) && unwrapped.remove(id, key) ? foundInMemory(id) : new Found.Opens(key);
        } catch (BrokenSealException e) {
            return new Found.Missing("its wrapped key does not unwrap: " + e.getMessage());
        }
    }

    /** Records the object of a key, from an envelope. */
    void belongs(String id, String uid) {
        idOfObject.putIfAbsent(uid, id);
    }

    /** The key of an object, a new one if it has none yet. */
    DataKey ofObject(String uid) {
        String id = idOfObject.get(uid);
        if (id != null && find(id) instanceof Found.Opens(var key)) {
            return key;
        }
        DataKey fresh = spare();
        idOfObject.put(uid, fresh.id());
        return fresh;
    }

    private DataKey spare() {
        DataKey spare = spares.poll();
        while (spare == null) {
            refill(true);
            spare = spares.poll();
        }
        if (spares.size() < ahead / 2) {
            refillSoon();
        }
        return spare;
    }

    private void refillSoon() {
        if (refilling.compareAndSet(false, true)) {
            Thread.ofVirtual().name("spare-keys").start(() -> {
                try {
                    refill(false);
                } catch (RuntimeException e) {
                    if (!closed) {
                        LOG.warn("no keys can be created now, the next Secret retries: {}", e.getMessage());
                    }
                } finally {
                    refilling.set(false);
                }
            });
        }
    }

    private synchronized void refill(boolean somebodyWaits) {
        if (closed) {
            throw new LogUnavailableException("the keys are closed");
        }
        if (somebodyWaits && spares.isEmpty()) {
            ahead = Math.min(2 * ahead, MOST_SPARE_KEYS);
        }
        if (spares.size() >= ahead / 2) {
            return;
        }
        catchUp();
        KeyEncryptionKey wraps = keyInForce();
        List<DataKey> made = new ArrayList<>();
        while (made.size() < ahead) {
            made.add(new DataKey(newId(), AesGcm.randomKey(random)));
        }
        store.write(made.stream()
                .map(key -> (KeyRecord)
                        new KeyRecord.Wrapped(key.id(), wraps.fingerprint(), wraps.wrap(key.id(), key.key(), random)))
                .toList());
        catchUp();
        made.removeIf(key -> !wrapped.containsKey(key.id()));
        if (made.isEmpty()) {
            throw new LogUnavailableException("another process put a new key-encryption key in force just now");
        }
        made.forEach(key -> {
            unwrapped.put(key.id(), key);
            spares.add(key);
        });
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private KeyEncryptionKey keyInForce() {
        if (inForce == null) {
            KeyEncryptionKey first =
                    keptKeys.orFirst(KeyEncryptionKey.random(random)).getFirst();
            store.write(List.of(new KeyRecord.InForce(first.fingerprint())));
            catchUp();
        }
        mustUnwrapAll();
        KeyEncryptionKey found = inForce == null ? null : keyEncryptionKey(inForce);
        if (found == null) {
            throw new LogUnavailableException("the key store does not say which key-encryption key is in force");
        }
        return found;
    }

    /**
     * Puts a new key-encryption key in force, wraps all data keys with it except some, which are destroyed, and destroys the
     * former key-encryption keys: from then on even an old copy of a destroyed key's record cannot be unwrapped. Encrypted
     * objects are not re-encrypted. Interrupted at any point it leaves every other key readable, and can be repeated.
     *
     * @param destroyed ids of data keys; missing ones are ignored
     * @throws IllegalStateException as {@link #open}, or if the key-encryption keys cannot be stored
     * @throws LogUnavailableException if the store cannot be written
     */
    public synchronized Rotation rotate(Set<String> destroyed, Shredding why) {
        catchUp();
        keyInForce();
        KeyEncryptionKey fresh = KeyEncryptionKey.random(random);
        List<KeyEncryptionKey> both = new ArrayList<>(List.of(fresh));
        both.addAll(keptKeys.all());
        keptKeys.replace(both);

        List<KeyRecord> first = new ArrayList<>();
        destroyed.stream().filter(wrapped::containsKey).forEach(id -> first.add(new KeyRecord.Shredded(id, why)));
        strays.stream().filter(id -> !shredded.containsKey(id)).forEach(id -> first.add(new KeyRecord.Unused(id)));
        first.add(new KeyRecord.InForce(fresh.fingerprint()));
        store.write(first);
        catchUp();
        wrapAnew(fresh);
        catchUp();
        mustAllBe(fresh);
        keptKeys.replace(List.of(fresh));
        byFingerprint = Map.of();
        LOG.info("the key-encryption key {} is in force, {} keys are wrapped with it", fresh, wrapped.size());
        return new Rotation(fresh.fingerprint(), wrapped.size());
    }

    private void wrapAnew(KeyEncryptionKey fresh) {
        List<KeyRecord> rewrapped = new ArrayList<>();
        for (KeyRecord.Wrapped each : List.copyOf(wrapped.values())) {
            rewrapped.add(
                    new KeyRecord.Wrapped(each.id(), fresh.fingerprint(), fresh.wrap(each.id(), unwrap(each), random)));
            if (rewrapped.size() == BATCH) {
                store.write(List.copyOf(rewrapped));
                rewrapped.clear();
            }
        }
        store.write(rewrapped);
    }

    private SecretKey unwrap(KeyRecord.Wrapped each) {
        KeyEncryptionKey unwraps = keyEncryptionKey(each.fingerprint());
        try {
            if (unwraps != null) {
                return unwraps.unwrap(each.id(), each.box());
            }
        } catch (BrokenSealException e) {
            LOG.error("the wrapped key {} does not unwrap: {}", each.id(), e.getMessage());
        }
        throw new IllegalStateException(
                "the key %s does not unwrap with what is in %s: no key-encryption key is destroyed"
                        .formatted(each.id(), keptKeys.place()));
    }

    /** A last check of the stored records before the old key is destroyed. */
    private void mustAllBe(KeyEncryptionKey fresh) {
        for (KeyRecord.Wrapped each : wrapped.values()) {
            if (!each.fingerprint().equals(fresh.fingerprint())) {
                throw new IllegalStateException(
                        "the key %s was not rewrapped: no key-encryption key is destroyed".formatted(each.id()));
            }
            unwrap(each);
        }
    }

    /** Marks the spare keys as unused. The owner closes the store. */
    @Override
    public synchronized void close() {
        closed = true;
        List<KeyRecord> unused = new ArrayList<>();
        for (DataKey spare = spares.poll(); spare != null; spare = spares.poll()) {
            unused.add(new KeyRecord.Unused(spare.id()));
        }
        try {
            if (!unused.isEmpty()) {
                store.write(unused);
            }
        } catch (LogUnavailableException e) {
            LOG.debug("{} spare keys stay in the store, unused", unused.size(), e);
        }
    }
}
