package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.BodyReader;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.write.Applying;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Refusal;
import io.shiplog.projections.image.StoredObject;

/** Applies a configuration to an object, a subresource of it, or its scale, or creates the object. */
public final class ApplySlice implements Slice<ApplyObject> {
    private final BodyReader bodies;

    public ApplySlice(BodyReader bodies) {
        this.bodies = bodies;
    }

    @Override
    public Reading read(Inquiry inquiry, ApplyObject apply) {
        return inquiry.ofChange(apply, apply.subresource(), apply.config());
    }

    @Override
    public Decision decide(DecisionContext context, Asked asked, ApplyObject apply, StoredObject current) {
        return new Applying(context, bodies)
                .apply(current, (ObjectNode) current.json().tree(), apply);
    }

    @Override
    public Decision withoutObject(DecisionContext context, Asked asked, ApplyObject apply) {
        return apply.subresource().isEmpty()
                ? new Applying(context, bodies).create(apply)
                : new Refused(Refusal.notFound(context.key()));
    }

    @Override
    public boolean changesContent() {
        return true;
    }
}
