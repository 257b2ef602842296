package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.projections.usage.Usages;
import io.shiplog.projections.usage.Usages.Amounts;
import io.shiplog.projections.usage.Usages.OfNode;
import io.shiplog.projections.usage.Usages.OfPod;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** metrics.k8s.io from readings that the test gives. */
class UsageTest extends ClusterTest {
    private static final String GROUP = "/apis/metrics.k8s.io/v1beta1";
    private static final Instant AT = Instant.parse("2026-11-28T12:00:00Z");
    private static final Duration WINDOW = Duration.ofSeconds(10);

    @BeforeEach
    void objects() {
        admin.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n1\",\"labels\":{\"zone\":\"a\"}}}")
                .is(201);
        admin.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"silent\"}}").is(201);
        String web = pod("web", "Running");
        pod("unmeasured", "Running");
        String done = pod("done", "Succeeded");
        cluster.used = new Usages(
                Map.of(
                        "n1",
                        new OfNode("n1", AT, WINDOW, new Amounts(1_500_000_001L, 3 << 20)),
                        "none",
                        new OfNode("none", AT, WINDOW, new Amounts(1, 1))),
                Map.of(
                        "shop/web",
                        new OfPod(
                                "shop",
                                "web",
                                web,
                                AT,
                                WINDOW,
                                Map.of("b", new Amounts(0, 2048), "a", new Amounts(250_000_000, 1024))),
                        "shop/done",
                        new OfPod("shop", "done", done, AT, WINDOW, Map.of("a", new Amounts(1, 1))),
                        "shop/unmeasured",
                        new OfPod("shop", "unmeasured", "another-uid", AT, WINDOW, Map.of("a", new Amounts(1, 1)))));
    }

    private String pod(String name, String phase) {
        return admin.post(
                        "/api/v1/namespaces/shop/pods",
                        "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"app\":\"%s\"}},\"spec\":{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]},\"status\":{\"phase\":\"%s\"}}"
                                .formatted(name, name, phase))
                .is(201)
                .at("metadata.uid");
    }

    @Test
    void aNodeHasItsUsageInMetricsServersUnits() {
        Api.Answer node = admin.get(GROUP + "/nodes/n1").is(200);

        assertEquals("NodeMetrics", node.at("kind"));
        assertEquals("1500000001n", node.at("usage.cpu"));
        assertEquals("3072Ki", node.at("usage.memory"));
        assertEquals("2026-11-28T12:00:00Z", node.at("timestamp"));
        assertEquals("10s", node.at("window"));
        assertEquals("a", node.at("metadata.labels.zone"));
    }

    @Test
    void aPodHasItsContainers() {
        Api.Answer pod = admin.get(GROUP + "/namespaces/shop/pods/web").is(200);

        assertEquals("PodMetrics", pod.at("kind"));
        assertEquals("a", pod.at("containers.0.name"));
        assertEquals("250000000n", pod.at("containers.0.usage.cpu"));
        assertEquals("1Ki", pod.at("containers.0.usage.memory"));
        assertEquals("0", pod.at("containers.1.usage.cpu"));
    }

    /** A node that does not answer, a pod that has ended, a reading of a pod of the same name before. */
    @Test
    void whatIsNotMeasuredIsNotListed() {
        assertEquals(1, admin.get(GROUP + "/nodes").is(200).json().path("items").size());
        Api.Answer pods = admin.get(GROUP + "/pods").is(200);
        assertEquals("PodMetricsList", pods.at("kind"));
        assertEquals(1, pods.json().path("items").size());
        assertEquals("web", pods.at("items.0.metadata.name"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/nodes/silent | nodemetrics.metrics.k8s.io \"silent\" not found",
                "/nodes/none | nodemetrics.metrics.k8s.io \"none\" not found",
                "/namespaces/shop/pods/done | podmetrics.metrics.k8s.io \"shop/done\" not found",
                "/namespaces/shop/pods/nope | podmetrics.metrics.k8s.io \"shop/nope\" not found"
            })
    void whatIsNotMeasuredIsNotFound(String path, String message) {
        admin.get(GROUP + path).refuses(404, "NotFound", message);
    }

    @ParameterizedTest
    @CsvSource({
        "/nodes?labelSelector=zone%3Da, 1",
        "/nodes?labelSelector=zone%3Db, 0",
        "/namespaces/shop/pods?labelSelector=app%3Dweb, 1",
        "/namespaces/shop/pods?fieldSelector=metadata.name%3Dweb, 1",
        "/namespaces/shop/pods?fieldSelector=metadata.name%3Dx, 0",
        "/namespaces/other/pods, 0"
    })
    void selectorsSelect(String path, int count) {
        assertEquals(count, admin.get(GROUP + path).is(200).json().path("items").size());
    }

    @Test
    void aTableShowsThem() {
        Api.Answer table =
                admin.get(GROUP + "/namespaces/shop/pods", "Accept", Api.TABLE).is(200);

        assertEquals("Table", table.at("kind"));
        assertEquals("web", table.at("rows.0.cells.0"));
        assertEquals("250m", table.at("rows.0.cells.1"));
        assertEquals("3Ki", table.at("rows.0.cells.2"));
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /nodes, 405",
        "DELETE, /nodes/n1, 405",
        "GET, /nodes?watch=true, 405",
        "GET, /namespaces/shop/nodes, 404",
        "GET, /pods/web, 404",
        "GET, /nodes/n1/status, 404"
    })
    void nothingElseIsServed(String method, String path, int code) {
        admin.send(method, GROUP + path, "").is(code);
    }

    @Test
    void thePastHasNoMeasurements() {
        admin.get("/at/1" + GROUP + "/nodes").is(405);
    }

    @Test
    void itIsDiscovered() {
        Api.Answer resources = admin.get(GROUP).is(200);

        assertTrue(resources.text().contains("\"kind\":\"PodMetrics\""), resources::text);
        assertEquals("metrics.k8s.io/v1beta1", resources.at("groupVersion"));
        assertTrue(admin.get("/apis").text().contains("metrics.k8s.io"));
    }
}
