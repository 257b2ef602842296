package io.shiplog.events.kind.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kind whose schema the API hands out; what it refers to follows by itself.
 *
 * @param model the simple name of the client's class
 */
record Root(String group, String kind, String model) {
    private static final Map<String, List<String>> OBJECTS = Map.of(
            "",
            List.of(
                    "Namespace",
                    "Node",
                    "Pod",
                    "Service",
                    "Endpoints",
                    "ConfigMap",
                    "Secret",
                    "ServiceAccount",
                    "ReplicationController"),
            "apps",
            List.of("Deployment", "ReplicaSet"),
            "coordination.k8s.io",
            List.of("Lease"),
            "discovery.k8s.io",
            List.of("EndpointSlice"),
            "rbac.authorization.k8s.io",
            List.of("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
            "scheduling.k8s.io",
            List.of("PriorityClass"));

    /** Kinds that are never listed: bodies of subresources and of questions. */
    private static final List<Root> OTHERS = List.of(
            new Root("", "Event", "CoreV1Event"),
            new Root("", "EventList", "CoreV1EventList"),
            new Root("events.k8s.io", "Event", "EventsV1Event"),
            new Root("events.k8s.io", "EventList", "EventsV1EventList"),
            new Root("", "Binding", "V1Binding"),
            new Root("policy", "Eviction", "V1Eviction"),
            new Root("autoscaling", "Scale", "V1Scale"),
            new Root("authentication.k8s.io", "TokenRequest", "AuthenticationV1TokenRequest"),
            new Root("authentication.k8s.io", "TokenReview", "V1TokenReview"),
            new Root("authentication.k8s.io", "SelfSubjectReview", "V1SelfSubjectReview"),
            new Root("authorization.k8s.io", "SubjectAccessReview", "V1SubjectAccessReview"),
            new Root("authorization.k8s.io", "LocalSubjectAccessReview", "V1LocalSubjectAccessReview"),
            new Root("authorization.k8s.io", "SelfSubjectAccessReview", "V1SelfSubjectAccessReview"),
            new Root("authorization.k8s.io", "SelfSubjectRulesReview", "V1SelfSubjectRulesReview"),
            new Root("", "DeleteOptions", "V1DeleteOptions"),
            new Root("", "Status", "V1Status"));

    static final List<Root> ALL = all();

    private static List<Root> all() {
        List<Root> all = new ArrayList<>(OTHERS);
        OBJECTS.forEach((group, kinds) -> {
            for (String kind : kinds) {
                all.add(new Root(group, kind, "V1" + kind));
                all.add(new Root(group, kind + "List", "V1" + kind + "List"));
            }
        });
        return all;
    }
}
