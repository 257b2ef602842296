package io.shiplog.command.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An APIService for each version of each group that every cluster serves.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/cmd/kube-apiserver/app/aggregator.go">apiVersionPriorities</a>
 */
final class ApiServices {
    private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
    private static final int OWN_GROUP = 1_000;
    private static final int VERSION = 15;

    /** Kubernetes' priorities of groups: the higher one comes first in discovery. */
    private static final Map<String, Integer> GROUPS = Map.ofEntries(
            Map.entry("", 18_000),
            Map.entry("apps", 17_800),
            Map.entry("events.k8s.io", 17_750),
            Map.entry("authentication.k8s.io", 17_700),
            Map.entry("authorization.k8s.io", 17_600),
            Map.entry("autoscaling", 17_500),
            Map.entry("batch", 17_400),
            Map.entry("certificates.k8s.io", 17_300),
            Map.entry("networking.k8s.io", 17_200),
            Map.entry("policy", 17_100),
            Map.entry("rbac.authorization.k8s.io", 17_000),
            Map.entry("storage.k8s.io", 16_800),
            Map.entry("apiextensions.k8s.io", 16_700),
            Map.entry("admissionregistration.k8s.io", 16_700),
            Map.entry("scheduling.k8s.io", 16_600),
            Map.entry("coordination.k8s.io", 16_500),
            Map.entry("node.k8s.io", 16_300),
            Map.entry("discovery.k8s.io", 16_200),
            Map.entry("resource.k8s.io", 16_200),
            Map.entry("flowcontrol.apiserver.k8s.io", 16_100));

    private static final Map<String, Integer> VERSIONS =
            Map.of("v1.", 1, "v2.autoscaling", 30, "v1.resource.k8s.io", 21, "v1.flowcontrol.apiserver.k8s.io", 21);

    private ApiServices() {}

    /** New objects, by name. The group of APIServices itself has none, and reviews are no kinds of the catalogue. */
    static Collection<ObjectNode> objects() {
        Map<String, ObjectNode> all = new TreeMap<>();
        for (String group : List.of("authentication.k8s.io", "authorization.k8s.io")) {
            all.put("v1." + group, object(group, "v1"));
        }
        for (KindDescription kind : BuiltInKinds.catalogue().all()) {
            if (!kind.group().equals("apiregistration.k8s.io")) {
                for (KindVersion version : kind.versions()) {
                    all.put(version.name() + "." + kind.group(), object(kind.group(), version.name()));
                }
            }
        }
        return all.values();
    }

    private static ObjectNode object(String group, String version) {
        String name = version + "." + group;
        ObjectNode object = Json.MAPPER
                .createObjectNode()
                .put("apiVersion", "apiregistration.k8s.io/v1")
                .put("kind", "APIService");
        object.putObject("metadata").put("name", name).putObject("labels").put(MANAGED, "onstart");
        ObjectNode spec = object.putObject("spec");
        if (!group.isEmpty()) {
            spec.put("group", group);
        }
        spec.put("version", version)
                .put("groupPriorityMinimum", GROUPS.getOrDefault(group, OWN_GROUP))
                .put("versionPriority", VERSIONS.getOrDefault(name, VERSION));
        return object;
    }
}
