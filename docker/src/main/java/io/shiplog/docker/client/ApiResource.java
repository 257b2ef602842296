package io.shiplog.docker.client;

import java.util.Locale;

/**
 * A resource that a cluster serves.
 *
 * @param group empty for the core group
 */
public record ApiResource(String group, String version, String plural, String kind, boolean namespaced) {

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code deployments.apps}. */
    public String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** An object's name as kubectl prints it with {@code -o name}: {@code deployment.apps/web}. */
    public String named(String name) {
        String singular = kind.toLowerCase(Locale.ROOT);
        return (group.isEmpty() ? singular : singular + "." + group) + "/" + name;
    }

    /**
     * The path of the collection.
     *
     * @param namespace empty for all; ignored for a cluster-scoped resource
     */
    public String path(String namespace) {
        String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        return namespaced && !namespace.isEmpty()
                ? root + "/namespaces/" + KubeApi.encoded(namespace) + "/" + plural
                : root + "/" + plural;
    }

    /** The path of one object. */
    public String path(String namespace, String name) {
        return path(namespace) + "/" + KubeApi.encoded(name);
    }
}
