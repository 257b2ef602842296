package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.BodyReader;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.command.decide.write.Owners;
import io.shiplog.command.decide.write.Placing;
import io.shiplog.command.decide.write.Scaling;
import io.shiplog.command.decide.write.Updating;
import io.shiplog.command.decide.write.Updating.Part;
import io.shiplog.command.kind.schema.GoOrder;
import io.shiplog.command.kind.schema.PatchText;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.patch.Patched;
import io.shiplog.command.patch.Patches;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import org.jspecify.annotations.Nullable;

/** Patches an object, a subresource of it, or its scale. The patch applies to the object as the client sees it. */
public final class PatchSlice implements Slice<PatchObject> {
    private final BodyReader bodies;
    private final SchemaValidation schemas;

    public PatchSlice(BodyReader bodies, SchemaValidation schemas) {
        this.bodies = bodies;
        this.schemas = schemas;
    }

    @Override
    public Reading read(Inquiry inquiry, PatchObject patch) {
        return inquiry.ofChange(patch, patch.subresource(), patch.patch());
    }

    @Override
    public Decision decide(DecisionContext context, Asked asked, PatchObject patch, StoredObject current) {
        ObjectNode old = (ObjectNode) current.json().tree();
        if (patch.subresource().equals("scale")) {
            return Scaling.patch(context, current, old, patch);
        }
        return switch (Patches.apply(patch.patchType(), schema(asked), shown(asked, old), patch.patch())) {
            case Patched.Refused refused -> new Refused(refused.refusal());
            case Patched.Tree tree -> patched(context, asked, current, old, tree.tree(), patch);
        };
    }

    private Schema.@Nullable Struct schema(Asked asked) {
        return schemas.schema(asked.inquiry().served(), asked.inquiry().version());
    }

    /** A copy of an object in the form that the client names. */
    private static ObjectNode shown(Asked asked, ObjectNode stored) {
        KindDescription served = asked.inquiry().served();
        KindVersion version = asked.inquiry().version();
        return version.conversion()
                .fromStored(stored.deepCopy())
                .put("apiVersion", served.apiVersion(version.name()))
                .put("kind", served.kind());
    }

    private Decision patched(
            DecisionContext context,
            Asked asked,
            StoredObject current,
            ObjectNode old,
            ObjectNode next,
            PatchObject patch) {
        Schema.Struct schema = schema(asked);
        PatchText text = PatchText.of(
                patch.patchType(),
                patch.patch(),
                () -> Patches.shown(
                        patch.patchType(), schema, (ObjectNode) GoOrder.of(schema, shown(asked, old)), patch.patch()));
        return switch (bodies.readPatched(
                asked.inquiry().served(), asked.inquiry().version(), next, text, patch.validation())) {
            case BodyReader.Reading.Unreadable unreadable -> new Refused(unreadable.refusal());
            case BodyReader.Reading.Body body -> {
                Refusal elsewhere =
                        Placing.matchesUrl(context.kind(), context.key(), Trees.object(body.tree(), "metadata"));
                yield elsewhere != null
                        ? new Refused(elsewhere, body.warnings())
                        : Updating.update(
                                context,
                                current,
                                old,
                                body.tree(),
                                Part.of(patch.subresource()),
                                EventVerb.PATCH,
                                body.warnings(),
                                Owners.updated(context, old, body.tree()));
            }
        };
    }

    @Override
    public boolean changesContent() {
        return true;
    }
}
