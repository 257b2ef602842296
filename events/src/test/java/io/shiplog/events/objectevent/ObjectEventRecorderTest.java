package io.shiplog.events.objectevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObjectEventRecorderTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.5Z");
    private static final Regarding POD = Regarding.object(Json.of("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","uid":"u1","resourceVersion":"7"}}""").tree());
    private static final ObjectEvent PULLED = ObjectEvent.normal(
                    POD.at("spec.containers{web}"), "Pulled", "image is here", "kubelet")
            .on("n1");

    private final ObjectEventRecorder recorder = new ObjectEventRecorder();

    private static JsonNode created(Optional<Command> command) {
        return assertInstanceOf(CreateObject.class, command.orElseThrow())
                .body()
                .tree();
    }

    private static PatchObject patched(Optional<Command> command) {
        return assertInstanceOf(PatchObject.class, command.orElseThrow());
    }

    @Test
    void theFirstIsCreatedInKubernetesForm() {
        JsonNode event = created(recorder.record(PULLED, NOON));
        assertEquals("shop", event.at("/metadata/namespace").asText());
        assertTrue(event.at("/metadata/name").asText().matches("web-1\\.[0-9a-f]{16}"), event.toString());
        assertEquals(Json.of("""
                {"kind":"Pod","namespace":"shop","name":"web-1","uid":"u1","apiVersion":"v1","resourceVersion":"7",
                "fieldPath":"spec.containers{web}"}""").tree(), event.path("involvedObject"));
        assertEquals("2026-11-22T12:00:00Z", event.path("lastTimestamp").asText());
        assertEquals("n1", event.at("/source/host").asText());
        assertEquals("kubelet", event.path("reportingComponent").asText());
    }

    @Test
    void aRepetitionPatchesTheCountOfTheFirst() {
        String name =
                created(recorder.record(PULLED, NOON)).at("/metadata/name").asText();
        PatchObject patch = patched(recorder.record(PULLED, NOON.plusSeconds(9)));
        assertEquals(name, patch.key().name());
        assertEquals(2, patch.patch().tree().path("count").asInt());
        assertEquals(
                "2026-11-22T12:00:09Z",
                patch.patch().tree().path("lastTimestamp").asText());
    }

    @Test
    void whatIsGoneIsCreatedAnewUnderAnotherName() {
        JsonNode first = created(recorder.record(PULLED, NOON));
        recorder.forget(patched(recorder.record(PULLED, NOON)).key());
        JsonNode second = created(recorder.record(PULLED, NOON));
        assertNotEquals(first.at("/metadata/name"), second.at("/metadata/name"));
    }

    @Test
    void anotherObjectOrReasonStandsApart() {
        created(recorder.record(PULLED, NOON));
        created(recorder.record(ObjectEvent.warning(POD, "Failed", "image is here", "kubelet"), NOON));
        created(recorder.record(PULLED.on("n2"), NOON));
    }

    @Test
    void manySimilarOnesAreCombined() {
        for (int i = 0; i < ObjectEventRecorder.MAX_DISTINCT_MESSAGES; i++) {
            created(recorder.record(PULLED.withMessage("try " + i), NOON));
        }
        JsonNode combined = created(recorder.record(PULLED.withMessage("try 10"), NOON));
        assertEquals(
                "(combined from similar events): try 10",
                combined.path("message").asText());
        PatchObject next = patched(recorder.record(PULLED.withMessage("try 11"), NOON));
        assertEquals(
                "(combined from similar events): try 11",
                next.patch().tree().path("message").asText());
    }

    @Test
    void whoTellsTooMuchOfOneObjectIsHeardAgainLater() {
        for (int i = 0; i < ObjectEventRecorder.BURST; i++) {
            assertTrue(recorder.record(PULLED, NOON).isPresent());
        }
        assertEquals(Optional.empty(), recorder.record(PULLED, NOON));
        assertEquals(Optional.empty(), recorder.record(PULLED, NOON.plus(ObjectEventRecorder.REFILL.dividedBy(2))));
        Instant later = NOON.plus(ObjectEventRecorder.REFILL).plus(Duration.ofSeconds(1));
        assertTrue(recorder.record(PULLED, later).isPresent());
    }

    @Test
    void eventsAboutANodeAreInTheDefaultNamespace() {
        Regarding node = new Regarding("v1", "Node", "", "n1", "n1", "", "");
        JsonNode event = created(recorder.record(ObjectEvent.normal(node, "NodeReady", "it is", "kubelet"), NOON));
        assertEquals("default", event.at("/metadata/namespace").asText());
    }

    @Test
    void aLongMessageIsCut() {
        JsonNode event = created(recorder.record(PULLED.withMessage("x".repeat(5000)), NOON));
        assertEquals(
                ObjectEventRecorder.MAX_MESSAGE_CHARS,
                event.path("message").asText().length());
    }
}
