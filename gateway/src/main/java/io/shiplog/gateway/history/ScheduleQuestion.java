package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.log.ChangeType;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import java.util.Optional;

/**
 * {@code ScheduleReview}: the scheduler's decision for a pod with every filter's objections and every score. With {@code at},
 * on the state of that moment. Otherwise, for a scheduled pod the decision that placed it; for a waiting one the current
 * decision.
 */
final class ScheduleQuestion implements Question {
    private final LogHistory history;
    private final Moments moments;
    private final Decisions decisions;

    ScheduleQuestion(LogHistory history, Moments moments, Decisions decisions) {
        this.history = history;
        this.moments = moments;
        this.decisions = decisions;
    }

    @Override
    public Checked<ObjectNode> answer(Asked asked) {
        return asked.pod()
                .then(pod -> asked.at().then(moment -> {
                    Past past = new Past(history, pod.kind().shard());
                    return moments.to(past, moment).then(upTo -> {
                        long after = asked.spec().has("at") ? upTo : beforeItWasBound(past, pod, upTo);
                        Optional<ObjectNode> decision = asked.access().seesAt(pod.key(), after)
                                ? decisions.after(after, pod.key())
                                : Optional.empty();
                        return decision.map(Checked::ok)
                                .orElseGet(() -> Checked.refused(Refusal.notFound(pod.served())));
                    });
                }));
    }

    /** The state on which its node was chosen, else the newest. */
    private static long beforeItWasBound(Past past, ObjectAsked pod, long newest) {
        ChangeFilter bound =
                ChangeFilter.of(pod.key()).and(event -> event.type().is(ChangeType.SCHEDULED));
        return past.last(past.span().oldest(), newest, bound)
                .map(event -> event.revision() - 1)
                .orElse(newest);
    }
}
