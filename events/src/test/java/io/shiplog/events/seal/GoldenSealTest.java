package io.shiplog.events.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * Once encrypted objects must stay readable forever. The golden file is never changed; {@code
 * -Dgolden.write=src/test/resources} writes it if it is missing.
 */
class GoldenSealTest {
    private static final String FILE = "golden/sealed/secret.v1.json";
    private static final ObjectKey DB = ObjectKey.of(ResourceType.core("secrets"), "shop", "db");
    private static final Json SECRET = Json.of(
            "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\",\"namespace\":\"shop\",\"uid\":"
                    + "\"0b7a2c1e-9d53-4c57-8f0e-3b1d6a1f7c11\",\"resourceVersion\":\"7\",\"labels\":{\"app\":\"läden\"}},"
                    + "\"data\":{\"password\":\"aHVudGVyMg==\"},\"type\":\"Opaque\"}");

    @Test
    void whatTheFirstVersionSealedOpens() throws IOException {
        String write = System.getProperty("golden.write");
        if (write != null && !Files.exists(Path.of(write, FILE))) {
            Files.createDirectories(Path.of(write, FILE).getParent());
            Files.writeString(Path.of(write, FILE), made().toPrettyString() + "\n");
        }
        JsonNode golden;
        try (InputStream in = GoldenSealTest.class.getClassLoader().getResourceAsStream(FILE)) {
            assertNotNull(in, "no golden file " + FILE);
            golden = Json.MAPPER.readTree(in);
        }
        KeyEncryptionKey kek = KeyEncryptionKey.of(bytes(golden, "keyEncryptionKey"));
        assertEquals(golden.path("fingerprint").asText(), kek.fingerprint());
        HeldKeys held = new HeldKeys();
        held.replace(List.of(kek));
        InMemoryKeyStore store = new InMemoryKeyStore();
        store.write(List.of(
                new KeyRecord.Wrapped(golden.path("key").asText(), kek.fingerprint(), bytes(golden, "wrapped"))));

        Json opened = new Seal(Keyring.open(store, held), type -> false)
                .open(DB, 7, Json.of(golden.path("stored").asText()));

        assertEquals(new String(SECRET.utf8(), UTF_8), new String(opened.utf8(), UTF_8));
    }

    /** As docs/secrets.md describes it for subscribers, without Shiplog's code. */
    @Test
    void itOpensByTheBook() throws Exception {
        JsonNode golden;
        try (InputStream in = GoldenSealTest.class.getClassLoader().getResourceAsStream(FILE)) {
            golden = Json.MAPPER.readTree(in);
        }
        JsonNode envelope = Json.MAPPER.readTree(golden.path("stored").asText());
        String[] sealed = envelope.path("sealed").asText().split(":");
        assertEquals(golden.path("key").asText(), sealed[3]);

        byte[] dataKey =
                opened(bytes(golden, "keyEncryptionKey"), "shiplog:key:v1\n" + sealed[3], bytes(golden, "wrapped"));
        String bound = "shiplog:sealed:v1\n/secrets/shop/db\n"
                + envelope.at("/metadata/uid").asText() + "\n7";
        byte[] object = opened(dataKey, bound, Base64.getDecoder().decode(sealed[4]));

        assertEquals(new String(SECRET.utf8(), UTF_8), new String(object, UTF_8));
    }

    private static byte[] opened(byte[] key, String bound, byte[] box) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, box, 0, 12));
        cipher.updateAAD(bound.getBytes(UTF_8));
        return cipher.doFinal(box, 12, box.length - 12);
    }

    private static byte[] bytes(JsonNode golden, String field) {
        return Base64.getDecoder().decode(golden.path(field).asText());
    }

    private static ObjectNode made() {
        InMemoryKeyStore store = new InMemoryKeyStore();
        HeldKeys held = new HeldKeys();
        Json sealed = new Seal(Keyring.open(store, held), type -> true).seal(DB, 7, SECRET);
        String id = Envelope.read(sealed.atRest()).keyId();
        List<KeyRecord> records = new ArrayList<>();
        store.read(0, records::add);
        KeyRecord.Wrapped wrapped = records.stream()
                .filter(each -> each instanceof KeyRecord.Wrapped w && w.id().equals(id))
                .map(KeyRecord.Wrapped.class::cast)
                .findFirst()
                .orElseThrow();
        Base64.Encoder base64 = Base64.getEncoder();
        return Json.MAPPER
                .createObjectNode()
                .put(
                        "keyEncryptionKey",
                        base64.encodeToString(held.all().getFirst().bytes()))
                .put("fingerprint", wrapped.fingerprint())
                .put("key", id)
                .put("wrapped", base64.encodeToString(wrapped.box()))
                .put("stored", sealed.toString());
    }
}
