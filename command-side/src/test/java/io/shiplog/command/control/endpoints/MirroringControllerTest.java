package io.shiplog.command.control.endpoints;

import static io.shiplog.command.control.view.Types.ENDPOINTS;
import static io.shiplog.command.control.view.Types.ENDPOINT_SLICES;
import static io.shiplog.command.control.view.Types.SERVICES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class MirroringControllerTest {
    private static final ObjectKey DB = ObjectKey.of(ENDPOINTS, "shop", "db");
    private static final ObjectKey SERVICE = ObjectKey.of(SERVICES, "shop", "db");
    private static final String SUBSETS = """
            [{"addresses":[{"ip":"192.0.2.1"}],"notReadyAddresses":[{"ip":"192.0.2.2","nodeName":"n1"}],
            "ports":[{"name":"sql","port":5432,"protocol":"TCP"}]}]""";

    private final FakeCluster cluster = new FakeCluster();

    private void given(String service, String metadata, String subsets) {
        cluster.given(SERVICES, """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"db","namespace":"shop"},"spec":{%s"ports":[{"port":5432}]}}""".formatted(service));
        cluster.given(ENDPOINTS, """
                {"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"db","namespace":"shop"%s},"subsets":%s}""".formatted(metadata, subsets));
        cluster.run(new MirroringController());
        cluster.settle();
    }

    private List<ObjectNode> slices() {
        return cluster.trees(ENDPOINT_SLICES);
    }

    @Test
    void whatUsersWriteIsMirrored() {
        given(
                "",
                ",\"labels\":{\"tier\":\"back\"},\"annotations\":{\"a\":\"b\",\"kubectl.kubernetes.io/last-applied-configuration\":\"x\"}",
                SUBSETS);
        assertEquals(1, slices().size());
        ObjectNode slice = slices().getFirst();
        assertEquals(
                "db",
                slice.at("/metadata/labels").path("kubernetes.io/service-name").asText());
        assertEquals(
                "endpointslicemirroring-controller.k8s.io",
                slice.at("/metadata/labels")
                        .path("endpointslice.kubernetes.io/managed-by")
                        .asText());
        assertEquals("back", slice.at("/metadata/labels/tier").asText());
        assertEquals("{\"a\":\"b\"}", slice.at("/metadata/annotations").toString());
        assertEquals("Endpoints", slice.at("/metadata/ownerReferences/0/kind").asText());
        assertEquals("IPv4", slice.path("addressType").asText());
        assertEquals(
                "[{\"addresses\":[\"192.0.2.1\"],\"conditions\":{\"ready\":true}},"
                        + "{\"addresses\":[\"192.0.2.2\"],\"conditions\":{\"ready\":false},\"nodeName\":\"n1\"}]",
                slice.path("endpoints").toString());
        assertEquals(
                "[{\"name\":\"sql\",\"port\":5432,\"protocol\":\"TCP\"}]",
                slice.path("ports").toString());
    }

    @Test
    void aChangeIsFollowedAndAnEndToo() {
        given("", "", SUBSETS);
        String name = slices().getFirst().at("/metadata/name").asText();
        cluster.change(
                DB,
                "",
                "{\"subsets\":[{\"addresses\":[{\"ip\":\"192.0.2.9\"}],\"ports\":[{\"name\":\"sql\",\"port\":5432}]}]}");
        cluster.settle();
        assertEquals(name, slices().getFirst().at("/metadata/name").asText());
        assertEquals(
                "192.0.2.9", slices().getFirst().at("/endpoints/0/addresses/0").asText());
        cluster.change(
                DB,
                "",
                "{\"subsets\":[{\"addresses\":[{\"ip\":\"192.0.2.9\"}],\"ports\":[{\"name\":\"sql\",\"port\":5433}]}]}");
        cluster.settle();
        assertEquals(1, slices().size());
        assertEquals(5433, slices().getFirst().at("/ports/0/port").asInt());
        cluster.delete(DB, Propagation.BACKGROUND);
        cluster.settle();
        assertEquals(List.of(), slices());
    }

    @Test
    void eachFamilyAndEachSetOfPortsHasItsSlice() {
        given("", "", """
                [{"addresses":[{"ip":"192.0.2.1"},{"ip":"2001:db8::1"}],"ports":[{"port":1}]},
                {"addresses":[{"ip":"192.0.2.1"}],"ports":[{"port":2}]}]""");
        assertEquals(
                List.of("IPv4 1", "IPv4 2", "IPv6 1"),
                slices().stream()
                        .map(slice -> slice.path("addressType").asText() + " "
                                + slice.at("/ports/0/port").asInt())
                        .sorted()
                        .toList());
    }

    @Test
    void aServiceWithASelectorHasItsOwn() {
        given("\"selector\":{\"app\":\"db\"},", "", SUBSETS);
        assertEquals(List.of(), slices());
        cluster.change(SERVICE, "", "{\"spec\":{\"selector\":null}}");
        cluster.settle();
        assertEquals(1, slices().size());
        cluster.change(SERVICE, "", "{\"spec\":{\"selector\":{\"app\":\"db\"}}}");
        cluster.settle();
        assertEquals(List.of(), slices());
    }

    @Test
    void withoutAServiceOrWithALabelNothingIsMirrored() {
        given("", ",\"labels\":{\"endpointslice.kubernetes.io/skip-mirror\":\"true\"}", SUBSETS);
        assertEquals(List.of(), slices());
        cluster.change(DB, "", "{\"metadata\":{\"labels\":null}}");
        cluster.settle();
        assertEquals(1, slices().size());
        cluster.delete(SERVICE, Propagation.BACKGROUND);
        cluster.settle();
        assertEquals(List.of(), slices());
    }

    @Test
    void aSliceThatAUserChangedIsPutRight() {
        given("", "", SUBSETS);
        ObjectKey slice = ObjectKey.of(
                ENDPOINT_SLICES,
                "shop",
                slices().getFirst().at("/metadata/name").asText());
        cluster.change(slice, "", "{\"endpoints\":[]}");
        cluster.settle();
        assertEquals(2, slices().getFirst().path("endpoints").size());
        cluster.delete(slice, Propagation.BACKGROUND);
        cluster.settle();
        assertEquals(1, slices().size());
    }

    @Test
    void atRestNothingIsSentAndOthersSlicesAreLeftAlone() {
        given("", "", SUBSETS);
        cluster.given(ENDPOINT_SLICES, """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"mine","namespace":"shop",
                "labels":{"kubernetes.io/service-name":"db"}},"addressType":"IPv4","endpoints":[],"ports":[]}""");
        cluster.settle();
        int sent = cluster.sent().size();
        cluster.run(new MirroringController());
        cluster.settle();
        assertEquals(sent, cluster.sent().size());
        assertFalse(slices().stream()
                .noneMatch(each -> each.at("/metadata/name").asText().equals("mine")));
    }
}
