package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.placement.QualityOfService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A change of the cpu and memory of a pod's containers while they run: the subresource {@code resize}. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/">Resize CPU and memory resources
 *     assigned to containers</a>
 */
final class PodResize {
    /** What a write of the subresource owns. */
    static final List<List<String>> FIELDS = List.of(
            List.of("spec", "containers", "*", "resources"),
            List.of("spec", "containers", "*", "resizePolicy"),
            List.of("spec", "initContainers", "*", "resources"),
            List.of("spec", "initContainers", "*", "resizePolicy"));

    private static final List<String> LISTS = List.of("containers", "initContainers");
    private static final List<String> SIDES = List.of("requests", "limits");
    private static final List<String> RESIZABLE = List.of("cpu", "memory");
    private static final List<String> POLICIES = List.of("NotRequired", "RestartContainer");
    private static final String ONLY = "only cpu and memory resources are mutable";

    private PodResize() {}

    /** Whether the resources of any container differ. */
    static boolean changes(JsonNode pod, JsonNode old) {
        return !resources(pod).equals(resources(old));
    }

    private static List<JsonNode> resources(JsonNode pod) {
        List<JsonNode> all = new ArrayList<>();
        for (String list : LISTS) {
            Trees.at(pod, "spec", list).forEach(each -> all.add(each.path("resources")));
        }
        return all;
    }

    /**
     * Keeps everything of the old spec but resources and resize policies. Containers that are added, removed or renamed stay in the new
     * one, for validation to refuse.
     */
    static void prepare(ObjectNode pod, ObjectNode old) {
        JsonNode wanted = pod.path("spec");
        JsonNode before = old.path("spec");
        for (String list : LISTS) {
            if (wanted.path(list).size() != before.path(list).size()) {
                return;
            }
        }
        ObjectNode spec = before.deepCopy();
        for (String list : LISTS) {
            if (spec.has(list)) {
                spec.set(list, resized(wanted.path(list), before.path(list)));
            }
        }
        pod.set("spec", spec);
    }

    private static JsonNode resized(JsonNode wanted, JsonNode before) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < wanted.size(); i++) {
            if (!text(wanted.get(i), "name").equals(text(before.get(i), "name"))) {
                return wanted;
            }
            ObjectNode container = before.get(i).deepCopy();
            for (String field : List.of("resources", "resizePolicy")) {
                if (wanted.get(i).has(field)) {
                    container.set(field, wanted.get(i).get(field));
                } else {
                    container.remove(field);
                }
            }
            all.add(container);
        }
        return all;
    }

    /** Validates a resize; the new pod differs in its containers' resources and resize policies at most. */
    static void validate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
        JsonNode spec = pod.path("spec");
        JsonNode before = old.path("spec");
        String qosClass = text(old, "status", "qosClass");
        if (!QualityOfService.of(spec).equals(qosClass.isEmpty() ? QualityOfService.of(before) : qosClass)) {
            errors.invalid("spec", qosClass, "Pod QOS Class may not change as a result of resizing");
        }
        if (!supported(old)) {
            errors.forbidden("spec", "Pod running on node without support for resize");
        }
        if (ofWholePod(before) || ofWholePod(spec)) {
            errors.forbidden(
                    "",
                    "resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled"
                            + " feature gate is disabled");
            return;
        }
        if (!sameContainers(spec, before, errors)) {
            return;
        }
        keepsResources(spec, before, errors);
        onlyResizes(spec, before, errors);
    }

    /** Whether the pod's node reports the resources of its containers, as one does that can resize them. */
    private static boolean supported(JsonNode pod) {
        for (JsonNode status : Trees.at(pod, "status", "containerStatuses")) {
            if (Trees.at(status, "state", "running").isObject()) {
                return status.hasNonNull("resources");
            }
        }
        return true;
    }

    private static boolean ofWholePod(JsonNode spec) {
        return SIDES.stream()
                .anyMatch(side -> !Trees.at(spec, "resources", side).isEmpty());
    }

    private static boolean sameContainers(JsonNode spec, JsonNode before, FieldErrors errors) {
        boolean same = true;
        for (String list : LISTS) {
            JsonNode now = spec.path(list);
            JsonNode were = before.path(list);
            if (now.size() != were.size()) {
                errors.forbidden("spec." + list, list + " may not be added or removed on resize");
                same = false;
                continue;
            }
            for (int i = 0; i < were.size(); i++) {
                if (!text(now.get(i), "name").equals(text(were.get(i), "name"))) {
                    errors.forbidden(
                            "spec." + list + "[" + i + "].name", list + " may not be renamed or reordered on resize");
                    same = false;
                }
            }
        }
        return same;
    }

    private static void keepsResources(JsonNode spec, JsonNode before, FieldErrors errors) {
        for (String list : LISTS.reversed()) {
            for (int i = 0; i < before.path(list).size(); i++) {
                JsonNode was = before.path(list).get(i);
                if (list.equals("initContainers") && !sidecar(was)) {
                    continue;
                }
                for (String side : SIDES) {
                    JsonNode now = Trees.at(spec.path(list).get(i), "resources", side);
                    boolean removed = Trees.at(was, "resources", side)
                            .propertyStream()
                            .anyMatch(resource -> !now.has(resource.getKey()));
                    if (removed) {
                        errors.forbidden(
                                "spec." + list + "[" + i + "].resources." + side,
                                "resource " + side + " cannot be removed");
                    }
                }
            }
        }
    }

    private static void onlyResizes(JsonNode spec, JsonNode before, FieldErrors errors) {
        for (int i = 0; i < before.path("containers").size(); i++) {
            JsonNode was = before.path("containers").get(i);
            if (!withoutResize(spec.path("containers").get(i), was).equals(withoutResize(was, was))) {
                errors.forbidden("spec", ONLY);
            }
        }
        for (int i = 0; i < before.path("initContainers").size(); i++) {
            JsonNode was = before.path("initContainers").get(i);
            JsonNode now = spec.path("initContainers").get(i);
            if (sidecar(was)) {
                if (!withoutResize(now, was).equals(withoutResize(was, was))) {
                    errors.forbidden(
                            "spec.initContainers[" + i + "]",
                            "only cpu and memory resources for init or sidecar containers are mutable");
                }
            } else if (!now.equals(was)) {
                errors.forbidden("spec", "resources for non-sidecar init containers are immutable");
            }
        }
    }

    private static boolean sidecar(JsonNode initContainer) {
        return text(initContainer, "restartPolicy").equals("Always");
    }

    /** A container with the cpu and memory of the old one. */
    private static ObjectNode withoutResize(JsonNode container, JsonNode old) {
        ObjectNode munged = container.deepCopy();
        ObjectNode resources = Trees.object(munged, "resources");
        for (String side : SIDES) {
            ObjectNode amounts = Trees.object(resources, side);
            JsonNode before = Trees.at(old, "resources", side);
            for (String name : RESIZABLE) {
                if (before.has(name)) {
                    amounts.set(name, before.get(name));
                } else {
                    amounts.remove(name);
                }
            }
        }
        return munged;
    }

    /** Validates the resize policies of a container. */
    static void validatePolicies(JsonNode policies, String podRestartPolicy, String at, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode policy : policies) {
            String resource = text(policy, "resourceName");
            String restart = text(policy, "restartPolicy");
            if (!seen.add(resource)) {
                errors.duplicate(at + "[" + index + "]", resource);
            }
            if (resource.isEmpty()) {
                errors.required(at, "");
            } else {
                Checks.oneOf(resource, RESIZABLE, at, errors);
            }
            if (restart.isEmpty()) {
                errors.required(at, "");
            } else {
                Checks.oneOf(restart, POLICIES, at, errors);
            }
            if (podRestartPolicy.equals("Never") && !restart.equals("NotRequired")) {
                errors.invalid(at, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
            }
            index++;
        }
    }
}
