package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.Pods;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.command.decide.write.Deleting;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;

/**
 * Deletes a pod with a reason, if its disruption budget allows it.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/eviction.go">EvictionREST</a>
 */
public final class EvictSlice implements Slice<EvictPod> {
    @Override
    public Reading read(Inquiry inquiry, EvictPod command) {
        return inquiry.ofPod(command);
    }

    @Override
    public Decision decide(DecisionContext context, Asked asked, EvictPod command, StoredObject current) {
        ObjectNode old = (ObjectNode) current.json().tree();
        ObjectNode told = old.deepCopy();
        ObjectNode status = Trees.object(told, "status");
        ObjectNode disrupted = status.objectNode();
        disrupted.put("type", "DisruptionTarget");
        disrupted.put(
                "observedGeneration", old.path("metadata").path("generation").asLong(1));
        disrupted.put("status", "True");
        disrupted.put("lastTransitionTime", context.timestamp());
        disrupted.put("reason", command.why().reason());
        disrupted.put("message", command.why().message());
        Pods.put(status, disrupted);
        Decision deleted = Deleting.delete(context, current, told, command.deletion(), EventVerb.EVICT);
        if (!(deleted instanceof Changed changed) || !EvictionBudgets.asksBudgets(command.why(), old)) {
            return deleted;
        }
        Refusal refusal = EvictionBudgets.refusal(current, context.state());
        return refusal == null ? changed.guardedBy(EvictionBudgets.guard(current)) : new Refused(refusal);
    }
}
