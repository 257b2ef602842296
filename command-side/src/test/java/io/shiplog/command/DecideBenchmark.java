package io.shiplog.command;

import io.shiplog.command.decide.Decider;
import io.shiplog.command.decide.Proposal;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.shard.DecidedObjects;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageEvolution;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * What deciding costs, in CPU, not in time. Not a test: run its {@code main}. First {@code decide} alone, with the draft's bytes,
 * then the whole command side over the log in memory: queue, bus, entity, log and image.
 */
public final class DecideBenchmark {
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 30_000;
    private static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");

    private static final KindCatalogue KINDS = BuiltInKinds.catalogue();
    private static final BuiltInKinds STRATEGIES = new BuiltInKinds(ServiceNetwork.DEFAULT);
    private static final SchemaValidation SCHEMAS = new SchemaValidation(Schemas.builtIn());

    private DecideBenchmark() {}

    /** Prints microseconds of CPU per command. */
    public static void main(String[] args) {
        System.out.println("decide alone, with the event's bytes (us CPU per command)");
        alone("create configmap 2 KB", i -> configMap("c" + i));
        alone("create pod 2 KB", i -> pod("p" + i));
        alone("update configmap 2 KB", i -> replace(i));
        alone("merge patch configmap 2 KB", i -> patch(i));
        System.out.println("command side over the log in memory, image included (us CPU of the process per command)");
        whole("create configmap 2 KB", i -> configMap("d" + i));
        whole("create pod 2 KB", i -> pod("q" + i));
        whole("merge patch configmap 2 KB", i -> patch(i));
    }

    private static Command configMap(String name) {
        return create(
                CONFIG_MAPS,
                "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"app\":\"bench\"}},\"data\":{\"text\":\"%s\"}}"
                        .formatted(name, "x".repeat(1_900)));
    }

    private static Command pod(String name) {
        String env = "{\"name\":\"V%d\",\"value\":\"some text of a usual length\"}";
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            list.append(i == 0 ? "" : ",").append(env.formatted(i));
        }
        return create(
                ResourceType.core("pods"),
                ("{\"metadata\":{\"name\":\"%s\",\"labels\":{\"app\":\"bench\"}},\"spec\":{\"containers\":[{\"name\":\"c\","
                                + "\"image\":\"nginx:1.29\",\"resources\":{\"requests\":{\"cpu\":\"10m\",\"memory\":\"16Mi\"}},"
                                + "\"env\":[%s]}]}}")
                        .formatted(name, list));
    }

    private static Command create(ResourceType type, String body) {
        return new CreateObject(type, "default", Json.of(body), FieldValidation.STRICT);
    }

    private static Command replace(int i) {
        return new ReplaceObject(
                ObjectKey.of(CONFIG_MAPS, "default", "subject"),
                "",
                Json.of("{\"metadata\":{\"name\":\"subject\"},\"data\":{\"n\":\"%d\",\"text\":\"%s\"}}"
                        .formatted(i, "x".repeat(1_900))),
                FieldValidation.STRICT);
    }

    private static Command patch(int i) {
        return new PatchObject(
                ObjectKey.of(CONFIG_MAPS, "default", "subject"),
                "",
                PatchType.MERGE,
                Json.of("{\"data\":{\"n\":\"%d\"}}".formatted(i)),
                FieldValidation.STRICT);
    }

    private static void alone(String what, IntFunction<Command> commands) {
        EventLog log = new InMemoryEventLog("events", Clock.systemUTC());
        Decider decider = new Decider(STRATEGIES::of, SCHEMAS);
        DecidedObjects objects = new DecidedObjects(prepared(log), new ImageEvolution(KINDS));
        Chance chance = Chance.of(new SplittableRandom(1));
        CommandRequest[] requests = new CommandRequest[WARM_UP + MEASURED];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = CommandRequest.byUser(Cluster.ALICE, commands.apply(i));
        }
        long bytes = 0;
        long start = 0;
        for (int i = 0; i < requests.length; i++) {
            if (i == WARM_UP) {
                start = threadCpu();
            }
            bytes += decided(decider, objects, chance, requests[i]).object().size();
        }
        print(what, threadCpu() - start, bytes / requests.length);
    }

    private static EventDraft decided(Decider decider, DecidedObjects objects, Chance chance, CommandRequest request) {
        var state = objects.at(Clock.systemUTC().instant());
        if (decider.propose(request, state, 0, chance) instanceof Proposal.Change change) {
            return change.draft(1_234_567, state.now());
        }
        throw new IllegalStateException("refused: " + request.command());
    }

    /** An image with the namespace, its ServiceAccount and the object that is changed. */
    private static FollowingImage prepared(EventLog log) {
        FollowingImage image = new FollowingImage(List.of(log), KINDS);
        try (CommandSide side = start(log, image)) {
            prepare(side);
        }
        return image;
    }

    private static void prepare(CommandSide side) {
        side.lead().toCompletableFuture().join();
        for (Command command : List.of(
                new CreateObject(
                        ResourceType.core("namespaces"),
                        "",
                        Json.of("{\"metadata\":{\"name\":\"default\"}}"),
                        FieldValidation.IGNORE),
                create(ResourceType.core("serviceaccounts"), "{\"metadata\":{\"name\":\"default\"}}"),
                configMap("subject"))) {
            side.send(CommandRequest.byUser(Cluster.ALICE, command))
                    .toCompletableFuture()
                    .join();
        }
    }

    private static CommandSide start(EventLog log, FollowingImage image) {
        return CommandSide.start(
                new CommandSideConfig(
                        "", Duration.ofSeconds(5), true, new TokenConfig("bench", Cluster.KEYS.getPrivate(), "k")),
                Map.of("events", log),
                image,
                STRATEGIES::of,
                SCHEMAS,
                Clock.systemUTC());
    }

    private static void whole(String what, IntFunction<Command> commands) {
        EventLog log = new InMemoryEventLog("events", Clock.systemUTC());
        try (CommandSide side = start(log, new FollowingImage(List.of(log), KINDS))) {
            prepare(side);
            send(side, commands, 0, WARM_UP);
            long start = processCpu();
            send(side, commands, WARM_UP, MEASURED);
            print(what, processCpu() - start, 0);
        }
    }

    private static void send(CommandSide side, IntFunction<Command> commands, int from, int count) {
        for (int i = from; i < from + count; i++) {
            var answer = side.send(CommandRequest.byUser(Cluster.ALICE, commands.apply(i)))
                    .toCompletableFuture();
            if (i % 64 == 0) {
                answer.join();
            }
        }
    }

    private static long threadCpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long processCpu() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : 0;
    }

    private static void print(String what, long nanos, long bytes) {
        System.out.printf(
                "  %-28s %6.1f%s%n", what, nanos / 1_000.0 / MEASURED, bytes == 0 ? "" : "  (" + bytes + " bytes)");
    }
}
