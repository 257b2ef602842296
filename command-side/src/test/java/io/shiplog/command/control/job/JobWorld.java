package io.shiplog.command.control.job;

import static io.shiplog.command.control.view.Types.JOBS;
import static io.shiplog.command.control.view.Types.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.loop.ControllerLoop;
import io.shiplog.events.object.ObjectKey;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** One Job, its controller, and nodes whose containers a test ends. */
final class JobWorld {
    static final ObjectKey JOB = ObjectKey.of(JOBS, "shop", "work");

    final FakeCluster cluster = new FakeCluster();
    final JobController controller = new JobController();
    private ControllerLoop loop = cluster.run(controller);

    /** @param spec fields of the Job's spec besides selector and template */
    JobWorld givenJob(String spec) {
        return givenJob(spec, "\"restartPolicy\":\"Never\"");
    }

    JobWorld givenJob(String spec, String podSpec) {
        cluster.given(JOBS, """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"work","namespace":"shop"},"spec":{"backoffLimit":6,%s
                "selector":{"matchLabels":{"app":"work"}},"template":{"metadata":{"labels":{"app":"work"}},
                "spec":{%s,"containers":[{"name":"c","image":"i"}]}}}}""".formatted(spec.isEmpty() ? "" : spec + ",", podSpec));
        cluster.settle();
        return this;
    }

    JobWorld change(String spec) {
        cluster.change(JOB, "", "{\"spec\":{" + spec + "}}");
        cluster.settle();
        return this;
    }

    /** Stops the controller and starts it from scratch. */
    JobWorld restart() {
        loop.restart();
        cluster.settle();
        return this;
    }

    List<ObjectNode> pods() {
        return cluster.trees(PODS);
    }

    List<ObjectNode> live() {
        return pods().stream()
                .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
                .filter(pod -> !pod.at("/status/phase").asText().matches("Failed|Succeeded"))
                .toList();
    }

    ObjectNode live(int index) {
        return live().stream()
                .filter(pod -> index(pod) == index)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pod of index " + index));
    }

    static int index(JsonNode pod) {
        return pod.at("/metadata/annotations").path(JobPod.INDEX).asInt(-1);
    }

    static ObjectKey key(JsonNode pod) {
        return ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText());
    }

    JobWorld bind(JsonNode pod) {
        cluster.change(key(pod), "", "{\"spec\":{\"nodeName\":\"n1\"}}");
        cluster.settle();
        return this;
    }

    JobWorld ready(JsonNode pod) {
        cluster.change(key(pod), "status", """
                {"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"%s"}]}}""".formatted(cluster.now()));
        cluster.settle();
        return this;
    }

    JobWorld ends(JsonNode pod, int exitCode) {
        return ends(pod, exitCode, "");
    }

    JobWorld ends(JsonNode pod, int exitCode, String condition) {
        String conditions = condition.isEmpty() ? "" : "{\"type\":\"%s\",\"status\":\"True\"}".formatted(condition);
        cluster.change(key(pod), "status", """
                {"status":{"phase":"%s","conditions":[%s],"containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":%d,
                "finishedAt":"%s"}}}]}}""".formatted(
                        exitCode == 0 ? "Succeeded" : "Failed", conditions, exitCode, cluster.now()));
        cluster.settle();
        return this;
    }

    JsonNode job() {
        return Objects.requireNonNull(cluster.tree(JOB));
    }

    JsonNode status() {
        return job().path("status");
    }

    /** The true conditions as {@code type/reason}. */
    List<String> conditions() {
        return StreamSupport.stream(status().path("conditions").spliterator(), false)
                .filter(each -> each.path("status").asText().equals("True"))
                .map(each ->
                        each.path("type").asText() + "/" + each.path("reason").asText())
                .toList();
    }

    String message(String type) {
        return StreamSupport.stream(status().path("conditions").spliterator(), false)
                .filter(each -> each.path("type").asText().equals(type))
                .map(each -> each.path("message").asText())
                .findFirst()
                .orElse("");
    }

    List<Integer> liveIndexes() {
        return live().stream().map(JobWorld::index).sorted().toList();
    }
}
