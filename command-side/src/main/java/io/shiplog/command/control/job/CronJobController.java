package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.kind.batch.CronSchedule;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Creates a Job at each time of a CronJob's schedule, and deletes the oldest finished ones. The name of a Job is made of its time, so
 * that no time gets two.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/">CronJob</a>
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/cronjob/cronjob_controllerv2.go">cronjob_controllerv2.go</a>
 */
public final class CronJobController implements Controller {
    static final String NAME = "cronjob-controller";

    private static final String API_VERSION = "batch/v1";
    private static final String KIND = "CronJob";
    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final int MINUTE_SECONDS = 60;
    /** A step for an event about a CronJob whose status stays as it is: the log gets nothing. */
    private static final Function<StoredObject, Command> UNCHANGED =
            cron -> Edits.patchStatus(cron, Json.MAPPER.createObjectNode());

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.CRON_JOBS).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.CRON_JOBS)) {
            replan.accept(key);
        } else if (key.type().equals(Types.JOBS) && !change.after().ownerUids().isEmpty()) {
            OwnerRef owner = OwnerRef.controllerOf(change.after());
            if (owner != null && owner.kind().equals(KIND)) {
                replan.accept(ObjectKey.of(Types.CRON_JOBS, key.namespace(), owner.name()));
            }
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        return stored == null ? Plan.NOTHING : new Run(stored, image, now).plan();
    }

    /** One plan of one CronJob. */
    private static final class Run {
        private final StoredObject stored;
        private final JsonNode tree;
        private final JsonNode spec;
        private final JsonNode old;
        private final Image image;
        private final Instant now;
        private final List<StoredObject> jobs;
        private final List<Step> steps = new ArrayList<>();
        private final ObjectNode status;
        private List<ObjectNode> active = new ArrayList<>();
        private final List<ObjectEvent> reports = new ArrayList<>();

        Run(StoredObject stored, Image image, Instant now) {
            this.stored = stored;
            this.tree = stored.json().tree();
            this.spec = tree.path("spec");
            this.old = tree.path("status");
            this.image = image;
            this.now = now;
            this.jobs = image.dependents(stored).stream()
                    .filter(job -> job.key().type().equals(Types.JOBS))
                    .filter(job -> {
                        OwnerRef owner = OwnerRef.controllerOf(job);
                        return owner != null && owner.uid().equals(stored.uid());
                    })
                    .toList();
            this.status = StatusChange.copyOf(old);
        }

        Plan plan() {
            observe();
            forgetOldJobs();
            Duration wait = stored.deleting() || spec.path("suspend").asBoolean() ? null : schedule();
            ArrayNode list = Json.MAPPER.createArrayNode().addAll(active);
            if (list.isEmpty()) {
                status.remove("active");
            } else {
                status.set("active", list);
            }
            Command change = StatusChange.of(stored, old, status);
            if (change != null) {
                steps.addFirst(Step.of(change, reports.isEmpty() ? null : reports.removeFirst()));
            }
            reports.forEach(report -> steps.add(Step.of(UNCHANGED.apply(stored), report)));
            return new Plan(steps, wait);
        }

        /** The unfinished Jobs are the active ones; the status tells of those that ended or went. */
        private void observe() {
            Instant lastSuccess = Conditions.parse(old.path("lastSuccessfulTime"));
            for (StoredObject job : jobs) {
                JobView.Brief brief = JobView.brief(job);
                if (!brief.finished()) {
                    active.add(reference(job));
                } else if (wasActive(job.uid())) {
                    report(ObjectEvent.normal(
                            regarding(),
                            "SawCompletedJob",
                            "Saw completed job: %s, condition: %s"
                                    .formatted(job.key().name(), brief.end()),
                            NAME));
                }
                Instant ended =
                        Conditions.parse(job.json().tree().path("status").path("completionTime"));
                if (JobView.COMPLETE.equals(brief.end())
                        && ended != null
                        && (lastSuccess == null || ended.isAfter(lastSuccess))) {
                    lastSuccess = ended;
                }
            }
            for (JsonNode was : old.path("active")) {
                String uid = was.path("uid").asText();
                if (jobs.stream().noneMatch(job -> job.uid().equals(uid))) {
                    report(ObjectEvent.normal(
                            regarding(),
                            "MissingJob",
                            "Active job went missing: " + was.path("name").asText(),
                            NAME));
                }
            }
            if (lastSuccess != null) {
                status.put("lastSuccessfulTime", Conditions.time(lastSuccess));
            }
        }

        private boolean wasActive(String uid) {
            return old.path("active")
                    .valueStream()
                    .anyMatch(each -> each.path("uid").asText().equals(uid));
        }

        private static ObjectNode reference(StoredObject job) {
            return Json.MAPPER
                    .createObjectNode()
                    .put("apiVersion", JobView.API_VERSION)
                    .put("kind", JobView.KIND)
                    .put("name", job.key().name())
                    .put("namespace", job.key().namespace())
                    .put("resourceVersion", Long.toString(job.revision()))
                    .put("uid", job.uid());
        }

        private void forgetOldJobs() {
            forget(JobView.COMPLETE, spec.path("successfulJobsHistoryLimit"));
            forget(JobView.FAILED, spec.path("failedJobsHistoryLimit"));
        }

        private void forget(String end, JsonNode limit) {
            List<StoredObject> finished = jobs.stream()
                    .filter(job -> end.equals(JobView.brief(job).end()))
                    .sorted(Comparator.comparing(Run::started)
                            .thenComparing(job -> job.key().name()))
                    .toList();
            int surplus = limit.isNumber() ? finished.size() - limit.asInt() : 0;
            finished.stream()
                    .limit(Math.max(0, surplus))
                    .filter(job -> !job.deleting())
                    .forEach(this::delete);
        }

        private static Instant started(StoredObject job) {
            Instant started = Conditions.parse(job.json().tree().path("status").path("startTime"));
            return started == null ? Instant.MAX : started;
        }

        private void delete(StoredObject job) {
            active.removeIf(each -> each.path("uid").asText().equals(job.uid()));
            steps.add(Step.of(
                            Edits.delete(job, Propagation.BACKGROUND),
                            ObjectEvent.normal(
                                    regarding(),
                                    "SuccessfulDelete",
                                    "Deleted job " + job.key().name(),
                                    NAME))
                    .withEventIfRefused(ObjectEvent.warning(regarding(), "FailedDelete", "Deleted job: ", NAME)));
        }

        /** Creates the Job that is due; returns how long until the next one, or null for never. */
        private @Nullable Duration schedule() {
            CronSchedule schedule = CronSchedule.of(spec).orElse(null);
            if (schedule == null) {
                report(ObjectEvent.warning(
                        regarding(),
                        "UnparseableSchedule",
                        "unparseable schedule: \"%s\""
                                .formatted(spec.path("schedule").asText()),
                        NAME));
                return null;
            }
            MissedTimes times = MissedTimes.since(earliest(), schedule, now);
            if (times.newest() != null && !times.newest().equals(Conditions.parse(old.path("lastScheduleTime")))) {
                start(times.newest(), times.many());
            }
            Instant next = schedule.next(now);
            return next == null ? null : Duration.between(now, next);
        }

        private Instant earliest() {
            Instant created = Conditions.parse(tree.path("metadata").path("creationTimestamp"));
            Instant last = Conditions.parse(old.path("lastScheduleTime"));
            Instant earliest = last == null ? Objects.requireNonNullElse(created, now) : last;
            Duration deadline = deadline();
            return deadline != null && now.minus(deadline).isAfter(earliest) ? now.minus(deadline) : earliest;
        }

        private @Nullable Duration deadline() {
            JsonNode seconds = spec.path("startingDeadlineSeconds");
            return seconds.isNumber() ? Duration.ofSeconds(seconds.asLong()) : null;
        }

        private void start(Instant due, boolean manyMissed) {
            String name = "%s-%d".formatted(stored.key().name(), due.getEpochSecond() / MINUTE_SECONDS);
            ObjectKey key = ObjectKey.of(Types.JOBS, stored.key().namespace(), name);
            if (image.get(key) != null) {
                status.put("lastScheduleTime", Conditions.time(due));
                return;
            }
            String policy = spec.path("concurrencyPolicy").asText();
            if (policy.equals("Forbid") && !active.isEmpty()) {
                report(ObjectEvent.normal(
                        regarding(),
                        "JobAlreadyActive",
                        "Not starting job because prior execution is running and concurrency policy is Forbid",
                        NAME));
                return;
            }
            if (policy.equals("Replace")) {
                jobs.stream()
                        .filter(job -> !JobView.brief(job).finished() && !job.deleting())
                        .forEach(this::delete);
            }
            if (manyMissed) {
                report(ObjectEvent.warning(
                        regarding(),
                        "TooManyMissedTimes",
                        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
                        NAME));
            }
            steps.add(Step.of(
                            Edits.create(Types.JOBS, stored.key().namespace(), job(name, due)),
                            ObjectEvent.normal(regarding(), "SuccessfulCreate", "Created job " + name, NAME))
                    .withEventIfRefused(
                            ObjectEvent.warning(regarding(), "FailedCreate", "Error creating job: ", NAME)));
        }

        private ObjectNode job(String name, Instant due) {
            JsonNode template = spec.path("jobTemplate");
            ObjectNode job = Json.MAPPER
                    .createObjectNode()
                    .put("apiVersion", JobView.API_VERSION)
                    .put("kind", JobView.KIND);
            ObjectNode metadata = job.putObject("metadata");
            metadata.put("name", name).put("namespace", stored.key().namespace());
            if (template.path("metadata").path("labels") instanceof ObjectNode labels && !labels.isEmpty()) {
                metadata.set("labels", labels);
            }
            ObjectNode annotations = metadata.putObject("annotations");
            template.path("metadata")
                    .path("annotations")
                    .properties()
                    .forEach(each -> annotations.set(each.getKey(), each.getValue()));
            annotations.put(
                    SCHEDULED,
                    DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                            due.atZone(CronSchedule.zoneId(spec.path("timeZone").asText()))
                                    .toOffsetDateTime()));
            metadata.putArray("ownerReferences")
                    .add(OwnerRef.controlledBy(API_VERSION, KIND, stored.key().name(), stored.uid())
                            .json());
            job.set("spec", template.path("spec"));
            return job;
        }

        private Regarding regarding() {
            return Regarding.object(tree);
        }

        private void report(ObjectEvent event) {
            reports.add(event);
        }
    }
}
