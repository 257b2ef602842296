package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.cause.ContainerEnd;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The state of an existing Job or CronJob. */
final class JobVerdict {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType JOBS = new ResourceType("batch", "jobs");

    private final Evidence evidence;
    private final StoredObject object;
    private final JsonNode tree;
    private final JsonNode spec;
    private final JsonNode status;

    JobVerdict(Evidence evidence, StoredObject object) {
        this.evidence = evidence;
        this.object = object;
        this.tree = object.json().tree();
        this.spec = tree.path("spec");
        this.status = tree.path("status");
    }

    /** @param suspendedSince the user's change that suspended it, or empty */
    List<String> ofJob(String suspendedSince) {
        List<String> lines = new ArrayList<>();
        String end = end();
        if (end.equals("Complete") || end.equals("SuccessCriteriaMet")) {
            JsonNode condition = Words.condition(tree, end);
            boolean byPolicy = condition.path("reason").asText().equals("SuccessPolicy");
            lines.add((end.equals("Complete") ? "Complete: " : "Completes: ") + progress()
                    + (byPolicy
                            ? "; its success policy: "
                                    + Words.message(condition.path("message").asText())
                            : "")
                    + ".");
            return lines;
        }
        if (!end.isEmpty()) {
            lines.add((end.equals("Failed") ? "Failed: " : "Fails: ") + failure(Words.condition(tree, end)) + ".");
            lastFailed()
                    .map(pod -> "Pod " + pod.key().name() + ": "
                            + lower(new PodVerdict(evidence, pod, evidence.why(pod))
                                    .lines()
                                    .getFirst()))
                    .ifPresent(lines::add);
            return lines;
        }
        if (spec.path("suspend").asBoolean()) {
            lines.add("Suspended" + suspendedSince + ": " + progress() + ".");
            return lines;
        }
        long failed = status.path("failed").asLong();
        lines.add(
                "Runs: " + progress() + ", " + Words.count(status.path("active").asLong(), "active pod")
                        + (failed == 0 ? "" : ", " + failed + " failed" + limit()) + ".");
        unwell().or(this::lastFailed)
                .map(pod -> "Pod " + pod.key().name() + ": "
                        + lower(new PodVerdict(evidence, pod, evidence.why(pod))
                                .lines()
                                .getFirst()))
                .ifPresent(lines::add);
        return lines;
    }

    /** @param suspendedSince the user's change that suspended it, or empty */
    List<String> ofCronJob(String suspendedSince) {
        List<String> lines = new ArrayList<>();
        String last = status.path("lastScheduleTime").asText("");
        String success = status.path("lastSuccessfulTime").asText("");
        String state = spec.path("suspend").asBoolean()
                ? "Suspended" + suspendedSince
                : "Runs at " + Words.line(spec.path("schedule").asText()) + zone();
        lines.add(state + ": "
                + (last.isEmpty() ? "no time was due yet" : "last due at " + last)
                + (success.isEmpty() ? "" : ", last success at " + success)
                + ", " + Words.count(status.path("active").size(), "active job") + ".");
        evidence.dependents(object).stream()
                .filter(job -> job.key().type().equals(JOBS))
                .max(Comparator.comparing(job -> job.json()
                        .tree()
                        .path("metadata")
                        .path("creationTimestamp")
                        .asText()))
                .map(job -> "Job " + job.key().name() + ": "
                        + lower(new JobVerdict(evidence, job).ofJob("").getFirst()))
                .ifPresent(lines::add);
        return lines;
    }

    private String zone() {
        String zone = spec.path("timeZone").asText("");
        return zone.isEmpty() ? "" : " (" + Words.line(zone) + ")";
    }

    /** The condition that ends it, or empty. */
    private String end() {
        for (String type : List.of("Complete", "Failed", "SuccessCriteriaMet", "FailureTarget")) {
            if (Words.isTrue(tree, type)) {
                return type;
            }
        }
        return "";
    }

    private String progress() {
        long succeeded = status.path("succeeded").asLong();
        return spec.path("completions").isNumber()
                ? succeeded + " of " + Words.count(spec.path("completions").asLong(), "completion")
                : succeeded + " succeeded";
    }

    private String failure(JsonNode condition) {
        return switch (condition.path("reason").asText()) {
            case "BackoffLimitExceeded" ->
                lastEnd() + "backoffLimit " + spec.path("backoffLimit").asLong() + " reached";
            case "DeadlineExceeded" ->
                "active longer than activeDeadlineSeconds "
                        + spec.path("activeDeadlineSeconds").asLong();
            case "MaxFailedIndexesExceeded" ->
                lastEnd() + "more than maxFailedIndexes "
                        + spec.path("maxFailedIndexes").asLong() + " failed: " + failedIndexes();
            case "FailedIndexes" -> lastEnd() + "failed indexes: " + failedIndexes();
            default -> Words.message(condition.path("message").asText());
        };
    }

    private String failedIndexes() {
        return Words.line(status.path("failedIndexes").asText());
    }

    /** {@code pod x exited 3, }, or empty if no pod is left that tells. */
    private String lastEnd() {
        return lastFailed()
                .flatMap(pod -> ContainerEnd.in(pod.json().tree()).reversed().stream()
                        .filter(ContainerEnd::bad)
                        .findFirst()
                        .map(end -> "pod " + pod.key().name() + " exited " + end.exitCode() + ", "))
                .orElse("");
    }

    private String limit() {
        return spec.has("backoffLimitPerIndex")
                ? " (backoffLimitPerIndex " + spec.path("backoffLimitPerIndex").asLong() + ")"
                : " (backoffLimit " + spec.path("backoffLimit").asLong() + ")";
    }

    private Optional<StoredObject> lastFailed() {
        return newest("Failed");
    }

    private Optional<StoredObject> unwell() {
        return pods().stream()
                .filter(pod -> !pod.deleting())
                .filter(pod -> {
                    String phase =
                            pod.json().tree().path("status").path("phase").asText("Pending");
                    return !phase.equals("Failed")
                            && !phase.equals("Succeeded")
                            && !Words.isTrue(pod.json().tree(), "Ready");
                })
                .max(Comparator.comparingLong(StoredObject::revision));
    }

    private Optional<StoredObject> newest(String phase) {
        return pods().stream()
                .filter(pod ->
                        pod.json().tree().path("status").path("phase").asText().equals(phase))
                .max(Comparator.comparing((StoredObject pod) -> endOf(pod)).thenComparing(StoredObject::revision));
    }

    private static String endOf(StoredObject pod) {
        return ContainerEnd.in(pod.json().tree()).stream()
                .map(ContainerEnd::finishedAt)
                .max(Comparator.naturalOrder())
                .orElse("");
    }

    private List<StoredObject> pods() {
        return evidence.dependents(object).stream()
                .filter(pod -> pod.key().type().equals(PODS))
                .toList();
    }

    private static String lower(String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
