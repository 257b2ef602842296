package io.shiplog.command.schedule;

import io.shiplog.events.object.ObjectKey;
import java.util.List;

/**
 * The verdict about a node considered for preemption: the victims, or why it does not help.
 *
 * @param victims highest priority first; none if it does not help
 * @param reasons Kubernetes' messages why it does not help; none if it does
 */
public record PreemptionVerdict(String node, List<ObjectKey> victims, List<String> reasons) {
    public PreemptionVerdict {
        victims = List.copyOf(victims);
        reasons = List.copyOf(reasons);
    }
}
