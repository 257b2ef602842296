package io.shiplog.events.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final ResourceType SECRETS = ResourceType.core("secrets");
    private static final ObjectKey DB = ObjectKey.of(SECRETS, "shop", "db");
    private static final String PASSWORD = "aHVudGVyMi1hbmQtbW9yZQ==";

    private final InMemoryKeyStore store = new InMemoryKeyStore();
    private final HeldKeys held = new HeldKeys();
    private final Keyring keys = Keyring.open(store, held);
    private final Seal seal = new Seal(keys, SECRETS::equals);

    private static Json secret(String uid, long revision) {
        return Json.of("""
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"shop","uid":"%s",\
                "resourceVersion":"%d","creationTimestamp":"2026-11-22T03:12:00Z","labels":{"app":"shop"},\
                "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\\"data\\":{\\"password\\":\\"%s\\"}}"},\
                "managedFields":[{"manager":"kubectl","fieldsV1":{"f:data":{"f:password":{}}}}]},\
                "type":"Opaque","data":{"password":"%s"}}""".formatted(uid, revision, PASSWORD, PASSWORD));
    }

    private static Json stored(Json sealed) {
        return Json.ofUtf8(sealed.atRest().clone());
    }

    private static String text(Json atRest) {
        return Json.ofUtf8(atRest.atRest()).toString();
    }

    @Test
    void whatIsSealedOpensToTheSameBytes() {
        Json secret = secret("u1", 7);

        Json sealed = seal.seal(DB, 7, secret);

        assertEquals(secret, sealed);
        assertEquals(secret, seal.open(DB, 7, stored(sealed)));
        assertEquals(secret, new Seal(Keyring.open(store, held), SECRETS::equals).open(DB, 7, stored(sealed)));
    }

    @Test
    void atRestItNamesTheObjectAndSaysNothingOfIt() {
        Json sealed = seal.seal(DB, 7, secret("u1", 7));

        String atRest = text(sealed);
        for (String word : new String[] {PASSWORD, "password", "annotations", "managedFields", "Opaque", "\"data\""}) {
            assertFalse(atRest.contains(word), word + " is in " + atRest);
        }
        JsonNode tree = Json.of(atRest).tree();
        assertEquals("Secret", tree.path("kind").asText());
        assertEquals("v1", tree.path("apiVersion").asText());
        assertEquals("db", tree.at("/metadata/name").asText());
        assertEquals("shop", tree.at("/metadata/namespace").asText());
        assertEquals("u1", tree.at("/metadata/uid").asText());
        assertEquals("7", tree.at("/metadata/resourceVersion").asText());
        assertEquals("shop", tree.at("/metadata/labels/app").asText());
    }

    @Test
    void theIdOfItsKeyIsReadFromItsBeginning() {
        Json sealed = seal.seal(DB, 7, secret("u1", 7));

        assertEquals(keys.ofObject("u1").id(), Seal.keyId(sealed));
        assertNull(Seal.keyId(secret("u1", 7)));
        assertEquals("", Seal.keyId(Json.of("{\"sealed\":\"shiplog:sealed:v1:cut short")));
    }

    @Test
    void whatIsPrintedIsNotOpened() {
        Json sealed = seal.seal(DB, 7, secret("u1", 7));

        assertTrue(sealed.toString().contains("shiplog:sealed:v1:"));
        assertFalse(sealed.toString().contains(PASSWORD));
    }

    @Test
    void otherKindsAreLeftAlone() {
        ObjectKey pod = ObjectKey.of(ResourceType.core("pods"), "shop", "web");
        Json json = Json.of("{\"kind\":\"Pod\"}");

        assertSame(json, seal.seal(pod, 1, json));
        assertSame(json, seal.open(pod, 1, json));
    }

    @Test
    void whatWasWrittenBeforeSealingIsReadAsItIs() {
        Json plain = secret("u1", 7);

        assertSame(plain, seal.open(DB, 7, plain));
    }

    @Test
    void whatIsSealedOpensThoughItsKindIsNoLongerSealed() {
        Json sealed = seal.seal(DB, 7, secret("u1", 7));

        Seal nothing = new Seal(keys, type -> false);

        assertEquals(secret("u1", 7), nothing.open(DB, 7, stored(sealed)));
        assertSame(sealed, nothing.seal(DB, 7, sealed));
    }

    @Test
    void anObjectHasOneKeyForLifeAndSharesItWithNoOther() {
        String first = keyOf(seal.seal(DB, 7, secret("u1", 7)));

        assertEquals(first, keyOf(seal.seal(DB, 9, secret("u1", 9))));
        assertNotEquals(first, keyOf(seal.seal(DB, 12, secret("u2", 12))), "the next life of the same name");
    }

    @Test
    void aRestartedProcessContinuesWithTheKeyThatItReads() {
        Json before = seal.seal(DB, 7, secret("u1", 7));
        Seal next = new Seal(Keyring.open(store, held), SECRETS::equals);

        assertEquals(secret("u1", 7), next.open(DB, 7, stored(before)));

        assertEquals(keyOf(before), keyOf(next.seal(DB, 8, secret("u1", 8))));
    }

    @Test
    void theSameObjectNeverLooksTheSameTwice() {
        assertNotEquals(text(seal.seal(DB, 7, secret("u1", 7))), text(seal.seal(DB, 7, secret("u1", 7))));
    }

    @Test
    void anyByteOfTheBoxThatIsChangedIsNoticed() {
        Json sealed = seal.seal(DB, 7, secret("u1", 7));
        String atRest = text(sealed);
        String box = box(sealed);
        byte[] bytes = Base64.getDecoder().decode(box);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            String changed = atRest.replace(box, Base64.getEncoder().encodeToString(bytes));
            assertUnreadable(seal.open(DB, 7, Json.of(changed)));
            bytes[i] ^= 1;
        }
        assertUnreadable(seal.open(DB, 7, Json.of(atRest.replace(box, box.substring(0, 8)))));
        assertUnreadable(seal.open(DB, 7, Json.of(atRest.replace(box, "!"))));
    }

    @Test
    void aBoxThatIsMovedDoesNotOpen() {
        Json sealed = seal.seal(DB, 7, secret("u1", 7));

        assertUnreadable(seal.open(ObjectKey.of(SECRETS, "mallory", "db"), 7, stored(sealed)));
        assertUnreadable(seal.open(ObjectKey.of(ResourceType.core("configmaps"), "shop", "db"), 7, stored(sealed)));
        assertUnreadable(seal.open(DB, 8, stored(sealed)));
        assertUnreadable(seal.open(DB, 7, Json.of(text(sealed).replace("\"uid\":\"u1\"", "\"uid\":\"u2\""))));
    }

    @Test
    void aKeyOfAnotherClusterIsNotKnownHere() {
        Json sealed = seal.seal(DB, 7, secret("u1", 7));
        Seal other = new Seal(Keyring.open(new InMemoryKeyStore(), new HeldKeys()), SECRETS::equals);

        Json opened = other.open(DB, 7, stored(sealed));

        assertEquals(
                "its key %s is not in the key store".formatted(keyOf(sealed)),
                opened.tree().at("/metadata/annotations").path(Seal.UNREADABLE).asText());
        assertFalse(opened.tree().has("data"));
    }

    @Test
    void aShreddedObjectShowsThatItWasNotWhat() {
        Json sealed = seal.seal(DB, 7, secret("u1", 7));
        Json readBefore = seal.open(DB, 7, stored(sealed));
        Instant time = Instant.parse("2026-11-22T04:00:00Z");

        keys.rotate(Set.of(keyOf(sealed)), new Shredding(time, 42));

        for (Json each : new Json[] {sealed, readBefore, seal.open(DB, 7, stored(sealed))}) {
            JsonNode tree = each.tree();
            assertEquals("db", tree.at("/metadata/name").asText());
            assertEquals("7", tree.at("/metadata/resourceVersion").asText());
            assertEquals(
                    time.toString(),
                    tree.at("/metadata/annotations").path(Seal.SHREDDED_AT).asText());
            assertEquals(
                    "42",
                    tree.at("/metadata/annotations")
                            .path(Seal.SHREDDED_BY_REVISION)
                            .asText());
            assertFalse(tree.has("data"));
        }
    }

    @Test
    void whoForgesAnEnvelopeGetsNothing() {
        ObjectKey map = ObjectKey.of(ResourceType.core("configmaps"), "mallory", "m");
        for (String rest : new String[] {"", "k", "k:", "k:AAAA", "::::"}) {
            Json forged = Json.of("{\"sealed\":\"shiplog:sealed:v1:" + rest + "\",\"metadata\":{\"name\":\"m\"}}");

            assertUnreadable(seal.open(map, 1, forged));
        }
        Json broken = Json.of("{\"sealed\":\"shiplog:sealed:v1:k:AAAA");
        assertEquals(
                "{\"sealed\":\"shiplog:sealed:v1:k:AAAA",
                new String(seal.open(map, 1, broken).utf8()));
    }

    private static void assertUnreadable(Json json) {
        JsonNode tree = json.tree();
        assertTrue(tree.at("/metadata/annotations").has(Seal.UNREADABLE), json.toString());
        assertFalse(tree.has("data"));
    }

    private static String box(Json sealed) {
        String text = Json.of(text(sealed)).tree().path("sealed").asText();
        return text.substring(text.lastIndexOf(':') + 1);
    }

    private static String keyOf(Json sealed) {
        return Json.of(text(sealed)).tree().path("sealed").asText().split(":")[3];
    }
}
