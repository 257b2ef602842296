package io.shiplog.command.kind.core.namespace;

import static io.shiplog.command.kind.Kind.CLIENTS_METADATA;
import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.core.pod.PodSecurity;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Namespaces. */
public final class NamespaceKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Status",
                    "The status of the namespace",
                    (namespace, now) -> namespace.path("status").path("phase").asText()),
            MetaColumns.AGE);

    /** The finalizer that holds a namespace until it is empty. */
    private static final String FINALIZER = "kubernetes";

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "Namespace", "namespaces", Scope.CLUSTER)
                .columns(COLUMNS)
                .shortNames("ns")
                .subresources("status", "finalize")
                .fields("status.phase")
                .done();
    }

    @Override
    public List<String> nameErrors(String name) {
        return Names.label(name);
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode namespace) {
        String name = Trees.name(namespace);
        if (!name.isEmpty()) {
            Trees.object(Trees.object(namespace, "metadata"), "labels").put("kubernetes.io/metadata.name", name);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode namespace, DecidedState state) {
        ArrayNode finalizers = Trees.array(Trees.object(namespace, "spec"), "finalizers");
        if (!Trees.texts(finalizers).contains(FINALIZER)) {
            finalizers.add(FINALIZER);
        }
        namespace.putObject("status").put("phase", "Active");
    }

    @Override
    public void prepareForUpdate(ObjectNode namespace, ObjectNode old, DecidedState state) {
        Kind.super.prepareForUpdate(namespace, old, state);
        // Only the finalize subresource changes them.
        if (old.has("spec")) {
            namespace.set("spec", old.get("spec"));
        } else {
            namespace.remove("spec");
        }
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode namespace, ObjectNode old, DecidedState state) {
        Kind.super.prepareForStatusUpdate(namespace, old, state);
        setDefaults(namespace);
    }

    /** Its labels name levels of pod security that there are. */
    @Override
    public @Nullable Refusal admitValid(
            ObjectNode namespace, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        FieldErrors errors = labels(namespace);
        boolean asBefore = old != null && errors.causes().equals(labels(old).causes());
        ObjectKey key = ObjectKey.clusterScoped(ResourceType.core("namespaces"), Trees.name(namespace));
        return errors.isEmpty() || asBefore ? null : errors.refusal("Namespace", key);
    }

    private static FieldErrors labels(ObjectNode namespace) {
        FieldErrors errors = new FieldErrors();
        PodSecurity.validateLabels(Trees.at(namespace, "metadata", "labels"), errors);
        return errors;
    }

    @Override
    public void validate(ObjectNode namespace, FieldErrors errors) {
        String path = "spec.finalizers";
        for (JsonNode finalizer : Trees.at(namespace, "spec", "finalizers")) {
            String name = finalizer.asText();
            Checks.each(Names.qualified(name), path, name, errors);
            if (!name.contains("/") && !name.equals(FINALIZER)) {
                errors.invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }
}
