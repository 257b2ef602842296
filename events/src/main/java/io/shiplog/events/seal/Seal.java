package io.shiplog.events.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals objects before they are stored and opens them for who reads them. An object of a sealed kind rests as an
 * {@link Envelope}: {@link Json#atRest} is that, {@link Json#utf8} the object itself. Whoever stores objects, in whatever
 * topic or file, stores what they are at rest, and gives what he reads to {@link #open}. Nobody else need know.
 */
public final class Seal {
    /** When the key was destroyed, on an object that can therefore not be opened. */
    public static final String SHREDDED_AT = "shiplog.io/shredded-at";
    /** The revision of the event that asked for it. */
    public static final String SHREDDED_BY_REVISION = "shiplog.io/shredded-by-revision";
    /** Why an object cannot be opened though its key was not destroyed. */
    public static final String UNREADABLE = "shiplog.io/unreadable";

    private static final Logger LOG = LoggerFactory.getLogger(Seal.class);
    /** How many different complaints are told; the same one is told once. */
    private static final int MOST_TOLD = 1_024;

    private final Keyring keys;
    private final Predicate<ResourceType> kinds;
    private final SecureRandom random = new SecureRandom();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param kinds which to seal from now on; what is sealed already is opened whatever its kind */
    public Seal(Keyring keys, Predicate<ResourceType> kinds) {
        this.keys = keys;
        this.kinds = kinds;
    }

    /** The keys by which it seals and opens. */
    public Keyring keys() {
        return keys;
    }

    /**
     * An object as it is to be stored. One whose kind is not sealed, or that is sealed already, stays as it is.
     *
     * @param revision of the event that makes the object what it is: in another event's place it will not open
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

    /** A stored object as its readers see it. One that is not sealed stays as it is. */
    public Json open(ObjectKey key, long revision, Json stored) {
        return isSealed(stored) && !stored.opens()
                ? Json.resting(stored.atRest(), bytes -> look(key, revision, bytes))
                : stored;
    }

    /** Whether an object rests sealed. */
    public static boolean isSealed(Json stored) {
        return Envelope.is(stored.atRest());
    }

    /** The id of the data key that a sealed object opens with, null for one that is not sealed. */
    public static @Nullable String keyId(Json stored) {
        return isSealed(stored) ? Envelope.keyId(stored.atRest()) : null;
    }

    private byte[] look(ObjectKey key, long revision, byte[] stored) {
        Envelope envelope;
        try {
            envelope = Envelope.read(stored);
        } catch (UncheckedIOException e) {
            return stored; // Broken JSON, sealed or not: readers of the log deal with that.
        }
        return switch (keys.find(envelope.keyId())) {
            case Keyring.Found.Opens(var dataKey) -> {
                try {
                    byte[] opened = AesGcm.open(dataKey.key(), bound(key, envelope.uid(), revision), envelope.box());
                    keys.belongs(dataKey.id(), envelope.uid());
                    yield opened;
                } catch (BrokenSealException e) {
                    yield unreadable(envelope, key, revision, "what was sealed does not open: " + e.getMessage());
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

    /** A box moved to another object, another life of the same name, or another revision does not open there. */
    private static byte[] bound(ObjectKey key, String uid, long revision) {
        return ("shiplog:sealed:v1\n" + key.recordKey() + "\n" + uid + "\n" + revision).getBytes(UTF_8);
    }
}
