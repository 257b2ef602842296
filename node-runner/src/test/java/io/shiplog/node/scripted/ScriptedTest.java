package io.shiplog.node.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScriptedTest {
    private static final Instant NOW = Instant.parse("2026-11-22T03:12:00.123456Z");

    private static JsonNode json(String text) {
        return Json.of(text).tree();
    }

    @Test
    void aPodRunsWithAllItsContainersReady() {
        JsonNode pod = json("""
                {"spec":{"initContainers":[{"name":"prepare","image":"a"},{"name":"proxy","image":"b","restartPolicy":"Always"}],
                 "containers":[{"name":"web","image":"nginx"}]},"status":{"phase":"Pending"}}""");

        ObjectNode status = ScriptedPod.running(pod, "198.18.0.1", NOW);

        assertTrue(ScriptedPod.untouched(pod));
        assertEquals("Running", status.path("phase").asText());
        assertEquals("198.18.0.1", status.path("podIP").asText());
        assertEquals("2026-11-22T03:12:00Z", status.path("startTime").asText());
        assertEquals(
                0,
                status.at("/initContainerStatuses/0/state/terminated/exitCode").asInt(-1));
        assertTrue(status.at("/initContainerStatuses/1/state").has("running"));
        assertTrue(status.at("/containerStatuses/0/ready").asBoolean());
        status.path("conditions")
                .forEach(condition ->
                        assertEquals("True", condition.path("status").asText()));
        assertEquals(4, status.path("conditions").size());
    }

    @Test
    void aPodThatANodeTookUpKeepsItsStatus() {
        assertFalse(ScriptedPod.untouched(json("""
                {"status":{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff"}}}]}}""")));
        assertFalse(ScriptedPod.untouched(json("{\"status\":{\"phase\":\"Failed\"}}")));
    }

    @Test
    void aNodeThatWasNotReadyIsNeitherReadyNorWaiting() {
        JsonNode lost = json("{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"Unknown\"}]}}");

        assertFalse(ScriptedNode.ready(lost));
        assertFalse(ScriptedNode.waits(lost));
    }

    @Test
    void aNodeThatWasMadeAsAnObjectIsLikeTheOthers() {
        JsonNode fresh = json("{\"metadata\":{\"name\":\"node-9\",\"uid\":\"u\"}}");
        JsonNode like = json("{\"status\":{\"capacity\":{\"cpu\":\"2\"},\"allocatable\":{\"cpu\":\"1900m\"}}}");

        ObjectNode status = ScriptedNode.first(fresh, like, NOW);

        assertTrue(ScriptedNode.waits(fresh));
        assertEquals("1900m", status.at("/allocatable/cpu").asText());
        assertTrue(ScriptedNode.ready(Json.MAPPER.createObjectNode().set("status", status)));
    }

    @Test
    void aNodeThatSaysWhatItHasKeepsIt() {
        JsonNode fresh = json("{\"status\":{\"capacity\":{\"cpu\":\"64\"},\"allocatable\":{\"cpu\":\"64\"}}}");
        JsonNode like = json("{\"status\":{\"capacity\":{\"cpu\":\"2\"}}}");

        assertFalse(ScriptedNode.first(fresh, like, NOW).has("capacity"));
    }

    @Test
    void aSignOfLifeIsALeaseOfTheNodesOwn() {
        ObjectNode lease = ScriptedNode.lease("node-1", json("{\"metadata\":{\"uid\":\"u\"}}"), NOW);

        assertEquals("node-1", lease.at("/spec/holderIdentity").asText());
        assertEquals("2026-11-22T03:12:00.123456Z", lease.at("/spec/renewTime").asText());
        assertEquals("u", lease.at("/metadata/ownerReferences/0/uid").asText());
    }
}
