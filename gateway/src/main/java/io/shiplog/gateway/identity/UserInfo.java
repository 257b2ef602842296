package io.shiplog.gateway.identity;

import io.shiplog.events.object.Actor;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of a credential.
 *
 * @param actor the user
 * @param uid of the ServiceAccount; empty for all others
 * @param extra which credential it was, and the pod and the node that a token is bound to, by Kubernetes' keys
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#additional-metadata-in-pod-bound-tokens">Additional
 *     metadata in Pod bound tokens</a>
 */
public record UserInfo(Actor actor, String uid, SortedMap<String, List<String>> extra) {
    private static final String PREFIX = "authentication.kubernetes.io/";
    static final String CREDENTIAL = "credential-id";

    /** A user without further attributes. */
    public static UserInfo of(Actor actor) {
        return new UserInfo(actor, "", new TreeMap<>());
    }

    /** @param extra by the last part of Kubernetes' keys; empty values are omitted */
    static UserInfo of(Actor actor, String uid, Map<String, String> extra) {
        SortedMap<String, List<String>> all = new TreeMap<>();
        extra.forEach((key, value) -> {
            if (!value.isEmpty()) {
                all.put(PREFIX + key, List.of(value));
            }
        });
        return new UserInfo(actor, uid, all);
    }
}
