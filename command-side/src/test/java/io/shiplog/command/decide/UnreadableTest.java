package io.shiplog.command.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.TestKinds;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.seal.HeldKeys;
import io.shiplog.events.seal.InMemoryKeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import org.junit.jupiter.api.Test;

/** An encrypted object whose data key is lost (docs/adr/0910). */
class UnreadableTest {
    private static final ObjectKey SETTINGS = ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", "settings");
    private static final String PLAIN = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'settings',"
            + "'namespace':'shop','uid':'u-1'%s},'data':{'color':'blue'}}";
    private static final String PATCH = "{'data':{'shape':'round'}}";

    private final HeldKeys held = new HeldKeys();
    private final Seal seal = new Seal(Keyring.open(new InMemoryKeyStore(), held), TestKinds.CONFIG_MAPS::equals);

    private Json sealed(String metadata) {
        return seal.seal(SETTINGS, 2, Scenario.json(PLAIN.formatted(metadata)));
    }

    /** Read by a process whose key store is empty. */
    private Scenario givenLost(String metadata) {
        Seal other = new Seal(Keyring.open(new InMemoryKeyStore(), held), TestKinds.CONFIG_MAPS::equals);
        return Scenario.given()
                .holding(
                        SETTINGS,
                        other.open(SETTINGS, 2, Json.ofUtf8(sealed(metadata).atRest())));
    }

    @Test
    void itIsNotChanged() {
        String why = givenLost("").patch(SETTINGS, "", PatchType.MERGE, PATCH).refusal();
        assertTrue(
                why.startsWith(
                        "configmaps \"settings\" is forbidden: it cannot be decrypted, and a change would lose its"
                                + " content: its key "),
                why);
        assertTrue(why.endsWith("Restore its key with 'shiplog keys import', or delete it"), why);
        assertEquals(why, givenLost("").replace(SETTINGS, PLAIN.formatted("")).refusal());
    }

    @Test
    void itIsDeleted() {
        givenLost("").delete(SETTINGS).happens("deleted", Outcome.DELETED);
        givenLost(",'finalizers':['a/b'],'deletionTimestamp':'2026-01-01T00:00:00Z'")
                .patch(SETTINGS, "", PatchType.MERGE, "{'metadata':{'finalizers':null}}")
                .happens("deleted", Outcome.DELETED);
    }

    @Test
    void anEncryptedObjectWithAKeyIsChangedWhateverItsAnnotationsSay() {
        Scenario.given()
                .holding(SETTINGS, sealed(""))
                .patch(SETTINGS, "", PatchType.MERGE, PATCH)
                .changes("modified");
        Scenario.given()
                .holding(SETTINGS, sealed(",'annotations':{'shiplog.io/unreadable':'so they say'}"))
                .patch(SETTINGS, "", PatchType.MERGE, PATCH)
                .changes("modified");
    }
}
