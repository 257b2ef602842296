package io.shiplog.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Many senders at once, on many threads: what is true of several objects at once stays true, and no change is lost. */
class ProposalRacesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SENDERS = 8;
    private static final ResourceType SERVICES = ResourceType.core("services");
    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    private static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");

    private final InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC());
    /** Eight node ports, so that they run out. */
    private final BuiltInKinds kinds = new BuiltInKinds(new ServiceNetwork("10.96.0.0/24", 30_000, 30_007));

    private final CommandSide side = CommandSide.start(
            new CommandSideConfig("", PATIENCE, true, new TokenConfig("test", Cluster.KEYS.getPrivate(), "k")),
            Map.of("events", log),
            new FollowingImage(List.of(log), BuiltInKinds.catalogue()),
            kinds::of,
            new SchemaValidation(Schemas.builtIn()),
            Clock.systemUTC());

    @BeforeEach
    void namespace() {
        await(side.lead().toCompletableFuture());
        accepted(await(send("admin", create(NAMESPACES, "", "{'metadata':{'name':'shop'}}"))));
    }

    @AfterEach
    void close() {
        side.close();
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private CompletableFuture<CommandResult> send(String user, Command command) {
        return side.send(CommandRequest.byUser(new Actor(user, List.of("system:masters")), command))
                .toCompletableFuture();
    }

    private static Accepted accepted(CommandResult result) {
        assertTrue(result instanceof Accepted, result::toString);
        return (Accepted) result;
    }

    private static Command create(ResourceType type, String namespace, String body) {
        return Cluster.creation(type, namespace, body);
    }

    private static Command merge(String name, String patch) {
        return new PatchObject(
                ObjectKey.of(CONFIG_MAPS, "shop", name),
                "",
                PatchType.MERGE,
                Json.of(patch.replace('\'', '"')),
                FieldValidation.IGNORE);
    }

    /** Each sender sends its commands without waiting. */
    private List<CommandResult> all(Function<Integer, List<Command>> commands) {
        List<CompletableFuture<CommandResult>> answers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            threads.add(Thread.startVirtualThread(() -> {
                for (Command command : commands.apply(sender)) {
                    CompletableFuture<CommandResult> answer = send("user-" + sender, command);
                    synchronized (answers) {
                        answers.add(answer);
                    }
                }
            }));
        }
        threads.forEach(ProposalRacesTest::join);
        return answers.stream().map(ProposalRacesTest::await).toList();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Event> events() {
        List<Event> all = new ArrayList<>();
        log.read(0, Long.MAX_VALUE, all::addAll);
        return all;
    }

    @Test
    void givenPatchesOfManySendersOnOneObject_thenNoneIsLost_andThoseOfOneSenderKeepTheirOrder() {
        accepted(await(send("admin", create(CONFIG_MAPS, "shop", "{'metadata':{'name':'a'}}"))));

        List<CommandResult> answers = all(sender -> {
            List<Command> commands = new ArrayList<>();
            for (int n = 1; n <= 100; n++) {
                commands.add(merge("a", "{'data':{'s%d':'%d','s%d-%d':''}}".formatted(sender, n, sender, n)));
            }
            return commands;
        });

        // A slow machine may end in a conflict, as in Kubernetes; what is accepted is not lost.
        answers.stream()
                .filter(CommandResult.Refused.class::isInstance)
                .map(answer -> ((CommandResult.Refused) answer).refusal().reason())
                .forEach(reason -> assertEquals(Refusal.Reason.CONFLICT, reason));
        long changed = answers.stream().filter(Accepted.class::isInstance).count();
        JsonNode data = events().getLast().object().tree().path("data");
        assertEquals(SENDERS + changed, data.size());
        Map<String, Integer> last = new HashMap<>();
        for (Event event : events()) {
            JsonNode at = event.object().tree().path("data");
            for (int sender = 0; sender < SENDERS; sender++) {
                String name = "s" + sender;
                int value = at.path(name).asInt();
                assertTrue(value >= last.getOrDefault(name, 0), () -> "overtaken: " + event);
                last.put(name, value);
            }
        }
    }

    @Test
    void givenCreationsOfOneNameByAll_thenOneWins() {
        List<CommandResult> answers = all(sender -> {
            List<Command> commands = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                commands.add(create(CONFIG_MAPS, "shop", "{'metadata':{'name':'c%d'}}".formatted(n)));
            }
            return commands;
        });

        assertEquals(50, answers.stream().filter(Accepted.class::isInstance).count());
        assertEquals(51, events().size());
    }

    @Test
    void givenServicesForTheSameAddressAndPorts_thenNoTwoHoldOne_andTheOthersHearWhy() {
        List<CommandResult> answers = all(sender -> {
            List<Command> commands = new ArrayList<>();
            for (int n = 0; n < 6; n++) {
                commands.add(create(
                        SERVICES,
                        "shop",
                        ("{'metadata':{'name':'s%d-%d'},'spec':{'type':'NodePort',%s" + "'ports':[{'port':80}]}}")
                                .formatted(
                                        sender, n, n % 2 == 0 ? "'clusterIP':'10.96.0.%d',".formatted(10 + n) : "")));
            }
            return commands;
        });

        Set<String> addresses = new HashSet<>();
        Set<Integer> ports = new HashSet<>();
        for (Event event : events()) {
            if (event.key().type().equals(SERVICES)) {
                JsonNode spec = event.object().tree().path("spec");
                assertTrue(addresses.add(spec.path("clusterIP").asText()), () -> "held twice: " + event);
                assertTrue(ports.add(spec.at("/ports/0/nodePort").asInt()), () -> "held twice: " + event);
            }
        }
        assertEquals(8, ports.size());
        for (CommandResult answer : answers) {
            if (answer instanceof CommandResult.Refused refused) {
                assertTrue(refused.refusal().message().contains("failed to allocate"), refused.refusal()::message);
            }
        }
    }

    @RepeatedTest(3)
    void givenANamespaceThatClosesMeanwhile_thenNothingIsCreatedInItAfterwards(RepetitionInfo repetition) {
        long seed = 17L * repetition.getCurrentRepetition();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int closing = 20 + random.nextInt(60);

        all(sender -> {
            List<Command> commands = new ArrayList<>();
            for (int n = 0; n < 100; n++) {
                if (sender == 0 && n == closing) {
                    commands.add(new DeleteObject(
                            ObjectKey.clusterScoped(NAMESPACES, "shop"), Preconditions.NONE, null, null));
                }
                commands.add(create(CONFIG_MAPS, "shop", "{'metadata':{'generateName':'g-'}}"));
            }
            return commands;
        });

        boolean closed = false;
        for (Event event : events()) {
            assertFalse(closed && event.key().type().equals(CONFIG_MAPS), () -> "created in a closed one: " + event);
            closed |= event.key().type().equals(NAMESPACES)
                    && event.object().tree().path("metadata").has("deletionTimestamp");
        }
        assertTrue(closed);
    }
}
