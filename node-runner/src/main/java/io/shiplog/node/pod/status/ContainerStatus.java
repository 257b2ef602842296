package io.shiplog.node.pod.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.State;
import io.shiplog.node.engine.ContainerRequest.Limits;
import io.shiplog.node.pod.desired.ContainerLimits;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.BackOff;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.observed.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a pod's {@code containerStatuses}. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states">Container states</a>
 */
final class ContainerStatus {
    /** The kubelet's limit of all termination messages of a pod. */
    private static final int MAX_MESSAGE_BYTES_OF_POD = 12 * 1024;

    private static final String LOST =
            "The container could not be located when the pod was deleted.  The container used to be Running";

    private final DesiredPod pod;
    private final ObservedPod seen;
    private final DesiredContainer container;
    private final @Nullable Container newest;
    private final JsonNode before;
    private final JsonNode reported;
    private final PodPhase phase;
    private final Instant now;

    /**
     * @param reported the pod's status as it was last reported
     * @param phase of the pod
     */
    ContainerStatus(
            DesiredPod pod,
            ObservedPod seen,
            DesiredContainer container,
            JsonNode reported,
            PodPhase phase,
            Instant now) {
        this.pod = pod;
        this.seen = seen;
        this.container = container;
        this.reported = reported;
        this.before = container.entryIn(reported);
        this.newest = current(seen.newest(container.name()), before);
        this.phase = phase;
        this.now = now;
    }

    /** The newest run here, unless a later one was reported and is removed: restart counts never fall. */
    private static @Nullable Container current(@Nullable Container run, JsonNode before) {
        return run != null
                        && PodLabels.attempt(run) < before.path("restartCount").asInt(0)
                ? null
                : run;
    }

    ObjectNode entry() {
        if (newest == null && before.path("state").has("terminated")) {
            // A terminated container stays terminated, also after its removal.
            return before.deepCopy();
        }
        ObjectNode entry = Json.MAPPER.createObjectNode();
        entry.put("name", container.name());
        ObjectNode state = entry.putObject("state");
        ObjectNode last = entry.putObject("lastState");
        states(state, last);
        entry.put("ready", ready());
        entry.put("restartCount", restartCount());
        entry.put("image", container.image());
        entry.put("imageID", newest == null ? "" : imageId(newest));
        if (newest != null) {
            entry.put("containerID", "docker://" + newest.id());
        }
        if (!container.ephemeral()) {
            entry.put("started", seen.started(container));
            resources(entry);
        }
        mounts(entry);
        return entry;
    }

    /** @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/#read-only-mounts">Read-only mounts</a> */
    private void mounts(ObjectNode entry) {
        for (JsonNode mount : container.tree().path("volumeMounts")) {
            ObjectNode status = entry.withArrayProperty("volumeMounts").addObject();
            status.set("name", mount.path("name"));
            status.set("mountPath", mount.path("mountPath"));
            if (mount.path("readOnly").asBoolean(false)) {
                String asked = mount.path("recursiveReadOnly").asText("Disabled");
                status.put("readOnly", true)
                        .put("recursiveReadOnly", asked.equals("Disabled") ? "Disabled" : "Enabled");
            }
        }
    }

    /**
     * What the container was given, and what is in effect: while a resize is not, what the engine has.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go">convertToAPIContainerStatuses</a>
     */
    private void resources(ObjectNode entry) {
        JsonNode given = container.tree().path("resources");
        if (!given.path("requests").isEmpty()) {
            entry.set("allocatedResources", given.path("requests"));
        }
        ObjectNode resources = entry.putObject("resources");
        for (String side : List.of("limits", "requests")) {
            if (!given.path(side).isEmpty()) {
                resources.set(side, given.path(side).deepCopy());
            }
        }
        if (newest != null
                && newest.running()
                && container.resizable()
                && !ContainerLimits.inEffect(container, newest)) {
            Limits has = newest.limits();
            Limits asked = ContainerLimits.of(container);
            if (has.cpuQuota() > 0 && has.cpuQuota() != asked.cpuQuota()) {
                resources.withObjectProperty("limits").put("cpu", ContainerLimits.cpu(has.cpuQuota()));
            }
            if (has.memoryBytes() > 0 && has.memoryBytes() != asked.memoryBytes()) {
                resources.withObjectProperty("limits").put("memory", Long.toString(has.memoryBytes()));
            }
            if (has.cpuShares() != asked.cpuShares()) {
                resources.withObjectProperty("requests").put("cpu", ContainerLimits.cpuOfShares(has.cpuShares()));
            }
        }
    }

    /** Image names as Kubernetes reports them for Docker: the pullable one, if there is one. */
    private static String imageId(Container run) {
        String digest = run.label(PodLabels.IMAGE_DIGEST);
        if (!digest.isEmpty()) {
            return "docker-pullable://" + digest;
        }
        return run.imageId().isEmpty() ? "" : "docker://" + run.imageId();
    }

    /** The next run of a lost one is a restart, as in the kubelet. */
    private int restartCount() {
        if (newest != null) {
            return PodLabels.attempt(newest);
        }
        return before.path("restartCount").asInt(0) + (lost() && !pod.ending() ? 1 : 0);
    }

    /** Whether the run that was last reported exists no more, and its end was not observed: the machine or its engine stopped. */
    private boolean lost() {
        return newest == null && before.path("state").has("running");
    }

    private boolean ready() {
        if (container.ephemeral()) {
            return false;
        }
        if (container.init() && !container.sidecar()) {
            return newest != null && ObservedPod.over(newest) && ObservedPod.exitCode(newest) == 0;
        }
        return seen.ready(container);
    }

    private void states(ObjectNode state, ObjectNode last) {
        Container run = newest;
        Container previous = run == null ? null : seen.previous(container.name());
        boolean over = run != null && ObservedPod.over(run);
        Trouble trouble = seen.notes(container.name()).trouble();
        if (run != null && run.running() && !inPostStart()) {
            state.putObject("running").put("startedAt", text(run.startedAt()));
            lastRun(last, previous);
        } else if (run != null
                && over
                && !waitsForNextRun(run)
                && trouble == null
                && !seen.restarts(container.name())) {
            state.set("terminated", terminated(run));
            lastRun(last, previous);
        } else if (run == null && (missed() || (lost() && (pod.ending() || phase.terminal())))) {
            state.set("terminated", unobserved("The container could not be located when the pod was terminated"));
            lastRun(last, null);
        } else if (lost()) {
            waiting(state.putObject("waiting"), null, trouble);
            last.set("terminated", unobserved(LOST));
        } else {
            waiting(state.putObject("waiting"), run, trouble);
            lastRun(last, over ? run : previous);
        }
    }

    /**
     * Whether the pod was over before the container could run, which counts as a failure of the container.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/status/status_manager.go">TerminatePod</a>
     */
    private boolean missed() {
        return !container.init()
                && !container.ephemeral()
                && phase.terminal()
                && Progress.initsSucceeded(pod, reported, seen);
    }

    /**
     * The kubelet's status of a run whose end was not observed. The id and the start are those last reported.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go">convertToAPIContainerStatuses</a>
     */
    private ObjectNode unobserved(String message) {
        ObjectNode terminated = Json.MAPPER.createObjectNode();
        terminated
                .put("exitCode", Progress.UNKNOWN_EXIT)
                .put("reason", "ContainerStatusUnknown")
                .put("message", message)
                .set("startedAt", before.path("state").path("running").get("startedAt"));
        terminated.putNull("finishedAt");
        if (before.hasNonNull("containerID")) {
            terminated.set("containerID", before.get("containerID"));
        }
        return terminated;
    }

    private boolean inPostStart() {
        return container.tree().path("lifecycle").hasNonNull("postStart")
                && seen.isUnderWay(ObservedPod.starting(container.name()));
    }

    private void lastRun(ObjectNode last, @Nullable Container run) {
        if (run != null) {
            last.set("terminated", terminated(run));
        } else if (before.path("lastState").has("terminated")) {
            last.setAll((ObjectNode) before.path("lastState").deepCopy());
        }
    }

    private boolean waitsForNextRun(Container dead) {
        return !pod.ending()
                && !phase.terminal()
                && restarts(dead)
                && !BackOff.after(dead).isZero()
                && now.isBefore(BackOff.until(dead));
    }

    private boolean restarts(Container dead) {
        return pod.restarts(container, ObservedPod.exitCode(dead));
    }

    private void waiting(ObjectNode waiting, @Nullable Container run, @Nullable Trouble trouble) {
        if (trouble != null) {
            if (trouble.reason().equals("ErrImagePull") && !now.isBefore(trouble.backOffAt())) {
                waiting.put("reason", "ImagePullBackOff")
                        .put(
                                "message",
                                "Back-off pulling image \"%s\": ErrImagePull: %s"
                                        .formatted(container.image(), trouble.message()));
            } else {
                waiting.put("reason", trouble.reason()).put("message", trouble.message());
            }
        } else if (run != null && ObservedPod.over(run) && !seen.restarts(container.name())) {
            waiting.put("reason", "CrashLoopBackOff").put("message", crashLoop(pod, container, BackOff.after(run)));
        } else {
            waiting.put("reason", initializing() ? "PodInitializing" : "ContainerCreating");
        }
    }

    /** {@code back-off 10s restarting failed container=app pod=web_default(…)}. */
    static String crashLoop(DesiredPod pod, DesiredContainer container, Duration wait) {
        return "back-off %s restarting failed container=%s pod=%s"
                .formatted(duration(wait), container.name(), pod.display());
    }

    /** Durations in Go's format: {@code 40s}, {@code 1m20s}, {@code 5m0s}. */
    private static String duration(Duration wait) {
        long minutes = wait.toMinutes();
        return minutes == 0 ? wait.toSeconds() + "s" : minutes + "m" + wait.toSecondsPart() + "s";
    }

    private boolean initializing() {
        return !pod.initContainers().isEmpty();
    }

    private ObjectNode terminated(Container run) {
        ObjectNode terminated = Json.MAPPER.createObjectNode();
        int code = ObservedPod.exitCode(run);
        terminated.put("exitCode", code);
        if (run.state() == State.CREATED || !run.error().isEmpty()) {
            terminated.put("reason", "StartError").put("message", run.error());
        } else if (run.oomKilled()) {
            terminated.put("reason", "OOMKilled");
        } else {
            terminated.put("reason", code == 0 ? "Completed" : "Error");
        }
        String words = seen.terminationMessages().getOrDefault(run.id(), "");
        if (!words.isEmpty()) {
            String before = terminated.path("message").asText("");
            terminated.put("message", limited(before.isEmpty() ? words : before + ": " + words));
        }
        terminated.put("startedAt", text(run.startedAt() == null ? run.createdAt() : run.startedAt()));
        terminated.put("finishedAt", text(run.finishedAt() == null ? run.createdAt() : run.finishedAt()));
        terminated.put("containerID", "docker://" + run.id());
        return terminated;
    }

    /** The containers of a pod share the room for messages, in bytes. */
    private String limited(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        int share = MAX_MESSAGE_BYTES_OF_POD / pod.allContainers().size();
        return bytes.length <= share ? message : new String(bytes, 0, share, StandardCharsets.UTF_8);
    }

    private static @Nullable String text(@Nullable Instant moment) {
        return moment == null ? null : moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
