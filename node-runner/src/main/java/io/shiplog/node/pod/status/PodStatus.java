package io.shiplog.node.pod.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.placement.QualityOfService;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.pod.admission.CriticalPods;
import io.shiplog.node.pod.admission.Eviction;
import io.shiplog.node.pod.admission.Unsupported;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import io.shiplog.node.pod.port.PodSettings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The status of a pod: a pure function of the observed state, and of the last report for transition times.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions">Pod conditions</a>
 */
public final class PodStatus {
    private final DesiredPod pod;
    private final ObservedPod seen;
    private final ResizeStatus resize;
    private final PodSettings settings;
    private final JsonNode before;
    private final Instant now;
    private final PodPhase phase;

    private PodStatus(
            DesiredPod pod, ObservedPod seen, ResizeStatus resize, PodSettings settings, JsonNode before, Instant now) {
        this.pod = pod;
        this.seen = seen;
        this.resize = resize;
        this.settings = settings;
        this.before = before;
        this.now = now;
        this.phase = PodPhase.of(pod, before, seen);
    }

    /** @param before the last reported status, or the cluster's */
    public static ObjectNode of(
            DesiredPod pod, ObservedPod seen, ResizeStatus resize, PodSettings settings, JsonNode before, Instant now) {
        return new PodStatus(pod, seen, resize, settings, before, now).status();
    }

    private ObjectNode status() {
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.put("observedGeneration", generation());
        status.put("phase", phase.word());
        ArrayNode inits = statuses(pod.initContainers());
        ArrayNode containers = statuses(pod.containers());
        status.set("conditions", conditions(inits, containers));
        if (seen.failure() != null && phase == PodPhase.FAILED) {
            status.put("reason", seen.failure().reason())
                    .put("message", seen.failure().message());
        }
        addresses(status);
        status.put("startTime", seen.startTime().truncatedTo(ChronoUnit.SECONDS).toString());
        // For a rejected pod kubectl shows the reason, if no container has one.
        if (!rejected()) {
            if (!inits.isEmpty()) {
                status.set("initContainerStatuses", inits);
            }
            status.set("containerStatuses", byName(containers));
            if (!pod.ephemeralContainers().isEmpty()) {
                status.set("ephemeralContainerStatuses", byName(statuses(pod.ephemeralContainers())));
            }
        }
        status.put("qosClass", QualityOfService.of(pod.tree().path("spec")));
        return status;
    }

    private long generation() {
        return pod.tree().path("metadata").path("generation").asLong(1);
    }

    private boolean rejected() {
        return seen.failure() != null && Unsupported.isRejection(seen.failure());
    }

    private void addresses(ObjectNode status) {
        String hostIp = settings.place().hostIp();
        status.put("hostIP", hostIp);
        status.putArray("hostIPs").addObject().put("ip", hostIp);
        PodAddress address = seen.address();
        if (address != null) {
            status.put("podIP", address.ips().getFirst());
            ArrayNode ips = status.putArray("podIPs");
            address.ips().forEach(ip -> ips.addObject().put("ip", ip));
        } else if (before.hasNonNull("podIP")) {
            // A finished pod keeps its address.
            status.set("podIP", before.get("podIP"));
            status.set("podIPs", before.path("podIPs"));
        }
    }

    private ArrayNode statuses(List<DesiredContainer> containers) {
        ArrayNode statuses = Json.MAPPER.createArrayNode();
        for (DesiredContainer container : containers) {
            statuses.add(new ContainerStatus(pod, seen, container, before, phase, now).entry());
        }
        return statuses;
    }

    /** The kubelet's order, whatever that of the specification. */
    private static ArrayNode byName(ArrayNode statuses) {
        ArrayNode sorted = Json.MAPPER.createArrayNode();
        StreamSupport.stream(statuses.spliterator(), false)
                .sorted(Comparator.comparing(entry -> entry.path("name").asText()))
                .forEach(sorted::add);
        return sorted;
    }

    private static JsonNode named(JsonNode list, String field, String value) {
        for (JsonNode entry : list) {
            if (entry.path(field).asText().equals(value)) {
                return entry;
            }
        }
        return MissingNode.getInstance();
    }

    private ArrayNode conditions(ArrayNode inits, ArrayNode containers) {
        ArrayNode conditions = Json.MAPPER.createArrayNode();
        condition(conditions, "PodReadyToStartContainers", sandboxIsReady(), "", "");
        initialized(conditions, inits);
        List<String> unready = unready(inits, containers);
        boolean ready = unready.isEmpty() && phase == PodPhase.RUNNING;
        String reason = "";
        String message = "";
        if (!ready) {
            switch (phase) {
                case SUCCEEDED -> reason = "PodCompleted";
                case FAILED -> reason = "PodFailed";
                case PENDING, RUNNING -> {
                    reason = "ContainersNotReady";
                    message = "containers with unready status: [" + String.join(" ", unready) + "]";
                }
            }
        }
        List<String> gates = closedGates();
        if (ready && !gates.isEmpty()) {
            condition(
                    conditions,
                    "Ready",
                    false,
                    "ReadinessGatesNotReady",
                    "the status of pod readiness gate(s) is not \"True\": [" + String.join(" ", gates) + "]");
        } else {
            condition(conditions, "Ready", ready, reason, message);
        }
        condition(conditions, "ContainersReady", ready, reason, message);
        // A pod on a node is scheduled, whoever wrote the node's name.
        condition(conditions, "PodScheduled", true, "", "");
        disrupted(conditions);
        resizing(conditions, ResizeStatus.PENDING, resize.pending());
        resizing(conditions, ResizeStatus.IN_PROGRESS, resize.inProgress());
        return conditions;
    }

    /**
     * A runner that restarts attaches a running sandbox again, which changes nothing for the pod: it stays ready meanwhile. A new
     * sandbox follows a report without one.
     */
    private boolean sandboxIsReady() {
        return seen.sandboxRuns()
                && (seen.address() != null
                        || (seen.sandboxTrouble() == null
                                && named(before.path("conditions"), "type", "PodReadyToStartContainers")
                                        .path("status")
                                        .asText()
                                        .equals("True")));
    }

    /** Why the node ended a pod that did nothing wrong. */
    private void disrupted(ArrayNode conditions) {
        PodFailure failure = seen.failure();
        if (CriticalPods.PREEMPTED.equals(failure)) {
            condition(
                    conditions,
                    "DisruptionTarget",
                    true,
                    "TerminationByKubelet",
                    "Pod was preempted by Kubelet to accommodate a critical pod.");
        } else if (failure != null && Eviction.isEviction(failure)) {
            condition(conditions, "DisruptionTarget", true, "TerminationByKubelet", failure.message());
        }
    }

    /** The conditions of a resize change their transition time with their reason. */
    private void resizing(ArrayNode conditions, String type, ResizeStatus.@Nullable Condition state) {
        if (state == null) {
            return;
        }
        JsonNode old = named(before.path("conditions"), type, state);
        ObjectNode condition = conditions.addObject().put("type", type).put("status", "True");
        condition.put("observedGeneration", state.generation());
        condition.putNull("lastProbeTime");
        condition.put(
                "lastTransitionTime",
                old.hasNonNull("lastTransitionTime")
                        ? old.path("lastTransitionTime").asText()
                        : now.truncatedTo(ChronoUnit.SECONDS).toString());
        condition.put("reason", state.reason().isEmpty() ? null : state.reason());
        condition.put("message", state.message().isEmpty() ? null : state.message());
    }

    private static JsonNode named(JsonNode conditions, String type, ResizeStatus.Condition state) {
        JsonNode old = named(conditions, "type", type);
        return old.path("reason").asText("").equals(state.reason()) ? old : MissingNode.getInstance();
    }

    private void initialized(ArrayNode conditions, ArrayNode inits) {
        if (phase == PodPhase.SUCCEEDED) {
            condition(conditions, "Initialized", true, "PodCompleted", "");
            return;
        }
        boolean begun = pod.containers().stream().anyMatch(c -> seen.newest(c.name()) != null);
        List<String> incomplete = new ArrayList<>();
        for (int i = 0; i < inits.size() && !begun; i++) {
            JsonNode entry = inits.get(i);
            boolean done = pod.initContainers().get(i).sidecar()
                    ? entry.path("started").asBoolean()
                    : entry.path("ready").asBoolean();
            if (!done) {
                incomplete.add(entry.path("name").asText());
            }
        }
        condition(
                conditions,
                "Initialized",
                incomplete.isEmpty(),
                incomplete.isEmpty() ? "" : "ContainersNotInitialized",
                incomplete.isEmpty()
                        ? ""
                        : "containers with incomplete status: [" + String.join(" ", incomplete) + "]");
    }

    private List<String> unready(ArrayNode inits, ArrayNode containers) {
        List<String> unready = new ArrayList<>();
        for (int i = 0; i < inits.size(); i++) {
            if (pod.initContainers().get(i).sidecar()
                    && !inits.get(i).path("ready").asBoolean()) {
                unready.add(inits.get(i).path("name").asText());
            }
        }
        for (JsonNode entry : containers) {
            if (!entry.path("ready").asBoolean()) {
                unready.add(entry.path("name").asText());
            }
        }
        return unready;
    }

    private List<String> closedGates() {
        List<String> closed = new ArrayList<>();
        for (JsonNode gate : pod.spec().path("readinessGates")) {
            String type = gate.path("conditionType").asText();
            JsonNode condition = named(pod.knownStatus().path("conditions"), "type", type);
            if (!condition.path("status").asText().equals("True")) {
                closed.add(type);
            }
        }
        return closed;
    }

    /** The transition time is kept if the condition's status is unchanged. */
    private void condition(ArrayNode conditions, String type, boolean holds, String reason, String message) {
        JsonNode old = named(before.path("conditions"), "type", type);
        String status = holds ? "True" : "False";
        ObjectNode condition = conditions.addObject();
        condition.put("type", type).put("status", status);
        condition.put("observedGeneration", generation());
        condition.putNull("lastProbeTime");
        condition.put(
                "lastTransitionTime",
                old.path("status").asText().equals(status) && old.hasNonNull("lastTransitionTime")
                        ? old.path("lastTransitionTime").asText()
                        : now.truncatedTo(ChronoUnit.SECONDS).toString());
        // Null and not absent: the report is a patch, and an old reason must be removed.
        condition.put("reason", reason.isEmpty() ? null : reason);
        condition.put("message", message.isEmpty() ? null : message);
    }
}
