package io.shiplog.events.object;

import java.util.List;

/**
 * Who acts: a user as Kubernetes knows one.
 *
 * @param user the user name, as {@code system:serviceaccount:shop:default}
 * @param groups the groups of the user
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/">Authenticating</a>
 */
public record Actor(String user, List<String> groups) {
    public Actor {
        groups = List.copyOf(groups);
    }

    /** A part of the cluster itself: a controller of {@code kube-system}, trusted without asking RBAC. */
    public static Actor controller(String name) {
        return new Actor(
                "system:serviceaccount:kube-system:" + name,
                List.of("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"));
    }

    /** A node's runner. */
    public static Actor node(String nodeName) {
        return new Actor("system:node:" + nodeName, List.of("system:nodes", "system:authenticated"));
    }
}
