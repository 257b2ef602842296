package io.shiplog.command.kind.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.admission.NodeRestriction;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.core.quota.LimitRanges;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.FieldPath;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.Actor;
import io.shiplog.events.placement.QualityOfService;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pods: the only kind that a node runs. */
public final class PodKind implements Kind {
    private static final Set<String> STATUS_METADATA = Set.of("labels", "annotations", "finalizers");
    private static final String EPHEMERAL_CONTAINERS = "ephemeralcontainers";
    private static final String RESIZE = "resize";
    private static final List<String> FINISHED = List.of("Succeeded", "Failed");

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "Pod", "pods", Scope.NAMESPACED)
                .columns(PodColumns.ALL)
                .shortNames("po")
                .categories("all")
                .subresources(
                        "status",
                        "binding",
                        "eviction",
                        "log",
                        "exec",
                        "attach",
                        "portforward",
                        "proxy",
                        EPHEMERAL_CONTAINERS,
                        RESIZE)
                .fields(
                        "spec.nodeName",
                        "spec.restartPolicy",
                        "spec.schedulerName",
                        "spec.serviceAccountName",
                        "status.phase",
                        "status.nominatedNodeName")
                .field("spec.hostNetwork", FieldPath.of("spec.hostNetwork").orElse("false"))
                .field("status.podIP", FieldPath.of("status.podIPs.0.ip", "status.podIP"))
                .field("status.podIPs", FieldPath.of("status.podIPs.0.ip", "status.podIP"))
                .done();
    }

    @Override
    public Set<String> statusMetadata() {
        return STATUS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode pod) {
        PodDefaults.setPodDefaults(Trees.object(pod, "spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode pod, DecidedState state) {
        PodAdmission.apply(pod, state);
        pod.putObject("status").put("phase", "Pending").put("qosClass", QualityOfService.of(pod.path("spec")));
    }

    @Override
    public void prepareForUpdate(ObjectNode pod, ObjectNode old, DecidedState state) {
        Kind.super.prepareForUpdate(pod, old, state);
        PodAdmission.applyToUpdate(pod, old);
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode pod, ObjectNode old, DecidedState state) {
        Kind.super.prepareForStatusUpdate(pod, old, state);
        ObjectNode status = Trees.object(pod, "status");
        // The API server sets the class; a node's report may omit it.
        JsonNode qosClass = Trees.at(old, "status", "qosClass");
        if (!qosClass.isMissingNode()) {
            status.set("qosClass", qosClass);
        }
        keepObservedGenerations(status, old.path("status"));
    }

    /**
     * A client that does not know the field does not clear it, neither in the status nor in a condition.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/strategy.go">preserveOldObservedGeneration</a>
     */
    private static void keepObservedGenerations(ObjectNode status, JsonNode old) {
        keepObservedGeneration(status, old);
        Map<String, Deque<JsonNode>> conditions = new HashMap<>();
        for (JsonNode condition : old.path("conditions")) {
            conditions
                    .computeIfAbsent(condition.path("type").asText(), type -> new ArrayDeque<>())
                    .add(condition);
        }
        for (JsonNode condition : status.path("conditions")) {
            Deque<JsonNode> sameType = conditions.get(condition.path("type").asText());
            if (sameType != null && !sameType.isEmpty() && condition instanceof ObjectNode next) {
                keepObservedGeneration(next, sameType.remove());
            }
        }
    }

    private static void keepObservedGeneration(ObjectNode next, JsonNode old) {
        if (next.path("observedGeneration").asLong() == 0 && old.has("observedGeneration")) {
            next.set("observedGeneration", old.get("observedGeneration"));
        }
    }

    @Override
    public void prepareForPart(String subresource, ObjectNode pod, ObjectNode old, DecidedState state) {
        if (subresource.equals(RESIZE)) {
            LimitRanges.setDefaults(pod, state);
            // What the plugin notes in the metadata is not part of the subresource.
            pod.set("metadata", old.path("metadata").deepCopy());
            PodResize.prepare(pod, old);
        } else {
            EphemeralContainers.prepare(pod, old);
        }
    }

    @Override
    public List<List<String>> fieldsOfPart(String subresource) {
        return switch (subresource) {
            case RESIZE -> PodResize.FIELDS;
            case EPHEMERAL_CONTAINERS -> EphemeralContainers.FIELDS;
            default -> List.of();
        };
    }

    @Override
    public void validatePart(String subresource, ObjectNode pod, ObjectNode old, FieldErrors errors) {
        if (subresource.equals(RESIZE)) {
            PodResize.validate(pod, old, errors);
        } else {
            EphemeralContainers.validateUpdate(pod, old, errors);
        }
    }

    @Override
    public @Nullable Refusal admit(ObjectNode pod, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        return old == null ? PodAdmission.admit(pod, state) : NodeRestriction.admitPod(actor, pod, old);
    }

    @Override
    public @Nullable Refusal admitValid(ObjectNode pod, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        return PodAdmission.admitValid(pod, old, state);
    }

    @Override
    public long gracePeriodSeconds(ObjectNode pod, @Nullable Long requested) {
        JsonNode spec = pod.path("spec");
        if (Trees.text(spec, "nodeName").isEmpty() || FINISHED.contains(Trees.text(pod, "status", "phase"))) {
            return 0; // no node has anything to stop
        }
        long period = requested != null
                ? requested
                : spec.path("terminationGracePeriodSeconds").asLong(0);
        return period < 0 ? 1 : period;
    }

    @Override
    public void validate(ObjectNode pod, FieldErrors errors) {
        PodSpecValidation.validate(pod.path("spec"), "spec", errors);
        VolumeValidation.tokens(pod.path("spec"), "spec", errors);
    }

    @Override
    public void validateCreate(ObjectNode pod, FieldErrors errors) {
        if (!Trees.at(pod, "spec", "ephemeralContainers").isEmpty()) {
            errors.forbidden("spec.ephemeralContainers", "cannot be set on create");
        }
    }

    @Override
    public void validateUpdate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
        PodUpdateValidation.validate(pod, old, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
        PodUpdateValidation.validateStatus(pod, old, errors);
    }

    @Override
    public List<String> warnings(ObjectNode pod) {
        return PodWarnings.of(pod.path("spec"), "spec");
    }
}
