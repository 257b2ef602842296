package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Claimable;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Dependents;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the pods of Jobs until enough have succeeded or too many have failed. A key is a Job's, or that of a pod whose Job is gone or
 * over, which is released.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/job/job_controller.go">job_controller.go</a>
 */
public final class JobController implements Controller {
    static final String NAME = "job-controller";

    private final PodEnds ends = new PodEnds();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean actsForItsObject() {
        return true;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        ends.clear();
        Set<ObjectKey> keys = new TreeSet<>();
        image.list(Types.JOBS).forEach(job -> keys.add(job.key()));
        image.list(Types.PODS).stream().filter(pod -> JobPod.of(pod).tracked()).forEach(pod -> keys.add(pod.key()));
        return keys;
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.JOBS)) {
            affectedByJob(change, image, replan);
        } else if (key.type().equals(Types.PODS)) {
            affectedByPod(change.before(), image, replan);
            affectedByPod(change.after(), image, replan);
            ObjectKey job = jobOf(change.after());
            if (job != null) {
                ends.see(change, job);
            }
        }
    }

    private void affectedByJob(Change change, Image image, Consumer<ObjectKey> replan) {
        StoredObject job = change.after();
        if (change.removes() || JobView.brief(job).finished()) {
            ends.forget(job.key());
            image.dependents(job).stream()
                    .filter(pod -> pod.key().type().equals(Types.PODS)
                            && JobPod.of(pod).tracked())
                    .forEach(pod -> replan.accept(pod.key()));
        }
        replan.accept(job.key());
    }

    private static void affectedByPod(@Nullable StoredObject pod, Image image, Consumer<ObjectKey> replan) {
        if (pod == null) {
            return;
        }
        OwnerRef owner = PodView.of(pod).controller();
        ObjectKey job = jobOf(pod);
        if (job != null) {
            replan.accept(job);
        } else if (owner == null && !pod.labels().isEmpty()) {
            jobsSelecting(pod, image).forEach(each -> replan.accept(each.key()));
        }
        if ((job != null || owner == null) && JobPod.of(pod).tracked() && !belongs(pod, image)) {
            replan.accept(pod.key());
        }
    }

    private static @Nullable ObjectKey jobOf(StoredObject pod) {
        return JobView.keyOf(PodView.of(pod).controller(), pod.key().namespace());
    }

    private static List<StoredObject> jobsSelecting(StoredObject pod, Image image) {
        return image.list(Types.JOBS, pod.key().namespace()).stream()
                .filter(job -> !JobView.brief(job).finished() && !job.deleting())
                .filter(job -> JobView.brief(job).selector().matches(pod.labels()))
                .toList();
    }

    /** Whether a Job looks after the pod, or is about to adopt it. */
    private static boolean belongs(StoredObject pod, Image image) {
        OwnerRef owner = PodView.of(pod).controller();
        ObjectKey key = jobOf(pod);
        if (owner == null) {
            return !jobsSelecting(pod, image).isEmpty();
        }
        StoredObject job = key == null ? null : image.get(key);
        return key == null
                || job != null
                        && job.uid().equals(owner.uid())
                        && !(JobView.brief(job).finished() && JobView.brief(job).managedHere());
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        if (stored == null) {
            return Plan.NOTHING;
        }
        if (key.type().equals(Types.PODS)) {
            JobPod pod = JobPod.of(stored);
            return pod.tracked() && !belongs(stored, image) ? Plan.of(release(pod)) : Plan.NOTHING;
        }
        JobView.Brief brief = JobView.brief(stored);
        if (brief.finished() || !brief.managedHere()) {
            return Plan.NOTHING;
        }
        JobView job = JobView.of(stored);
        List<Step> claims = new ArrayList<>();
        List<JobPod> pods = claim(job, image, claims);
        return claims.isEmpty() ? plan(job, pods, image, now) : Plan.of(claims);
    }

    /** The pods of the Job; steps adopt and release others. */
    private static List<JobPod> claim(JobView job, Image image, List<Step> steps) {
        Dependents pods = Dependents.of(
                job.stored(),
                job.asOwner(),
                job.selector(),
                Claimable.by(image, Types.PODS, job.stored(), job.selector()),
                pod -> true);
        pods.changes().forEach(change -> steps.add(Step.of(owned(change))));
        return pods.own().stream().map(JobPod::of).toList();
    }

    /** The change of a pod's owners together with the finalizer of tracking. */
    private static Command owned(Dependents.Change change) {
        ObjectNode patch = change.patch();
        patch.withObject("/metadata")
                .set(
                        "finalizers",
                        withFinalizer(change.object(), change.adopted())
                                .path("metadata")
                                .path("finalizers"));
        return Edits.patchUnchanged(change.object(), patch);
    }

    private static ObjectNode withFinalizer(StoredObject pod, boolean tracked) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ArrayNode finalizers = patch.putObject("metadata").putArray("finalizers");
        pod.json().tree().path("metadata").path("finalizers").forEach(each -> {
            if (!each.asText().equals(JobPod.TRACKING)) {
                finalizers.add(each);
            }
        });
        if (tracked) {
            finalizers.add(JobPod.TRACKING);
        }
        return patch;
    }

    private Step release(JobPod pod) {
        return Step.of(Edits.patchUnchanged(pod.stored(), withFinalizer(pod.stored(), false)))
                .because(ends.of(pod));
    }

    private Plan plan(JobView job, List<JobPod> pods, Image image, Instant now) {
        JobCount count = JobCount.of(job, pods);
        Finish finish = Finish.of(job, count, now);
        List<Step> work = new ArrayList<>();
        Duration wait = null;
        if (finish != null) {
            count.active().forEach(pod -> work.add(deletion(job, pod)));
        } else {
            if (!job.stored().deleting()) {
                JobScaling scaling = JobScaling.of(job, count, now);
                scale(job, count, scaling, image, work);
                wait = scaling.delay();
            }
            finish = isComplete(job, count) ? Finish.completed() : null;
        }
        JobStatus status = new JobStatus(job, count, finish, now);
        List<Step> steps = new ArrayList<>();
        ObjectNode next = status.next();
        Command change = StatusChange.of(job.stored(), job.status(), next);
        if (change != null) {
            steps.add(Step.of(change, reported(job, next)));
        }
        steps.addAll(work);
        status.released().forEach(pod -> steps.add(release(pod)));
        Duration deadline = finish == null ? Finish.untilDeadline(job, now) : null;
        return new Plan(steps, wait == null || deadline != null && deadline.compareTo(wait) < 0 ? deadline : wait);
    }

    private static boolean isComplete(JobView job, JobCount count) {
        return count.active().isEmpty()
                && (job.hasCompletions() ? count.succeeded() >= job.completions() : count.succeeded() > 0);
    }

    private void scale(JobView job, JobCount count, JobScaling scaling, Image image, List<Step> steps) {
        scaling.surplus().forEach(pod -> steps.add(deletion(job, pod)));
        boolean afterFailure = count.pods().stream().anyMatch(job::considersFailed);
        for (ObjectNode pod : NewPods.of(job, count, scaling.create(), image)) {
            String name = pod.path("metadata").path("name").asText();
            steps.add(Step.of(
                            Edits.create(Types.PODS, job.stored().key().namespace(), pod),
                            normal(job, "SuccessfulCreate", "Created pod: " + name))
                    .withEventIfRefused(warning(job, "FailedCreate", "Error creating: "))
                    .because(afterFailure ? ends.lastFailure(job) : null));
        }
    }

    private static Step deletion(JobView job, JobPod pod) {
        return Step.of(
                        Edits.delete(pod.stored(), Propagation.BACKGROUND),
                        normal(job, "SuccessfulDelete", "Deleted pod: " + pod.name()))
                .withEventIfRefused(warning(job, "FailedDelete", "Error deleting: "));
    }

    /** The event about what a status says for the first time. */
    private static @Nullable ObjectEvent reported(JobView job, ObjectNode next) {
        if (JobStatus.gains(job.status(), next, JobView.SUSPENDED, "True")) {
            return normal(job, "Suspended", "Job suspended");
        }
        if (JobStatus.gains(job.status(), next, JobView.SUSPENDED, "False")) {
            return normal(job, "Resumed", "Job resumed");
        }
        if (JobStatus.gains(job.status(), next, JobView.COMPLETE, "True")) {
            return job.hasCompletions() && next.path("succeeded").asInt() > job.completions()
                    ? warning(
                            job,
                            "TooManySucceededPods",
                            "Too many succeeded pods running after completion count reached")
                    : normal(job, "Completed", "Job completed");
        }
        if (JobStatus.gains(job.status(), next, JobView.FAILED, "True")) {
            JsonNode failed = Conditions.find(next.path("conditions"), JobView.FAILED);
            return warning(
                    job, failed.path("reason").asText(), failed.path("message").asText());
        }
        return null;
    }

    private static ObjectEvent normal(JobView job, String reason, String message) {
        return ObjectEvent.normal(job.regarding(), reason, message, NAME);
    }

    private static ObjectEvent warning(JobView job, String reason, String message) {
        return ObjectEvent.warning(job.regarding(), reason, message, NAME);
    }

    /** How much it remembers besides the image. */
    int remembered() {
        return ends.size();
    }
}
