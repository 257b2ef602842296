package io.shiplog.command.bootstrap;

import static io.shiplog.command.control.view.Types.ENDPOINTS;
import static io.shiplog.command.control.view.Types.ENDPOINT_SLICES;
import static io.shiplog.command.control.view.Types.NAMESPACES;
import static io.shiplog.command.control.view.Types.PRIORITY_CLASSES;
import static io.shiplog.command.control.view.Types.SERVICES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.loop.ControllerLoop;
import io.shiplog.command.schedule.Profiles;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final ResourceType CLUSTER_ROLES = new ResourceType("rbac.authorization.k8s.io", "clusterroles");
    private static final ResourceType CLUSTER_ROLE_BINDINGS =
            new ResourceType("rbac.authorization.k8s.io", "clusterrolebindings");
    private static final ObjectKey VIEW = ObjectKey.clusterScoped(CLUSTER_ROLES, "view");

    private final FakeCluster cluster = new FakeCluster();

    private ControllerLoop run(String address) {
        ControllerLoop loop = cluster.run(
                new Bootstrap(new BootstrapConfig("10.96.0.1", "10.96.0.10", List.of(address), 6443, "10.96.0.0/12")));
        cluster.pass(Duration.ofSeconds(1));
        return loop;
    }

    private ObjectNode tree(ObjectKey key) {
        return Objects.requireNonNull(cluster.tree(key), key::toString);
    }

    @Test
    void theSchedulersConfigurationIsAnObjectAndStaysWithoutTheOption() {
        String text =
                "{\"apiVersion\":\"kubescheduler.config.k8s.io/v1\",\"kind\":\"KubeSchedulerConfiguration\",\"podMaxBackoffSeconds\":20}";
        cluster.run(new Bootstrap(new BootstrapConfig(
                "10.96.0.1", "10.96.0.10", List.of("172.18.0.1"), 6443, "10.96.0.0/12", Optional.of(Json.of(text)))));
        cluster.pass(Duration.ofSeconds(1));

        String stored =
                tree(Profiles.CONFIG_MAP).path("data").path(Profiles.ENTRY).asText();
        assertEquals(Json.of(text).tree(), Json.of(stored).tree());

        run("172.18.0.1");
        assertEquals(
                stored,
                tree(Profiles.CONFIG_MAP).path("data").path(Profiles.ENTRY).asText());
    }

    @Test
    void withoutTheOptionTheSchedulerHasNoConfiguration() {
        run("172.18.0.1");

        assertNull(cluster.tree(Profiles.CONFIG_MAP));
    }

    @Test
    void aFreshClusterHasWhatEveryClusterHas() {
        run("172.18.0.1");
        assertEquals(
                List.of("default", "kube-node-lease", "kube-public", "kube-system"),
                cluster.trees(NAMESPACES).stream()
                        .map(each -> each.at("/metadata/name").asText())
                        .toList());
        ObjectNode api = tree(ObjectKey.of(SERVICES, "default", "kubernetes"));
        assertEquals("10.96.0.1", api.at("/spec/clusterIP").asText());
        assertEquals(6443, api.at("/spec/ports/0/targetPort").asInt());
        assertEquals(
                "10.96.0.10",
                tree(ObjectKey.of(SERVICES, "kube-system", "kube-dns"))
                        .at("/spec/clusterIP")
                        .asText());
        assertEquals(
                2_000_001_000,
                tree(ObjectKey.clusterScoped(PRIORITY_CLASSES, "system-node-critical"))
                        .path("value")
                        .asInt());
        assertEquals(
                "*",
                tree(ObjectKey.clusterScoped(CLUSTER_ROLES, "cluster-admin"))
                        .at("/rules/0/verbs/0")
                        .asText());
        assertEquals(
                "system:masters",
                tree(ObjectKey.clusterScoped(CLUSTER_ROLE_BINDINGS, "cluster-admin"))
                        .at("/subjects/0/name")
                        .asText());
    }

    @Test
    void aSecondStartSendsNothing() {
        ControllerLoop loop = run("172.18.0.1");
        int before = cluster.sent().size();
        loop.restart();
        cluster.settle();
        assertEquals(before, cluster.sent().size());
    }

    @Test
    void theAddressOfTheApiIsKeptRight() {
        run("172.18.0.1").stop();
        cluster.change(ObjectKey.of(ENDPOINTS, "default", "kubernetes"), "", "{\"subsets\":[]}");
        run("172.18.0.9");
        assertEquals(
                "172.18.0.9",
                tree(ObjectKey.of(ENDPOINTS, "default", "kubernetes"))
                        .at("/subsets/0/addresses/0/ip")
                        .asText());
        assertEquals(
                "172.18.0.9",
                tree(ObjectKey.of(ENDPOINT_SLICES, "default", "kubernetes"))
                        .at("/endpoints/0/addresses/0")
                        .asText());
    }

    @Test
    void aNamespaceThatIsMissedIsMadeAgain() {
        run("172.18.0.1");
        cluster.change(
                ObjectKey.clusterScoped(NAMESPACES, "kube-node-lease"), "finalize", "{\"spec\":{\"finalizers\":null}}");
        cluster.deleteAtOnce(ObjectKey.clusterScoped(NAMESPACES, "kube-node-lease"));
        cluster.settle();
        tree(ObjectKey.clusterScoped(NAMESPACES, "kube-node-lease"));
    }

    @Test
    void policyIsMendedAtStartOnlyAndKeepsWhatUsersAdded() {
        ControllerLoop loop = run("172.18.0.1");
        int rules = tree(VIEW).path("rules").size();
        assertTrue(rules > 0);
        cluster.change(VIEW, "", "{\"rules\":[{\"apiGroups\":[\"x\"],\"resources\":[\"y\"],\"verbs\":[\"get\"]}]}");
        cluster.settle();
        assertEquals(1, tree(VIEW).path("rules").size());
        loop.restart();
        cluster.settle();
        assertEquals(rules + 1, tree(VIEW).path("rules").size());
    }

    @Test
    void policyThatUsersTookOverIsTheirs() {
        ControllerLoop loop = run("172.18.0.1");
        cluster.change(
                VIEW,
                "",
                "{\"rules\":[],\"metadata\":{\"annotations\":{\"rbac.authorization.kubernetes.io/autoupdate\":\"false\"}}}");
        loop.restart();
        cluster.settle();
        assertEquals(0, tree(VIEW).path("rules").size());
    }

    @Test
    void podsNeedAnAddressOfTheApi() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new BootstrapConfig("10.96.0.1", "10.96.0.10", List.of(), 6443, "10.96.0.0/12"));
    }
}
