package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.ApiPath;
import io.shiplog.command.decide.object.MetadataRules;
import io.shiplog.command.decide.object.Pods;
import io.shiplog.command.decide.object.TypeRules;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides creations.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/create.go">rest.BeforeCreate</a>
 */
public final class Creating {
    private Creating() {}

    public static Decision create(
            DecisionContext context,
            @Nullable StoredObject current,
            ObjectNode object,
            List<String> warned,
            Owners owners) {
        Refusal refusal = Placing.namespaceTakes(context.key(), context.state());
        if (refusal != null) {
            return new Refused(refusal);
        }
        ObjectNode whole = withMetadata(context, object);
        context.rules().setDefaults(whole);
        ArrayNode entries = owners.of(whole);
        context.forms().writeZeros(whole);
        context.rules().prepareForCreate(whole, context.request().actor(), context.state());
        refusal = context.rules().admit("", whole, null, context.request().actor(), context.state());
        if (refusal != null) {
            return new Refused(refusal);
        }
        Owners.put(whole, entries);
        FieldErrors errors = new FieldErrors();
        ObjectNode metadata = Trees.object(whole, "metadata");
        if (!context.rules().validatesMetadataLast()) {
            MetadataRules.validateNew(context.rules(), metadata, errors);
            MetadataRules.validateGeneration(Trees.at(object, "metadata", "generation"), metadata, errors);
        }
        context.rules().validate(whole, errors);
        context.rules().validateCreate(whole, errors);
        if (context.rules().validatesMetadataLast() && errors.isEmpty()) {
            MetadataRules.validateNew(context.rules(), metadata, errors);
        }
        if (!errors.isEmpty()) {
            return new Refused(errors.refusal(context.kind().kind(), context.key()));
        }
        refusal = Admission.refusal(context, whole, null);
        if (refusal != null) {
            return new Refused(refusal);
        }
        if (current != null) {
            return new Refused(
                    taken(context.key(), current), Warnings.of(warned, Admission.warnings(context, whole, null)));
        }
        return new Changed(
                context.key(),
                ChangeClassifier.created(context.kind()),
                ApiPath.of(context.kind(), context.key()),
                context.request().command() instanceof Command.ApplyObject ? EventVerb.APPLY : EventVerb.CREATE,
                Outcome.CREATED,
                whole,
                Pods.node(context.key(), whole),
                null,
                Warnings.of(warned, Admission.warnings(context, whole, null)),
                guards(context, whole));
    }

    /** The namespace stays open, and what the object takes for itself stays free, until the object is in the log. */
    private static List<Guard> guards(DecisionContext context, ObjectNode whole) {
        List<Guard> guards = new ArrayList<>(Admission.guards(context, whole, null));
        if (!context.key().namespace().isEmpty()) {
            guards.add(new Guard.NamespaceOpen(
                    ObjectKey.clusterScoped(TypeRules.NAMESPACES, context.key().namespace())));
        }
        return guards;
    }

    private static Refusal taken(ObjectKey key, StoredObject current) {
        Refusal refusal = Refusal.alreadyExists(key);
        return current.deleting()
                ? Refusal.of(refusal.reason(), "object is being deleted: " + refusal.message(), key)
                : refusal;
    }

    /** Why a write that creates an object is refused to a user who may only change it. */
    public static String notAllowed(DecisionContext context) {
        ObjectKey key = context.key();
        String where = key.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"%s\"".formatted(key.namespace());
        return "User \"%s\" cannot create resource \"%s\" in API group \"%s\" %s"
                .formatted(
                        context.request().actor().user(),
                        key.type().resource(),
                        key.type().group(),
                        where);
    }

    /** The object with system fields: uid, creationTimestamp, generation. In Kubernetes' order of fields. */
    private static ObjectNode withMetadata(DecisionContext context, ObjectNode body) {
        ObjectNode given = Trees.object(body, "metadata");
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("name", context.key().name());
        keep(given, metadata, "generateName");
        if (!context.key().namespace().isEmpty()) {
            metadata.put("namespace", context.key().namespace());
        }
        metadata.put("uid", context.chance().uid());
        // A placeholder for the revision, which only the writer knows.
        metadata.put("resourceVersion", "");
        if (context.rules().hasGeneration()) {
            metadata.put("generation", 1);
        }
        metadata.put("creationTimestamp", context.timestamp());
        keep(given, metadata, "labels");
        keep(given, metadata, "annotations");
        keep(given, metadata, "ownerReferences");
        keep(given, metadata, "finalizers");

        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.put("apiVersion", context.kind().apiVersion());
        whole.put("kind", context.kind().kind());
        whole.set("metadata", metadata);
        body.properties().forEach(field -> {
            if (!whole.has(field.getKey())) {
                whole.set(field.getKey(), field.getValue());
            }
        });
        return whole;
    }

    /** Copies a field unless it is missing or empty. */
    public static void keep(ObjectNode from, ObjectNode to, String field) {
        var value = from.get(field);
        if (value != null && !(value.isContainerNode() && value.isEmpty())) {
            to.set(field, value);
        }
    }
}
