package io.shiplog.node.pod.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.node.pod.desired.DesiredPod.RestartPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * One container of a pod's specification.
 *
 * @param tree its part of the specification, read only
 */
public record DesiredContainer(String name, String image, JsonNode tree, Role role) {
    /** What a container is for. */
    public enum Role {
        /** Runs to its end before the next one starts. */
        INIT("spec.initContainers", "initContainerStatuses"),
        /** An init container that keeps running beside the others: restartPolicy Always. */
        SIDECAR("spec.initContainers", "initContainerStatuses"),
        APP("spec.containers", "containerStatuses"),
        /** Added to a running pod to look into it; runs once. */
        EPHEMERAL("spec.ephemeralContainers", "ephemeralContainerStatuses");

        private final String field;
        private final String statuses;

        Role(String field, String statuses) {
            this.field = field;
            this.statuses = statuses;
        }

        /** The field of a pod's status with the entries of such containers. */
        public String statuses() {
            return statuses;
        }
    }

    static DesiredContainer of(JsonNode tree, Role role) {
        boolean sidecar =
                role == Role.INIT && tree.path("restartPolicy").asText().equals("Always");
        return new DesiredContainer(
                tree.path("name").asText(), tree.path("image").asText(), tree, sidecar ? Role.SIDECAR : role);
    }

    /** Whether it is in the list of init containers, as sidecars are. */
    public boolean init() {
        return role == Role.INIT || sidecar();
    }

    /** Whether it is an init container that keeps running beside the others. */
    public boolean sidecar() {
        return role == Role.SIDECAR;
    }

    /** Whether it was added to look into the pod. */
    public boolean ephemeral() {
        return role == Role.EPHEMERAL;
    }

    /** Whether its cpu and memory may change while it runs. */
    public boolean resizable() {
        return role == Role.APP || role == Role.SIDECAR;
    }

    /** {@code Always}, {@code IfNotPresent} or {@code Never}; Kubernetes' default if it is not set. */
    public String pullPolicy() {
        return pullPolicy(tree.path("imagePullPolicy").asText(""), image);
    }

    /** What a policy, or none, means for an image. */
    public static String pullPolicy(String said, String image) {
        if (!said.isEmpty()) {
            return said;
        }
        String last = image.substring(image.lastIndexOf('/') + 1);
        boolean latest = !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
        return latest ? "Always" : "IfNotPresent";
    }

    /**
     * Whether it runs again after a run that ended with this code. Its own policy has precedence over the pod's, and its rules over that.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#individual-container-restarts">Individual container
     *     restart policy and rules</a>
     */
    boolean restartsAfter(int exitCode, RestartPolicy ofPod) {
        if (ephemeral() || (role == Role.INIT && exitCode == 0)) {
            return false;
        }
        String own = tree.path("restartPolicy").asText("");
        if (own.isEmpty()) {
            return ofPod.restartsAfter(exitCode);
        }
        return ruleRestarts(exitCode) || RestartPolicy.parse(own).restartsAfter(exitCode);
    }

    /** The first rule for the code counts. */
    private boolean ruleRestarts(int exitCode) {
        for (JsonNode rule : tree.path("restartPolicyRules")) {
            JsonNode codes = rule.path("exitCodes");
            boolean listed = false;
            for (JsonNode code : codes.path("values")) {
                listed |= code.asInt() == exitCode;
            }
            if (listed == codes.path("operator").asText().equals("In")) {
                return rule.path("action").asText().equals("Restart");
            }
        }
        return false;
    }

    /** Whether it mounts a volume of the pod. */
    public boolean mounts(String volume) {
        for (JsonNode mount : tree.path("volumeMounts")) {
            if (mount.path("name").asText().equals(volume)) {
                return true;
            }
        }
        return false;
    }

    public boolean has(String field) {
        return tree.hasNonNull(field);
    }

    /** {@code spec.containers{app}}: a container's fieldPath in events. */
    public String fieldPath() {
        return role.field + "{" + name + "}";
    }

    /** The container's entry in a pod's status; a missing node if there is none. */
    public JsonNode entryIn(JsonNode status) {
        for (JsonNode entry : status.path(role.statuses())) {
            if (entry.path("name").asText().equals(name)) {
                return entry;
            }
        }
        return MissingNode.getInstance();
    }

    /** A list of strings of the specification; empty if there is none. */
    public List<String> strings(String field) {
        List<String> strings = new ArrayList<>();
        tree.path(field).forEach(value -> strings.add(value.asText()));
        return strings;
    }
}
