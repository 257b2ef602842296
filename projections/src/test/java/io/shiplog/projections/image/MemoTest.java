package io.shiplog.projections.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoTest {
    private static final ResourceType MAPS = ResourceType.core("configmaps");

    private final AtomicInteger reads = new AtomicInteger();
    private final Memo<String> names = new Memo<>(64, object -> {
        reads.incrementAndGet();
        return object.json().tree().path("v").asText();
    });

    private static StoredObject object(String name, String value) {
        ObjectKey key = ObjectKey.of(MAPS, "shop", name);
        Json json = Json.of("{\"v\":\"" + value + "\"}");
        return new StoredObject(key, 7, json, StoredObject.Extracted.NOTHING, "");
    }

    @Test
    void anObjectIsReadOnce() {
        StoredObject a = object("a", "1");
        for (int i = 0; i < 100; i++) {
            assertEquals("1", names.of(a));
        }
        assertEquals(1, reads.get());
    }

    /** After a failed append the next decision about an object has the revision of the one that was lost. */
    @Test
    void twoContentsOfOneRevisionAreTwo() {
        StoredObject lost = object("a", "1");
        StoredObject decided = object("a", "2");

        assertEquals("1", names.of(lost));
        assertEquals("2", names.of(decided));
    }

    @Test
    void aFullTableReadsAgain() {
        Memo<String> one = new Memo<>(1, object -> object.key().name());
        assertEquals("a", one.of(object("a", "1")));
        assertEquals("b", one.of(object("b", "1")));
        assertEquals("a", one.of(object("a", "1")));
    }
}
