package io.shiplog.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands through bus, entity and log, in one process. */
class CommandSideTest {
    private static final Actor ALICE = new Actor("alice", List.of("system:authenticated"));

    private final EventLog events = new InMemoryEventLog("events", Clock.systemUTC());
    private final EventLog leases = new InMemoryEventLog("leases", Clock.systemUTC());
    private CommandSide side = start();

    private CommandSide start() {
        return CommandSide.start(
                CommandSideConfig.inOneProcess(new TokenConfig("https://shiplog", Cluster.KEYS.getPrivate(), "k1")),
                Map.of("events", events, "leases", leases),
                new FollowingImage(List.of(events, leases)),
                TestKinds::withoutRules,
                new SchemaValidation(Schemas.builtIn()),
                Clock.systemUTC());
    }

    @BeforeEach
    void lead() {
        side.lead().toCompletableFuture().join();
        create(TestKinds.NAMESPACES, "", "{\"metadata\":{\"name\":\"shop\"}}");
    }

    @AfterEach
    void close() {
        side.close();
    }

    private CommandResult send(Command command) {
        return side.send(CommandRequest.byUser(ALICE, command))
                .toCompletableFuture()
                .join();
    }

    private CommandResult create(ResourceType type, String namespace, String body) {
        return send(new CreateObject(type, namespace, Json.of(body), FieldValidation.IGNORE));
    }

    private static ObjectKey configMap(String name) {
        return ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", name);
    }

    private List<Event> log() {
        List<Event> all = new ArrayList<>();
        events.read(0, Long.MAX_VALUE, all::addAll);
        return all;
    }

    @Test
    void aCreatedObjectIsAnsweredAsItLiesInTheLog() {
        CommandResult result = create(
                TestKinds.CONFIG_MAPS, "shop", "{\"metadata\":{\"name\":\"settings\"},\"data\":{\"color\":\"blue\"}}");

        Accepted accepted = assertInstanceOf(Accepted.class, result);
        Event event = log().getLast();
        assertEquals(Outcome.CREATED, accepted.outcome());
        assertEquals(event.object(), accepted.object());
        assertEquals(2, accepted.revision());
        assertEquals("io.shiplog.core.configmap.created.v1", event.type().toString());
        assertEquals("/api/v1/namespaces/shop/configmaps/settings", event.subject());
        assertEquals("alice", event.actor());
        JsonNode metadata = accepted.object().tree().path("metadata");
        assertEquals("2", metadata.path("resourceVersion").asText());
        assertEquals(36, metadata.path("uid").asText().length());
    }

    @Test
    void aNameCanBeTakenOnce() {
        create(TestKinds.CONFIG_MAPS, "shop", "{\"metadata\":{\"name\":\"settings\"}}");

        CommandResult again = create(TestKinds.CONFIG_MAPS, "shop", "{\"metadata\":{\"name\":\"settings\"}}");

        Refused refused = assertInstanceOf(Refused.class, again);
        assertEquals(Reason.ALREADY_EXISTS, refused.refusal().reason());
        assertEquals("configmaps \"settings\" already exists", refused.refusal().message());
        assertEquals(2, log().size());
    }

    @Test
    void anObjectIsReplacedAndDeleted() {
        create(TestKinds.CONFIG_MAPS, "shop", "{\"metadata\":{\"name\":\"settings\"},\"data\":{\"color\":\"blue\"}}");

        CommandResult replaced = send(new ReplaceObject(
                configMap("settings"),
                "",
                Json.of("{\"metadata\":{\"name\":\"settings\"},\"data\":{\"color\":\"red\"}}"),
                FieldValidation.IGNORE));
        CommandResult deleted = send(new DeleteObject(configMap("settings"), Preconditions.NONE, null, null));

        Accepted red = assertInstanceOf(Accepted.class, replaced);
        assertEquals("red", red.object().tree().at("/data/color").asText());
        assertEquals(Outcome.DELETED, assertInstanceOf(Accepted.class, deleted).outcome());
        assertEquals(
                List.of("created", "created", "modified", "deleted"),
                log().stream().map(event -> event.type().happened()).toList());
    }

    /** Given an account / when a token is asked for, a dry run too / then who, for whom and until when are in the log, and the token is not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anIssuedTokenIsInTheLogWithoutTheToken(boolean dryRun) {
        create(
                TestKinds.SERVICE_ACCOUNTS,
                "shop",
                "{\"metadata\":{\"name\":\"robot\"},\"secrets\":[{\"name\":\"large\"}]}");
        ObjectKey robot = ObjectKey.of(TestKinds.SERVICE_ACCOUNTS, "shop", "robot");
        CommandRequest request = CommandRequest.byUser(
                ALICE,
                new RequestToken(robot, Json.of("{\"spec\":{\"audiences\":[\"vault\"],\"expirationSeconds\":600}}")));

        Accepted accepted = assertInstanceOf(
                Accepted.class,
                side.send(new CommandRequest(
                                request.commandId(),
                                ALICE,
                                null,
                                request.correlationId(),
                                dryRun,
                                "",
                                null,
                                request.command()))
                        .toCompletableFuture()
                        .join());

        String token = accepted.object().tree().at("/status/token").asText();
        Event event = log().getLast();
        assertEquals(
                "io.shiplog.core.serviceaccount.token-issued.v1", event.type().toString());
        assertEquals("alice", event.actor());
        assertEquals(robot, event.key());
        String value = event.object().toString();
        assertFalse(token.isEmpty() || value.contains(token) || value.contains(token.split("\\.")[2]), value);
        assertFalse(value.contains("large"), value);
        JsonNode annotations = event.object().tree().at("/metadata/annotations");
        assertTrue(
                annotations.path("shiplog.io/token-issued").asText().contains("\"audiences\":[\"vault\"]"),
                annotations::toString);
    }

    @Test
    void aTokenOfAnAccountThatIsNotThereLeavesNoEvent() {
        int before = log().size();

        CommandResult result =
                send(new RequestToken(ObjectKey.of(TestKinds.SERVICE_ACCOUNTS, "shop", "none"), Json.of("{}")));

        assertEquals(
                Reason.NOT_FOUND,
                assertInstanceOf(Refused.class, result).refusal().reason());
        assertEquals(before, log().size());
    }

    @Test
    void aSecondCommandSideResumesWhereTheFirstStopped() {
        create(TestKinds.CONFIG_MAPS, "shop", "{\"metadata\":{\"name\":\"one\"}}");
        side.close();
        side = start();
        side.lead().toCompletableFuture().join();

        create(TestKinds.CONFIG_MAPS, "shop", "{\"metadata\":{\"name\":\"two\"}}");

        assertEquals(List.of(1L, 2L, 3L), log().stream().map(Event::revision).toList());
    }

    @Test
    void aRepeatedCommandGetsItsFirstAnswerAlsoAfterARestart() {
        CommandRequest request = CommandRequest.byUser(
                ALICE,
                new CreateObject(
                        TestKinds.CONFIG_MAPS,
                        "shop",
                        Json.of("{\"metadata\":{\"generateName\":\"settings-\"}}"),
                        FieldValidation.IGNORE));

        CommandResult first = side.send(request).toCompletableFuture().join();
        CommandResult again = side.send(request).toCompletableFuture().join();
        side.close();
        side = start();
        side.lead().toCompletableFuture().join();
        CommandResult later = side.send(request).toCompletableFuture().join();

        assertInstanceOf(Accepted.class, first);
        assertEquals(first, again);
        assertEquals(first, later);
        assertEquals(2, log().size());
    }

    @Test
    void aShardOfItsOwnHasItsOwnRevisions() {
        CommandResult lease = create(TestKinds.LEASES, "shop", "{\"metadata\":{\"name\":\"node-1\"}}");

        assertEquals(1, assertInstanceOf(Accepted.class, lease).revision());
        assertTrue(side.leads());
    }

    @Test
    void anObjectThatIsTooLargeForTheLogIsRefusedAndOthersAreWritten() {
        String half = "x".repeat(1_000_000);
        Command big = new CreateObject(
                TestKinds.CONFIG_MAPS,
                "shop",
                Json.of("{\"metadata\":{\"name\":\"big\"},\"data\":{\"a\":\"%s\",\"b\":\"%s\"}}".formatted(half, half)),
                FieldValidation.IGNORE);

        CommandResult result = send(big);
        CommandResult dry = side.send(new CommandRequest("dry", ALICE, null, "dry", true, "", "", big))
                .toCompletableFuture()
                .join();

        Refused refused = assertInstanceOf(Refused.class, result);
        assertEquals(Reason.REQUEST_ENTITY_TOO_LARGE, refused.refusal().reason());
        assertEquals(result, dry);
        assertEquals(
                2,
                assertInstanceOf(
                                Accepted.class,
                                create(TestKinds.CONFIG_MAPS, "shop", "{\"metadata\":{\"name\":\"small\"}}"))
                        .revision());
    }
}
