package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.message.UnifiedDiff;
import io.shiplog.command.kind.tree.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The few mutable fields of an existing pod. */
public final class PodUpdateValidation {
    private static final String UPDATABLE = "`spec.containers[*].image`,`spec.initContainers[*].image`,"
            + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private PodUpdateValidation() {}

    static void validate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
        JsonNode spec = pod.path("spec");
        JsonNode before = old.path("spec");
        for (String list : List.of("containers", "initContainers")) {
            if (spec.path(list).size() != before.path(list).size()) {
                errors.forbidden("spec." + list, "pod updates may not add or remove containers");
                return;
            }
        }
        deadline(spec.path("activeDeadlineSeconds"), before.path("activeDeadlineSeconds"), errors);
        tolerations(spec.path("tolerations"), before.path("tolerations"), errors);
        gates(spec.path("schedulingGates"), before.path("schedulingGates"), errors);
        JsonNode allowed = withAllowedChangesUndone(spec, before);
        if (!allowed.equals(before)) {
            JsonNode shown = PodSpecForm.of(allowed);
            JsonNode was = PodSpecForm.of(before);
            if (!shown.equals(was)) {
                errors.forbidden(
                        "spec",
                        "pod updates may not change fields other than " + UPDATABLE + "\n"
                                + UnifiedDiff.of(was, shown));
            }
        }
    }

    private static void deadline(JsonNode now, JsonNode before, FieldErrors errors) {
        if (now.isNumber() && before.isNumber() && now.asLong() > before.asLong()) {
            errors.invalid("spec.activeDeadlineSeconds", now, "must be less than or equal to previous value");
        } else if (!now.isNumber() && before.isNumber()) {
            errors.invalid(
                    "spec.activeDeadlineSeconds", "null", "must not update from a positive integer to nil value");
        }
    }

    private static void tolerations(JsonNode now, JsonNode before, FieldErrors errors) {
        Set<String> kept = new HashSet<>();
        now.forEach(each -> kept.add(withoutSeconds(each)));
        for (JsonNode toleration : before) {
            if (!kept.contains(withoutSeconds(toleration))) {
                errors.forbidden(
                        "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static String withoutSeconds(JsonNode toleration) {
        return List.of("key", "operator", "value", "effect").stream()
                .map(field -> text(toleration, field))
                .toList()
                .toString();
    }

    private static void gates(JsonNode now, JsonNode before, FieldErrors errors) {
        Set<String> were = new HashSet<>();
        before.forEach(each -> were.add(each.toString()));
        for (JsonNode gate : now) {
            if (!were.contains(gate.toString())) {
                errors.forbidden(
                        "spec.schedulingGates",
                        "only deletion is allowed, but found new scheduling gate '" + text(gate, "name") + "'");
            }
        }
    }

    /** The new spec with what may change as it was before. */
    private static ObjectNode withAllowedChangesUndone(JsonNode spec, JsonNode before) {
        ObjectNode munged = JsonNodeFactory.instance.objectNode();
        munged.setAll((ObjectNode) spec);
        for (String list : List.of("containers", "initContainers")) {
            if (munged.has(list)) {
                munged.set(list, withImages(spec.path(list), before.path(list)));
            }
        }
        List<String> kept = new ArrayList<>(List.of("activeDeadlineSeconds", "tolerations", "schedulingGates"));
        if (before.path("terminationGracePeriodSeconds").asLong() < 0
                && spec.path("terminationGracePeriodSeconds").asLong() == 1) {
            kept.add("terminationGracePeriodSeconds");
        }
        if (!before.path("schedulingGates").isEmpty()) {
            kept.addAll(List.of("nodeSelector", "affinity"));
        }
        for (String field : kept) {
            if (before.has(field)) {
                munged.set(field, before.get(field));
            } else {
                munged.remove(field);
            }
        }
        return munged;
    }

    private static ArrayNode withImages(JsonNode now, JsonNode before) {
        ArrayNode munged = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < now.size(); i++) {
            ObjectNode container = munged.addObject();
            container.setAll((ObjectNode) now.get(i));
            container.set("image", before.path(i).path("image"));
        }
        return munged;
    }

    /** A container that has terminated permanently is not restarted. */
    static void validateStatus(ObjectNode pod, ObjectNode old, FieldErrors errors) {
        String policy = text(old, "spec", "restartPolicy");
        if (!policy.equals("Always")) {
            restarts(pod, old, "containerStatuses", policy, restartable(old, "containers"), errors);
            restarts(pod, old, "initContainerStatuses", policy, restartable(old, "initContainers"), errors);
        }
    }

    /** The containers that restart by a policy or by rules of their own. */
    private static Set<String> restartable(ObjectNode pod, String list) {
        Set<String> names = new TreeSet<>();
        for (ObjectNode container : Trees.objects(pod.path("spec"), list)) {
            String own = text(container, "restartPolicy");
            if (own.equals("Always")
                    || own.equals("OnFailure")
                    || !container.path("restartPolicyRules").isEmpty()) {
                names.add(text(container, "name"));
            }
        }
        return names;
    }

    private static void restarts(
            JsonNode pod, JsonNode old, String list, String policy, Set<String> mayRestart, FieldErrors errors) {
        Set<String> running = new HashSet<>();
        for (JsonNode now : Trees.at(pod, "status", list)) {
            if (!Trees.at(now, "state", "terminated").isObject()) {
                running.add(text(now, "name"));
            }
        }
        int index = 0;
        for (JsonNode before : Trees.at(old, "status", list)) {
            JsonNode terminated = Trees.at(before, "state", "terminated");
            boolean failed = terminated.path("exitCode").asInt() != 0 && policy.equals("OnFailure");
            String name = text(before, "name");
            if (terminated.isObject() && !failed && !mayRestart.contains(name) && running.contains(name)) {
                errors.forbidden(
                        "status." + list + "[" + index + "].state", "may not be transitioned to non-terminated state");
            }
            index++;
        }
    }
}
