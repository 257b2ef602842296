package io.shiplog.command.patch;

import io.shiplog.events.object.ResourceType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the lists of a type merge: the {@code patchStrategy} and {@code patchMergeKey} of Kubernetes' types. Other lists are
 * replaced.
 *
 * @param key identifies the elements of a list of objects; null for any other field
 * @param mergesTexts whether this is a list of texts that merges
 * @param fields of the object, or of each element of the list
 * @see <a
 *     href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md">Strategic
 *     merge patch</a>
 */
record MergeSchema(@Nullable String key, boolean mergesTexts, Map<String, MergeSchema> fields) {
    /** An unknown field: objects merge, lists are replaced. */
    static final MergeSchema PLAIN = new MergeSchema(null, false, Map.of());

    private static final MergeSchema TEXTS = new MergeSchema(null, true, Map.of());

    private static final MergeSchema METADATA = object("ownerReferences", list("uid"), "finalizers", TEXTS);
    private static final MergeSchema CONDITIONS = object("conditions", list("type"));

    private static final MergeSchema CONTAINERS = list(
            "name",
            "ports",
            list("containerPort"),
            "env",
            list("name"),
            "volumeMounts",
            list("mountPath"),
            "volumeDevices",
            list("devicePath"));

    private static final MergeSchema POD_SPEC = object(
            "containers", CONTAINERS,
            "initContainers", CONTAINERS,
            "ephemeralContainers", CONTAINERS,
            "volumes", list("name"),
            "imagePullSecrets", list("name"),
            "hostAliases", list("ip"),
            "topologySpreadConstraints", list("topologyKey"),
            "schedulingGates", list("name"),
            "resourceClaims", list("name"));

    private static final MergeSchema TEMPLATE = object("metadata", METADATA, "spec", POD_SPEC);

    private static final MergeSchema WORKLOAD =
            object("metadata", METADATA, "spec", object("template", TEMPLATE), "status", CONDITIONS);

    private static final MergeSchema ANY = object("metadata", METADATA, "status", CONDITIONS);

    private static final Map<ResourceType, MergeSchema> BY_TYPE = Map.ofEntries(
            Map.entry(
                    ResourceType.core("pods"),
                    object(
                            "metadata",
                            METADATA,
                            "spec",
                            POD_SPEC,
                            "status",
                            object("conditions", list("type"), "podIPs", list("ip"), "hostIPs", list("ip")))),
            Map.entry(
                    ResourceType.core("services"),
                    object("metadata", METADATA, "spec", object("ports", list("port")), "status", CONDITIONS)),
            Map.entry(ResourceType.core("serviceaccounts"), object("metadata", METADATA, "secrets", list("name"))),
            Map.entry(
                    ResourceType.core("nodes"),
                    object(
                            "metadata",
                            METADATA,
                            "spec",
                            object("podCIDRs", TEXTS),
                            "status",
                            object("conditions", list("type"), "addresses", list("type")))),
            Map.entry(ResourceType.core("podtemplates"), object("metadata", METADATA, "template", TEMPLATE)),
            Map.entry(ResourceType.core("replicationcontrollers"), WORKLOAD),
            Map.entry(apps("deployments"), WORKLOAD),
            Map.entry(apps("replicasets"), WORKLOAD),
            Map.entry(apps("statefulsets"), WORKLOAD),
            Map.entry(apps("daemonsets"), WORKLOAD),
            Map.entry(new ResourceType("batch", "jobs"), WORKLOAD),
            Map.entry(
                    new ResourceType("batch", "cronjobs"),
                    object(
                            "metadata",
                            METADATA,
                            "spec",
                            object(
                                    "jobTemplate",
                                    object("metadata", METADATA, "spec", object("template", TEMPLATE))))));

    /** How objects of a type merge. */
    static MergeSchema of(ResourceType type) {
        return BY_TYPE.getOrDefault(type, ANY);
    }

    /** How a field merges. */
    MergeSchema field(String name) {
        return fields.getOrDefault(name, PLAIN);
    }

    private static ResourceType apps(String resource) {
        return new ResourceType("apps", resource);
    }

    private static MergeSchema object(Object... fields) {
        return new MergeSchema(null, false, map(fields));
    }

    private static MergeSchema list(String key, Object... fields) {
        return new MergeSchema(key, false, map(fields));
    }

    private static Map<String, MergeSchema> map(Object... fields) {
        Map<String, MergeSchema> map = new HashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put((String) fields[i], (MergeSchema) fields[i + 1]);
        }
        return Map.copyOf(map);
    }
}
