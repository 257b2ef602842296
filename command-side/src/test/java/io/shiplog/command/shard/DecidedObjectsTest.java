package io.shiplog.command.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shiplog.command.FollowingImage;
import io.shiplog.command.TestKinds;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.Origin;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Decisions overlay the image, until the image contains them. */
class DecidedObjectsTest {
    private final InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC());
    private final LogWriter writer = log.claim("", Duration.ofSeconds(1));
    private final FollowingImage image = new FollowingImage(List.of(log), BuiltInKinds.catalogue());
    private final DecidedObjects objects = new DecidedObjects(image, new ImageEvolution(BuiltInKinds.catalogue()));

    private static ObjectKey key(String name) {
        return ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", name);
    }

    private void decide(String name, String happened) {
        EventDraft draft = draft(name, happened);
        objects.decided("events", draft);
        writer.append(draft);
    }

    private EventDraft draft(String name, String happened) {
        long revision = writer.lastRevision() + 1;
        return new EventDraft(
                new EventHead(
                        revision,
                        0L,
                        key(name),
                        EventType.of("", "configmap", happened),
                        "",
                        null,
                        Instant.EPOCH,
                        new Origin("alice", null, "create", "c" + revision, null, "c" + revision)),
                Json.of("{\"metadata\":{\"name\":\"%s\",\"resourceVersion\":\"%d\"}}".formatted(name, revision)));
    }

    private List<String> names() {
        return objects.list(TestKinds.CONFIG_MAPS).stream()
                .map(object -> object.key().name() + "@" + object.revision())
                .toList();
    }

    @Test
    void whatIsPendingIsSeenInItsPlace() {
        decide("b", "created");
        decide("d", "created");
        image.hold();

        decide("a", "created");
        decide("b", "modified");
        decide("d", "deleted");
        decide("c", "created");

        assertEquals(List.of("a@3", "b@4", "c@6"), names());
        assertEquals(3, objects.list(TestKinds.CONFIG_MAPS).size());
        assertNull(objects.get(key("d")));
        assertEquals(4, notNull(objects.get(key("b"))).revision());
    }

    @Test
    void whatIsPendingIsListedInOrderWhateverOrderItCameIn() {
        image.hold();
        List<String> wanted = IntStream.range(10, 60).mapToObj(i -> "item-" + i).toList();

        wanted.reversed().forEach(name -> decide(name, "created"));

        assertEquals(
                wanted,
                objects.list(TestKinds.CONFIG_MAPS).stream()
                        .map(object -> object.key().name())
                        .toList());
    }

    private void decideService(String name, String happened, String address) {
        long revision = writer.lastRevision() + 1;
        EventDraft draft = new EventDraft(
                new EventHead(
                        revision,
                        0L,
                        ObjectKey.of(ResourceType.core("services"), "shop", name),
                        EventType.of("", "service", happened),
                        "",
                        null,
                        Instant.EPOCH,
                        new Origin("alice", null, "create", "c" + revision, null, "c" + revision)),
                Json.of("{\"metadata\":{\"name\":\"%s\",\"namespace\":\"shop\"},\"spec\":{\"clusterIP\":\"%s\"}}"
                        .formatted(name, address)));
        objects.decided("events", draft);
        writer.append(draft);
    }

    private List<String> having(String address) {
        return objects.by(Indexes.ADDRESS.at(address)).stream()
                .map(object -> object.key().name() + "@" + object.revision())
                .toList();
    }

    @Test
    void theServicesWithAnAddressAreFoundInTheImageAndAboveIt() {
        // Given Services in the image
        decideService("a", "created", "10.0.0.1");
        decideService("b", "created", "10.0.0.2");
        decideService("c", "created", "10.0.0.3");
        decideService("n", "created", "None");
        objects.settle("events");
        image.hold();
        assertEquals(List.of("a@1"), having("10.0.0.1"));

        // When they change above it: another one takes an address, one is deleted, one becomes a name, one only changes
        decideService("d", "created", "10.0.0.4");
        decideService("a", "deleted", "10.0.0.1");
        decideService("b", "modified", "");
        decideService("c", "modified", "10.0.0.3");

        // Then the newest holders are found, each once, before and after the image has them
        for (int i = 0; i < 2; i++) {
            assertEquals(List.of("d@5"), having("10.0.0.4"));
            assertEquals(List.of(), having("10.0.0.1"));
            assertEquals(List.of(), having("10.0.0.2"));
            assertEquals(List.of("c@8"), having("10.0.0.3"));
            image.release();
            objects.settle("events");
        }
        assertEquals(0, objects.pending());
    }

    @Test
    void whatTheImageHoldsIsLetGo() {
        image.hold();
        decide("a", "created");
        decide("b", "created");
        objects.settle("events");
        assertEquals(2, objects.pending());

        image.release();
        objects.settle("events");

        assertEquals(0, objects.pending());
        assertEquals(List.of("a@1", "b@2"), names());
    }

    @Test
    void anOldDecisionThatSettlesLeavesTheNewerOne() {
        decide("a", "created");
        image.hold();
        decide("a", "modified");
        objects.settle("events");

        assertEquals(2, notNull(objects.get(key("a"))).revision());
        assertEquals(1, objects.pending());
    }

    @Test
    void whatWasNotDurableIsForgotten() {
        decide("a", "created");
        objects.settle("events");
        objects.decided("events", draft("a", "deleted"));
        objects.decided("events", draft("b", "created"));

        objects.forget("events");

        assertEquals(List.of("a@1"), names());
    }

    private static StoredObject notNull(@org.jspecify.annotations.Nullable StoredObject object) {
        assertNotNull(object);
        return object;
    }
}
