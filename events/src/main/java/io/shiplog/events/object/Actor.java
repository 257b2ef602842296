package io.shiplog.events.object;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The user of a request, as Kubernetes knows users.
 *
 * @param user the user name, as {@code system:serviceaccount:shop:default}
 * @param groups the groups of the user
 * @param impersonator the user name of the real sender, if it impersonates the user; else null
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/">Authenticating</a>
 */
public record Actor(
        String user, List<String> groups, @Nullable String impersonator) {
    /** The API server itself, which writes the objects that every cluster has. */
    public static final Actor API_SERVER =
            new Actor("system:apiserver", List.of("system:masters", "system:authenticated"));

    private static final String NODE_PREFIX = "system:node:";
    private static final String NODE_GROUP = "system:nodes";
    private static final String ACCOUNT_PREFIX = "system:serviceaccount:";
    private static final String SYSTEM_ACCOUNT_PREFIX = ACCOUNT_PREFIX + "kube-system:";

    public Actor {
        groups = List.copyOf(groups);
    }

    /** A user without impersonation. */
    public Actor(String user, List<String> groups) {
        this(user, groups, null);
    }

    /**
     * The same user, impersonated by another.
     *
     * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/">User impersonation</a>
     */
    public Actor impersonatedBy(String other) {
        return new Actor(user, groups, other);
    }

    /** A part of the cluster itself: a controller of {@code kube-system}, trusted without RBAC. */
    public static Actor controller(String name) {
        return new Actor(
                "system:serviceaccount:kube-system:" + name,
                List.of("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"));
    }

    /** A node's runner. */
    public static Actor node(String nodeName) {
        return new Actor(NODE_PREFIX + nodeName, List.of(NODE_GROUP, "system:authenticated"));
    }

    /**
     * The name of the node whose runner this is; empty for all other users.
     *
     * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/node/#overview">Using Node Authorization</a>
     */
    public Optional<String> nodeName() {
        return user.startsWith(NODE_PREFIX) && groups.contains(NODE_GROUP)
                ? Optional.of(user.substring(NODE_PREFIX.length()))
                : Optional.empty();
    }

    /**
     * Who answers for what a request costs: the user, or the namespace of a ServiceAccount, since a user who may create one there may
     * create a thousand. The accounts of {@code kube-system} are users of their own.
     */
    public String owner() {
        if (!user.startsWith(ACCOUNT_PREFIX) || user.startsWith(SYSTEM_ACCOUNT_PREFIX)) {
            return user;
        }
        int end = user.indexOf(':', ACCOUNT_PREFIX.length());
        return end < 0 ? user : user.substring(0, end);
    }
}
