package io.shiplog.events.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLogContract;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.memory.InMemoryEventLog;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract, with every kind sealed: who writes and reads through the seal notices nothing. */
class SealedLogTest extends EventLogContract {
    private final InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC());
    private final InMemoryKeyStore store = new InMemoryKeyStore();
    private final HeldKeys held = new HeldKeys();

    @Override
    protected EventLog open() {
        return new SealedLog(log, new Seal(Keyring.open(store, held), type -> true));
    }

    @Test
    void whatLiesBehindTheSealSaysNothingAndIsChained() throws Exception {
        EventLog sealed = open();
        var writer = sealed.claim("", CLAIM_LIMIT);
        get(writer.append(Drafts.configMap(1, "plain-name", 100)));
        get(writer.append(Drafts.configMap(2, "other-name", 100)));

        List<Event> resting = read(log, 0, 2);

        resting.forEach(
                event -> assertFalse(event.object().toString().contains(Drafts.payload(100)), event.toString()));
        assertTrue(resting.getFirst().object().toString().contains("plain-name"));
        assertChained(resting);
        assertChained(read(sealed, 0, 2));
        assertEquals(
                Drafts.configMap(1, "plain-name", 100).object(),
                read(sealed, 0, 1).getFirst().object());
    }

    @Test
    void batchesWithNothingSealedAreHandedOnAsTheyAre() throws Exception {
        EventLog nothing = new SealedLog(log, new Seal(Keyring.open(store, held), type -> false));
        Drafts.append(nothing.claim("", CLAIM_LIMIT), 3);
        List<Event> plain = read(log, 0, 3);

        List<Event> through = new ArrayList<>();
        nothing.read(0, 3, through::addAll);

        for (int i = 0; i < plain.size(); i++) {
            assertTrue(plain.get(i) == through.get(i), "the same event");
        }
    }

    @Test
    void whoCannotReadEverythingWritesNothingSealed() throws Exception {
        EventLog elsewhere = new SealedLog(log, new Seal(Keyring.open(store, new HeldKeys()), type -> true));
        Drafts.append(open().claim("", CLAIM_LIMIT), 3);

        LogWriter writer = elsewhere.claim("", CLAIM_LIMIT);
        assertThrows(IllegalStateException.class, () -> writer.append(Drafts.configMap(4, "blind")));
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> elsewhere.claim("", CLAIM_LIMIT));

        assertTrue(String.valueOf(e.getMessage()).contains(held.place()), e.toString());
        assertEquals(3, get(log.end()));
    }
}
