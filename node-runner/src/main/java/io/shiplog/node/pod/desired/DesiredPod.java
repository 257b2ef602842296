package io.shiplog.node.pod.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.PodNetwork.HostPort;
import io.shiplog.node.pod.desired.DesiredContainer.Role;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A pod's desired state.
 *
 * @param tree the whole object, read only
 * @param everyContainer init containers first, in order, ephemeral ones last
 * @param deletionTimestamp when its grace period ends, null unless it is being deleted
 * @param gone the object is deleted: everything of it must be removed at once
 */
public record DesiredPod(
        ObjectKey key,
        String uid,
        JsonNode tree,
        List<DesiredContainer> everyContainer,
        RestartPolicy restartPolicy,
        @Nullable Instant deletionTimestamp,
        boolean gone) {

    /** The core resource. */
    public static final ResourceType PODS = ResourceType.core("pods");

    private static final long DEFAULT_GRACE_SECONDS = 30;

    public DesiredPod {
        everyContainer = List.copyOf(everyContainer);
    }

    /** The restart policy. */
    public enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER;

        public static RestartPolicy parse(String word) {
            return switch (word) {
                case "Never" -> NEVER;
                case "OnFailure" -> ON_FAILURE;
                default -> ALWAYS;
            };
        }

        public boolean restartsAfter(int exitCode) {
            return switch (this) {
                case ALWAYS -> true;
                case ON_FAILURE -> exitCode != 0;
                case NEVER -> false;
            };
        }
    }

    /** A pod from the image. */
    public static DesiredPod of(StoredObject stored) {
        return of(stored.key(), stored.uid(), stored.json().tree());
    }

    private static DesiredPod of(ObjectKey key, String uid, JsonNode tree) {
        JsonNode spec = tree.path("spec");
        String deletion = tree.path("metadata").path("deletionTimestamp").asText("");
        return new DesiredPod(
                key,
                uid,
                tree,
                containers(spec),
                RestartPolicy.parse(spec.path("restartPolicy").asText("Always")),
                deletion.isEmpty() ? null : Instant.parse(deletion),
                false);
    }

    private static List<DesiredContainer> containers(JsonNode spec) {
        List<DesiredContainer> containers = new ArrayList<>();
        spec.path("initContainers").forEach(each -> containers.add(DesiredContainer.of(each, Role.INIT)));
        spec.path("containers").forEach(each -> containers.add(DesiredContainer.of(each, Role.APP)));
        spec.path("ephemeralContainers").forEach(each -> containers.add(DesiredContainer.of(each, Role.EPHEMERAL)));
        return containers;
    }

    /** The same pod with the cpu and memory that its node has given its containers. */
    public DesiredPod with(Allocation allocation) {
        JsonNode allocated = allocation.into(this);
        return allocated == tree ? this : of(key, uid, allocated);
    }

    private List<DesiredContainer> each(Predicate<DesiredContainer> which) {
        return everyContainer.stream().filter(which).toList();
    }

    /** Its init containers, sidecars among them, in order. */
    public List<DesiredContainer> initContainers() {
        return each(DesiredContainer::init);
    }

    /** Its app containers, in order. */
    public List<DesiredContainer> containers() {
        return each(container -> container.role() == Role.APP);
    }

    /** The containers that were added to look into it, in order. */
    public List<DesiredContainer> ephemeralContainers() {
        return each(DesiredContainer::ephemeral);
    }

    /** The same pod after its object vanished. */
    public DesiredPod vanished() {
        return new DesiredPod(key, uid, tree, everyContainer, restartPolicy, deletionTimestamp, true);
    }

    /** A pod with only containers left: its object is gone, its specification unknown. */
    public static DesiredPod orphan(ObjectKey key, String uid) {
        return new DesiredPod(key, uid, MissingNode.getInstance(), List.of(), RestartPolicy.NEVER, null, true);
    }

    /** Whether a container runs again after a run that ended with this code, while the pod is not deleted. */
    public boolean restarts(DesiredContainer container, int exitCode) {
        return container.restartsAfter(exitCode, restartPolicy);
    }

    public boolean ending() {
        return gone || deletionTimestamp != null;
    }

    public JsonNode spec() {
        return tree.path("spec");
    }

    /** The status in the cluster. */
    public JsonNode knownStatus() {
        return tree.path("status");
    }

    /** Succeeded or Failed: such a pod never runs again. */
    public boolean terminalPhase() {
        String phase = knownStatus().path("phase").asText();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** The number of a container's runs in the cluster's status. A run without an id was lost, and is counted already. */
    public int knownRuns(String container) {
        for (Role role : Role.values()) {
            for (JsonNode entry : knownStatus().path(role.statuses())) {
                if (entry.path("name").asText().equals(container)) {
                    boolean lost = entry.path("containerID").asText("").isEmpty();
                    return entry.path("restartCount").asInt(0) + (lost ? 0 : 1);
                }
            }
        }
        return 0;
    }

    public boolean hostNetwork() {
        return spec().path("hostNetwork").asBoolean(false);
    }

    /** All but the ephemeral ones: those that make up the pod. Init containers first, in order. */
    public List<DesiredContainer> allContainers() {
        return each(container -> !container.ephemeral());
    }

    /** The container of this name, or null. */
    public @Nullable DesiredContainer container(String name) {
        for (DesiredContainer container : everyContainer) {
            if (container.name().equals(name)) {
                return container;
            }
        }
        return null;
    }

    public Duration terminationGrace() {
        return Duration.ofSeconds(spec().path("terminationGracePeriodSeconds").asLong(DEFAULT_GRACE_SECONDS));
    }

    /** The host ports of this pod. */
    public List<HostPort> hostPorts() {
        if (hostNetwork()) {
            return List.of();
        }
        List<HostPort> ports = new ArrayList<>();
        for (DesiredContainer container : allContainers()) {
            for (JsonNode port : container.tree().path("ports")) {
                if (port.path("hostPort").asInt(0) > 0) {
                    ports.add(new HostPort(
                            port.path("hostIP").asText(""),
                            port.path("hostPort").asInt(),
                            port.path("containerPort").asInt(),
                            port.path("protocol").asText("TCP")));
                }
            }
        }
        return ports;
    }

    /** {@code web_default(1234-…)}: a pod in Kubernetes' messages. */
    public String display() {
        return key.name() + "_" + key.namespace() + "(" + uid + ")";
    }
}
