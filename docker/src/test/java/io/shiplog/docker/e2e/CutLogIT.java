package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.events.json.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log's beginning is deleted with Kafka's own tools: what is missing is named, and everything else works. */
class CutLogIT {
    private static final String PRICES = "/apis/history.shiplog.io/v1/namespaces/shop/changes"
            + "?fieldSelector=object.resource=configmaps,object.name=prices&fields=false";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("shortened", 18943, "10.232.0.0/16", "10.146.0.0/16"), 0);

    @BeforeEach
    void up() {
        cluster.up();
    }

    @AfterEach
    void down() {
        cluster.close();
    }

    @Test
    void whatIsGoneIsNamedAndThePresentAndWhatFollowsAreThere() throws Exception {
        cluster.kubectl("create", "namespace", "shop");
        cluster.kubectl("create", "configmap", "prices", "-n", "shop", "--from-literal=tea=1");
        price("2");
        price("3");
        List<String> revisions = revisions();
        String made = revisions.get(0);
        String second = revisions.get(1);

        cutBefore(second);

        assertGone(made, "get", "configmaps", "-n", "shop", "--at", made);
        assertGone(made, "diff", "configmap/prices", "-n", "shop", "--from", made);
        assertGone(made, "undo", "configmap/prices", "-n", "shop", "--to", made, "--yes");
        assertGone(made, "branch", "try", "--at", made);
        String why = cluster.shiplog("why", "configmap/prices", "-n", "shop").orFail();
        assertTrue(why.contains("#" + made + " "), why);
        assertTrue(why.contains("no longer in the log"), why);
        assertTrue(why.contains("#" + second), why);
        String blame =
                cluster.shiplog("blame", "configmap/prices", "-n", "shop").orFail();
        assertTrue(blame.contains("before the log begins") && blame.contains("tea: \"3\""), blame);
        assertTrue(cluster.shiplog("verify").orFail().contains("All is as it was written."));

        // The present gets a keyframe, from which the past to come is shown.
        String kept = revisions.get(2);
        awaitKeyframe();
        String before = newest();
        price("4");
        assertEquals("3", tea("/at/" + before));
        assertEquals("4", tea(""));
        cluster.shiplog("undo", "configmap/prices", "-n", "shop", "--to", kept, "--yes")
                .orFail();
        assertEquals("3", tea(""));
    }

    @Test
    void aStartWithoutItsSnapshotGoesOnFromAKeyframe() throws Exception {
        cluster.kubectl("create", "namespace", "shop");
        cluster.kubectl("create", "configmap", "prices", "-n", "shop", "--from-literal=tea=1");
        price("2");
        List<String> revisions = revisions();
        cutBefore(revisions.getLast());
        assertGone(revisions.getFirst(), "get", "configmaps", "-n", "shop", "--at", revisions.getFirst());
        awaitKeyframe();
        price("3");

        try (Admin admin = admin()) {
            admin.deleteTopics(List.of("shortened.snapshots")).all().get(30, TimeUnit.SECONDS);
        }
        cluster.host("kill", "-9", Long.toString(cluster.pid())).orFail();
        cluster.up();

        assertEquals("3", tea(""));
        price("4");
        assertEquals("4", tea(""));
        assertEquals("shop", cluster.kubectl("get", "namespace", "shop", "-o", "jsonpath={.metadata.name}"));
    }

    /** The present is shown without one, so only the log tells. */
    private void awaitKeyframe() {
        cluster.await("the keyframe", ClusterUnderTest.LONG, cluster::log, log -> log.contains("keyframe at revision"));
    }

    private void price(String tea) {
        cluster.kubectl(
                "patch", "configmap", "prices", "-n", "shop", "-p", "{\"data\":{\"tea\":\"%s\"}}".formatted(tea));
    }

    private String tea(String past) {
        return cluster.kubectl(
                "get",
                "configmap",
                "prices",
                "-n",
                "shop",
                "-o",
                "jsonpath={.data.tea}",
                "--server",
                cluster.server() + past);
    }

    private void assertGone(String revision, String... command) {
        String refusal = cluster.shiplog(command).err();
        assertTrue(refusal.contains("revision " + revision + " is no longer in the log: "), refusal);
    }

    /** Of the events of the ConfigMap, oldest first. */
    private List<String> revisions() {
        return Json.of(cluster.kubectl("get", "--raw", PRICES))
                .tree()
                .path("items")
                .findValuesAsText("resourceVersion");
    }

    private String newest() {
        return Json.of(cluster.kubectl("get", "--raw", "/api/v1/namespaces?limit=1"))
                .tree()
                .at("/metadata/resourceVersion")
                .asText();
    }

    private void cutBefore(String revision) throws Exception {
        JsonNode record = Json.of(cluster.kubectl(
                        "get", "--raw", "/apis/history.shiplog.io/v1/namespaces/shop/changes/" + revision))
                .tree()
                .path("record");
        TopicPartition partition = new TopicPartition(
                record.path("topic").asText(), record.path("partition").asInt());
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(
                            partition,
                            RecordsToDelete.beforeOffset(record.path("offset").asLong())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        // The first list after the cut begins where the log does now.
        String first = cluster.kubectl("get", "--raw", "/apis/history.shiplog.io/v1/changes?fields=false&limit=1");
        assertTrue(first.contains("\"metadata\":{\"name\":\"" + revision + "\""), first);
    }

    private Admin admin() {
        return Admin.create(cluster.kafka().with(Map.of()));
    }
}
