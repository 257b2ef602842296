package io.shiplog.node.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.engine.ContainerEngine.EngineInfo;
import io.shiplog.node.pod.port.TaskClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A node reports that it is ready, and that it shuts down. */
class HeartbeatTest {
    private static final NodeHealth WELL = new NodeHealth(false, false, false, "");

    private final List<String> readiness = new ArrayList<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Queue<NodeHealth> health = new ArrayDeque<>(List.of(WELL, WELL));
    private final TaskClock clock = new TaskClock() {
        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public void run(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Pending after(Duration delay, Runnable task) {
            tasks.add(task);
            return () -> tasks.remove(task);
        }
    };

    private Heartbeat heartbeat() {
        CommandPort commands = request -> {
            if (request.command() instanceof Command.PatchObject patch
                    && patch.subresource().equals("status")) {
                for (JsonNode condition : patch.patch().tree().path("status").path("conditions")) {
                    if (condition.path("type").asText().equals("Ready")) {
                        readiness.add(condition.path("status").asText() + " "
                                + condition.path("reason").asText());
                    }
                }
            }
            return CompletableFuture.completedFuture(new CommandResult.Accepted(
                    ObjectKey.clusterScoped(ResourceType.core("nodes"), "n1"),
                    1,
                    Json.of("{\"metadata\":{\"uid\":\"u\"}}"),
                    CommandResult.Outcome.CHANGED,
                    List.of()));
        };
        NodeFacts facts = new NodeFacts(
                "n1",
                NodeAddresses.of("10.0.0.1"),
                1,
                "",
                1000,
                1L << 30,
                1L << 30,
                "m",
                "b",
                "v1",
                new EngineInfo("28", "1.50", "linux", "6", "x86_64", 1, 1L << 30, "/"));
        return new Heartbeat(facts, health::remove, commands, Actor.node("n1"), clock);
    }

    private void beat() {
        tasks.remove().run();
    }

    @Test
    void givenAReadyNode_whenItShutsDown_thenThatIsItsLastReport() {
        Heartbeat heartbeat = heartbeat();
        heartbeat.begin();
        beat();

        heartbeat.shutDown();
        beat();

        assertEquals(List.of("True KubeletReady", "False KubeletNotReady"), readiness);
        assertTrue(tasks.isEmpty(), "no further beat");
    }

    /** Another runner of the same node takes over: nothing happened to its pods. */
    @Test
    void givenAReadyNode_whenItIsOnlyClosed_thenNothingIsReported() {
        Heartbeat heartbeat = heartbeat();
        heartbeat.begin();
        beat();

        heartbeat.close();
        beat();

        assertEquals(List.of("True KubeletReady"), readiness);
    }

    @Test
    void givenANodeThatNeverRegistered_whenItShutsDown_thenNothingIsReported() {
        heartbeat().shutDown();

        assertEquals(List.of(), readiness);
    }

    @Test
    void givenAReportThatThrew_whenTheNextIsDue_thenItIsSent() {
        health.clear();
        Heartbeat heartbeat = heartbeat();
        heartbeat.begin();
        beat();
        health.add(WELL);

        beat();

        assertEquals(List.of("True KubeletReady"), readiness);
    }
}
