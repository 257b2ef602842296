package io.shiplog.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.memory.InMemoryEventLog;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every form of {@link CommandPort} does, be the command side in the same process or not. */
abstract class CommandPortContract {
    protected final Cluster cluster =
            Cluster.on(new InMemoryEventLog("events", Clock.systemUTC())).withShop();

    /** A port to {@link #cluster}. */
    protected abstract CommandPort port();

    @AfterEach
    void closeCluster() {
        cluster.close();
    }

    private CommandResult send(CommandRequest request) {
        return cluster.await(port().send(request).toCompletableFuture());
    }

    private CommandResult send(Command command) {
        return send(CommandRequest.byUser(Cluster.ALICE, command));
    }

    @Test
    void anAcceptedCommandIsAnsweredWithItsEvent() {
        Accepted accepted = assertInstanceOf(Accepted.class, send(Cluster.configMap("a")));

        assertEquals(Outcome.CREATED, accepted.outcome());
        assertEquals(Cluster.key("a"), accepted.key());
        assertEquals(2, accepted.revision());
        assertEquals(cluster.events().getLast().object(), accepted.object());
    }

    @Test
    void theActorAndTheReasonArrive() {
        send(CommandRequest.because(Cluster.ALICE, "events/1", "root", Cluster.configMap("a")));

        assertEquals("alice", cluster.events().getLast().actor());
        assertEquals("events/1", cluster.events().getLast().causationId());
        assertEquals("root", cluster.events().getLast().correlationId());
    }

    @Test
    void aRefusalArrivesWhole() {
        Refusal refusal = assertInstanceOf(
                        Refused.class,
                        send(Cluster.creation(
                                TestKinds.CONFIG_MAPS, "shop", "{'metadata':{'name':'A','labels':{'-':'v'}}}")))
                .refusal();

        assertEquals(Reason.INVALID, refusal.reason());
        assertEquals("ConfigMap", refusal.kind());
        assertEquals("metadata.name", refusal.causes().getFirst().field());
        assertEquals("metadata.labels", refusal.causes().getLast().field());
    }

    @Test
    void allThatCanBeAskedArrives() {
        send(Cluster.configMap("a"));
        CommandResult patched = send(new PatchObject(
                Cluster.key("a"),
                "",
                PatchType.JSON,
                Json.of("[{\"op\":\"add\",\"path\":\"/data\",\"value\":{\"x\":\"ü\\n\"}}]"),
                FieldValidation.STRICT));
        CommandResult unchanged =
                send(new PatchObject(Cluster.key("a"), "", PatchType.MERGE, Json.of("{}"), FieldValidation.IGNORE));
        CommandResult conflict = send(new DeleteObject(Cluster.key("a"), new Preconditions("x", null), 5L, null));
        CommandResult deleted = send(new DeleteObject(Cluster.key("a"), Preconditions.NONE, null, null));

        assertEquals(
                "ü\n",
                assertInstanceOf(Accepted.class, patched)
                        .object()
                        .tree()
                        .at("/data/x")
                        .asText());
        assertEquals(
                Outcome.UNCHANGED, assertInstanceOf(Accepted.class, unchanged).outcome());
        assertEquals(
                Reason.CONFLICT,
                assertInstanceOf(Refused.class, conflict).refusal().reason());
        assertEquals(Outcome.DELETED, assertInstanceOf(Accepted.class, deleted).outcome());
    }

    @Test
    void aBodyThatIsNoJsonIsStillRefusedByTheDecider() {
        Refused refused =
                assertInstanceOf(Refused.class, send(Cluster.creation(TestKinds.CONFIG_MAPS, "shop", "{\n'metadata")));

        assertEquals(Reason.BAD_REQUEST, refused.refusal().reason());
        assertTrue(refused.refusal().message().startsWith("the object provided is unrecognized"));
    }

    @Test
    void aCommandSentTwiceIsCarriedOutOnce() {
        CommandRequest request = CommandRequest.byUser(
                Cluster.ALICE, Cluster.creation(TestKinds.CONFIG_MAPS, "shop", "{'metadata':{'generateName':'a-'}}"));

        assertEquals(send(request), send(request));
        assertEquals(2, cluster.events().size());
    }

    @Test
    void manyAtOnceAreAllAnswered() {
        List<CompletableFuture<CommandResult>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(port().send(CommandRequest.byUser(Cluster.ALICE, Cluster.configMap("m" + i)))
                    .toCompletableFuture());
        }

        answers.forEach(answer -> assertInstanceOf(Accepted.class, cluster.await(answer)));
        assertEquals(101, cluster.events().size());
    }
}
