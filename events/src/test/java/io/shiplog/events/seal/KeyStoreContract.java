package io.shiplog.events.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every store of keys must do. */
public abstract class KeyStoreContract {
    private static final byte[] BOX = {1, -2, 3};
    private static final Shredding WHY = new Shredding(Instant.parse("2026-11-22T03:12:00.123Z"), 42);

    /** The store of the running test, empty at first; asked for twice, what two processes see. */
    protected abstract KeyStore store();

    private static long read(KeyStore store, long from, List<KeyRecord> into) {
        return store.read(from, into::add);
    }

    @Test
    void an_empty_store_gives_nothing() {
        List<KeyRecord> records = new ArrayList<>();

        assertEquals(0, read(store(), 0, records));

        assertEquals(List.of(), records);
    }

    @Test
    void every_record_comes_back_as_it_went_in_and_in_order() {
        store().write(List.of(
                new KeyRecord.InForce("f1"),
                new KeyRecord.Wrapped("a", "f1", BOX),
                new KeyRecord.Shredded("b", WHY),
                new KeyRecord.Unused("c")));

        List<KeyRecord> records = new ArrayList<>();
        read(store(), 0, records);

        assertEquals(new KeyRecord.InForce("f1"), records.get(0));
        KeyRecord.Wrapped wrapped = (KeyRecord.Wrapped) records.get(1);
        assertEquals("a f1", wrapped.id() + " " + wrapped.fingerprint());
        assertArrayEquals(BOX, wrapped.box());
        assertEquals(List.of(new KeyRecord.Shredded("b", WHY), new KeyRecord.Unused("c")), records.subList(2, 4));
    }

    @Test
    void who_goes_on_gets_what_is_new_and_nothing_twice() {
        KeyStore store = store();
        store.write(List.of(new KeyRecord.InForce("f1"), new KeyRecord.Unused("a")));
        List<KeyRecord> records = new ArrayList<>();
        long place = read(store, 0, records);
        records.clear();

        assertEquals(place, read(store, place, records));
        assertEquals(List.of(), records);
        store().write(List.of(new KeyRecord.Unused("b")));
        store().write(List.of());
        read(store, place, records);

        assertEquals(List.of(new KeyRecord.Unused("b")), records);
    }

    @Test
    void the_newest_of_each_name_is_all_there_is_to_copy() {
        KeyStore store = store();
        store.write(List.of(
                new KeyRecord.Unused("a"),
                new KeyRecord.InForce("f1"),
                new KeyRecord.Unused("b"),
                new KeyRecord.Shredded("a", WHY),
                new KeyRecord.InForce("f2")));

        assertEquals(
                List.of(new KeyRecord.Unused("b"), new KeyRecord.Shredded("a", WHY), new KeyRecord.InForce("f2")),
                store.newest());
    }
}
