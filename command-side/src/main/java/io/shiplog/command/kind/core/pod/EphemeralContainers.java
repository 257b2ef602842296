package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.message.UnifiedDiff;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Containers that are added to a running pod to look into it: the subresource {@code ephemeralcontainers}. They are only added, and do
 * not change. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/">Ephemeral containers</a>
 */
final class EphemeralContainers {
    /** What a write of the subresource owns. */
    static final List<List<String>> FIELDS = List.of(List.of("spec", "ephemeralContainers"));

    private static final String FIELD = "ephemeralContainers";
    private static final String NOT_ALLOWED = "cannot be set for an Ephemeral Container";

    /** The fields of other containers that an ephemeral one does not have, in the order of Kubernetes' messages. */
    private static final List<String> REFUSED = List.of(
            "ports",
            "resources",
            "resizePolicy",
            "restartPolicy",
            "restartPolicyRules",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle");

    private EphemeralContainers() {}

    /** Keeps everything of the old spec but the ephemeral containers. */
    static void prepare(ObjectNode pod, ObjectNode old) {
        JsonNode wanted = Trees.at(pod, "spec", FIELD);
        ObjectNode spec = Trees.object(old, "spec").deepCopy();
        if (wanted.isEmpty()) {
            spec.remove(FIELD);
        } else {
            spec.set(FIELD, wanted);
        }
        pod.set("spec", spec);
    }

    /**
     * Validates what only ephemeral containers must be.
     *
     * @param targets the names of the pod's other containers
     */
    static void validate(JsonNode container, Set<String> targets, String at, FieldErrors errors) {
        String target = text(container, "targetContainerName");
        if (!target.isEmpty() && !targets.contains(target)) {
            errors.notFound(at + ".targetContainerName", target);
        }
        for (String field : REFUSED) {
            JsonNode value = container.path(field);
            boolean set = value.isContainerNode() ? !value.isEmpty() || value.isArray() : container.hasNonNull(field);
            if (set) {
                errors.forbidden(at + "." + field, NOT_ALLOWED);
            }
        }
        int index = 0;
        for (JsonNode mount : container.path("volumeMounts")) {
            for (String field : List.of("subPath", "subPathExpr")) {
                if (!text(mount, field).isEmpty()) {
                    errors.forbidden(at + ".volumeMounts[" + index + "]." + field, NOT_ALLOWED);
                }
            }
            index++;
        }
    }

    /** Refuses to remove or to change one that exists. */
    static void validateUpdate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
        Map<String, JsonNode> now = new HashMap<>();
        Trees.at(pod, "spec", FIELD).forEach(each -> now.put(text(each, "name"), each));
        for (JsonNode before : Trees.at(old, "spec", FIELD)) {
            String name = text(before, "name");
            JsonNode after = now.get(name);
            if (after == null) {
                errors.forbidden(
                        "spec." + FIELD, "existing ephemeral containers \"%s\" may not be removed\n".formatted(name));
            } else if (!after.equals(before)) {
                errors.forbidden(
                        "spec." + FIELD,
                        "existing ephemeral containers \"%s\" may not be changed\n".formatted(name)
                                + UnifiedDiff.of(before, after));
            }
        }
    }
}
