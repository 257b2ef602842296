package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What /metrics says, and to whom. */
class MetricsTest extends ClusterTest {
    @Test
    void theImageIsComparedWithTheLog() {
        configMap("a", "");
        configMap("b", "");

        String text = admin.get("/metrics").is(200).text();

        assertEquals(2, value(text, "shiplog_log_revision{shard=\"events\"}"));
        assertEquals(2, value(text, "shiplog_image_revision{shard=\"events\"}"));
        assertTrue(value(text, "shiplog_image_event_timestamp_seconds{shard=\"events\"}") > 1_700_000_000);
    }

    @Test
    void writesAreCountedByVerbAndReviewsAreNot() {
        configMap("a", "");
        admin.get(CONFIG_MAPS + "/a").is(200);
        admin.get(CONFIG_MAPS).is(200);
        admin.delete(CONFIG_MAPS + "/a", "").is(200);
        admin.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", """
                {"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""").is(201);

        String text = admin.get("/metrics").is(200).text();

        for (String verb : new String[] {"POST", "GET", "LIST", "DELETE"}) {
            String labels =
                    "component=\"apiserver\",dry_run=\"\",group=\"\",%sresource=\"configmaps\",scope=\"%s\",subresource=\"\",verb=\"%s\",version=\"v1\"";
            String scope = verb.equals("LIST") ? "namespace" : "resource";
            String code = verb.equals("POST") ? "201" : "200";
            assertEquals(
                    1,
                    value(
                            text,
                            "apiserver_request_duration_seconds_count{%s}"
                                    .formatted(labels.formatted("", scope, verb))),
                    verb);
            assertEquals(
                    1,
                    value(
                            text,
                            "apiserver_request_duration_seconds_bucket{%s}"
                                    .formatted(labels.formatted("le=\"+Inf\",", scope, verb))));
            assertEquals(
                    1,
                    value(
                            text,
                            "apiserver_request_total{code=\"%s\",%s}"
                                    .formatted(code, labels.formatted("", scope, verb))));
        }
        assertFalse(text.contains("selfsubjectreviews"), text);
        assertTrue(value(text, "process_cpu_seconds_total") > 0);
    }

    @Test
    void nodesAreAsQuietAsTheirLeasesAreOld() {
        lease("node-1", "\"renewTime\":\"%s\"".formatted(Instant.now().minusSeconds(100)));
        lease("node-2", "\"holderIdentity\":\"node-2\"");

        String text = admin.get("/metrics").is(200).text();

        double age = value(text, "shiplog_node_heartbeat_age_seconds{node=\"node-1\"}");
        assertTrue(age >= 100 && age < 200, text);
        assertFalse(text.contains("node-2"), "never renewed: nothing is known\n" + text);
    }

    @Test
    void encryptedObjectsThatCannotBeReadAreCounted() {
        cluster.unreadable = Map.of(ResourceType.core("secrets"), 3, new ResourceType("example.com", "widgets"), 0);

        String text = admin.get("/metrics").is(200).text();

        assertEquals(3, value(text, "shiplog_sealed_objects_unreadable{resource=\"secrets\"}"));
        assertEquals(0, value(text, "shiplog_sealed_objects_unreadable{resource=\"widgets.example.com\"}"));
    }

    @Test
    void notEverybodyMayRead() {
        try (Api nobody = Api.withToken(cluster, null)) {
            nobody.get("/metrics")
                    .refuses(403, "Forbidden", "forbidden: User \"system:anonymous\" cannot get path \"/metrics\"");
        }
    }

    private void lease(String node, String spec) {
        admin.post("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"%s"},"spec":{%s}}""".formatted(node, spec))
                .is(201);
    }

    private static double value(String text, String sample) {
        return text.lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + sample + " in\n" + text));
    }
}
