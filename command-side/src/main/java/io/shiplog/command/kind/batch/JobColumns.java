package io.shiplog.command.kind.batch;

import static io.shiplog.events.kind.MetaColumns.number;
import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.apps.WorkloadColumns;
import io.shiplog.command.kind.check.LabelSelectors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.HumanDuration;
import io.shiplog.events.kind.MetaColumns;
import java.time.Instant;
import java.util.List;

/** The columns of {@code kubectl get} for Jobs and CronJobs. */
final class JobColumns {
    private static final String SELECTOR =
            "A label query over pods that should match the pod count. Normally, the system sets this field for you. More info:"
                    + " https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors";

    static final List<Column> JOB = List.of(
            MetaColumns.NAME,
            text("Status", "Status of the job.", (job, now) -> status(job)),
            text(
                    "Completions",
                    "The number of pods which reached phase Succeeded. The value increases monotonically for a given spec."
                            + " However, it may decrease in reaction to scale down of elastic indexed jobs.",
                    (job, now) -> completions(job)),
            text("Duration", "Time required to complete the job.", JobColumns::duration),
            MetaColumns.AGE,
            containers("name", "spec"),
            containers("image", "spec"),
            wide("Selector", SELECTOR, (job, now) -> LabelSelectors.textOrNone(Trees.at(job, "spec", "selector"))));

    static final List<Column> CRON_JOB = List.of(
            MetaColumns.NAME,
            text(
                    "Schedule",
                    "The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.",
                    (job, now) -> Trees.text(job, "spec", "schedule")),
            text(
                    "Timezone",
                    "The time zone name for the given schedule, see"
                            + " https://en.wikipedia.org/wiki/List_of_tz_database_time_zones.",
                    (job, now) -> MetaColumns.textOr(Trees.at(job, "spec", "timeZone"), MetaColumns.NONE)),
            new Column(
                    "Suspend",
                    "boolean",
                    "",
                    "This flag tells the controller to suspend subsequent executions, it does not apply to already started"
                            + " executions.  Defaults to false.",
                    0,
                    (job, now) -> suspended(Trees.at(job, "spec", "suspend"))),
            number(
                    "Active",
                    "A list of pointers to currently running jobs.",
                    (job, now) -> Trees.at(job, "status", "active").size()),
            text(
                    "Last Schedule",
                    "Information when was the last time the job was successfully scheduled.",
                    (job, now) -> {
                        String last = Trees.text(job, "status", "lastScheduleTime");
                        return last.isEmpty() ? MetaColumns.NONE : HumanDuration.since(last, now);
                    }),
            MetaColumns.AGE,
            containers("name", "spec", "jobTemplate", "spec"),
            containers("image", "spec", "jobTemplate", "spec"),
            wide(
                    "Selector",
                    SELECTOR,
                    (job, now) -> LabelSelectors.textOrNone(Trees.at(job, "spec", "jobTemplate", "spec", "selector"))));

    private JobColumns() {}

    private static Column containers(String field, String... spec) {
        return wide(
                field.equals("name") ? "Containers" : "Images",
                field.equals("name")
                        ? "Names of each container in the template."
                        : "Images referenced by each container in the template.",
                (job, now) -> WorkloadColumns.ofTemplate(Trees.at(job, spec).path("template"), field));
    }

    /** {@code printBoolPtr}. */
    private static String suspended(JsonNode suspend) {
        if (!suspend.isBoolean()) {
            return MetaColumns.UNSET;
        }
        return suspend.asBoolean() ? "True" : "False";
    }

    private static String status(JsonNode job) {
        if (has(job, "Complete")) {
            return "Complete";
        }
        if (has(job, "Failed")) {
            return "Failed";
        }
        if (job.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        for (String condition : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
            if (has(job, condition)) {
                return condition;
            }
        }
        return "Running";
    }

    private static boolean has(JsonNode job, String type) {
        for (JsonNode condition : Trees.at(job, "status", "conditions")) {
            if (Trees.text(condition, "type").equals(type)) {
                return Trees.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private static String completions(JsonNode job) {
        long succeeded = Trees.at(job, "status", "succeeded").asLong();
        JsonNode completions = Trees.at(job, "spec", "completions");
        if (completions.isNumber()) {
            return succeeded + "/" + completions.asLong();
        }
        long parallelism = Trees.at(job, "spec", "parallelism").asLong();
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    private static String duration(JsonNode job, Instant now) {
        String start = Trees.text(job, "status", "startTime");
        String end = Trees.text(job, "status", "completionTime");
        if (start.isEmpty()) {
            return "";
        }
        return HumanDuration.since(start, end.isEmpty() ? now : Instant.parse(end));
    }
}
