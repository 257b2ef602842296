package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A Job as its controller sees it; the trees are read only. */
record JobView(StoredObject stored, JsonNode spec, JsonNode status, LabelSelector selector, Regarding regarding) {
    /** A century: a deadline beyond it never comes, and a clock could not count to it. */
    private static final long FOREVER_SECONDS = Duration.ofDays(36_500).toSeconds();

    static final String API_VERSION = "batch/v1";
    static final String KIND = "Job";
    static final String COMPLETE = "Complete";
    static final String FAILED = "Failed";
    static final String SUCCESS_CRITERIA_MET = "SuccessCriteriaMet";
    static final String FAILURE_TARGET = "FailureTarget";
    static final String SUSPENDED = "Suspended";

    private static final String THIS_CONTROLLER = "kubernetes.io/job-controller";
    private static final int REMEMBERED = 4096;
    private static final Memo<Brief> BRIEFS =
            new Memo<>(REMEMBERED, job -> brief(job.json().tree()));

    /**
     * What is asked of many Jobs at once.
     *
     * @param end the condition that ended it, or null
     * @param endedAt when, or null
     */
    record Brief(
            boolean managedHere,
            @Nullable String end,
            @Nullable Instant endedAt,
            LabelSelector selector) {
        boolean finished() {
            return end != null;
        }
    }

    static JobView of(StoredObject stored) {
        JsonNode tree = stored.json().tree();
        JsonNode spec = tree.path("spec");
        return new JobView(
                stored, spec, tree.path("status"), LabelSelector.of(spec.path("selector")), Regarding.object(tree));
    }

    static Brief brief(StoredObject stored) {
        return BRIEFS.of(stored);
    }

    private static Brief brief(JsonNode tree) {
        JsonNode conditions = tree.path("status").path("conditions");
        String end = null;
        for (JsonNode each : conditions) {
            String type = each.path("type").asText();
            if ((type.equals(COMPLETE) || type.equals(FAILED))
                    && each.path("status").asText().equals("True")) {
                end = type;
            }
        }
        return new Brief(
                tree.path("spec").path("managedBy").asText(THIS_CONTROLLER).equals(THIS_CONTROLLER),
                end,
                end == null
                        ? null
                        : Conditions.parse(Conditions.find(conditions, end).path("lastTransitionTime")),
                LabelSelector.of(tree.path("spec").path("selector")));
    }

    /** The Job that an owner reference names, if the controller knows it; it may have another uid. */
    static @Nullable ObjectKey keyOf(@Nullable OwnerRef owner, String namespace) {
        return owner != null && owner.kind().equals(KIND) && owner.apiVersion().equals(API_VERSION)
                ? ObjectKey.of(Types.JOBS, namespace, owner.name())
                : null;
    }

    OwnerRef asOwner() {
        return OwnerRef.controlledBy(API_VERSION, KIND, name(), stored.uid());
    }

    String name() {
        return stored.key().name();
    }

    boolean selects(StoredObject pod) {
        return !selector.isEmpty() && selector.matches(pod.labels());
    }

    boolean indexed() {
        return spec.path("completionMode").asText().equals("Indexed");
    }

    boolean suspended() {
        return spec.path("suspend").asBoolean();
    }

    int parallelism() {
        return spec.path("parallelism").asInt(1);
    }

    /** Whether a number of completions is wanted; else one success is enough, and the others run to completion. */
    boolean hasCompletions() {
        return spec.path("completions").isNumber();
    }

    /** 0 without {@link #hasCompletions}. */
    int completions() {
        return spec.path("completions").asInt();
    }

    int backoffLimit() {
        return spec.path("backoffLimit").asInt();
    }

    /** Whether each index has its own limit of failures. */
    boolean limitsPerIndex() {
        return spec.path("backoffLimitPerIndex").isNumber();
    }

    int backoffLimitPerIndex() {
        return spec.path("backoffLimitPerIndex").asInt();
    }

    FailurePolicy failurePolicy() {
        return new FailurePolicy(spec.path("podFailurePolicy"));
    }

    /** Whether a terminating pod is replaced only after its end, and counts as failed only then. */
    boolean replacesOnlyEnded() {
        return spec.path("podReplacementPolicy").asText().equals("Failed")
                || spec.path("podFailurePolicy").isObject();
    }

    /** Whether the index is one of this Job's. */
    boolean valid(int index) {
        return index != JobPod.NO_INDEX && index < completions();
    }

    /** Whether the pod counts as failed. */
    boolean considersFailed(JobPod pod) {
        return pod.failed() || !replacesOnlyEnded() && pod.view().deleting() && !pod.succeeded();
    }

    @Nullable Instant startTime() {
        return Conditions.parse(status.path("startTime"));
    }

    /** How long it may be active, or null if there is no deadline. */
    @Nullable Duration activeDeadline() {
        JsonNode seconds = spec.path("activeDeadlineSeconds");
        return seconds.isNumber() ? Duration.ofSeconds(Math.min(seconds.asLong(), FOREVER_SECONDS)) : null;
    }

    Intervals completedIndexes() {
        return Intervals.parse(status.path("completedIndexes").asText(), completions());
    }

    Intervals failedIndexes() {
        return Intervals.parse(status.path("failedIndexes").asText(), completions());
    }

    /** Whether the stored status says that the Job ends. */
    boolean announcesEnd() {
        return condition(SUCCESS_CRITERIA_MET).isObject()
                || condition(FAILURE_TARGET).isObject();
    }

    /** The condition of a type in the stored status if it is true, else a missing node. */
    JsonNode condition(String type) {
        JsonNode conditions = status.path("conditions");
        return Conditions.has(conditions, type, "True") ? Conditions.find(conditions, type) : MissingNode.getInstance();
    }
}
