package io.shiplog.command.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeDecider.Decision;
import io.shiplog.command.control.loop.Backoff;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.ControllerLoop;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.command.control.loop.EventSender;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.schedule.Scheduler;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thread, driven time, the real evolve, and a decider that behaves like the real one as far as controllers observe. Events
 * wait in a queue for each shard until {@link #deliver} brings them into the image: so images can be as stale as a test wants.
 * Answers wait in a queue too, and may overtake events.
 */
public final class FakeCluster implements CommandPort {
    /** More steps than this without coming to rest is a loop that never converges. */
    private static final int MAX_STEPS = 200_000;

    private static final AtomicInteger WORLDS = new AtomicInteger();

    private final FakeDecider decider;
    private final ImageEvolution evolution = new ImageEvolution(BuiltInKinds.catalogue());
    private final Map<String, Long> revisions = new HashMap<>();
    private final Map<String, Deque<Event>> undelivered = new HashMap<>();
    private final Deque<Runnable> answers = new ArrayDeque<>();
    private final List<Later> later = new ArrayList<>();
    private final List<Driven> loops = new ArrayList<>();
    private final List<CommandRequest> sent = new ArrayList<>();
    private final List<Consumer<Change>> observers = new ArrayList<>();
    private Function<CommandRequest, @Nullable Refusal> fault = request -> null;
    private Image image = evolution.first();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final EventSender events =
            new EventSender(this, () -> now, pause -> task -> later.add(new Later(now.plus(pause), task)));

    /** A task that waits for its time. */
    private record Later(Instant due, Runnable task) {}

    public FakeCluster() {
        this("world" + WORLDS.incrementAndGet());
    }

    /** @param world in which uids are the same each time; no two clusters may share one */
    public FakeCluster(String world) {
        this.decider = new FakeDecider(world);
    }

    public static String shardOf(ResourceType type) {
        return switch (type.resource()) {
            case "events" -> "happenings";
            case "leases" -> "leases";
            default -> "events";
        };
    }

    // ---- given ----

    /** Makes an object, as a user. */
    public StoredObject given(ResourceType type, String json) {
        ObjectNode body = (ObjectNode) Json.of(json).tree();
        String namespace = body.at("/metadata/namespace").asText();
        Command create = new Command.CreateObject(type, namespace, Json.of(body), FieldValidation.IGNORE);
        return accepted(create);
    }

    /** Changes an object by a merge patch, as a user. */
    public StoredObject change(ObjectKey key, String subresource, String patch) {
        return accepted(new Command.PatchObject(
                key, subresource, io.shiplog.events.command.PatchType.MERGE, Json.of(patch), FieldValidation.IGNORE));
    }

    /** Deletes an object, as a user. */
    public StoredObject delete(ObjectKey key, Propagation propagation) {
        return accepted(new Command.DeleteObject(key, Preconditions.NONE, null, propagation));
    }

    /** The node's part in a pod's deletion. */
    public StoredObject deleteAtOnce(ObjectKey key) {
        return accepted(new Command.DeleteObject(key, Preconditions.NONE, 0L, null));
    }

    private StoredObject accepted(Command command) {
        CommandResult result = decide(CommandRequest.byUser(new Actor("test", List.of()), command));
        if (result instanceof Accepted accepted) {
            return evolution.stored(image.kinds(), accepted.key(), accepted.revision(), accepted.object(), "test");
        }
        throw new AssertionError(command + " -> " + result);
    }

    /** Faults: a refusal for a command, or null to let it pass. */
    public void refuse(Function<CommandRequest, @Nullable Refusal> next) {
        fault = next;
    }

    /** Runs a controller in this cluster. */
    public ControllerLoop run(Controller controller) {
        ControllerLoop loop = new ControllerLoop(
                controller, () -> image, this, events, FakeCluster::shardOf, answers::add, () -> now, Backoff.DEFAULT);
        loops.add(loop);
        loop.restart();
        return loop;
    }

    /** Runs the scheduler in this cluster. */
    public Scheduler runScheduler() {
        return runScheduler(() -> image);
    }

    /** The same, with the images that it sees. */
    public Scheduler runScheduler(Supplier<Image> images) {
        Scheduler scheduler = new Scheduler(images, this, events, answers::add, () -> now);
        loops.add(scheduler);
        scheduler.restart();
        return scheduler;
    }

    /** Reports every change that reaches the image. */
    public void observe(Consumer<Change> observer) {
        observers.add(observer);
    }

    // ---- when ----

    @Override
    public CompletionStage<CommandResult> send(CommandRequest request) {
        sent.add(request);
        Refusal refusal = fault.apply(request);
        CommandResult result = refusal == null ? decide(request) : new Refused(refusal);
        CompletableFuture<CommandResult> answer = new CompletableFuture<>();
        answers.add(() -> answer.complete(result));
        return answer;
    }

    private CommandResult decide(CommandRequest request) {
        Decision decision = decider.decide(request.command(), now);
        if (decision.refusal() != null) {
            return new Refused(decision.refusal());
        }
        ObjectNode object = decision.object();
        long revision = object.at("/metadata/resourceVersion").asLong();
        if (decision.outcome() != Outcome.UNCHANGED) {
            revision = append(request, decision);
        }
        return new Accepted(decision.key(), revision, Json.of(object), decision.outcome(), List.of());
    }

    private long append(CommandRequest request, Decision decision) {
        String shard = shardOf(decision.key().type());
        long revision = revisions.merge(shard, 1L, Long::sum);
        decision.object().withObject("/metadata").put("resourceVersion", Long.toString(revision));
        boolean removed = decision.outcome() == Outcome.DELETED;
        if (removed) {
            decider.state().remove(decision.key());
        } else {
            decider.state()
                    .put(decision.key(), (ObjectNode) Json.of(decision.object()).tree());
        }
        Event event = new Event(
                shard,
                1,
                new EventHead(
                        revision,
                        null,
                        decision.key(),
                        EventType.of("", "object", removed ? ChangeType.DELETED.word() : "modified"),
                        "",
                        null,
                        now,
                        new Origin(
                                request.actor().user(),
                                null,
                                "",
                                request.commandId(),
                                request.causationId(),
                                request.correlationId())),
                Json.of(decision.object()),
                "");
        undelivered.computeIfAbsent(shard, s -> new ArrayDeque<>()).add(event);
        return revision;
    }

    /** Brings one waiting event of a shard into the image. */
    public boolean deliver(String shard) {
        Event event = undelivered.getOrDefault(shard, new ArrayDeque<>()).poll();
        if (event == null) {
            return false;
        }
        ImageEvolution.Evolved evolved = evolution.evolve(image, shard, List.of(event));
        image = evolved.image();
        ImageDelta delta = evolved.delta();
        loops.forEach(loop -> loop.observe(delta));
        delta.changes().forEach(change -> observers.forEach(observer -> observer.accept(change)));
        return true;
    }

    /** Brings all waiting events into the image. */
    public void deliverAll() {
        for (String shard : List.of("events", "leases", "happenings")) {
            while (deliver(shard)) {
                // one after the other
            }
        }
    }

    /** Delivers one waiting answer. */
    public boolean answer() {
        Runnable answer = answers.poll();
        if (answer == null) {
            return false;
        }
        answer.run();
        return true;
    }

    /** Lets every loop plan for one key. */
    public boolean advance() {
        boolean any = false;
        for (Driven loop : loops) {
            any |= loop.advance();
        }
        return any;
    }

    /** Everything that can happen without time passing. */
    public FakeCluster settle() {
        for (int i = 0; i < MAX_STEPS; i++) {
            deliverAll();
            if (!(answer() | advance())) {
                return this;
            }
        }
        throw new AssertionError("no rest after " + MAX_STEPS + " steps; last: " + sent.getLast());
    }

    /** Lets time pass, appointments being kept on the way. */
    public FakeCluster pass(Duration time) {
        settle();
        Instant until = now.plus(time);
        for (int i = 0; i < MAX_STEPS; i++) {
            Instant next = Stream.concat(
                            loops.stream().map(Driven::nextAppointment).filter(java.util.Objects::nonNull),
                            later.stream().map(Later::due))
                    .min(Instant::compareTo)
                    .orElse(Instant.MAX);
            if (next.isAfter(until)) {
                now = until;
                return settle();
            }
            now = next.isAfter(now) ? next : now;
            List<Later> due =
                    later.stream().filter(each -> !each.due().isAfter(now)).toList();
            later.removeAll(due);
            due.forEach(each -> each.task().run());
            settle();
        }
        throw new AssertionError("too many appointments");
    }

    // ---- then ----

    public Image image() {
        return image;
    }

    public Instant now() {
        return now;
    }

    public List<CommandRequest> sent() {
        return sent;
    }

    /** How many events were decided in a shard, delivered or not. */
    public long decided(String shard) {
        return revisions.getOrDefault(shard, 0L);
    }

    /** The decided tree of an object, or null. */
    public @Nullable ObjectNode tree(ObjectKey key) {
        return decider.state().get(key);
    }

    /** The decided objects of a type. */
    public List<ObjectNode> trees(ResourceType type) {
        return decider.state().entrySet().stream()
                .filter(entry -> entry.getKey().type().equals(type))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    /** {@code reason: message} of all Event objects of a reason. */
    public List<String> eventMessages(String reason) {
        return trees(ResourceType.core("events")).stream()
                .filter(event -> event.path("reason").asText().equals(reason))
                .map(event -> event.path("message").asText())
                .toList();
    }
}
