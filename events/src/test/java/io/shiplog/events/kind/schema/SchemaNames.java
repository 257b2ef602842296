package io.shiplog.events.kind.schema;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The official names of schemas, {@code io.k8s.api.core.v1.Pod}, which the client's flat class names lack. */
final class SchemaNames {
    /** Marks of a version, some with the group where two groups have a type of the same name. */
    private static final Pattern VERSION = Pattern.compile("^(Core|Events|Discovery|Rbac|Authentication)?V1");

    private static final List<String> META = List.of(
            "ObjectMeta",
            "ListMeta",
            "OwnerReference",
            "ManagedFieldsEntry",
            "LabelSelector",
            "LabelSelectorRequirement",
            "FieldSelectorRequirement",
            "Condition",
            "DeleteOptions",
            "Preconditions",
            "ShardInfo",
            "Status",
            "StatusDetails",
            "StatusCause");

    /** What a type's simple name begins with, group by group; what begins with none of it is of the core group. */
    private static final Map<String, Pattern> GROUPS = Map.of(
            "apps",
            Pattern.compile("^(Deployment|ReplicaSet|RollingUpdateDeployment).*"),
            "rbac",
            Pattern.compile(
                    "^(Role|RoleList|RoleRef|RoleBinding|RoleBindingList|ClusterRole.*|PolicyRule|AggregationRule"
                            + "|Subject)$"),
            "discovery",
            Pattern.compile(
                    "^(Endpoint|EndpointSlice|EndpointSliceList|EndpointConditions|EndpointHints|ForZone|ForNode)$"),
            "coordination",
            Pattern.compile("^Lease(Spec|List)?$"),
            "policy",
            Pattern.compile("^Eviction$"),
            "scheduling",
            Pattern.compile("^PriorityClass(List)?$"),
            "autoscaling",
            Pattern.compile("^Scale(Spec|Status)?$"),
            "authentication",
            Pattern.compile("^(TokenRequest|TokenReview|SelfSubjectReview|BoundObjectReference|UserInfo).*"),
            "authorization",
            Pattern.compile(
                    "^(SubjectAccessReview|SubjectRulesReview|LocalSubjectAccess|SelfSubjectAccess|SelfSubjectRules"
                            + "|ResourceAttributes|NonResourceAttributes|ResourceRule|NonResourceRule|FieldSelectorAttributes"
                            + "|LabelSelectorAttributes).*"));

    private SchemaNames() {}

    static String simple(Class<?> model) {
        return VERSION.matcher(model.getSimpleName()).replaceFirst("");
    }

    static String of(Class<?> model) {
        String simple = simple(model);
        if (META.contains(simple)) {
            return "io.k8s.apimachinery.pkg.apis.meta.v1." + simple;
        }
        return "io.k8s.api." + group(model.getSimpleName(), simple) + ".v1." + simple;
    }

    private static String group(String className, String simple) {
        if (className.startsWith("Core")) {
            return "core";
        } else if (className.startsWith("EventsV1")) {
            return "events";
        } else if (className.startsWith("DiscoveryV1")) {
            return "discovery";
        }
        return GROUPS.entrySet().stream()
                .filter(e -> e.getValue().matcher(simple).matches())
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .orElse("core");
    }
}
