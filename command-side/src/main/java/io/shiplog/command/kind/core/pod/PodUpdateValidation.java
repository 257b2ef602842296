package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Checks;
import io.shiplog.command.kind.FieldErrors;
import io.shiplog.command.kind.Trees;
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
        List<String> changed = changed(spec, before);
        if (!changed.isEmpty()) {
            errors.forbidden(
                    "spec",
                    "pod updates may not change fields other than %s\nchanged: %s"
                            .formatted(UPDATABLE, String.join(", ", changed)));
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

    /** Changed paths below the spec that are immutable. */
    private static List<String> changed(JsonNode spec, JsonNode before) {
        Set<String> names = new TreeSet<>();
        spec.fieldNames().forEachRemaining(names::add);
        before.fieldNames().forEachRemaining(names::add);
        boolean gated = !before.path("schedulingGates").isEmpty();
        List<String> changed = new ArrayList<>();
        for (String name : names) {
            switch (name) {
                case "activeDeadlineSeconds", "tolerations", "schedulingGates" -> {}
                case "containers", "initContainers" ->
                    changed.addAll(changedContainers(name, spec.path(name), before.path(name)));
                case "terminationGracePeriodSeconds" -> {
                    boolean corrected =
                            before.path(name).asLong() < 0 && spec.path(name).asLong() == 1;
                    if (!corrected && !Checks.same(spec.path(name), before.path(name))) {
                        changed.add("spec." + name);
                    }
                }
                case "nodeSelector", "affinity" -> {
                    if (!gated && !Checks.same(spec.path(name), before.path(name))) {
                        changed.add("spec." + name);
                    }
                }
                default -> {
                    if (!Checks.same(spec.path(name), before.path(name))) {
                        changed.add("spec." + name);
                    }
                }
            }
        }
        return changed;
    }

    private static List<String> changedContainers(String list, JsonNode now, JsonNode before) {
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            Set<String> names = new TreeSet<>();
            now.path(i).fieldNames().forEachRemaining(names::add);
            before.path(i).fieldNames().forEachRemaining(names::add);
            names.remove("image");
            for (String name : names) {
                if (!Checks.same(now.path(i).path(name), before.path(i).path(name))) {
                    changed.add("spec." + list + "[" + i + "]." + name);
                }
            }
        }
        return changed;
    }

    /** A container that has terminated permanently is not restarted. */
    static void validateStatus(ObjectNode pod, ObjectNode old, FieldErrors errors) {
        String policy = text(old, "spec", "restartPolicy");
        if (!policy.equals("Always")) {
            restarts(pod, old, "containerStatuses", policy, Set.of(), errors);
            Set<String> sidecars = new TreeSet<>();
            for (ObjectNode container : Trees.objects(old.path("spec"), "initContainers")) {
                if (text(container, "restartPolicy").equals("Always")) {
                    sidecars.add(text(container, "name"));
                }
            }
            restarts(pod, old, "initContainerStatuses", policy, sidecars, errors);
        }
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
