package io.shiplog.docker.history;

import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.query.Target;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of verbs that look in one namespace or in all, as in kubectl. */
final class ScopeOptions {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "in all namespaces, and cluster-scoped objects")
    private boolean everywhere;

    /** Opens the connection to the cluster. */
    KubeApi open() {
        return connection.open();
    }

    /** All namespaces with {@code -A}, else the one of {@code -n}, else the context's. */
    Scope scope(KubeApi api) {
        return everywhere ? Scope.EVERYWHERE : Scope.of(connection, api);
    }

    /**
     * For a target: a cluster-scoped one is looked up in all namespaces.
     *
     * @throws ClientException if {@code -A} is given for one namespaced object
     */
    Scope scopeOf(Target target, KubeApi api) {
        if (!target.resource().namespaced()) {
            return Scope.EVERYWHERE;
        }
        if (everywhere && !target.name().isEmpty()) {
            throw new ClientException("a resource cannot be retrieved by name across all namespaces");
        }
        return scope(api);
    }

    /**
     * For one event, which its revision identifies: with neither {@code -n} nor {@code -A}, the context's namespace if the event
     * is there, else all namespaces.
     *
     * @param revision its digits
     */
    Scope scopeOfEvent(KubeApi api, String revision) {
        Scope scope = scope(api);
        if (scope.given()) {
            return scope;
        }
        try {
            api.get("/apis/history.shiplog.io/v1/namespaces/%s/changes/%s?fields=false"
                    .formatted(KubeApi.encoded(scope.namespace()), revision));
            return scope;
        } catch (ClientException e) {
            if (e.notFound() || e.forbidden()) {
                return Scope.EVERYWHERE;
            }
            throw e;
        }
    }
}
