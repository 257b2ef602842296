package io.shiplog.command.kind.batch;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.LabelSelectors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.core.pod.PodTemplateValidation;
import io.shiplog.command.kind.core.pod.PodWarnings;
import io.shiplog.command.kind.tree.Trees;
import java.util.ArrayList;
import java.util.List;

/**
 * A Job's spec, in a Job and in a CronJob's template.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go">
 *     ValidateJob, ValidateJobUpdate</a>
 */
final class JobValidation {
    private static final int MAX_PARALLELISM = 100_000;
    private static final int MAX_FAILED_INDEXES = 100_000;
    private static final int MANY_COMPLETIONS = 100_000;
    private static final int PARALLELISM_OF_MANY = 10_000;
    private static final int FAILED_INDEXES_OF_MANY = 10_000;
    private static final int MAX_MANAGED_BY = 63;
    private static final List<String> MODES = List.of("NonIndexed", "Indexed");

    private JobValidation() {}

    /** The selector and the labels that the API server generates. */
    static void generatedSelector(ObjectNode job, FieldErrors errors) {
        JsonNode selector = Trees.at(job, "spec", "selector");
        if (Trees.at(job, "spec", "manualSelector").asBoolean() || !selector.isObject()) {
            return;
        }
        JsonNode labels = Trees.at(job, "spec", "template", "metadata", "labels");
        String uid = text(job, "metadata", "uid");
        String name = Trees.name(job);
        hasLabel(labels, JobKind.OLD_UID, uid, errors);
        hasLabel(labels, JobKind.OLD_NAME, name, errors);
        hasLabel(labels, JobKind.UID, uid, errors);
        hasLabel(labels, JobKind.NAME, name, errors);
        ObjectNode expected = job.objectNode()
                .put(JobKind.UID, uid)
                .put(JobKind.NAME, name)
                .put(JobKind.OLD_UID, uid)
                .put(JobKind.OLD_NAME, name);
        if (LabelSelectors.isValid(selector) && !LabelSelectors.matches(selector, expected)) {
            errors.invalid("spec.selector", selector, "`selector` not auto-generated");
        }
    }

    private static void hasLabel(JsonNode labels, String key, String value, FieldErrors errors) {
        String path = "spec.template.metadata.labels[" + key + "]";
        if (!labels.has(key)) {
            errors.required(path, "must be '" + value + "'");
        } else if (!text(labels, key).equals(value)) {
            errors.invalid(path, labels, "must be '" + value + "'");
        }
    }

    /** An Indexed Job's pods have host names with their index. */
    static void hostnames(ObjectNode job, FieldErrors errors) {
        JsonNode spec = job.path("spec");
        if (isIndexed(spec) && spec.path("completions").asLong() > 0) {
            String last = Trees.name(job) + "-" + (spec.path("completions").asLong() - 1);
            if (!Names.label(last).isEmpty()) {
                errors.invalid(
                        "metadata.name",
                        Trees.name(job),
                        "will not able to create pod with invalid DNS label: " + last);
            }
        }
    }

    /** The spec of a Job, which has a selector. */
    static void job(JsonNode spec, FieldErrors errors) {
        spec(spec, "spec", errors);
        JsonNode selector = spec.path("selector");
        if (selector.isObject()) {
            Checks.labelSelector(selector, "spec.selector", errors);
        } else {
            errors.required("spec.selector", "");
        }
        if (LabelSelectors.isValid(selector)
                && !LabelSelectors.matches(selector, Trees.at(spec, "template", "metadata", "labels"))) {
            PodTemplateValidation.notSelected(spec.path("template"), "spec.template", errors);
        }
    }

    /** All but the selector. */
    static void spec(JsonNode spec, String path, FieldErrors errors) {
        for (String number : List.of(
                "parallelism",
                "completions",
                "activeDeadlineSeconds",
                "backoffLimit",
                "ttlSecondsAfterFinished",
                "backoffLimitPerIndex",
                "maxFailedIndexes")) {
            Checks.notNegative(spec.path(number), path + "." + number, errors);
        }
        if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
            errors.required(path + ".backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }
        managedBy(spec, path + ".managedBy", errors);
        mode(spec, path, errors);
        if (spec.path("podFailurePolicy").isObject()) {
            PodFailurePolicyValidation.validate(spec, path + ".podFailurePolicy", errors);
        }
        successPolicy(spec, path + ".successPolicy", errors);
        replacement(spec, path + ".podReplacementPolicy", errors);
        PodTemplateValidation.validate(spec.path("template"), path + ".template", errors);
        restartPolicy(spec, path + ".template.spec.restartPolicy", errors);
    }

    private static void managedBy(JsonNode spec, String path, FieldErrors errors) {
        if (!spec.has("managedBy")) {
            return;
        }
        String manager = text(spec, "managedBy");
        int slash = manager.indexOf('/');
        if (manager.isEmpty()) {
            errors.required(path, "");
        } else if (slash <= 0 || slash == manager.length() - 1) {
            errors.invalid(path, manager, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            Checks.each(Names.subdomain(manager.substring(0, slash)), path, manager.substring(0, slash), errors);
        }
        if (manager.length() > MAX_MANAGED_BY) {
            errors.tooLong(path, MAX_MANAGED_BY);
        }
    }

    private static void mode(JsonNode spec, String path, FieldErrors errors) {
        String mode = text(spec, "completionMode");
        if (spec.has("completionMode") && !MODES.contains(mode)) {
            errors.notSupported(path + ".completionMode", mode, MODES);
        }
        if (isIndexed(spec)) {
            indexed(spec, path, errors);
        } else if (mode.isEmpty() || mode.equals("NonIndexed")) {
            for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
                if (spec.has(field)) {
                    errors.invalid(path + "." + field, spec.path(field), "requires indexed completion mode");
                }
            }
        }
    }

    private static void indexed(JsonNode spec, String path, FieldErrors errors) {
        JsonNode completions = spec.path("completions");
        JsonNode failed = spec.path("maxFailedIndexes");
        if (completions.isMissingNode()) {
            errors.required(path + ".completions", "when completion mode is Indexed");
        }
        atMost(
                spec.path("parallelism"),
                MAX_PARALLELISM,
                "must be less than or equal to 100000 when completion mode is Indexed",
                path + ".parallelism",
                errors);
        if (completions.isNumber()) {
            atMost(
                    failed,
                    completions.asLong(),
                    "must be less than or equal to completions",
                    path + ".maxFailedIndexes",
                    errors);
        }
        atMost(failed, MAX_FAILED_INDEXES, "must be less than or equal to 100000", path + ".maxFailedIndexes", errors);
        if (completions.asLong() > MANY_COMPLETIONS && spec.has("backoffLimitPerIndex")) {
            String many =
                    "must be less than or equal to 10000 when completions are above 100000 and used with backoff limit"
                            + " per index";
            if (failed.isMissingNode()) {
                errors.required(path + ".maxFailedIndexes", "must be specified when completions is above 100000");
            }
            atMost(spec.path("parallelism"), PARALLELISM_OF_MANY, many, path + ".parallelism", errors);
            atMost(failed, FAILED_INDEXES_OF_MANY, many, path + ".maxFailedIndexes", errors);
        }
    }

    private static void atMost(JsonNode number, long max, String detail, String path, FieldErrors errors) {
        if (number.asLong(0) > max) {
            errors.invalid(path, number, detail);
        }
    }

    private static void successPolicy(JsonNode spec, String path, FieldErrors errors) {
        JsonNode policy = spec.path("successPolicy");
        if (!policy.isObject()) {
            return;
        }
        if (isIndexed(spec)) {
            PodFailurePolicyValidation.success(policy, spec.path("completions").asInt(), path, errors);
        } else {
            errors.invalid(path, InternalForm.successPolicy(policy), "requires indexed completion mode");
        }
    }

    private static void replacement(JsonNode spec, String path, FieldErrors errors) {
        if (!spec.has("podReplacementPolicy")) {
            return;
        }
        String policy = text(spec, "podReplacementPolicy");
        List<String> supported =
                spec.path("podFailurePolicy").isObject() ? List.of("Failed") : List.of("Failed", "TerminatingOrFailed");
        if (!supported.contains(policy)) {
            errors.notSupported(path, policy, supported);
        }
    }

    private static void restartPolicy(JsonNode spec, String path, FieldErrors errors) {
        String restart = text(spec, "template", "spec", "restartPolicy");
        if (restart.isEmpty() || restart.equals("Always")) {
            errors.required(path, "valid values: \"OnFailure\", \"Never\"");
        } else if (!Trees.oneOf(restart, "OnFailure", "Never")) {
            errors.notSupported(path, restart, List.of("OnFailure", "Never"));
        } else if (spec.path("podFailurePolicy").isObject() && !restart.equals("Never")) {
            errors.invalid(path, restart, "only \"Never\" is supported when podFailurePolicy is specified");
        }
    }

    static boolean isIndexed(JsonNode spec) {
        return text(spec, "completionMode").equals("Indexed");
    }

    /** What an update may not change. */
    static void update(ObjectNode job, ObjectNode old, FieldErrors errors) {
        JsonNode spec = job.path("spec");
        JsonNode before = old.path("spec");
        // Kubernetes validates the spec once more.
        job(spec, errors);
        completions(spec, before, errors);
        immutable(spec, before, "selector", spec.path("selector"), errors);
        JobTemplateUpdate.validate(spec, old, errors);
        immutable(spec, before, "completionMode", spec.path("completionMode"), errors);
        immutable(
                spec, before, "podFailurePolicy", InternalForm.podFailurePolicy(spec.path("podFailurePolicy")), errors);
        immutable(spec, before, "backoffLimitPerIndex", spec.path("backoffLimitPerIndex"), errors);
        immutable(spec, before, "managedBy", spec.path("managedBy"), errors);
        immutable(spec, before, "successPolicy", InternalForm.successPolicy(spec.path("successPolicy")), errors);
    }

    private static void immutable(JsonNode spec, JsonNode before, String field, JsonNode shown, FieldErrors errors) {
        JsonNode now = spec.path(field);
        JsonNode was = before.path(field);
        if (!now.equals(was) && !(now.isMissingNode() && was.isNull())) {
            errors.invalid("spec." + field, shown.isMissingNode() ? NullNode.instance : shown, Checks.IMMUTABLE);
        }
    }

    private static void completions(JsonNode spec, JsonNode before, FieldErrors errors) {
        JsonNode completions = spec.path("completions");
        if (!isIndexed(spec)) {
            immutable(spec, before, "completions", completions, errors);
        } else if (completions.isNumber()
                && completions.asLong() != before.path("completions").asLong(-1)
                && completions.asLong() != spec.path("parallelism").asLong()) {
            errors.invalid("spec.completions", completions, "can only be modified in tandem with spec.parallelism");
        }
    }

    /** @param path the path of the job's spec */
    static List<String> warnings(JsonNode spec, String path) {
        List<String> warnings = new ArrayList<>(0);
        if (isIndexed(spec)
                && spec.path("completions").asLong() > MANY_COMPLETIONS
                && spec.path("parallelism").asLong() > PARALLELISM_OF_MANY) {
            warnings.add(path
                    + ": In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4,"
                    + " Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
        }
        warnings.addAll(PodWarnings.of(Trees.at(spec, "template", "spec"), path + ".template.spec"));
        return warnings;
    }
}
