package io.shiplog.command.control.endpoints;

import static io.shiplog.command.control.view.Types.ENDPOINTS;
import static io.shiplog.command.control.view.Types.ENDPOINT_SLICES;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.SERVICES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class EndpointsControllerTest {
    private static final ObjectKey WEB = ObjectKey.of(SERVICES, "shop", "web");

    private final FakeCluster cluster = new FakeCluster();

    private void givenService(String spec) {
        cluster.given(SERVICES, """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop","labels":{"tier":"front"}},
                "spec":%s}""".formatted(spec));
        cluster.run(new EndpointsController());
        cluster.settle();
    }

    private ObjectKey givenPod(String name, String ip, boolean ready, String more) {
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"shop","labels":{"app":"web"}},
                "spec":{"nodeName":"n1",%s"containers":[{"name":"c","ports":[{"name":"http","containerPort":8080}]}]},
                "status":{"phase":"Running","podIPs":[{"ip":"%s"}],"conditions":[{"type":"Ready","status":"%s"}]}}""".formatted(name, more, ip, ready ? "True" : "False"));
        return ObjectKey.of(PODS, "shop", name);
    }

    private static final String HTTP =
            "{\"selector\":{\"app\":\"web\"},\"ports\":[{\"name\":\"http\",\"port\":80,\"protocol\":\"TCP\",\"targetPort\":\"http\"}]}";

    private ObjectNode slice() {
        List<ObjectNode> slices = cluster.trees(ENDPOINT_SLICES);
        assertEquals(1, slices.size());
        return slices.getFirst();
    }

    private JsonNode subsets() {
        return Objects.requireNonNull(cluster.tree(ObjectKey.of(ENDPOINTS, "shop", "web")))
                .path("subsets");
    }

    private static JsonNode json(String text) {
        return Json.of(text).tree();
    }

    @Test
    void readyPodsStandBehindTheirService() {
        ObjectKey pod = givenPod("a", "10.0.0.1", true, "");
        givenService(HTTP);
        String uid =
                Objects.requireNonNull(cluster.tree(pod)).at("/metadata/uid").asText();
        assertEquals(json("""
                [{"addresses":["10.0.0.1"],"conditions":{"ready":true,"serving":true,"terminating":false},"nodeName":"n1",
                "targetRef":{"kind":"Pod","name":"a","namespace":"shop","uid":"%s"}}]""".formatted(uid)), slice().path("endpoints"));
        assertEquals(json("[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}]"), slice().path("ports"));
        assertEquals(json("""
                {"tier":"front","kubernetes.io/service-name":"web",
                "endpointslice.kubernetes.io/managed-by":"endpointslice-controller.k8s.io"}"""), slice().at("/metadata/labels"));
        assertEquals("Service", slice().at("/metadata/ownerReferences/0/kind").asText());
        assertEquals(json("""
                [{"addresses":[{"ip":"10.0.0.1","nodeName":"n1","targetRef":{"kind":"Pod","name":"a","namespace":"shop",
                "uid":"%s"}}],"ports":[{"name":"http","port":8080,"protocol":"TCP"}]}]""".formatted(uid)), subsets());
    }

    @Test
    void podsThatAreNotReadyAreListedApart() {
        ObjectKey pod = givenPod("a", "10.0.0.1", false, "");
        givenService(HTTP);
        assertEquals("10.0.0.1", subsets().at("/0/notReadyAddresses/0/ip").asText());
        assertEquals("false", slice().at("/endpoints/0/conditions/ready").asText());
        cluster.change(pod, "status", "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        cluster.settle();
        assertEquals("10.0.0.1", subsets().at("/0/addresses/0/ip").asText());
        assertEquals("true", slice().at("/endpoints/0/conditions/ready").asText());
    }

    @Test
    void aPodOnItsWayOutServesButIsNotReady() {
        ObjectKey pod = givenPod("a", "10.0.0.1", true, "");
        givenService(HTTP);
        cluster.delete(pod, io.shiplog.events.command.Propagation.BACKGROUND);
        cluster.settle();
        assertEquals(
                json("{\"ready\":false,\"serving\":true,\"terminating\":true}"), slice().at("/endpoints/0/conditions"));
        assertTrue(subsets().isEmpty());
        cluster.deleteAtOnce(pod);
        cluster.settle();
        assertTrue(slice().path("endpoints").isEmpty());
    }

    /** Each write holds all endpoints: one per pod of a rollout would be quadratic. */
    @Test
    void theChangesOfALargeServiceAreWrittenTogether() {
        List<ObjectKey> pods = new ArrayList<>();
        for (int i = 0; i < 2 * EndpointsController.FEW; i++) {
            pods.add(givenPod("p" + i, "10.0.1." + i, false, ""));
        }
        givenService(HTTP);
        cluster.pass(EndpointsController.LONGEST_PAUSE);
        long before = cluster.decided("events");

        for (ObjectKey pod : pods) {
            cluster.change(pod, "status", "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
            cluster.settle();
        }
        assertEquals(
                2, cluster.decided("events") - before - pods.size(), "the first change, in a slice and in Endpoints");
        cluster.pass(EndpointsController.LONGEST_PAUSE);

        assertEquals(pods.size(), subsets().at("/0/addresses").size());
        assertEquals(5, cluster.decided("events") - before - pods.size(), "all others, in two slices and in Endpoints");
    }

    @Test
    void publishNotReadyAddressesMakesAllReady() {
        givenPod("a", "10.0.0.1", false, "");
        givenService("{\"publishNotReadyAddresses\":true,\"selector\":{\"app\":\"web\"},\"ports\":[{\"port\":80}]}");
        assertEquals("true", slice().at("/endpoints/0/conditions/ready").asText());
        assertEquals("false", slice().at("/endpoints/0/conditions/serving").asText());
        assertEquals("10.0.0.1", subsets().at("/0/addresses/0/ip").asText());
        assertEquals(80, slice().at("/ports/0/port").asInt());
    }

    @Test
    void podsOfAHeadlessServiceHaveNames() {
        givenPod("a", "10.0.0.1", true, "\"hostname\":\"db-0\",\"subdomain\":\"web\",");
        givenPod("b", "10.0.0.2", true, "\"hostname\":\"db-1\",\"subdomain\":\"other\",");
        givenService("{\"clusterIP\":\"None\",\"selector\":{\"app\":\"web\"}}");
        assertEquals("db-0", slice().at("/endpoints/0/hostname").asText());
        assertTrue(slice().at("/endpoints/1/hostname").isMissingNode());
        assertEquals(
                "",
                slice().at("/metadata/labels/service.kubernetes.io~1headless").asText("none"));
        assertEquals(2, subsets().at("/0/addresses").size());
    }

    @Test
    void aServiceWithoutASelectorIsLeftAlone() {
        givenPod("a", "10.0.0.1", true, "");
        givenService("{\"ports\":[{\"port\":80}]}");
        assertEquals(0, cluster.sent().size());
    }

    @Test
    void endpointsAreSlicedByHundredsAndStayWhereTheyAre() {
        for (int i = 0; i < 250; i++) {
            givenPod("p%03d".formatted(i), "10.0.1." + i, true, "");
        }
        givenService(HTTP);
        List<ObjectNode> slices = cluster.trees(ENDPOINT_SLICES);
        assertEquals(3, slices.size());
        assertEquals(
                250,
                slices.stream()
                        .mapToInt(slice -> slice.path("endpoints").size())
                        .sum());
        cluster.pass(EndpointsController.LONGEST_PAUSE);
        int before = cluster.sent().size();
        cluster.deleteAtOnce(ObjectKey.of(PODS, "shop", "p007"));
        cluster.settle();
        assertEquals(before + 2, cluster.sent().size()); // one slice, and the Endpoints
        assertEquals(249, subsets().at("/0/addresses").size());
    }

    @Test
    void aServiceWithoutPodsHasAnEmptySlice() {
        givenService(HTTP);
        assertTrue(slice().path("endpoints").isEmpty());
        assertTrue(subsets().isEmpty());
        givenPod("a", "10.0.0.1", true, "");
        cluster.settle();
        assertEquals(1, slice().path("endpoints").size());
    }

    @Test
    void endpointsGoWithTheirServiceAndForeignOnesStay() {
        givenService(HTTP);
        cluster.given(ENDPOINTS, """
                {"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"mine","namespace":"shop"}}""");
        cluster.deleteAtOnce(WEB);
        cluster.settle();
        assertNull(cluster.tree(ObjectKey.of(ENDPOINTS, "shop", "web")));
        assertEquals(1, cluster.trees(ENDPOINTS).size());
    }

    @Test
    void aChangedSliceIsPutRightAndAtRestNothingIsSent() {
        givenPod("a", "10.0.0.1", true, "");
        givenService(HTTP);
        int before = cluster.sent().size();
        ObjectKey key = ObjectKey.of(
                ENDPOINT_SLICES, "shop", slice().at("/metadata/name").asText());
        cluster.change(key, "", "{\"endpoints\":[]}");
        cluster.change(WEB, "", "{\"metadata\":{\"labels\":{\"tier\":null}}}");
        cluster.settle();
        assertEquals(1, slice().path("endpoints").size());
        assertTrue(slice().at("/metadata/labels/tier").isMissingNode());
        assertTrue(cluster.sent().size() > before);
        before = cluster.sent().size();
        cluster.change(key, "", "{\"metadata\":{\"annotations\":{\"x\":\"y\"}}}");
        cluster.settle();
        assertEquals(before, cluster.sent().size());
    }

    @Test
    void namedPortsMayHaveOtherNumbersInOtherPods() {
        givenPod("a", "10.0.0.1", true, "");
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"b","namespace":"shop","labels":{"app":"web"}},
                "spec":{"containers":[{"name":"c","ports":[{"name":"http","containerPort":9090}]}]},
                "status":{"phase":"Running","podIP":"10.0.0.2","conditions":[{"type":"Ready","status":"True"}]}}""");
        givenService(HTTP);
        List<Integer> ports = cluster.trees(ENDPOINT_SLICES).stream()
                .flatMap(slice -> StreamSupport.stream(slice.path("ports").spliterator(), false))
                .map(port -> port.path("port").asInt())
                .sorted()
                .toList();
        assertEquals(List.of(8080, 9090), ports);
        assertEquals(2, subsets().size());
    }

    /** Readers see an update, never a Service without slices. */
    @Test
    void aChangedPortUpdatesTheSliceInPlace() {
        givenPod("a", "10.0.0.1", true, "");
        givenService(HTTP);
        JsonNode before = slice();

        cluster.change(
                WEB,
                "",
                "{\"spec\":{\"ports\":[{\"name\":\"web\",\"port\":81,\"protocol\":\"TCP\",\"targetPort\":9}]}}");
        cluster.settle();

        assertEquals(before.at("/metadata/uid"), slice().at("/metadata/uid"));
        assertEquals(json("[{\"name\":\"web\",\"port\":9,\"protocol\":\"TCP\"}]"), slice().path("ports"));
        assertEquals("10.0.0.1", slice().at("/endpoints/0/addresses/0").asText());
    }

    @Test
    void trafficDistributionGivesHintsToReadyEndpoints() {
        cluster.given(
                NODES,
                "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\",\"labels\":{\"topology.kubernetes.io/zone\":\"z1\"}}}");
        givenPod("a", "10.0.0.1", true, "");
        givenPod("b", "10.0.0.2", false, "");
        givenService(HTTP.replace("{\"selector", "{\"trafficDistribution\":\"PreferSameZone\",\"selector"));
        assertEquals(json("{\"forZones\":[{\"name\":\"z1\"}]}"), slice().at("/endpoints/0/hints"));
        assertTrue(slice().at("/endpoints/1/hints").isMissingNode(), "not ready");

        cluster.change(WEB, "", "{\"spec\":{\"trafficDistribution\":\"PreferSameNode\"}}");
        cluster.settle();
        assertEquals(
                json("{\"forZones\":[{\"name\":\"z1\"}],\"forNodes\":[{\"name\":\"n1\"}]}"),
                slice().at("/endpoints/0/hints"));

        cluster.change(WEB, "", "{\"spec\":{\"trafficDistribution\":null}}");
        cluster.settle();
        assertTrue(slice().at("/endpoints/0/hints").isMissingNode());
    }
}
