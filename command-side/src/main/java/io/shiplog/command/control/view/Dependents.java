package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * The objects that a controller looks after: those that it controls and that match, and those without a controller that it adopts because
 * they match. What it controls and does not match it releases. A controller that is being deleted adopts and releases nothing.
 *
 * @param own in the order of the candidates, adopted ones included
 * @param changes of owners, in the same order
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/controller_ref_manager.go">ClaimObject</a>
 */
public record Dependents(List<StoredObject> own, List<Change> changes) {
    public Dependents {
        own = List.copyOf(own);
        changes = List.copyOf(changes);
    }

    /**
     * New owners of an object.
     *
     * @param adopted whether the controller takes it; else it releases it
     */
    public record Change(StoredObject object, List<OwnerRef> owners, boolean adopted) {
        /** The command that changes the owners, in the observed version. */
        public Command command() {
            return Edits.owners(object, owners);
        }

        /** A patch that changes the owners, to be completed. */
        public ObjectNode patch() {
            return Edits.ownersPatch(owners);
        }
    }

    /**
     * The dependents of a controller among candidates of its namespace.
     *
     * @param controller the object that claims
     * @param reference its reference in what it controls
     * @param selector an empty one selects nothing
     * @param member what an object must be in addition to being selected
     */
    public static Dependents of(
            StoredObject controller,
            OwnerRef reference,
            LabelSelector selector,
            Collection<StoredObject> candidates,
            Predicate<StoredObject> member) {
        List<StoredObject> own = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (StoredObject object : candidates) {
            boolean selected = !selector.isEmpty() && selector.matches(object.labels());
            if (!selected && !object.ownerUids().contains(controller.uid())) {
                continue;
            }
            OwnerRef owner = OwnerRef.controllerOf(object);
            boolean matches = selected && member.test(object);
            if (owner != null && owner.uid().equals(controller.uid())) {
                if (matches) {
                    own.add(object);
                } else if (!controller.deleting()) {
                    changes.add(new Change(object, without(object, controller.uid()), false));
                }
            } else if (owner == null && matches && !controller.deleting() && !object.deleting()) {
                own.add(object);
                List<OwnerRef> owners = new ArrayList<>(without(object, controller.uid()));
                owners.add(reference);
                changes.add(new Change(object, List.copyOf(owners), true));
            }
        }
        return new Dependents(own, changes);
    }

    private static List<OwnerRef> without(StoredObject object, String uid) {
        return OwnerRef.of(object).stream()
                .filter(owner -> !owner.uid().equals(uid))
                .toList();
    }
}
