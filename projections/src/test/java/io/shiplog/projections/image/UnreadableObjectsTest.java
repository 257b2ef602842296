package io.shiplog.projections.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.InMemoryKeyEncryptionKeys;
import io.shiplog.events.seal.InMemoryKeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.projections.live.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnreadableObjectsTest {
    private static final ResourceType SECRETS = ResourceType.core("secrets");
    private static final ResourceType WIDGETS = new ResourceType("example.com", "widgets");

    private final InMemoryKeyEncryptionKeys held = new InMemoryKeyEncryptionKeys();
    private final Keyring keys = Keyring.open(new InMemoryKeyStore(), held);
    private final Seal seal = new Seal(keys, type -> type.equals(SECRETS) || type.equals(WIDGETS));

    private Image image() {
        List<StoredObject> objects = new ArrayList<>();
        for (ObjectKey key : List.of(
                ObjectKey.of(SECRETS, "shop", "a"),
                ObjectKey.of(SECRETS, "shop", "b"),
                ObjectKey.of(WIDGETS, "shop", "w"),
                ObjectKey.of(Story.CONFIG_MAPS, "shop", "c"))) {
            String uid = key.name();
            Json json = seal.seal(key, 7, Json.of("{\"metadata\":{\"uid\":\"%s\"}}".formatted(uid)));
            objects.add(new StoredObject(key, 7, json, StoredObject.Extracted.NOTHING, ""));
        }
        return Image.EMPTY.restore("events", new Image.Position(7, Story.START, ""), objects);
    }

    @Test
    void givenAllKeys_thenEverySealedTypeIsAtZero() {
        assertEquals(Map.of(SECRETS, 0, WIDGETS, 0), UnreadableObjects.count(image(), keys));
    }

    @Test
    void givenAnEmptyStore_thenAllThatIsSealedIsCountedByType() {
        Keyring empty = Keyring.open(new InMemoryKeyStore(), held);

        assertEquals(Map.of(SECRETS, 2, WIDGETS, 1), UnreadableObjects.count(image(), empty));
    }

    @Test
    void givenNothingSealed_thenThereIsNothingToCount() {
        assertEquals(Map.of(), UnreadableObjects.count(Image.EMPTY, keys));
    }
}
