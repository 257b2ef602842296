package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.PodView;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A pod as the Job controller sees it. */
record JobPod(PodView view, Read read) {
    /** The finalizer that holds a pod until it is counted. */
    static final String TRACKING = "batch.kubernetes.io/job-tracking";

    static final String INDEX = "batch.kubernetes.io/job-completion-index";
    static final String INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";
    static final String INDEX_IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count";

    /** The index of a pod without one. */
    static final int NO_INDEX = -1;

    private static final int REMEMBERED = 1 << 14;
    private static final Memo<Read> MEMO =
            new Memo<>(REMEMBERED, pod -> readTree(pod.json().tree()));

    /**
     * Values parsed from a pod's bytes.
     *
     * @param index its completion index, or {@link #NO_INDEX}
     * @param failures of its index before it, those that count
     * @param ignoredFailures of its index before it, those that a rule ignored
     * @param tracked whether it has the finalizer
     * @param finishedAt when it ended, if it did
     * @param restarts of all its containers
     * @param exits terminated containers, init containers last
     * @param conditions the types of its conditions with their status, {@code Ready=True}
     */
    record Read(
            int index,
            int failures,
            int ignoredFailures,
            boolean tracked,
            Instant finishedAt,
            int restarts,
            List<Exit> exits,
            Set<String> conditions) {}

    /** How a container ended. */
    record Exit(String container, int code) {}

    static JobPod of(StoredObject pod) {
        return new JobPod(PodView.of(pod), MEMO.of(pod));
    }

    StoredObject stored() {
        return view.stored();
    }

    String uid() {
        return view.stored().uid();
    }

    String name() {
        return view.name();
    }

    int index() {
        return read.index();
    }

    boolean tracked() {
        return read.tracked();
    }

    boolean succeeded() {
        return view.read().phase().equals("Succeeded");
    }

    boolean failed() {
        return view.read().phase().equals("Failed");
    }

    /** Deleted, and still running. */
    boolean terminating() {
        return view.deleting() && !view.terminal();
    }

    /** All failures of its index before it. */
    int allFailures() {
        return read.failures() + read.ignoredFailures();
    }

    private static Read readTree(JsonNode tree) {
        JsonNode metadata = tree.path("metadata");
        JsonNode annotations = metadata.path("annotations");
        JsonNode status = tree.path("status");
        boolean tracked = false;
        for (JsonNode finalizer : metadata.path("finalizers")) {
            tracked |= finalizer.asText().equals(TRACKING);
        }
        Set<String> conditions = new HashSet<>();
        for (JsonNode condition : status.path("conditions")) {
            conditions.add(condition.path("type").asText() + "="
                    + condition.path("status").asText());
        }
        return new Read(
                number(annotations.path(INDEX), NO_INDEX),
                number(annotations.path(INDEX_FAILURES), 0),
                number(annotations.path(INDEX_IGNORED_FAILURES), 0),
                tracked,
                finishedAt(tree),
                restarts(status.path("containerStatuses")) + restarts(status.path("initContainerStatuses")),
                exits(status),
                Set.copyOf(conditions));
    }

    private static int number(JsonNode annotation, int otherwise) {
        return annotation.asText().matches("[0-9]{1,9}") ? Integer.parseInt(annotation.asText()) : otherwise;
    }

    private static int restarts(JsonNode containers) {
        int sum = 0;
        for (JsonNode container : containers) {
            sum += container.path("restartCount").asInt();
        }
        return sum;
    }

    private static List<Exit> exits(JsonNode status) {
        List<Exit> exits = new ArrayList<>();
        for (String list : List.of("containerStatuses", "initContainerStatuses")) {
            for (JsonNode container : status.path(list)) {
                JsonNode ended = container.path("state").path("terminated");
                if (ended.isObject()) {
                    exits.add(new Exit(
                            container.path("name").asText(),
                            ended.path("exitCode").asInt()));
                }
            }
        }
        return List.copyOf(exits);
    }

    /**
     * The end of the last container; else of its readiness; else its deletion; else its creation.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/job/backoff_utils.go">getFinishedTime</a>
     */
    private static Instant finishedAt(JsonNode tree) {
        JsonNode status = tree.path("status");
        Instant ended = lastEnd(status.path("containerStatuses"));
        if (ended != null) {
            return ended;
        }
        JsonNode ready = Conditions.find(status.path("conditions"), "Ready");
        Instant unready = ready.path("status").asText().equals("False")
                ? Conditions.parse(ready.path("lastTransitionTime"))
                : null;
        if (unready != null) {
            return unready;
        }
        JsonNode metadata = tree.path("metadata");
        Instant deleted = Conditions.parse(metadata.path("deletionTimestamp"));
        if (deleted != null) {
            return deleted.minus(Duration.ofSeconds(
                    metadata.path("deletionGracePeriodSeconds").asLong()));
        }
        Instant created = Conditions.parse(metadata.path("creationTimestamp"));
        return created == null ? Instant.EPOCH : created;
    }

    private static @Nullable Instant lastEnd(JsonNode containers) {
        Instant last = null;
        for (JsonNode container : containers) {
            Instant end =
                    Conditions.parse(container.path("state").path("terminated").path("finishedAt"));
            if (end == null) {
                return null;
            }
            last = last == null || end.isAfter(last) ? end : last;
        }
        return last;
    }
}
