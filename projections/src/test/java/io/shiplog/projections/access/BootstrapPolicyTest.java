package io.shiplog.projections.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BootstrapPolicyTest {
    private final List<BootstrapPolicy.Item> items = BootstrapPolicy.objects();

    @Test
    void every_object_bears_the_marks_of_a_default() {
        for (BootstrapPolicy.Item item : items) {
            JsonNode metadata = item.body().tree().path("metadata");
            assertEquals(item.key().name(), metadata.path("name").asText());
            assertEquals(item.key().namespace(), metadata.path("namespace").asText(""));
            assertEquals(
                    "rbac-defaults",
                    metadata.path("labels").path("kubernetes.io/bootstrapping").asText());
            assertEquals(
                    "true",
                    metadata.path("annotations")
                            .path("rbac.authorization.kubernetes.io/autoupdate")
                            .asText());
        }
    }

    @Test
    void roles_come_before_the_bindings_that_refer_to_them_and_no_key_comes_twice() {
        Set<ObjectKey> seen = new HashSet<>();
        for (BootstrapPolicy.Item item : items) {
            assertTrue(seen.add(item.key()), item.key().toString());
            JsonNode role = item.body().tree().path("roleRef");
            if (role.isObject()) {
                ObjectKey key = role.path("kind").asText().equals("ClusterRole")
                        ? ObjectKey.clusterScoped(
                                RbacIndex.CLUSTER_ROLES, role.path("name").asText())
                        : ObjectKey.of(
                                RbacIndex.ROLES,
                                item.key().namespace(),
                                role.path("name").asText());
                assertTrue(seen.contains(key), item.key() + " refers to " + key);
            }
        }
    }

    @Test
    void aggregated_roles_have_the_rules_that_their_selectors_gather() {
        RbacAuthorizer authorizer = new RbacAuthorizer();
        var image = Policies.byDefault().image();
        for (String name : List.of("admin", "edit", "view")) {
            Set<PolicyRule> written = items.stream()
                    .filter(item -> item.key().equals(ObjectKey.clusterScoped(RbacIndex.CLUSTER_ROLES, name)))
                    .flatMap(item -> PolicyRule.listOf(item.body().tree().path("rules")).stream())
                    .collect(java.util.stream.Collectors.toSet());
            List<PolicyRule> gathered = authorizer.rulesOf(image::list, "ClusterRole", name, "");

            assertEquals(written, new HashSet<>(java.util.Objects.requireNonNull(gathered)), name);
            assertTrue(written.size() > 9, name);
        }
    }

    @Test
    void a_rule_line_becomes_the_rule_that_kubernetes_has() {
        JsonNode scheduler = items.stream()
                .filter(item -> item.key().name().equals("system:kube-scheduler"))
                .findFirst()
                .orElseThrow()
                .body()
                .tree();

        assertEquals(
                "{\"verbs\":[\"get\",\"list\",\"update\",\"watch\"],\"apiGroups\":[\"coordination.k8s.io\"],\"resources\":[\"leases\"],"
                        + "\"resourceNames\":[\"kube-scheduler\"]}",
                scheduler.path("rules").path(2).toString());
        assertEquals("ClusterRole", scheduler.path("kind").asText());
    }
}
