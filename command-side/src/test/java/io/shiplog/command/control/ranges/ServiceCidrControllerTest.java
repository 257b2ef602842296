package io.shiplog.command.control.ranges;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import org.junit.jupiter.api.Test;

class ServiceCidrControllerTest {
    private static final ResourceType RANGES = new ResourceType("networking.k8s.io", "servicecidrs");
    private final FakeCluster cluster = new FakeCluster();

    private ObjectKey aRange(String name, String block) {
        cluster.given(
                RANGES,
                "{\"apiVersion\":\"networking.k8s.io/v1\",\"kind\":\"ServiceCIDR\",\"metadata\":{\"name\":\"%s\"},\"spec\":{\"cidrs\":[\"%s\"]}}"
                        .formatted(name, block));
        return ObjectKey.clusterScoped(RANGES, name);
    }

    private ObjectKey aService(String address) {
        cluster.given(
                Types.SERVICES,
                "{\"kind\":\"Service\",\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\"},\"spec\":{\"clusterIP\":\"%1$s\",\"clusterIPs\":[\"%1$s\"]}}"
                        .formatted(address));
        return ObjectKey.of(Types.SERVICES, "shop", "web");
    }

    private String ready(ObjectKey range) {
        return requireNonNull(cluster.tree(range))
                .at("/status/conditions/0/status")
                .asText();
    }

    @Test
    void a_range_is_protected_and_ready_and_then_left_alone() {
        cluster.run(new ServiceCidrController());
        ObjectKey range = aRange("more", "10.200.0.0/16");
        cluster.settle();
        assertEquals(
                "[\"networking.k8s.io/service-cidr-finalizer\"]",
                requireNonNull(cluster.tree(range)).at("/metadata/finalizers").toString());
        assertEquals("True", ready(range));
        int sent = cluster.sent().size();
        aService("10.201.0.1");
        cluster.settle();
        assertEquals(sent, cluster.sent().size());
    }

    @Test
    void a_deleted_range_stays_while_a_service_has_an_address_in_it() {
        ObjectKey range = aRange("more", "10.200.0.0/16");
        ObjectKey service = aService("10.200.3.4");
        cluster.run(new ServiceCidrController());
        cluster.settle();
        cluster.delete(range, Propagation.BACKGROUND);
        cluster.settle();
        assertNotNull(cluster.tree(range));
        assertEquals("False", ready(range));
        cluster.deleteAtOnce(service);
        cluster.settle();
        assertNull(cluster.tree(range));
    }

    @Test
    void an_address_of_another_range_too_keeps_none() {
        ObjectKey range = aRange("more", "10.200.0.0/16");
        ObjectKey larger = aRange("larger", "10.128.0.0/9");
        aService("10.200.3.4");
        cluster.run(new ServiceCidrController());
        cluster.settle();
        cluster.delete(range, Propagation.BACKGROUND);
        cluster.settle();
        assertNull(cluster.tree(range));
        cluster.delete(larger, Propagation.BACKGROUND);
        cluster.settle();
        assertEquals("False", ready(larger), "no other range has the address");
        aRange("again", "10.200.0.0/16");
        cluster.settle();
        assertNull(cluster.tree(larger));
    }
}
