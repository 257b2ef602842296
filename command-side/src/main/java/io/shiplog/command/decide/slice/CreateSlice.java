package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.BodyReader;
import io.shiplog.command.decide.object.MetadataRules;
import io.shiplog.command.decide.object.TypeRules;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.slice.Reading.Unreadable;
import io.shiplog.command.decide.write.Creating;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.command.decide.write.Owners;
import io.shiplog.command.decide.write.Placing;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Creates an object. Its name is in the body, or generated. */
public final class CreateSlice implements Slice<CreateObject> {
    private final BodyReader bodies;
    private final Function<ResourceType, Kind> rules;

    public CreateSlice(BodyReader bodies, Function<ResourceType, Kind> rules) {
        this.bodies = bodies;
        this.rules = rules;
    }

    @Override
    public Reading read(Inquiry inquiry, CreateObject create) {
        return switch (bodies.read(inquiry.served(), inquiry.version(), create.body(), create.validation())) {
            case BodyReader.Reading.Unreadable unreadable -> new Unreadable(unreadable.refusal());
            case BodyReader.Reading.Body body -> named(inquiry, create, body);
        };
    }

    private Reading named(Inquiry inquiry, CreateObject create, BodyReader.Reading.Body body) {
        KindDescription kind = inquiry.kind();
        ObjectNode metadata = Trees.object(body.tree(), "metadata");
        Refusal refusal = Placing.intoNamespace(kind, metadata, create.namespace());
        // Only the store looks at the version, and a dry run does not get there.
        if (refusal == null && !inquiry.request().dryRun()) {
            refusal = Placing.isNew(metadata);
        }
        if (refusal != null) {
            return new Unreadable(refusal);
        }
        String namespace = Trees.text(metadata, "namespace");
        String given = Placing.name(kind, metadata, namespace, inquiry.state(), inquiry.chance());
        boolean itself = given.isEmpty() && rules.apply(create.type()).namesItself();
        String name = itself ? inquiry.chance().uid() : given;
        ObjectKey key = ObjectKey.of(kind.storedAs(), namespace, name);
        return inquiry.asked(key, body, invalidName(create, kind, key, metadata));
    }

    /** Why a name is invalid, before it becomes part of a key: keys are separated by slashes. */
    private @Nullable Refusal invalidName(
            CreateObject create, KindDescription kind, ObjectKey key, ObjectNode metadata) {
        if (key.namespace().indexOf('/') >= 0) {
            return Refusal.notFound(ObjectKey.clusterScoped(TypeRules.NAMESPACES, key.namespace()));
        }
        if (key.name().indexOf('/') < 0) {
            return null;
        }
        FieldErrors errors = new FieldErrors();
        metadata.put("name", key.name());
        MetadataRules.validateNew(rules.apply(create.type()), metadata, errors);
        return errors.refusal(kind.kind(), key);
    }

    /** Only refuses, in the order in which Kubernetes finds reasons: that the name is taken comes last. */
    @Override
    public Decision decide(DecisionContext context, Asked asked, CreateObject create, StoredObject current) {
        return created(context, asked, current);
    }

    @Override
    public Decision withoutObject(DecisionContext context, Asked asked, CreateObject create) {
        return created(context, asked, null);
    }

    /** Creates an object of a request's body. */
    public static Decision created(DecisionContext context, Asked asked, @Nullable StoredObject current) {
        ObjectNode body = asked.tree();
        return Creating.create(context, current, body, asked.warnings(), Owners.updated(context, null, body));
    }
}
