package io.shiplog.events.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts objects before they are stored and decrypts them for readers. An object of an encrypted kind is stored as an {@link
 * Envelope}: {@link Json#atRest} is that, {@link Json#utf8} the object itself. Code that stores objects, in any topic or file,
 * stores {@link Json#atRest} and passes what it reads to {@link #open}. Other code is not affected.
 */
public final class Seal {
    /** When the key was destroyed, on an object that can no longer be decrypted. */
    public static final String SHREDDED_AT = "shiplog.io/shredded-at";
    /** The revision of the event that requested it. */
    public static final String SHREDDED_BY_REVISION = "shiplog.io/shredded-by-revision";
    /** Why an object cannot be decrypted though its key was not destroyed. */
    public static final String UNREADABLE = "shiplog.io/unreadable";

    private static final Logger LOG = LoggerFactory.getLogger(Seal.class);
    /** The maximum number of different errors logged; the same one is logged once. */
    private static final int MOST_TOLD = 1_024;

    private final Keyring keys;
    private final Predicate<ResourceType> kinds;
    private final SecureRandom random = new SecureRandom();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param kinds which kinds to encrypt from now on; encrypted objects of any kind are decrypted */
    public Seal(Keyring keys, Predicate<ResourceType> kinds) {
        this.keys = keys;
        this.kinds = kinds;
    }

    /** The keys for encryption and decryption. */
    public Keyring keys() {
        return keys;
    }

    /**
     * The stored form of an object. One whose kind is not encrypted, or that is encrypted already, is unchanged.
     *
     * @param revision of the event: in another event's place it cannot be decrypted
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if a new key is needed and cannot be stored
     */
    public Json seal(ObjectKey key, long revision, Json object) {
        if (object.opens() || !kinds.test(key.type())) {
            return object;
        }
        JsonNode tree = object.tree();
        String uid = tree.at("/metadata/uid").asText();
        DataKey dataKey = keys.ofObject(uid);
        byte[] box = AesGcm.seal(dataKey.key(), bound(key, uid, revision), object.utf8(), random);
        return open(
                key, revision, Json.ofUtf8(Envelope.of(tree, dataKey.id(), box).bytes()));
    }

    /** A stored object for readers. One that is not encrypted is unchanged. */
    public Json open(ObjectKey key, long revision, Json stored) {
        return isSealed(stored) && !stored.opens()
                ? Json.resting(stored.atRest(), bytes -> look(key, revision, bytes))
                : stored;
    }

    /** Whether an object is stored encrypted. */
    public static boolean isSealed(Json stored) {
        return Envelope.is(stored.atRest());
    }

    /** The id of the data key of an encrypted object, null for one that is not encrypted. */
    public static @Nullable String keyId(Json stored) {
        return isSealed(stored) ? Envelope.keyId(stored.atRest()) : null;
    }

    /**
     * Why an opened object cannot be decrypted though its key was not destroyed; empty for every other object, also for one on
     * which a user wrote such an annotation.
     */
    public static Optional<String> whyUnreadable(Json object) {
        if (!isSealed(object) || !object.opens()) {
            return Optional.empty();
        }
        String why = object.tree()
                .path("metadata")
                .path("annotations")
                .path(UNREADABLE)
                .asText("");
        return !why.isEmpty()
                        && Envelope.read(object.atRest())
                                .unopened(annotations().put(UNREADABLE, why))
                                .equals(object)
                ? Optional.of(why)
                : Optional.empty();
    }

    private byte[] look(ObjectKey key, long revision, byte[] stored) {
        Envelope envelope;
        try {
            envelope = Envelope.read(stored);
        } catch (UncheckedIOException e) {
            return stored; // Broken JSON, encrypted or not: readers of the log handle it.
        }
        return switch (keys.find(envelope.keyId())) {
            case Keyring.Found.Opens(var dataKey) -> {
                try {
                    byte[] opened = AesGcm.open(dataKey.key(), bound(key, envelope.uid(), revision), envelope.box());
                    keys.belongs(dataKey.id(), envelope.uid());
                    yield opened;
                } catch (BrokenSealException e) {
                    yield unreadable(
                            envelope, key, revision, "an encrypted object cannot be decrypted: " + e.getMessage());
                }
            }
            case Keyring.Found.Gone(var shredding) ->
                envelope.unopened(annotations()
                                .put(SHREDDED_AT, shredding.time().toString())
                                .put(SHREDDED_BY_REVISION, Long.toString(shredding.revision())))
                        .utf8();
            case Keyring.Found.Missing(var why) -> unreadable(envelope, key, revision, why);
        };
    }

    private byte[] unreadable(Envelope envelope, ObjectKey key, long revision, String why) {
        if (told.size() < MOST_TOLD && told.add(why + key)) {
            LOG.error("{} of revision {} cannot be read: {}", key, revision, why);
        }
        return envelope.unopened(annotations().put(UNREADABLE, why)).utf8();
    }

    private static ObjectNode annotations() {
        return Json.MAPPER.createObjectNode();
    }

    /** A box moved to another object, another object of the same name, or another revision cannot be decrypted there. */
    private static byte[] bound(ObjectKey key, String uid, long revision) {
        return ("shiplog:sealed:v1\n" + key.recordKey() + "\n" + uid + "\n" + revision).getBytes(UTF_8);
    }
}
