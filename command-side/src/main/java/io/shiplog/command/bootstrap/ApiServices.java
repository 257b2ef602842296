package io.shiplog.command.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.GroupPriority;
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
    private static final int VERSION = 15;

    private static final Map<String, Integer> VERSIONS =
            Map.of("v1.", 1, "v2.autoscaling", 30, "v1.resource.k8s.io", 21, "v1.flowcontrol.apiserver.k8s.io", 21);

    private ApiServices() {}

    /** New objects, by name. The group of APIServices itself has none, and reviews are no kinds of the catalogue. */
    static Collection<ObjectNode> objects() {
        Map<String, ObjectNode> all = new TreeMap<>();
        for (String group : List.of("authentication.k8s.io", "authorization.k8s.io")) {
            all.put("v1." + group, object(group, "v1"));
        }
        all.put("v1beta1.metrics.k8s.io", object("metrics.k8s.io", "v1beta1"));
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
                .put("groupPriorityMinimum", GroupPriority.of(group))
                .put("versionPriority", VERSIONS.getOrDefault(name, VERSION));
        return object;
    }
}
