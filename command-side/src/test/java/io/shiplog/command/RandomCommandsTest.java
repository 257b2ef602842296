package io.shiplog.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.StoredObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Whatever is asked in whatever order, with failures between: what must hold of the log and of the answers. */
class RandomCommandsTest {
    private static final int COMMANDS = 400;
    private static final int NAMES = 6;

    @RepeatedTest(5)
    void theLogIsDenseTheImageIsItsReplayAndAnswersAreInIt(RepetitionInfo repetition) {
        long seed = 41L * repetition.getCurrentRepetition();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        FaultyLog log = new FaultyLog(new InMemoryEventLog("events", Clock.systemUTC()));
        try (Cluster cluster = Cluster.on(log).withShop()) {
            List<CommandResult> answers = run(cluster, log, random);

            List<Event> events = cluster.events();
            checkLog(events);
            checkAnswers(answers, events);
            checkImage(cluster.image().current(), events);
        }
    }

    private static List<CommandResult> run(Cluster cluster, FaultyLog log, SplittableRandom random) {
        List<CommandResult> answers = new ArrayList<>();
        List<CompletableFuture<CommandResult>> running = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            running.add(cluster.begin(command(random, i)));
            if (random.nextInt(20) == 0) {
                running.forEach(answer -> answers.add(cluster.await(answer)));
                running.clear();
            }
            if (random.nextInt(100) == 0) {
                log.mode(random.nextBoolean() ? FaultyLog.Mode.LOSING : FaultyLog.Mode.FAILING_AFTERWARDS);
                answers.add(cluster.send(Cluster.configMap("lost-" + i)));
                log.mode(FaultyLog.Mode.WORKING);
                cluster.image().release();
                cluster.await(cluster.side().lead().toCompletableFuture());
            }
            if (random.nextInt(50) == 0) {
                cluster.image().hold();
            } else if (random.nextInt(10) == 0) {
                cluster.image().release();
            }
        }
        cluster.image().release();
        running.forEach(answer -> answers.add(cluster.await(answer)));
        return answers;
    }

    private static Command command(SplittableRandom random, int i) {
        String name = "m" + random.nextInt(NAMES);
        ObjectKey key = Cluster.key(name);
        return switch (random.nextInt(6)) {
            case 0 -> Cluster.configMap(name);
            case 1 ->
                new ReplaceObject(
                        key,
                        "",
                        Json.of("{\"metadata\":{\"name\":\"%s\"},\"data\":{\"n\":\"%d\"}}".formatted(name, i % 3)),
                        FieldValidation.IGNORE);
            case 2 ->
                new PatchObject(
                        key,
                        "",
                        PatchType.MERGE,
                        Json.of("{\"metadata\":{\"finalizers\":%s}}"
                                .formatted(random.nextBoolean() ? "[\"a.b/c\"]" : "null")),
                        FieldValidation.IGNORE);
            case 3 ->
                new DeleteObject(key, Preconditions.NONE, null, random.nextBoolean() ? Propagation.FOREGROUND : null);
            case 4 ->
                new PatchObject(
                        key,
                        "",
                        PatchType.JSON,
                        Json.of(
                                "[{\"op\":\"test\",\"path\":\"/data/n\",\"value\":\"1\"},{\"op\":\"remove\",\"path\":\"/data\"}]"),
                        FieldValidation.IGNORE);
            default -> Cluster.creation(TestKinds.CONFIG_MAPS, "shop", "{'metadata':{'generateName':'g-'}}");
        };
    }

    private static void checkLog(List<Event> events) {
        Map<ObjectKey, String> uids = new HashMap<>();
        Map<ObjectKey, Long> last = new HashMap<>();
        long expected = 1;
        for (Event event : events) {
            assertEquals(expected++, event.revision());
            JsonNode metadata = event.object().tree().path("metadata");
            assertEquals(
                    Long.toString(event.revision()),
                    metadata.path("resourceVersion").asText());
            String uid = metadata.path("uid").asText();
            String before = uids.put(event.key(), uid);
            boolean made = event.type().happened().equals("created");
            assertEquals(made, before == null, () -> "an object is created once: " + event);
            assertTrue(made || uid.equals(before), () -> "a uid never changes: " + event);
            assertEquals(last.getOrDefault(event.key(), 0L), event.previous(), () -> "its history is linked: " + event);
            last.put(event.key(), event.revision());
            if (event.type().removes()) {
                uids.remove(event.key());
                last.remove(event.key());
            }
        }
    }

    /** An answer about a change is that change's event. */
    private static void checkAnswers(List<CommandResult> answers, List<Event> events) {
        for (CommandResult answer : answers) {
            if (answer instanceof Accepted accepted && accepted.outcome() != Outcome.UNCHANGED) {
                Event event = events.get((int) accepted.revision() - 1);
                assertEquals(event.key(), accepted.key());
                assertEquals(event.object(), accepted.object());
            }
        }
    }

    private static void checkImage(Image image, List<Event> events) {
        ImageEvolution evolution = new ImageEvolution(TestKinds.CATALOGUE);
        Image replayed = evolution.evolve(evolution.first(), "events", events).image();
        assertEquals(
                replayed.list(TestKinds.CONFIG_MAPS).stream()
                        .map(StoredObject::json)
                        .toList(),
                image.list(TestKinds.CONFIG_MAPS).stream()
                        .map(StoredObject::json)
                        .toList());
    }
}
