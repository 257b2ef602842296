package io.shiplog.node.pod.observed;

import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.State;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.pod.desired.DesiredContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pod as its node sees it.
 *
 * @param sandboxes all existing ones, the newest last
 * @param address null until the newest sandbox is attached to the network
 * @param containers by container name, the oldest attempt first
 * @param notes by container name: state that only the actor has
 * @param underWay names of effects in progress
 * @param failure why the node failed the pod (deadline), null if it did not
 * @param startTime when the node first accepted the pod
 * @param terminationMessages by container id: the content of a run's termination message file
 */
public record ObservedPod(
        List<Container> sandboxes,
        @Nullable PodAddress address,
        Map<String, List<Container>> containers,
        Map<String, ContainerNotes> notes,
        Volumes volumes,
        Set<String> underWay,
        @Nullable Trouble sandboxTrouble,
        @Nullable PodFailure failure,
        Instant startTime,
        Map<String, String> terminationMessages) {

    public ObservedPod {
        terminationMessages = Map.copyOf(terminationMessages);
        sandboxes = List.copyOf(sandboxes);
        containers = Map.copyOf(containers);
        notes = Map.copyOf(notes);
        underWay = Set.copyOf(underWay);
    }

    /** Whether the pod's files exist. */
    public record Volumes(boolean ready, @Nullable Trouble trouble) {
        public static final Volumes ABSENT = new Volumes(false, null);
        static final Volumes READY = new Volumes(true, null);
    }

    /** A failure in Kubernetes' words, and when to retry. */
    public record Trouble(String reason, String message, Instant retryAt, int failures) {
        /** The failure after one more attempt: each delay is longer than the one before. */
        public static Trouble after(@Nullable Trouble before, String reason, String message, Instant now) {
            int failures = before == null ? 1 : before.failures() + 1;
            return new Trouble(reason, message, now.plus(BackOff.ofFailure(failures)), failures);
        }

        /** The same with a fixed delay. */
        public static Trouble retryIn(Duration wait, String reason, String message, Instant now) {
            return new Trouble(reason, message, now.plus(wait), 1);
        }

        /** The same for a pod's volumes, which are retried sooner. */
        public static Trouble afterMount(@Nullable Trouble before, String message, Instant now) {
            int failures = before == null ? 1 : before.failures() + 1;
            return new Trouble("FailedMount", message, now.plus(BackOff.ofMount(failures)), failures);
        }

        /** When the status changes from the failure to the back-off. */
        public Instant backOffAt() {
            return retryAt.minus(BackOff.ofFailure(failures)).plus(FRESH);
        }

        /** How long a failure is shown before it is shown as a back-off. */
        static final Duration FRESH = Duration.ofSeconds(3);
    }

    /** A pod-level failure: {@code DeadlineExceeded}, {@code Evicted} … */
    public record PodFailure(String reason, String message) {}

    /**
     * The termination of a container. It only advances.
     *
     * @param why for the event: {@code Stopping container app}
     * @param deadline the end of the grace period
     * @param signalledAt when the stop signal was sent; null before
     * @param restart whether the container runs again afterwards, whatever its restart policy
     */
    public record Ending(
            String containerId,
            String why,
            Instant deadline,
            Stage stage,
            @Nullable Instant signalledAt,
            boolean restart) {
        /** The minimum time after the stop signal, however late it was: the kubelet's minimumGracePeriodInSeconds. */
        static final Duration SHORTEST_GRACE = Duration.ofSeconds(2);

        public enum Stage {
            ASKED,
            PRE_STOP_DONE,
            SIGNALLED,
            KILLED
        }

        public static Ending asked(String containerId, String why, Instant deadline) {
            return new Ending(containerId, why, deadline, Stage.ASKED, null, false);
        }

        /** The end of a run that is followed by another one. */
        public static Ending toRestart(String containerId, String why, Instant deadline) {
            return new Ending(containerId, why, deadline, Stage.ASKED, null, true);
        }

        public Ending at(Stage next) {
            return new Ending(
                    containerId, why, deadline, next.compareTo(stage) > 0 ? next : stage, signalledAt, restart);
        }

        public Ending signalled(Instant now) {
            return new Ending(containerId, why, deadline, stage, now, restart).at(Stage.SIGNALLED);
        }

        public Ending until(Instant sooner) {
            return new Ending(containerId, why, sooner, stage, signalledAt, restart);
        }

        /** The more advanced of the two. */
        public Ending advancedTo(Ending other) {
            return new Ending(
                            containerId,
                            why,
                            deadline,
                            stage,
                            signalledAt == null ? other.signalledAt : signalledAt,
                            restart)
                    .at(other.stage);
        }

        /** When it is killed: at the deadline, but not sooner than the minimum time after the stop signal. */
        public Instant killAt() {
            Instant soonest = (signalledAt == null ? deadline : signalledAt).plus(SHORTEST_GRACE);
            return deadline.isAfter(soonest) ? deadline : soonest;
        }
    }

    /**
     * The probe results of one run of a container.
     *
     * @param started true once the startup probe succeeded, or at once without one
     * @param unhealthy the message of a liveness or startup probe that requires a restart; null if there is none
     */
    public record Health(
            String containerId,
            boolean started,
            boolean ready,
            @Nullable String unhealthy) {}

    /** The actor's state of one container name. */
    public record ContainerNotes(
            @Nullable Trouble trouble,
            @Nullable Ending ending,
            @Nullable Health health,
            @Nullable Trouble resize) {
        public static final ContainerNotes NONE = new ContainerNotes(null, null, null, null);

        public ContainerNotes with(@Nullable Trouble next) {
            return new ContainerNotes(next, ending, health, resize);
        }

        public ContainerNotes with(@Nullable Ending next) {
            return new ContainerNotes(trouble, next, health, resize);
        }

        public ContainerNotes with(@Nullable Health next) {
            return new ContainerNotes(trouble, ending, next, resize);
        }

        /** The same after a resize that failed; null after one that did not. */
        public ContainerNotes withResize(@Nullable Trouble next) {
            return new ContainerNotes(trouble, ending, health, next);
        }
    }

    /** The newest sandbox, or null. */
    public @Nullable Container sandbox() {
        return sandboxes.isEmpty() ? null : sandboxes.getLast();
    }

    public boolean sandboxRuns() {
        Container sandbox = sandbox();
        return sandbox != null && sandbox.running();
    }

    /** The newest run of a container, or null. */
    public @Nullable Container newest(String name) {
        List<Container> runs = containers.get(name);
        return runs == null || runs.isEmpty() ? null : runs.getLast();
    }

    /** The previous run, or null. */
    public @Nullable Container previous(String name) {
        List<Container> runs = containers.get(name);
        return runs == null || runs.size() < 2 ? null : runs.get(runs.size() - 2);
    }

    public boolean runs(String name) {
        Container newest = newest(name);
        return newest != null && newest.running();
    }

    /** Whether the newest run of a container was ended for another one to follow. */
    public boolean restarts(String name) {
        Container newest = newest(name);
        Ending ending = notes(name).ending();
        return newest != null
                && ending != null
                && ending.restart()
                && ending.containerId().equals(newest.id());
    }

    /** Whether the newest run of a container has ended, or could not start. */
    public boolean ended(String name) {
        Container newest = newest(name);
        return newest != null && over(newest);
    }

    public static boolean over(Container container) {
        return container.state() == State.EXITED
                || (container.state() == State.CREATED && !container.error().isEmpty());
    }

    /** A run that could not start has failed, whatever its exit code. */
    public static int exitCode(Container run) {
        return run.state() == State.CREATED && run.exitCode() == 0 ? 128 : run.exitCode();
    }

    /** The name of the effect that starts a container. */
    public static String starting(String container) {
        return "start " + container;
    }

    public ContainerNotes notes(String name) {
        return notes.getOrDefault(name, ContainerNotes.NONE);
    }

    public boolean isUnderWay(String effect) {
        return underWay.contains(effect);
    }

    public boolean anyContainerRuns() {
        return containers.values().stream().anyMatch(runs -> runs.stream().anyMatch(Container::running));
    }

    /** Started according to its probes; a container that does not run is not. */
    public boolean started(DesiredContainer container) {
        Container newest = newest(container.name());
        Health health = notes(container.name()).health();
        if (newest == null || !newest.running() || isUnderWay(starting(container.name()))) {
            return false;
        }
        return health != null && health.containerId().equals(newest.id())
                ? health.started()
                : !container.has("startupProbe");
    }

    /** Ready according to its probes. */
    public boolean ready(DesiredContainer container) {
        Container newest = newest(container.name());
        if (newest == null || !started(container)) {
            return false;
        }
        Health health = notes(container.name()).health();
        return health != null && health.containerId().equals(newest.id())
                ? health.ready()
                : !container.has("readinessProbe");
    }
}
