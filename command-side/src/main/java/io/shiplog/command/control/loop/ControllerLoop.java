package io.shiplog.command.control.loop;

import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one controller: queues keys without duplicates; plans on the newest image; sends the steps in growing batches; and
 * plans a key again only on an image that contains the results of its last plan. So a stale image never creates duplicates: the
 * image's revision replaces Kubernetes' expectations.
 *
 * <p>Not thread-safe: one thread calls, answers return to it through an executor. The clock is passed in, so that tests drive
 * time.
 */
public final class ControllerLoop implements Driven {
    /** Maximum number of keys with commands in flight. */
    static final int MAX_RUNNING_KEYS = 16;
    /** The first batch of a plan's commands: if one is refused, few others were sent needlessly. */
    static final int FIRST_WAVE = 8;
    /** The largest batch. */
    static final int MAX_WAVE = 64;
    /** Consecutive conflicts that cause a new plan as soon as the image has moved; then the key backs off. */
    static final int MAX_EAGER_CONFLICTS = 5;
    /** How long to wait for the image to move after a conflict. */
    static final Duration CONFLICT_WAIT = Duration.ofMillis(50);

    /** Between two plannings of all keys after changes that could not be read: those of others may have been missed. */
    static final Backoff RESYNC = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private static final String NAMESPACE_ENDS = "NamespaceTerminating";

    private static final Logger LOG = LoggerFactory.getLogger(ControllerLoop.class);

    private final Controller controller;
    private final Supplier<Image> images;
    private final CommandPort port;
    private final EventSender events;
    private final Function<ResourceType, String> shardOf;
    private final Executor answers;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Actor actor;

    private final Map<ObjectKey, Progress> progress = new HashMap<>();
    /** The causes of the next plans. */
    private final Map<ObjectKey, Calls> calls = new HashMap<>();

    /** Each with the time of its call. */
    private final Map<ObjectKey, Instant> ready = new LinkedHashMap<>();

    private final QueueMeter meter;
    private final Set<ObjectKey> awaitingImage = new LinkedHashSet<>();
    private final PriorityQueue<Appointment> appointments =
            new PriorityQueue<>(Comparator.comparing(Appointment::at).thenComparing(Appointment::key));
    private @Nullable Instant resyncAt;
    private int resyncs;
    private int running;
    private boolean started;
    /** Incremented by a restart: answers to earlier commands are ignored. */
    private int life;
    /** Commands sent before the restart. */
    private final InFlightCommands inFlight = new InFlightCommands();

    private record Appointment(Instant at, ObjectKey key) {}

    /** The state of a key besides the image. */
    private static final class Progress {
        /** Per shard, the revision up to which the last plan's commands were accepted. */
        private final Map<String, Long> achieved = new HashMap<>();

        private final Queue<Step> left = new ArrayDeque<>();
        private Image plannedOn = Image.EMPTY;
        private @Nullable Instant appointment;
        private @Nullable Duration requeueAfter;
        private @Nullable Duration pause;
        private boolean running;
        private boolean pausing;
        private boolean waitsOnly;
        private boolean replan;
        private boolean refused;
        private boolean conflicted;
        private int failures;
        private int conflicts;
        private int wave;
        private int unanswered;

        private void begin(Image image) {
            plannedOn = image;
            achieved.clear();
            left.clear();
            requeueAfter = null;
            pause = null;
            replan = false;
            refused = false;
            conflicted = false;
            wave = FIRST_WAVE;
        }

        private boolean backingOff(Instant now) {
            return failures > 0 && appointment != null && appointment.isAfter(now);
        }

        /** Whether the key need not be remembered. */
        private boolean blank() {
            return !running && failures == 0 && conflicts == 0 && appointment == null && achieved.isEmpty();
        }
    }

    /**
     * @param images the newest image
     * @param shardOf the shard of a type
     * @param answers runs answers on the loop's thread
     */
    public ControllerLoop(
            Controller controller,
            Supplier<Image> images,
            CommandPort port,
            EventSender events,
            Function<ResourceType, String> shardOf,
            Executor answers,
            InstantSource clock,
            Backoff backoff) {
        this.controller = controller;
        this.images = images;
        this.port = port;
        this.events = events;
        this.shardOf = shardOf;
        this.answers = answers;
        this.clock = clock;
        this.backoff = backoff;
        this.actor = controller.actor();
        this.meter = new QueueMeter(controller.name());
    }

    @Override
    public void restart() {
        stop();
        started = true;
        resyncs = 0;
        queueAll();
    }

    private void queueAll() {
        try {
            controller.keys(images.get()).forEach(this::queue);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("{} cannot find what to plan for, and tries again", controller.name(), e);
            resync();
        }
    }

    /** All keys are planned again, after a time that grows, so that changes of an object that cannot be read do not decide how often. */
    private void resync() {
        if (resyncAt == null) {
            resyncAt = clock.instant().plus(RESYNC.after(++resyncs));
        }
    }

    @Override
    public void stop() {
        life++;
        started = false;
        progress.clear();
        calls.clear();
        ready.clear();
        meter.emptied();
        awaitingImage.clear();
        appointments.clear();
        resyncAt = null;
        running = 0;
    }

    @Override
    public void observe(ImageDelta delta) {
        if (!started) {
            return;
        }
        Image image = images.get();
        for (Change change : delta.changes()) {
            try {
                controller.affected(change, image, key -> {
                    callsFor(key).add(change);
                    enqueue(key);
                });
            } catch (RuntimeException | StackOverflowError e) {
                LOG.error(
                        "{} cannot read revision {} of {}",
                        controller.name(),
                        change.revision(),
                        change.after().key(),
                        e);
                resync();
            }
            if (change.removes()) {
                forget(change.after().key());
            }
        }
        Iterator<ObjectKey> waiting = awaitingImage.iterator();
        while (waiting.hasNext()) {
            ObjectKey key = waiting.next();
            if (holds(image, progress.get(key))) {
                waiting.remove();
                enqueue(key);
            }
        }
    }

    /** An object is gone and calls for no plan: nothing about its key is kept. A plan under way, or an appointment, forgets it at its end. */
    private void forget(ObjectKey key) {
        Progress known = progress.get(key);
        boolean planned = ready.containsKey(key)
                || awaitingImage.contains(key)
                || known != null && (known.running || known.appointment != null);
        if (!planned) {
            progress.remove(key);
            calls.remove(key);
        }
    }

    private void enqueue(ObjectKey key) {
        Progress known = progress.get(key);
        if (known != null && (known.running || known.pausing)) {
            known.replan = true;
        } else {
            queue(key);
        }
    }

    private void queue(ObjectKey key) {
        if (ready.putIfAbsent(key, clock.instant()) == null) {
            meter.added(ready.size());
        }
    }

    /** What this controller's queue did. */
    public QueueMeter meter() {
        return meter;
    }

    @Override
    public boolean advance() {
        Instant now = clock.instant();
        while (!appointments.isEmpty() && !appointments.peek().at().isAfter(now)) {
            keep(appointments.remove());
        }
        if (resyncAt != null && !resyncAt.isAfter(now)) {
            resyncAt = null;
            queueAll();
        }
        if (running >= MAX_RUNNING_KEYS || ready.isEmpty() || !inFlight.isIn(images.get(), life)) {
            return false;
        }
        Iterator<Map.Entry<ObjectKey, Instant>> first = ready.entrySet().iterator();
        Map.Entry<ObjectKey, Instant> next = first.next();
        ObjectKey key = next.getKey();
        Duration wait = Duration.between(next.getValue(), now);
        first.remove();
        meter.taken(ready.size(), wait);
        Image image = images.get();
        Progress known = progress.get(key);
        if (known != null && known.backingOff(now)) {
            return true; // The appointment stays; changes do not hasten it.
        }
        if (holds(image, known)) {
            plan(image, key);
        } else {
            awaitingImage.add(key);
        }
        return true;
    }

    @Override
    public @Nullable Instant nextAppointment() {
        Appointment next = appointments.peek();
        return next == null || resyncAt != null && resyncAt.isBefore(next.at()) ? resyncAt : next.at();
    }

    /** Whether nothing is queued or in flight; appointments may remain. */
    public boolean idle() {
        return running == 0 && ready.isEmpty() && awaitingImage.isEmpty();
    }

    /** How many keys it remembers something about. */
    public int remembered() {
        return progress.size() + calls.size();
    }

    private void keep(Appointment due) {
        Progress known = progress.get(due.key());
        if (known != null && due.at().equals(known.appointment)) {
            known.appointment = null;
            if (!known.pausing || known.replan) {
                known.pausing = false;
                known.replan = false;
                enqueue(due.key());
            } else {
                endPause(due.key(), known);
            }
        }
    }

    private void endPause(ObjectKey key, Progress known) {
        known.pausing = false;
        if (holds(images.get(), known)) {
            known.achieved.clear();
        }
        if (known.blank()) {
            progress.remove(key);
        }
    }

    private void plan(Image image, ObjectKey key) {
        Progress work = progress.computeIfAbsent(key, k -> new Progress());
        Plan plan;
        List<Step> steps;
        Instant began = clock.instant();
        try {
            plan = controller.plan(image, key, began);
            steps = named(image, key, plan);
            meter.done(Duration.between(began, clock.instant()));
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("{} cannot plan for {}", controller.name(), key, e);
            work.begin(image);
            backOff(key, work);
            return;
        }
        work.begin(image);
        work.requeueAfter = plan.requeueAfter();
        work.pause = plan.pause();
        work.left.addAll(steps);
        work.waitsOnly = plan.steps().isEmpty() && plan.requeueAfter() != null;
        work.running = true;
        running++;
        proceed(key, work);
    }

    /** The steps with their causes. */
    private List<Step> named(Image image, ObjectKey key, Plan plan) {
        StoredObject object = image.get(key);
        Cause newest = object == null
                ? null
                : new Cause(shardOf.apply(key.type()) + "/" + object.revision(), object.correlationId());
        return callsFor(key).named(plan.steps(), newest);
    }

    private Calls callsFor(ObjectKey key) {
        return calls.computeIfAbsent(key, planned -> new Calls(planned, actor.user(), controller.actsForItsObject()));
    }

    private void proceed(ObjectKey key, Progress work) {
        if (work.refused || work.left.isEmpty()) {
            running--;
            work.running = false;
            finish(key, work);
            return;
        }
        int size = Math.min(work.wave, work.left.size());
        work.wave = Math.min(work.wave * 2, MAX_WAVE);
        work.unanswered = size; // Set before the first is sent: answers may arrive while the others are being sent.
        for (int i = 0; i < size; i++) {
            send(key, work, work.left.remove());
        }
    }

    private void send(ObjectKey key, Progress work, Step step) {
        int sentIn = life;
        inFlight.sent(sentIn);
        sent(step)
                .whenComplete((result, failure) -> answers.execute(() -> {
                    inFlight.answered(sentIn, shardOf.apply(step.command().type()), result);
                    if (sentIn == life) {
                        answered(key, work, step, result, failure);
                    }
                }));
    }

    private CompletionStage<CommandResult> sent(Step step) {
        try {
            return port.send(EventSender.request(actor, step.cause(), step.command()));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answered(
            ObjectKey key, Progress work, Step step, @Nullable CommandResult result, @Nullable Throwable failure) {
        try {
            taken(key, work, step, result, failure);
        } catch (RuntimeException e) {
            LOG.error("{} cannot take the answer to {}", controller.name(), step.command(), e);
            work.refused = true;
        }
        work.unanswered--;
        if (work.unanswered == 0) {
            proceed(key, work);
        }
    }

    private void taken(
            ObjectKey key, Progress work, Step step, @Nullable CommandResult result, @Nullable Throwable failure) {
        switch (result) {
            case null -> {
                LOG.error("{}: no answer to {}", controller.name(), step.command(), failure);
                work.refused = true;
            }
            case Accepted accepted -> {
                if (accepted.outcome() != CommandResult.Outcome.UNCHANGED) {
                    work.achieved.merge(shardOf.apply(step.command().type()), accepted.revision(), Math::max);
                }
                send(step, step.event(), "");
            }
            case Refused refused -> refused(key, work, step, refused.refusal());
        }
    }

    private void refused(ObjectKey key, Progress work, Step step, Refusal refusal) {
        if (step.command() instanceof DeleteObject && refusal.reason() == Refusal.Reason.NOT_FOUND) {
            return; // The object is gone, as requested.
        }
        boolean first = !work.refused;
        work.refused = true;
        if (refusal.causes().stream().anyMatch(cause -> cause.reason().equals(NAMESPACE_ENDS))) {
            return; // A missing object appears soon: no event for users.
        }
        switch (refusal.reason().retry()) {
            case WITH_NEWER_STATE -> work.conflicted = true;
            case LATER, WITH_NEXT_WRITER ->
                LOG.debug("{}: {} has to wait: {}", controller.name(), step.command(), refusal.message());
            case NEVER, AFTER_FAULT -> {
                LOG.warn("{} {}: {}", controller.name(), key, refusal.message());
                send(step, step.eventIfRefused(), refusal.message());
                if (first && step.ifRefused() != null) {
                    Step instead = Step.of(step.ifRefused().apply(refusal)).because(step.cause());
                    work.unanswered++;
                    send(key, work, instead);
                }
            }
        }
    }

    private void send(Step step, @Nullable ObjectEvent event, String more) {
        if (event != null) {
            events.send(actor, step.cause(), event.withMessage(event.message() + more));
        }
    }

    private void finish(ObjectKey key, Progress work) {
        if (!work.refused) {
            work.failures = 0;
            work.conflicts = 0;
            work.pausing = work.pause != null && !work.achieved.isEmpty();
            appoint(key, work, work.pausing ? work.pause : work.requeueAfter);
            answered(key, work);
            if (work.replan && !work.pausing) {
                queue(key);
            }
        } else if (work.conflicted && work.conflicts < MAX_EAGER_CONFLICTS) {
            work.conflicts++;
            replanOnceTheImageMoves(key, work);
        } else {
            backOff(key, work);
        }
        if (holds(images.get(), work)) {
            work.achieved.clear();
        }
        if (work.blank()) {
            progress.remove(key);
        }
    }

    /** A plan that only made an appointment keeps its cause until then. */
    private void answered(ObjectKey key, Progress work) {
        Calls called = calls.get(key);
        if (called != null && (controller.actsForItsObject() || !work.waitsOnly)) {
            called.answered();
            if (called.blank() || !work.replan && images.get().get(key) == null) {
                calls.remove(key);
            }
        }
    }

    /** Another writer was faster; its event is in the image or will be very soon. */
    private void replanOnceTheImageMoves(ObjectKey key, Progress work) {
        String shard = shardOf.apply(key.type());
        if (work.replan || images.get().revision(shard) > work.plannedOn.revision(shard)) {
            queue(key);
        } else {
            appoint(key, work, CONFLICT_WAIT);
        }
    }

    private void backOff(ObjectKey key, Progress work) {
        meter.retried();
        work.failures++;
        appoint(key, work, backoff.after(work.failures));
    }

    private void appoint(ObjectKey key, Progress work, @Nullable Duration delay) {
        work.appointment = delay == null ? null : clock.instant().plus(delay);
        if (work.appointment != null) {
            appointments.add(new Appointment(work.appointment, key));
        }
    }

    private boolean holds(Image image, @Nullable Progress work) {
        return work == null
                || work.achieved.entrySet().stream().allMatch(each -> image.revision(each.getKey()) >= each.getValue());
    }
}
