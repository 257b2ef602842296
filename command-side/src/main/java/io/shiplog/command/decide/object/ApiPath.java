package io.shiplog.command.decide.object;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;

/** The API path of an object: the subject of its events. */
public final class ApiPath {
    private ApiPath() {}

    public static String of(KindDescription kind, ObjectKey key) {
        StringBuilder path = new StringBuilder(kind.group().isEmpty() ? "/api/" : "/apis/").append(kind.apiVersion());
        if (!key.namespace().isEmpty()) {
            path.append("/namespaces/").append(key.namespace());
        }
        return path.append('/')
                .append(kind.plural())
                .append('/')
                .append(key.name())
                .toString();
    }
}
