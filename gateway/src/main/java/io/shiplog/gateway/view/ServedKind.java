package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Conversion;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
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

    private Conversion conversion() {
        KindVersion served = kind.version(version);
        return served == null ? Conversion.NONE : served.conversion();
    }

    /** A stored object in this kind and version: the same bytes if nothing differs. */
    public Json shown(Json stored) {
        Conversion conversion = conversion();
        return conversion == Conversion.NONE
                ? stored
                : Json.of(conversion
                        .fromStored((ObjectNode) stored.tree())
                        .put("apiVersion", apiVersion())
                        .put("kind", kind.kind()));
    }
}
