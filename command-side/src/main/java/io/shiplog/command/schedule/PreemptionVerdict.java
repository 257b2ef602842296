package io.shiplog.command.schedule;

import io.shiplog.events.object.ObjectKey;
import java.util.List;

/**
 * What was found of a node on which others might make room: who would have to go, or why that does not help.
 *
 * @param victims those that matter most first; none if it does not help
 * @param reasons why it does not help, as Kubernetes words it; none if it does
 */
public record PreemptionVerdict(String node, List<ObjectKey> victims, List<String> reasons) {
    public PreemptionVerdict {
        victims = List.copyOf(victims);
        reasons = List.copyOf(reasons);
    }
}
