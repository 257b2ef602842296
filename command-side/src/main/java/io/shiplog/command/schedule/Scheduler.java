package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Backoff;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.command.control.loop.SentBefore;
import io.shiplog.command.control.loop.Teller;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.happening.Happening;
import io.shiplog.events.happening.Regarding;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.Change;
import io.shiplog.projections.Image;
import io.shiplog.projections.ImageDelta;
import io.shiplog.projections.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a pod has no node, then binds it to one. Pods that are on their way to a node take its room at once, so that bindings
 * need not wait for each other. A pod that fits nowhere waits until something changes that could help it.
 *
 * <p>Not thread-safe: one thread calls, answers come back to it through an executor.
 */
public final class Scheduler implements Driven {
    /** The name that pods give in spec.schedulerName. */
    public static final String NAME = "default-scheduler";

    /** Bindings that are not yet answered. */
    static final int MAX_OUTSTANDING = 128;
    /** How long a pod that fits nowhere waits at least before the next try, growing. */
    static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
    /** After this time a pod is tried again though nothing changed. */
    static final Duration RETRY = Duration.ofMinutes(5);
    /** The same reason is told again after this time. */
    static final Duration TELL_AGAIN = Duration.ofMinutes(1);

    /** Pods lie in the main shard. */
    private static final String SHARD = "events";

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Actor ACTOR = new Actor("system:kube-scheduler", List.of("system:authenticated"));

    private final Supplier<Image> images;
    private final CommandPort port;
    private final Teller teller;
    private final Executor answers;
    private final InstantSource clock;
    private final long seed;

    private final TreeSet<Turn> queue =
            new TreeSet<>(Comparator.comparing((Turn turn) -> turn.pod().priority())
                    .reversed()
                    .thenComparing(Turn::number));
    private final Map<ObjectKey, Turn> queued = new HashMap<>();
    private final Map<ObjectKey, Stranded> stranded = new HashMap<>();
    private final Map<ObjectKey, String> onTheWay = new HashMap<>();
    private ClusterView view = ClusterView.EMPTY;
    /** Counts what may have made room: a pod that was stranded before the newest such change is worth another try. */
    private long helps;

    private long turns;
    private @Nullable Instant nextRelease;
    private int outstanding;
    private boolean started;
    private int life;
    private final SentBefore sentBefore = new SentBefore();

    /** A pod's place in the queue: first come, first served among those of one priority. */
    private record Turn(long number, PodDemand pod) {}

    /** A pod that fitted nowhere. */
    private record Stranded(
            PodDemand pod,
            int attempts,
            long helpsSeen,
            Instant notBefore,
            Instant retry,
            String told,
            Instant toldAt) {

        Instant due(long helps) {
            return helps > helpsSeen ? notBefore : retry;
        }
    }

    /**
     * @param answers brings an answer back to the scheduler's thread
     * @param seed chooses among nodes that are equally good
     */
    public Scheduler(
            Supplier<Image> images, CommandPort port, Teller teller, Executor answers, InstantSource clock, long seed) {
        this.images = images;
        this.port = port;
        this.teller = teller;
        this.answers = answers;
        this.clock = clock;
        this.seed = seed;
    }

    @Override
    public void startAnew() {
        stop();
        started = true;
        Image image = images.get();
        view = ClusterView.of(image);
        image.list(Types.PODS).forEach(pod -> consider(null, PodDemand.of(pod)));
    }

    @Override
    public void stop() {
        life++;
        started = false;
        queue.clear();
        queued.clear();
        stranded.clear();
        onTheWay.clear();
        view = ClusterView.EMPTY;
        nextRelease = null;
        outstanding = 0;
    }

    @Override
    public void observe(ImageDelta delta) {
        if (!started) {
            return;
        }
        for (Change change : delta.changes()) {
            ObjectKey key = change.after().key();
            if (key.type().equals(Types.PODS)) {
                observePod(change, key);
            } else if (key.type().equals(Types.NODES)) {
                ClusterView before = view;
                view = view.evolve(change);
                help(view != before);
            }
        }
    }

    private void observePod(Change change, ObjectKey key) {
        if (onTheWay.containsKey(key) && change.after().node() == null && !change.removes()) {
            return; // A change of the pod from before its binding: the room stays taken.
        }
        onTheWay.remove(key);
        PodDemand after = PodDemand.of(change.after());
        help(after.node() != null && (change.removes() || after.finished()));
        view = view.evolve(change);
        if (change.removes()) {
            leave(key);
        } else {
            consider(change.before(), after);
        }
    }

    private void consider(@Nullable StoredObject before, PodDemand pod) {
        if (!pod.waits(NAME)) {
            leave(pod.key());
            return;
        }
        // Its own condition, set by us, is no reason to try again.
        boolean same = before != null && PodDemand.of(before).equals(pod);
        if (!same || !queued.containsKey(pod.key()) && !stranded.containsKey(pod.key())) {
            leave(pod.key());
            enqueue(pod);
        }
    }

    private void help(boolean really) {
        if (really) {
            helps++;
            nextRelease = Instant.MIN;
        }
    }

    private void enqueue(PodDemand pod) {
        Turn turn = new Turn(++turns, pod);
        queued.put(pod.key(), turn);
        queue.add(turn);
    }

    private void leave(ObjectKey key) {
        stranded.remove(key);
        Turn waiting = queued.remove(key);
        if (waiting != null) {
            queue.remove(waiting);
        }
    }

    @Override
    public boolean advance() {
        Instant now = clock.instant();
        release(now);
        if (outstanding >= MAX_OUTSTANDING || queue.isEmpty() || !isSettled()) {
            return false;
        }
        PodDemand pod = queue.removeFirst().pod();
        queued.remove(pod.key());
        StoredObject stored = images.get().get(pod.key());
        if (stored == null || !PodDemand.of(stored).waits(NAME)) {
            return true;
        }
        switch (Placement.decide(pod, view, seed)) {
            case Placement.OnNode(String node) -> bind(pod, stored, node);
            case Placement.Nowhere(String message) -> strand(pod, stored, message, now);
        }
        return true;
    }

    /** Whether all that was sent in an earlier life has come to the image, and from there to the view. */
    private boolean isSettled() {
        return sentBefore.isIn(images.get(), life);
    }

    @Override
    public @Nullable Instant nextAppointment() {
        return nextRelease;
    }

    /** Gives another turn to stranded pods whose time has come. */
    private void release(Instant now) {
        if (nextRelease == null || nextRelease.isAfter(now)) {
            return;
        }
        nextRelease = null;
        for (Stranded each : stranded.values()) {
            if (queued.containsKey(each.pod().key())) {
                continue;
            }
            Instant due = each.due(helps);
            if (due.isAfter(now)) {
                releaseAt(due);
            } else {
                enqueue(each.pod());
            }
        }
    }

    private void releaseAt(Instant due) {
        if (nextRelease == null || due.isBefore(nextRelease)) {
            nextRelease = due;
        }
    }

    private void strand(Stranded pod) {
        stranded.put(pod.pod().key(), pod);
        releaseAt(pod.due(helps));
    }

    private void bind(PodDemand pod, StoredObject stored, String node) {
        stranded.remove(pod.key());
        view = view.assume(pod, node);
        onTheWay.put(pod.key(), node);
        outstanding++;
        int sentIn = life;
        sentBefore.sent(sentIn);
        send(stored, new BindPod(pod.key(), pod.uid(), node), (result, failure) -> {
            sentBefore.answered(sentIn, SHARD, result);
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
                tell(
                        stored,
                        Happening.normal(
                                regarding(stored),
                                "Scheduled",
                                "Successfully assigned %s/%s to %s"
                                        .formatted(
                                                pod.key().namespace(), pod.key().name(), node),
                                NAME));
            case Refused refused -> notBound(pod, refused.refusal());
            case null -> {
                LOG.error("no answer to the binding of {}", pod.key(), failure);
                notBound(pod, Refusal.of(Refusal.Reason.INTERNAL_ERROR, "no answer"));
            }
        }
    }

    private void notBound(PodDemand pod, Refusal refusal) {
        LOG.debug("{} could not be bound: {}", pod.key(), refusal.message());
        if (onTheWay.remove(pod.key()) == null) {
            return; // The log has shown meanwhile where it is.
        }
        view = view.without(pod.key());
        StoredObject now = images.get().get(pod.key());
        if (now != null && PodDemand.of(now).waits(NAME)) {
            Instant retry = clock.instant().plus(BACKOFF.after(1));
            strand(new Stranded(PodDemand.of(now), 1, helps, retry, retry, "", Instant.EPOCH));
        }
    }

    private void strand(PodDemand pod, StoredObject stored, String message, Instant now) {
        Stranded before = stranded.get(pod.key());
        int attempts = before == null ? 1 : before.attempts() + 1;
        boolean news = before == null
                || !before.told().equals(message)
                || !before.toldAt().plus(TELL_AGAIN).isAfter(now);
        Instant toldAt = news || before == null ? now : before.toldAt();
        Instant notBefore = now.plus(BACKOFF.after(attempts));
        strand(new Stranded(pod, attempts, helps, notBefore, now.plus(RETRY), message, toldAt));
        if (news) {
            tell(stored, Happening.warning(regarding(stored), "FailedScheduling", message, NAME));
        }
        markUnschedulable(stored, message, now);
    }

    private void markUnschedulable(StoredObject stored, String message, Instant now) {
        JsonNode conditions = stored.json().tree().path("status").path("conditions");
        JsonNode next = Conditions.with(
                conditions, Conditions.condition("PodScheduled", "False", "Unschedulable", message, now));
        if (!next.equals(conditions)) {
            ObjectNode status = Json.MAPPER.createObjectNode();
            status.set("conditions", next);
            send(stored, Edits.patchStatus(stored, status), (result, failure) -> {});
        }
    }

    private interface Answer {
        void take(@Nullable CommandResult result, @Nullable Throwable failure);
    }

    private void send(StoredObject pod, Command command, Answer answer) {
        port.send(CommandRequest.because(ACTOR, SHARD + "/" + pod.revision(), pod.correlationId(), command))
                .whenComplete((result, failure) -> answers.execute(() -> answer.take(result, failure)));
    }

    private void tell(StoredObject pod, Happening happening) {
        teller.tell(ACTOR, SHARD + "/" + pod.revision(), pod.correlationId(), happening);
    }

    private static Regarding regarding(StoredObject pod) {
        return new Regarding(
                "v1", "Pod", pod.key().namespace(), pod.key().name(), pod.uid(), Long.toString(pod.revision()), "");
    }
}
