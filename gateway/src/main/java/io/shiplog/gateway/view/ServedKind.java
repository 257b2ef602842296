package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;

/** A kind in the version that a client requested. Objects are stored in the preferred version of the kind's stored type. */
public record ServedKind(KindDescription kind, String version) {

    public String apiVersion() {
        return kind.apiVersion(version);
    }

    /** The stored key of an object of this kind. */
    public ObjectKey key(String namespace, String name) {
        // The path of a namespace names the namespace, and is cluster-scoped all the same.
        return ObjectKey.of(kind.storedAs(), kind.namespaced() ? namespace : "", name);
    }

    /** The key of an object for a command, with the type that the client names: its rules are those of that type. */
    public ObjectKey commandKey(String namespace, String name) {
        return ObjectKey.of(kind.type(), kind.namespaced() ? namespace : "", name);
    }

    private boolean asStored() {
        return version.equals(kind.preferredVersion()) && kind.storedAs().equals(kind.type());
    }

    /** A stored object in this kind and version: the same bytes if nothing differs. */
    public Json shown(Json stored) {
        if (asStored()) {
            return stored;
        }
        ObjectNode tree = (ObjectNode) stored.tree();
        return Json.of(
                kind.storedAs().equals(kind.type()) ? tree.put("apiVersion", apiVersion()) : EventsView.fromCore(tree));
    }

    /**
     * A client's object in the preferred version of its kind. One whose kind is stored as another is left to the decider, which knows
     * both forms, and so is a value that is not an object.
     */
    public Json preferred(Json body) {
        if (version.equals(kind.preferredVersion())) {
            return body;
        }
        ObjectNode tree;
        try {
            if (!(ClientJson.tree(body) instanceof ObjectNode object)) {
                return body;
            }
            tree = object;
        } catch (ClientJson.UnreadableException e) {
            return body;
        }
        return Json.of(tree.put("apiVersion", kind.apiVersion()));
    }
}
