package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Cause;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.command.control.loop.EventSender;
import io.shiplog.command.control.loop.InFlightCommands;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.schedule.Placement.ByPreemption;
import io.shiplog.command.schedule.Placement.OnNode;
import io.shiplog.command.schedule.Placement.Unschedulable;
import io.shiplog.command.schedule.QueueingHints.Hint;
import io.shiplog.command.schedule.SchedulingMeter.Result;
import io.shiplog.command.schedule.SchedulingQueue.UnschedulablePod;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds pods without a node to one. An assumed pod counts on its node at once, so bindings do not wait for each other. A pod that
 * fits no node waits until a change may make it schedulable, or preempts pods of lower priority.
 *
 * <p>Not thread-safe: one thread calls, answers come back to it through an executor.
 */
public final class Scheduler implements Driven {
    /** Unanswered bindings. */
    static final int MAX_OUTSTANDING = 128;

    private static final String NOMINATED = "nominatedNodeName";
    /** Pods are in the main shard. */
    private static final String SHARD = "events";

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Actor ACTOR = new Actor("system:kube-scheduler", List.of("system:authenticated"));

    private final Supplier<Image> images;
    private final CommandPort port;
    private final EventSender events;
    private final Executor answers;
    private final InstantSource clock;

    private final SchedulingQueue queue = new SchedulingQueue();
    private final SchedulingMeter meter = new SchedulingMeter();
    private final Map<ObjectKey, String> assumed = new HashMap<>();
    private ClusterView view = ClusterView.EMPTY;
    private int outstanding;
    private boolean started;
    private int life;
    private final InFlightCommands inFlight = new InFlightCommands();

    /** @param answers runs answers on the scheduler's thread */
    public Scheduler(
            Supplier<Image> images, CommandPort port, EventSender events, Executor answers, InstantSource clock) {
        this.images = images;
        this.port = port;
        this.events = events;
        this.answers = answers;
        this.clock = clock;
    }

    @Override
    public void restart() {
        stop();
        started = true;
        Image image = images.get();
        view = ClusterView.of(image);
        queue.setBackoff(view.profiles().backoff());
        considerAll(image);
    }

    private void considerAll(Image image) {
        for (StoredObject pod : image.list(Types.PODS)) {
            guarded(pod.key(), () -> consider(null, PodDemand.of(pod)));
        }
    }

    /** What goes wrong with one object does not stop the others. */
    private static void guarded(ObjectKey key, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("the scheduler cannot read {}", key, e);
        }
    }

    @Override
    public void stop() {
        life++;
        started = false;
        queue.clear();
        assumed.clear();
        view = ClusterView.EMPTY;
        outstanding = 0;
    }

    @Override
    public void observe(ImageDelta delta) {
        if (!started) {
            return;
        }
        for (Change change : delta.changes()) {
            ObjectKey key = change.after().key();
            guarded(key, () -> {
                if (key.type().equals(Types.PODS)) {
                    observePod(change, key);
                } else {
                    observeOther(change, key);
                }
            });
        }
    }

    private void observeOther(Change change, ObjectKey key) {
        ClusterView before = view;
        view = view.evolve(change);
        // A budget does not make room: it only says who goes.
        queue.setBackoff(view.profiles().backoff());
        if (key.equals(Profiles.CONFIG_MAP)) {
            // Pods of a new profile were not ours before.
            considerAll(images.get());
        }
        if (view != before && !key.type().equals(Types.DISRUPTION_BUDGETS)) {
            queue.wake(hint(key, before), change.event().id());
        }
    }

    /** Whom a change of another object than a pod may help. */
    private Hint hint(ObjectKey key, ClusterView before) {
        if (key.type().equals(Types.NODES)) {
            Hint changed = QueueingHints.node(before.node(key.name()), view.node(key.name()));
            // A nomination may be void after any change of its node.
            return (pod, plugin) -> key.name().equals(view.nominated(pod.key())) || changed.mayHelp(pod, plugin);
        }
        if (key.type().equals(Types.NAMESPACES)) {
            return QueueingHints.NAMESPACE;
        }
        return key.equals(Profiles.CONFIG_MAP) ? QueueingHints.ANY : QueueingHints.STORAGE;
    }

    private void observePod(Change change, ObjectKey key) {
        if (assumed.containsKey(key) && change.after().node() == null && !change.removes()) {
            return; // A change from before the binding: the pod stays assumed.
        }
        assumed.remove(key);
        PodDemand after = PodDemand.of(change.after());
        PodDemand before = view.placed(key);
        boolean nominated = view.nominated(key) != null;
        view = view.evolve(change);
        PodDemand placed = view.placed(key);
        // An assumed pod comes to its node only now: what waits for it may have been decided without it before.
        boolean comes =
                placed != null && (change.before() == null || change.before().node() == null);
        if (comes || QueueingHints.matters(before, placed)) {
            queue.wake(
                    QueueingHints.placedPod(comes ? null : before, placed),
                    change.event().id());
        }
        if (nominated && placed == null && view.nominated(key) == null) {
            queue.wake(QueueingHints.placedPod(after, null), change.event().id()); // Nothing is kept for it any more.
        }
        if (change.removes()) {
            queue.leave(key);
        } else {
            consider(change.before(), after);
        }
    }

    private void consider(@Nullable StoredObject before, PodDemand pod) {
        if (!pod.waits(view.profiles())) {
            queue.leave(pod.key());
            return;
        }
        // Its own condition, set by us, is no reason to retry.
        boolean same = before != null && PodDemand.of(before).equals(pod);
        if (!same || !queue.has(pod.key())) {
            queue.leave(pod.key());
            queue.enqueue(pod);
        }
    }

    @Override
    public boolean advance() {
        Instant now = clock.instant();
        queue.release(now);
        meter.waiting(queue.size(), queue.unschedulable());
        if (outstanding >= MAX_OUTSTANDING || queue.isIdle() || !isSettled()) {
            return false;
        }
        PodDemand pod = queue.call();
        try {
            schedule(pod, now);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("{} cannot be scheduled now", pod.key(), e);
            meter.attempted(pod.scheduler(), Result.ERROR, Duration.between(now, clock.instant()));
            queue.fail(pod, now);
        }
        return true;
    }

    private void schedule(PodDemand pod, Instant now) {
        StoredObject stored = images.get().get(pod.key());
        if (stored == null || !PodDemand.of(stored).waits(view.profiles())) {
            return;
        }
        Decision decision = Decision.of(pod, view);
        Placement placement = decision.placement();
        meter.attempted(
                pod.scheduler(),
                placement instanceof OnNode ? Result.SCHEDULED : Result.UNSCHEDULABLE,
                Duration.between(now, clock.instant()));
        switch (placement) {
            case OnNode chosen -> {
                if (!reserve(pod, stored, chosen.node(), now)) {
                    bind(pod, stored, chosen.node());
                }
            }
            case ByPreemption preemption -> preempt(pod, stored, preemption, decision.rejecters(), now);
            case Unschedulable unschedulable ->
                markUnschedulable(pod, stored, unschedulable, decision.rejecters(), now);
        }
    }

    /** What the scheduler did. */
    public SchedulingMeter meter() {
        return meter;
    }

    /** Whether everything sent before the restart is in the image, and thus in the view. */
    private boolean isSettled() {
        return inFlight.isIn(images.get(), life);
    }

    @Override
    public @Nullable Instant nextAppointment() {
        return queue.nextRelease();
    }

    /**
     * Chooses the node for claims that wait for one. The pod is bound once they are: until then it counts on the node as nominated.
     *
     * @return whether the pod has to wait
     */
    private boolean reserve(PodDemand pod, StoredObject stored, String node, Instant now) {
        NodeState state = view.node(node);
        if (pod.claims().isEmpty() || state == null) {
            return false;
        }
        VolumeBinding.Choice choice = VolumeBinding.choose(pod, view, state);
        for (VolumeBinding.Preparation each : choice.preparations()) {
            StoredObject object = images.get().get(each.object());
            if (object != null) {
                send(stored, each.command(object, images.get()), (result, failure) -> {});
            }
        }
        if (choice.waits()) {
            view = view.nominate(pod, node);
            queue.awaitVolumes(pod, now);
        }
        return choice.waits();
    }

    /** The event that woke the pod is the cause of its binding; the pod itself if it did not have to wait. */
    private void bind(PodDemand pod, StoredObject stored, String node) {
        String wokenBy = queue.wokenBy(pod.key());
        queue.leave(pod.key());
        view = view.assume(pod, node);
        assumed.put(pod.key(), node);
        outstanding++;
        int sentIn = life;
        inFlight.sent(sentIn);
        send(stored, wokenBy, new BindPod(pod.key(), pod.uid(), node), (result, failure) -> {
            inFlight.answered(sentIn, SHARD, result);
            if (sentIn == life) {
                outstanding--;
                bound(pod, stored, node, result, failure);
            }
        });
    }

    private void bound(
            PodDemand pod,
            StoredObject stored,
            String node,
            @Nullable CommandResult result,
            @Nullable Throwable failure) {
        switch (result) {
            case Accepted accepted ->
                sendEvent(
                        stored,
                        ObjectEvent.normal(
                                regarding(stored),
                                "Scheduled",
                                "Successfully assigned %s/%s to %s"
                                        .formatted(
                                                pod.key().namespace(), pod.key().name(), node),
                                pod.scheduler()));
            case Refused refused -> notBound(pod, refused.refusal());
            case null -> {
                LOG.error("no answer to the binding of {}", pod.key(), failure);
                meter.attempted(pod.scheduler(), Result.ERROR, Duration.ZERO);
                notBound(pod, Refusal.of(Refusal.Reason.INTERNAL_ERROR, "no answer"));
            }
        }
    }

    private void notBound(PodDemand pod, Refusal refusal) {
        LOG.debug("{} could not be bound: {}", pod.key(), refusal.message());
        if (assumed.remove(pod.key()) == null) {
            return; // The log has shown its node meanwhile.
        }
        view = view.without(pod.key());
        StoredObject now = images.get().get(pod.key());
        if (now != null) {
            // The place that it was assumed on is free again; if it is gone, its end has woken who waits.
            queue.wake(QueueingHints.placedPod(pod, null), eventOf(now));
        }
        if (now != null && PodDemand.of(now).waits(view.profiles())) {
            queue.postpone(PodDemand.of(now), clock.instant());
        }
    }

    private void markUnschedulable(
            PodDemand pod, StoredObject stored, Unschedulable unschedulable, Set<String> plugins, Instant now) {
        ObjectNode status = Json.MAPPER.createObjectNode();
        if (!unschedulable.waits() && (nominated(stored) || view.nominated(pod.key()) != null)) {
            status.putNull(NOMINATED);
            view = view.denominate(pod.key());
        }
        markUnschedulable(pod, stored, plugins, unschedulable.message(), status, now);
    }

    private static boolean nominated(StoredObject pod) {
        return pod.json().tree().path("status").has(NOMINATED);
    }

    /** Nominates the pod, then evicts its victims: the nomination is visible before the space is free. */
    private void preempt(
            PodDemand pod, StoredObject stored, ByPreemption preemption, Set<String> plugins, Instant now) {
        String node = preemption.node();
        view.nominatedBelow(pod, node).forEach(other -> denominate(other.key()));
        view = view.nominate(pod, node);
        ObjectNode status = Json.MAPPER.createObjectNode().put(NOMINATED, node);
        markUnschedulable(pod, stored, plugins, preemption.message(), status, now);
        for (ObjectKey key : preemption.victims()) {
            StoredObject victim = images.get().get(key);
            if (victim != null && !victim.deleting()) {
                evict(victim, pod, stored, node);
            }
        }
    }

    /** Clears the nomination of a pod whose place goes to a pod of higher priority. */
    private void denominate(ObjectKey key) {
        view = view.denominate(key);
        StoredObject pod = images.get().get(key);
        if (pod != null) {
            ObjectNode status = Json.MAPPER.createObjectNode().putNull(NOMINATED);
            send(pod, Edits.patchStatus(pod, status), (result, failure) -> {});
            queue.wake(QueueingHints.ANY, eventOf(pod));
        }
    }

    private void evict(StoredObject victim, PodDemand pod, StoredObject cause, String node) {
        view = view.evict(victim.key());
        int sentIn = life;
        send(cause, Edits.evict(victim, Disruption.PREEMPTION), (result, failure) -> {
            if (result instanceof Accepted) {
                String message = "Preempted by pod %s on node %s".formatted(pod.uid(), node);
                sendEvent(cause, ObjectEvent.normal(regarding(victim), "Preempted", message, pod.scheduler()));
            } else if (sentIn == life) {
                LOG.debug("{} could not be evicted: {}", victim.key(), result, failure);
                stays(victim.key());
            }
        });
    }

    /** A victim was not evicted: the preemptor is retried, on this node or another. */
    private void stays(ObjectKey key) {
        StoredObject now = images.get().get(key);
        if (now != null && !assumed.containsKey(key)) {
            view = view.pod(now);
            queue.wake(QueueingHints.ANY, eventOf(now));
        }
    }

    /** @param status other changes of the pod's status */
    private void markUnschedulable(
            PodDemand pod, StoredObject stored, Set<String> plugins, String message, ObjectNode status, Instant now) {
        UnschedulablePod before = queue.markUnschedulable(pod, plugins, message, now);
        if (before == null || before.isNews(message, now)) {
            sendEvent(stored, ObjectEvent.warning(regarding(stored), "FailedScheduling", message, pod.scheduler()));
        }
        JsonNode conditions = stored.json().tree().path("status").path("conditions");
        ObjectNode unschedulable = Conditions.condition("PodScheduled", "False", "Unschedulable", message, now);
        JsonNode next = Conditions.with(
                conditions, Conditions.observed(unschedulable, stored.json().tree()));
        // The stored condition may be older than the last one sent.
        if (!next.equals(conditions) || before != null && !before.message().equals(message)) {
            status.set("conditions", next);
        }
        if (!status.isEmpty()) {
            send(stored, Edits.patchStatus(stored, status), (result, failure) -> {});
        }
    }

    private interface Answer {
        void take(@Nullable CommandResult result, @Nullable Throwable failure);
    }

    private void send(StoredObject pod, Command command, Answer answer) {
        send(pod, null, command, answer);
    }

    /** @param cause an event; null for the pod's newest */
    private void send(StoredObject pod, @Nullable String cause, Command command, Answer answer) {
        String id = cause == null ? eventOf(pod) : cause;
        sent(CommandRequest.because(ACTOR, id, pod.correlationId(), command))
                .whenComplete((result, failure) -> answers.execute(() -> answer.take(result, failure)));
    }

    private CompletionStage<CommandResult> sent(CommandRequest request) {
        try {
            return port.send(request);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void sendEvent(StoredObject pod, ObjectEvent event) {
        events.send(ACTOR, new Cause(SHARD + "/" + pod.revision(), pod.correlationId()), event);
    }

    private static String eventOf(StoredObject pod) {
        return SHARD + "/" + pod.revision();
    }

    private static Regarding regarding(StoredObject pod) {
        return new Regarding(
                "v1", "Pod", pod.key().namespace(), pod.key().name(), pod.uid(), Long.toString(pod.revision()), "");
    }
}
