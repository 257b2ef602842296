package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.TypeRules;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The namespace and name of a new object. */
public final class Placing {
    /** How often another name is tried if a generated one is taken. */
    private static final int MAX_NAME_ATTEMPTS = 8;

    /** A generated name must fit a DNS label with its suffix. */
    private static final int MAX_PREFIX = 58;

    private Placing() {}

    /** Sets the URL's namespace in the body, or refuses a different one. */
    public static @Nullable Refusal intoNamespace(KindDescription kind, ObjectNode metadata, String namespace) {
        if (!kind.namespaced()) {
            metadata.remove("namespace");
            return null;
        }
        if (namespace.isEmpty()) {
            return Refusal.of(Reason.BAD_REQUEST, "an empty namespace may not be set during creation");
        }
        String own = Trees.text(metadata, "namespace");
        if (own.isEmpty()) {
            metadata.put("namespace", namespace);
        } else if (!own.equals(namespace)) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        return null;
    }

    /** Whether the body has fields of an existing object. */
    public static @Nullable Refusal isNew(ObjectNode metadata) {
        String version = Trees.text(metadata, "resourceVersion");
        return version.isEmpty() || version.equals("0")
                ? null
                : Refusal.of(Reason.BAD_REQUEST, "resourceVersion should not be set on objects to be created");
    }

    /** Whether the body of an update names the object of the URL. */
    public static @Nullable Refusal matchesUrl(KindDescription kind, ObjectKey key, ObjectNode metadata) {
        String name = Trees.text(metadata, "name");
        if (name.isEmpty()) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "the name of the object (%s based on URL) was undeterminable: name must be provided"
                            .formatted(key.name()));
        }
        if (!name.equals(key.name())) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "the name of the object (%s) does not match the name on the URL (%s)".formatted(name, key.name()));
        }
        return intoNamespace(kind, metadata, key.namespace());
    }

    /** The name of the new object: its own, or an unused one generated from {@code generateName}. */
    public static String name(
            KindDescription kind, ObjectNode metadata, String namespace, DecidedState state, Chance chance) {
        String name = Trees.text(metadata, "name");
        String prefix = Trees.text(metadata, "generateName");
        if (!name.isEmpty() || prefix.isEmpty()) {
            return name;
        }
        String stem = prefix.length() > MAX_PREFIX ? prefix.substring(0, MAX_PREFIX) : prefix;
        for (int i = 0; i < MAX_NAME_ATTEMPTS; i++) {
            name = stem + chance.suffix();
            if (state.get(ObjectKey.of(kind.storedAs(), namespace, name)) == null) {
                break;
            }
        }
        return name;
    }

    /**
     * Whether the namespace accepts new objects.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle">NamespaceLifecycle</a>
     */
    static @Nullable Refusal namespaceTakes(ObjectKey key, DecidedState state) {
        if (key.namespace().isEmpty()) {
            return null;
        }
        ObjectKey namespace = ObjectKey.clusterScoped(TypeRules.NAMESPACES, key.namespace());
        StoredObject there = state.get(namespace);
        if (there == null) {
            return Refusal.notFound(namespace);
        }
        if (!there.deleting()) {
            return null;
        }
        return new Refusal(
                Reason.FORBIDDEN,
                "%s \"%s\" is forbidden: unable to create new content in namespace %s because it is being terminated"
                        .formatted(key.type().qualified(), key.name(), key.namespace()),
                key,
                key.type().resource(),
                List.of(new Cause(
                        "NamespaceTerminating",
                        "namespace %s is being terminated".formatted(key.namespace()),
                        "metadata.namespace")),
                0);
    }
}
