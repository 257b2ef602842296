package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.BodyReader;
import io.shiplog.command.decide.object.ScaleForm;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.slice.Reading.Unreadable;
import io.shiplog.command.decide.write.Creating;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.command.decide.write.Owners;
import io.shiplog.command.decide.write.Placing;
import io.shiplog.command.decide.write.Scaling;
import io.shiplog.command.decide.write.Updating;
import io.shiplog.command.decide.write.Updating.Part;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;

/** Replaces an object, a subresource of it, or its scale. */
public final class ReplaceSlice implements Slice<ReplaceObject> {
    private final BodyReader bodies;

    public ReplaceSlice(BodyReader bodies) {
        this.bodies = bodies;
    }

    @Override
    public Reading read(Inquiry inquiry, ReplaceObject replace) {
        if (!inquiry.serves(replace.subresource())) {
            return new Unreadable(Inquiry.unknownType());
        }
        ObjectKey key = inquiry.key(replace);
        boolean scale = replace.subresource().equals("scale");
        BodyReader.Reading reading = scale
                ? BodyReader.readTree("Scale", replace.body())
                : bodies.read(inquiry.served(), inquiry.version(), replace.body(), replace.validation());
        return switch (reading) {
            case BodyReader.Reading.Unreadable unreadable -> new Unreadable(unreadable.refusal());
            case BodyReader.Reading.Body body ->
                inquiry.asked(
                        key,
                        body,
                        scale
                                ? ScaleForm.check(key, body.tree())
                                : Placing.matchesUrl(inquiry.kind(), key, Trees.object(body.tree(), "metadata")));
        };
    }

    @Override
    public Decision decide(DecisionContext context, Asked asked, ReplaceObject replace, StoredObject current) {
        ObjectNode old = (ObjectNode) current.json().tree();
        ObjectNode body = asked.tree();
        return replace.subresource().equals("scale")
                ? Scaling.scale(context, current, old, body, EventVerb.UPDATE)
                : Updating.update(
                        context,
                        current,
                        old,
                        body,
                        Part.of(replace.subresource()),
                        EventVerb.UPDATE,
                        asked.warnings(),
                        Owners.updated(context, old, body));
    }

    @Override
    public Decision withoutObject(DecisionContext context, Asked asked, ReplaceObject replace) {
        if (!replace.subresource().isEmpty() || !context.rules().createsOnUpdate()) {
            return new Refused(Refusal.notFound(context.key()));
        }
        return replace.creates()
                ? CreateSlice.created(context, asked, null)
                : new Refused(Refusal.forbidden(context.key(), Creating.notAllowed(context)));
    }

    @Override
    public boolean changesContent() {
        return true;
    }
}
