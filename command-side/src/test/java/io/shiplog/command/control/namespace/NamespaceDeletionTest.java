package io.shiplog.command.control.namespace;

import static io.shiplog.command.control.view.Types.CONFIG_MAPS;
import static io.shiplog.command.control.view.Types.NAMESPACES;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.CountingController;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.account.NamespaceContent;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NamespaceDeletionTest {
    private static final ObjectKey SHOP = ObjectKey.clusterScoped(NAMESPACES, "shop");
    private static final ObjectKey POD = ObjectKey.of(PODS, "shop", "pod");
    private static final ObjectKey MAP = ObjectKey.of(CONFIG_MAPS, "shop", "map");

    private final FakeCluster cluster = new FakeCluster();
    private final CountingController controller = new CountingController(new NamespaceDeletion());

    @BeforeEach
    void aNamespaceWithContent() {
        cluster.given(NAMESPACES, "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\"}}");
        cluster.given(CONFIG_MAPS, "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"map\",\"namespace\":\"shop\"}}");
        cluster.given(
                CONFIG_MAPS, "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"map\",\"namespace\":\"shopping\"}}");
        cluster.run(controller);
        cluster.settle();
    }

    private JsonNode condition(String type) {
        return Conditions.find(Objects.requireNonNull(cluster.tree(SHOP)).at("/status/conditions"), type);
    }

    @Test
    void allContentGoesAndThenTheNamespace() {
        cluster.run(NamespaceContent.serviceAccounts());
        cluster.run(NamespaceContent.rootCa("PEM"));
        cluster.settle();
        cluster.delete(SHOP, Propagation.BACKGROUND);
        cluster.settle();
        assertNull(cluster.tree(SHOP));
        assertNull(cluster.tree(MAP));
        assertEquals(1, cluster.trees(CONFIG_MAPS).size());
    }

    @Test
    void podsGoBeforeTheRest() {
        cluster.given(
                PODS,
                "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"pod\",\"namespace\":\"shop\"},\"spec\":{\"nodeName\":\"n\"}}");
        cluster.delete(SHOP, Propagation.BACKGROUND);
        cluster.settle();
        assertNotNull(cluster.tree(MAP));
        assertEquals(
                "Some resources are remaining: pods. has 1 resource instances",
                condition("NamespaceContentRemaining").path("message").asText());
        cluster.deleteAtOnce(POD);
        cluster.settle();
        assertNull(cluster.tree(SHOP));
    }

    @Test
    void aFinalizerInItKeepsTheNamespaceAndIsNamed() {
        cluster.change(MAP, "", "{\"metadata\":{\"finalizers\":[\"example.com/wait\"]}}");
        cluster.delete(SHOP, Propagation.BACKGROUND);
        cluster.settle();
        assertEquals(
                "Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances",
                condition("NamespaceFinalizersRemaining").path("message").asText());
        cluster.change(MAP, "", "{\"metadata\":{\"finalizers\":null}}");
        cluster.settle();
        assertNull(cluster.tree(SHOP));
    }

    /** Each plan reads all content, and changes the status: one per pod would be quadratic, and an event each. */
    @Test
    void aNamespaceIsNotPlannedForEachOfItsPods() {
        List<ObjectKey> pods = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            cluster.given(
                    PODS,
                    "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p%d\",\"namespace\":\"shop\"},\"spec\":{\"nodeName\":\"n\"}}"
                            .formatted(i));
            pods.add(ObjectKey.of(PODS, "shop", "p" + i));
        }
        cluster.delete(SHOP, Propagation.BACKGROUND);
        cluster.settle();
        int before = controller.plans(SHOP);

        for (ObjectKey pod : pods.subList(0, 199)) {
            cluster.deleteAtOnce(pod);
            cluster.settle();
        }

        assertEquals(before, controller.plans(SHOP));
        assertNotNull(cluster.tree(MAP));
        cluster.pass(NamespaceDeletion.RECOUNT);
        assertEquals(
                "Some resources are remaining: pods. has 1 resource instances",
                condition("NamespaceContentRemaining").path("message").asText());
        cluster.deleteAtOnce(pods.getLast());
        cluster.settle();
        assertNull(cluster.tree(SHOP));
    }

    @Test
    void moreContentThanOnePlanDeletesGoesAtOnce() {
        for (int i = 0; i <= NamespaceDeletion.MAX_DELETIONS; i++) {
            cluster.given(
                    CONFIG_MAPS,
                    "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m%d\",\"namespace\":\"shop\"}}".formatted(i));
        }
        cluster.delete(SHOP, Propagation.BACKGROUND);
        cluster.settle();
        assertNull(cluster.tree(SHOP));
    }

    @Test
    void aNamespaceThatIsNotDeletedKeepsItsContent() {
        assertFalse(cluster.sent().stream().findAny().isPresent());
        assertNotNull(cluster.tree(MAP));
    }
}
