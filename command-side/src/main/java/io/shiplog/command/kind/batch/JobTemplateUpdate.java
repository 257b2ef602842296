package io.shiplog.command.kind.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.core.pod.PodSpecForm;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;

/**
 * A Job's template never changes, but for where its pods may run and what they may use while the Job is suspended.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go">
 *     validatePodTemplateUpdate</a>
 */
final class JobTemplateUpdate {
    private JobTemplateUpdate() {}

    static void validate(JsonNode spec, ObjectNode old, FieldErrors errors) {
        JsonNode template = spec.path("template");
        JsonNode before = Trees.at(old, "spec", "template");
        if (!suspended(old)) {
            if (!Checks.same(template, before)) {
                errors.invalid("spec.template", PodSpecForm.ofTemplate(template), Checks.IMMUTABLE);
            }
            return;
        }
        JsonNode now = fixed(template.path("spec"));
        if (!now.equals(fixed(before.path("spec"))) || !sameContainers(template.path("spec"), before.path("spec"))) {
            errors.invalid("spec.template.spec", PodSpecForm.of(template.path("spec")), Checks.IMMUTABLE);
        }
    }

    /** Whether no pod of the Job runs, nor will while it stays suspended. */
    private static boolean suspended(JsonNode job) {
        boolean notStarted = !job.path("status").has("startTime");
        return Trees.at(job, "spec", "suspend").asBoolean()
                && (notStarted || JobStatusValidation.is(job, "Suspended", "True"))
                && Trees.at(job, "status", "active").asLong() == 0;
    }

    /** What cannot change of a pod's spec, containers left out. */
    private static JsonNode fixed(JsonNode pod) {
        JsonNode copy = pod.deepCopy();
        if (copy instanceof ObjectNode spec) {
            spec.remove(List.of("nodeSelector", "tolerations", "schedulingGates", "containers", "initContainers"));
            if (spec.get("affinity") instanceof ObjectNode affinity) {
                affinity.remove("nodeAffinity");
                if (affinity.isEmpty()) {
                    spec.remove("affinity");
                }
            }
        }
        return copy;
    }

    private static boolean sameContainers(JsonNode pod, JsonNode before) {
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectNode> now = Trees.objects(pod, list);
            List<ObjectNode> was = Trees.objects(before, list);
            if (now.size() != was.size()) {
                return false;
            }
            for (int index = 0; index < now.size(); index++) {
                if (!withoutResources(now.get(index)).equals(withoutResources(was.get(index)))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static ObjectNode withoutResources(ObjectNode container) {
        ObjectNode copy = container.deepCopy();
        copy.remove("resources");
        return copy;
    }
}
