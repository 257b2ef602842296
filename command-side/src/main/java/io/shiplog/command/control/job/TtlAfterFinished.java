package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Deletes a finished Job, and its pods before it, {@code ttlSecondsAfterFinished} after its end.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/">Automatic cleanup for finished Jobs</a>
 */
public final class TtlAfterFinished implements Controller {
    @Override
    public String name() {
        return "ttl-after-finished-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.JOBS).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        if (change.after().key().type().equals(Types.JOBS)) {
            replan.accept(change.after().key());
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject job = image.get(key);
        Instant ended =
                job == null || job.deleting() ? null : JobView.brief(job).endedAt();
        if (job == null || ended == null) {
            return Plan.NOTHING;
        }
        JsonNode seconds = job.json().tree().at("/spec/ttlSecondsAfterFinished");
        if (!seconds.isNumber()) {
            return Plan.NOTHING;
        }
        Duration left = Duration.between(now, ended.plusSeconds(seconds.asLong()));
        return left.isPositive() ? Plan.later(left) : Plan.of(Step.of(Edits.delete(job, Propagation.FOREGROUND)));
    }
}
