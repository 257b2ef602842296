package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.Pods;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.command.decide.write.Updating;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import java.util.List;

/**
 * Sets a pod's node, once.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/storage.go">BindingREST</a>
 */
public final class BindSlice implements Slice<BindPod> {
    @Override
    public Reading read(Inquiry inquiry, BindPod command) {
        return inquiry.ofPod(command);
    }

    @Override
    public Decision decide(DecisionContext context, Asked asked, BindPod command, StoredObject current) {
        ObjectNode old = (ObjectNode) current.json().tree();
        String name = context.key().name();
        if (command.uid() != null && !command.uid().equals(current.uid())) {
            return conflict(
                    context,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(command.uid(), current.uid()));
        }
        if (command.node().isEmpty()) {
            return new Refused(Refusal.of(
                    Reason.INVALID, "Binding \"%s\" is invalid: target.name: Required value".formatted(name)));
        }
        if (current.deleting()) {
            return conflict(context, "pod %s is being deleted, cannot be assigned to a host".formatted(name));
        }
        String node = Pods.node(context.key(), old);
        if (node != null) {
            return conflict(context, "pod %s is already assigned to node \"%s\"".formatted(name, node));
        }
        if (!old.path("spec").path("schedulingGates").isEmpty()) {
            return conflict(context, "pod %s has non-empty .spec.schedulingGates".formatted(name));
        }
        ObjectNode next = old.deepCopy();
        Trees.object(next, "spec").put("nodeName", command.node());
        markScheduled(Trees.object(next, "status"), context.timestamp());
        return Updating.changed(context, old, next, EventVerb.BIND, List.of());
    }

    private static Decision conflict(DecisionContext context, String why) {
        return new Refused(Refusal.of(
                Reason.CONFLICT,
                "Operation cannot be fulfilled on pods/binding \"%s\": %s"
                        .formatted(context.key().name(), why),
                context.key()));
    }

    private static void markScheduled(ObjectNode status, String now) {
        ObjectNode scheduled = status.objectNode();
        scheduled.put("type", "PodScheduled");
        scheduled.put("status", "True");
        scheduled.put("lastTransitionTime", now);
        Pods.put(status, scheduled);
        status.remove("nominatedNodeName");
    }
}
