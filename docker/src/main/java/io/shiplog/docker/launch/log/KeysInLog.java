package io.shiplog.docker.launch.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.keys.KeyRotations;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.seal.KeyRestore.LogFacts;
import io.shiplog.events.seal.KeyRestore.Rotated;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.Shredding;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads from the log which keys its objects need, and which rotations were done. */
final class KeysInLog {
    /** By fingerprint of the key-encryption key. */
    private final Map<String, Rotated> rotations = new LinkedHashMap<>();
    /** By uid of the KeyRotation. */
    private final Map<String, Long> askedFor = new HashMap<>();
    /** By uid of the shredded object. */
    private final Map<String, Shredding> shreddedObjects = new HashMap<>();

    private final Map<String, Shredding> shredded = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    private KeysInLog() {}

    /**
     * Reads the shards twice: KeyRotations, then the key ids of all encrypted objects. If a shard was truncated, every key
     * counts as used.
     *
     * @param main the shard that holds KeyRotations
     * @throws EventLog.LogUnavailableException if the log cannot be read
     */
    static LogFacts read(EventLog main, Collection<? extends EventLog> all) {
        KeysInLog keys = new KeysInLog();
        main.read(before(main), end(main), KeyRotations.TYPE, batch -> batch.forEach(keys::rotation));
        all.forEach(log -> log.read(before(log), end(log), batch -> batch.forEach(keys::use)));
        boolean whole = before(main) == 0;
        return new LogFacts(
                List.copyOf(keys.rotations.values()), keys.shredded, id -> !whole || keys.used.contains(id));
    }

    private static long before(EventLog log) {
        return Math.max(0, log.oldest() - 1);
    }

    private static long end(EventLog log) {
        return log.end().toCompletableFuture().join();
    }

    private void rotation(Event event) {
        JsonNode rotation = event.object().tree();
        long asked = askedFor.computeIfAbsent(rotation.at("/metadata/uid").asText(), uid -> event.revision());
        JsonNode status = rotation.path("status");
        if (!status.path("phase").asText().equals("Done")) {
            return;
        }
        Instant time = Instant.parse(status.path("time").asText());
        String fingerprint = status.path("keyEncryptionKey").asText();
        rotations.putIfAbsent(fingerprint, new Rotated(fingerprint, time));
        for (JsonNode object : status.path("shredded")) {
            shreddedObjects.putIfAbsent(object.path("uid").asText(), new Shredding(time, asked));
        }
    }

    private void use(Event event) {
        String keyId = Seal.keyId(event.object());
        if (keyId == null || !used.add(keyId) || shreddedObjects.isEmpty()) {
            return;
        }
        Shredding shredding = shreddedObjects.get(
                Json.ofUtf8(event.object().atRest()).tree().at("/metadata/uid").asText());
        if (shredding != null) {
            shredded.put(keyId, shredding);
        }
    }
}
