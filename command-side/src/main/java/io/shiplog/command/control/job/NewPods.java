package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.GeneratedNames;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** New pods of a Job: pure, names included. */
final class NewPods {
    private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";
    private static final int MAX_PREFIX_CHARS = 58;

    private NewPods() {}

    /**
     * One pod for each index. The same Job on the same image asks for the same names.
     *
     * @param indexes {@link JobPod#NO_INDEX} for a pod of a Job without indexes
     */
    static List<ObjectNode> of(JobView job, JobCount count, List<Integer> indexes, Image image) {
        long seed = 31L * job.stored().uid().hashCode() + image.revision("events");
        Set<String> taken = new HashSet<>();
        List<ObjectNode> pods = new ArrayList<>();
        for (int index : indexes) {
            String prefix = prefix(job.name(), index);
            String name = GeneratedNames.of(
                            prefix,
                            seed + pods.size(),
                            1,
                            each -> !taken.contains(each)
                                    && image.get(ObjectKey.of(
                                                    Types.PODS,
                                                    job.stored().key().namespace(),
                                                    each))
                                            == null)
                    .getFirst();
            taken.add(name);
            pods.add(pod(job, index, prefix, name, count.toReplace().get(index)));
        }
        return pods;
    }

    private static String prefix(String job, int index) {
        String end = index == JobPod.NO_INDEX ? "-" : "-" + index + "-";
        return job.substring(0, Math.min(job.length(), MAX_PREFIX_CHARS - end.length())) + end;
    }

    private static ObjectNode pod(JobView job, int index, String prefix, String name, @Nullable JobPod replaced) {
        JsonNode template = job.spec().path("template");
        ObjectNode pod = Json.MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("name", name).put("generateName", prefix);
        metadata.put("namespace", job.stored().key().namespace());
        ObjectNode labels = copy(template.path("metadata").path("labels"));
        ObjectNode annotations = copy(template.path("metadata").path("annotations"));
        ObjectNode spec = copy(template.path("spec"));
        if (index != JobPod.NO_INDEX) {
            labels.put(JobPod.INDEX, Integer.toString(index));
            annotations.put(JobPod.INDEX, Integer.toString(index));
            spec.put("hostname", job.name() + "-" + index);
            addVariable(spec.path("initContainers"));
            addVariable(spec.path("containers"));
        }
        if (job.limitsPerIndex()) {
            countFailures(job, annotations, replaced);
        }
        metadata.set("labels", labels);
        if (!annotations.isEmpty()) {
            metadata.set("annotations", annotations);
        }
        ArrayNode finalizers = metadata.putArray("finalizers");
        template.path("metadata").path("finalizers").forEach(finalizers::add);
        if (!finalizers.valueStream().anyMatch(each -> each.asText().equals(JobPod.TRACKING))) {
            finalizers.add(JobPod.TRACKING);
        }
        metadata.putArray("ownerReferences").add(job.asOwner().json());
        pod.set("spec", spec);
        return pod;
    }

    private static ObjectNode copy(JsonNode node) {
        return node instanceof ObjectNode object ? object.deepCopy() : Json.MAPPER.createObjectNode();
    }

    private static void addVariable(JsonNode containers) {
        for (JsonNode container : containers) {
            ArrayNode variables = ((ObjectNode) container).withArray("env");
            if (!variables
                    .valueStream()
                    .anyMatch(each -> each.path("name").asText().equals(INDEX_VARIABLE))) {
                variables
                        .addObject()
                        .put("name", INDEX_VARIABLE)
                        .putObject("valueFrom")
                        .putObject("fieldRef")
                        .put("apiVersion", "v1")
                        .put("fieldPath", "metadata.labels['" + JobPod.INDEX + "']");
            }
        }
    }

    private static void countFailures(JobView job, ObjectNode annotations, @Nullable JobPod replaced) {
        int failures = 0;
        int ignored = 0;
        if (replaced != null) {
            boolean counts = job.failurePolicy().of(replaced).counts();
            failures = replaced.read().failures() + (counts ? 1 : 0);
            ignored = replaced.read().ignoredFailures() + (counts ? 0 : 1);
        }
        annotations.put(JobPod.INDEX_FAILURES, Integer.toString(failures));
        if (ignored > 0) {
            annotations.put(JobPod.INDEX_IGNORED_FAILURES, Integer.toString(ignored));
        }
    }
}
