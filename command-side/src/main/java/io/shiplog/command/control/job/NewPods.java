package io.shiplog.command.control.job;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.GeneratedNames;
import io.shiplog.command.control.view.PodTemplates;
import io.shiplog.command.control.view.Types;
import io.shiplog.projections.image.Image;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
        Map<String, Iterator<String>> names = new HashMap<>();
        indexes.stream()
                .map(index -> prefix(job.name(), index))
                .collect(Collectors.groupingBy(prefix -> prefix, Collectors.counting()))
                .forEach((prefix, many) -> names.put(
                        prefix,
                        GeneratedNames.of(job.stored(), image, Types.PODS, prefix, many.intValue())
                                .iterator()));
        List<ObjectNode> pods = new ArrayList<>();
        for (int index : indexes) {
            String prefix = prefix(job.name(), index);
            String name = requireNonNull(names.get(prefix)).next();
            pods.add(pod(job, index, prefix, name, count.toReplace().get(index)));
        }
        return pods;
    }

    private static String prefix(String job, int index) {
        String end = index == JobPod.NO_INDEX ? "-" : "-" + index + "-";
        return job.substring(0, Math.min(job.length(), MAX_PREFIX_CHARS - end.length())) + end;
    }

    private static ObjectNode pod(JobView job, int index, String prefix, String name, @Nullable JobPod replaced) {
        ObjectNode pod = PodTemplates.pod(
                job.stored().key().namespace(), name, job.spec().path("template"), job.asOwner());
        ObjectNode metadata = pod.withObject("/metadata").put("generateName", prefix);
        if (index != JobPod.NO_INDEX) {
            metadata.withObject("/labels").put(JobPod.INDEX, Integer.toString(index));
            metadata.withObject("/annotations").put(JobPod.INDEX, Integer.toString(index));
            ObjectNode spec = pod.withObject("/spec").put("hostname", job.name() + "-" + index);
            addVariable(spec.path("initContainers"));
            addVariable(spec.path("containers"));
        }
        if (job.limitsPerIndex()) {
            countFailures(job, metadata.withObject("/annotations"), replaced);
        }
        ArrayNode finalizers = metadata.withArray("/finalizers");
        if (finalizers.valueStream().noneMatch(each -> each.asText().equals(JobPod.TRACKING))) {
            finalizers.add(JobPod.TRACKING);
        }
        return pod;
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
