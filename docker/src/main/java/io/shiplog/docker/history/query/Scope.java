package io.shiplog.docker.history.query;

import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where a verb looks.
 *
 * @param namespace empty for all namespaces and cluster-scoped objects
 * @param given whether the user named the namespace; otherwise it is the context's
 */
public record Scope(String namespace, boolean given) {
    /** All namespaces, and cluster-scoped objects. */
    public static final Scope EVERYWHERE = new Scope("", true);

    /** The namespace of {@code -n}, else the context's. */
    public static Scope of(ConnectionOptions connection, KubeApi api) {
        return new Scope(connection.namespace(api), connection.namespace().isPresent());
    }

    /** The same for an object; everywhere for a cluster-scoped one. */
    public static Scope of(Target target, ConnectionOptions connection, KubeApi api) {
        return target.resource().namespaced() ? of(connection, api) : EVERYWHERE;
    }

    public boolean isEverywhere() {
        return namespace.isEmpty();
    }

    /** {@code namespace shop}. */
    public String shown() {
        return isEverywhere() ? "all namespaces" : "namespace " + namespace;
    }

    /** The option that gives this scope: {@code -n shop}. */
    public String option() {
        return isEverywhere() ? "-A" : "-n " + namespace;
    }

    /** Which other places there are: {@code -n NAME for another namespace, -A for all}. */
    public String others() {
        return isEverywhere() ? "-n NAME for one namespace" : "-n NAME for another namespace, -A for all";
    }

    /**
     * Sends a request for this scope. If the server finds nothing or forbids it, and the user did not name the namespace, the
     * failure says where was looked.
     */
    public <T> T asked(Supplier<T> request) {
        return asked(request, others());
    }

    /** The same for a verb about one object, which has no {@code -A}. */
    public <T> T askedOfObject(Supplier<T> request) {
        return asked(request, "-n NAME for another namespace");
    }

    private <T> T asked(Supplier<T> request, String others) {
        try {
            return request.get();
        } catch (ClientException e) {
            boolean elsewhere = e.forbidden() || e.notFound();
            if (e.forbidden() && isEverywhere()) {
                throw e.with("asked in all namespaces: give " + others());
            }
            if (elsewhere && !given) {
                throw e.with("asked in %s, the context's: give %s".formatted(shown(), others));
            }
            throw e;
        }
    }

    /**
     * Called if there was nothing to show: distinguishes a namespace that never existed, which is a typo, from one without
     * changes.
     *
     * @throws ClientException if the namespace is neither in the cluster nor in the log
     */
    public void requireKnown(KubeApi api) {
        if (!isEverywhere()) {
            requireNamespace(api, namespace);
        }
    }

    /** The same for any namespace. One that the user may not read counts as known. */
    static void requireNamespace(KubeApi api, String name) {
        try {
            api.get("/api/v1/namespaces/" + KubeApi.encoded(name));
            return;
        } catch (ClientException e) {
            if (!e.notFound()) {
                return;
            }
        }
        try {
            if (new PastChanges(api, "")
                    .where("object.resource", "namespaces")
                    .where("object.name", name)
                    .with("order", "newest")
                    .any()) {
                return;
            }
        } catch (ClientException e) {
            if (!e.forbidden()) {
                throw e;
            }
        }
        throw new ClientException("namespace \"%s\" not found, neither in the cluster nor in its log%s"
                .formatted(name, similar(api, name)));
    }

    private static String similar(KubeApi api, String name) {
        List<String> names = new ArrayList<>();
        try {
            api.get("/api/v1/namespaces")
                    .path("items")
                    .forEach(each -> names.add(each.at("/metadata/name").asText()));
        } catch (ClientException e) {
            return ": 'kubectl get namespaces' lists them";
        }
        String suggestion = Suggestion.of(name, names);
        return suggestion.isEmpty() ? ": 'kubectl get namespaces' lists them" : suggestion;
    }
}
