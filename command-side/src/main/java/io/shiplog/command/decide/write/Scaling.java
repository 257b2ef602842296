package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.ScaleForm;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.Updating.Part;
import io.shiplog.command.patch.Patched;
import io.shiplog.command.patch.Patches;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Scale;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import java.util.List;

/** Changes of an object's scale: updates of the whole object whose answer is a Scale. */
public final class Scaling {
    private Scaling() {}

    /** Patches the Scale of an object. */
    public static Decision patch(DecisionContext context, StoredObject current, ObjectNode old, PatchObject command) {
        return switch (Patches.apply(command.patchType(), null, Scale.of(old), command.patch())) {
            case Patched.Refused refused -> new Refused(refused.refusal());
            case Patched.Tree tree -> {
                Refusal refusal = ScaleForm.check(context.key(), tree.tree());
                yield refusal == null
                        ? scale(context, current, old, tree.tree(), EventVerb.PATCH)
                        : new Refused(refusal);
            }
        };
    }

    /** Takes the replicas of a Scale. */
    public static Decision scale(
            DecisionContext context, StoredObject current, ObjectNode old, ObjectNode scale, EventVerb verb) {
        ObjectNode wanted = ScaleForm.applied(old, scale);
        return answer(
                Updating.update(
                        context,
                        current,
                        old,
                        wanted,
                        Part.MAIN,
                        verb,
                        List.of(),
                        Owners.updated(context, old, wanted)),
                old);
    }

    /** A decision about the whole object with a Scale as its answer. */
    public static Decision answer(Decision decision, ObjectNode old) {
        return switch (decision) {
            case Changed changed ->
                new Changed(
                        changed.key(),
                        changed.type(),
                        changed.subject(),
                        changed.verb(),
                        changed.outcome(),
                        changed.object(),
                        changed.node(),
                        Scale.of(changed.object()),
                        changed.warnings(),
                        changed.guards());
            case Decision.Unchanged unchanged ->
                new Decision.Unchanged(
                        unchanged.key(), unchanged.revision(), Json.of(Scale.of(old)), unchanged.warnings());
            case Refused refused -> refused;
        };
    }
}
