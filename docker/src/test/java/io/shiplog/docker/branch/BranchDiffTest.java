package io.shiplog.docker.branch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.branch.BranchDiff.ObjectChange;
import io.shiplog.docker.branch.BranchDiff.Place;
import io.shiplog.docker.branch.BranchDiff.PodChange;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.events.json.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchDiffTest {
    private static JsonNode replicaSet(String name) {
        return Json.of("""
                {"kind":"ReplicaSet","metadata":{"name":"%s","namespace":"shop","uid":"rs-%s",
                 "ownerReferences":[{"kind":"Deployment","name":"web","uid":"d","controller":true}]}}""".formatted(name, name)).tree();
    }

    private static JsonNode pod(String name, String set, String node) {
        return Json.of("""
                {"kind":"Pod","metadata":{"name":"%s","namespace":"shop","uid":"uid-%s",
                 "ownerReferences":[{"kind":"ReplicaSet","name":"%s","uid":"rs-%s","controller":true}]},
                 "spec":{%s},"status":{"conditions":[{"type":"PodScheduled","status":"%s","message":"0/1 nodes are available"}]}}""".formatted(
                                name,
                                name,
                                set,
                                set,
                                node.isEmpty() ? "" : "\"nodeName\":\"" + node + "\"",
                                node.isEmpty() ? "False" : "True"))
                .tree();
    }

    private static JsonNode deployment(int replicas) {
        return Json.of("""
                {"kind":"Deployment","metadata":{"name":"web","namespace":"shop","resourceVersion":"%d"},
                 "spec":{"replicas":%d},"status":{"replicas":%d}}""".formatted(replicas, replicas, replicas)).tree();
    }

    @Test
    void nothingIsDifferentWhereNothingIs() {
        List<JsonNode> same = List.of(deployment(1), replicaSet("a"), pod("a-1", "a", "node-1"));

        assertTrue(BranchDiff.between(same, same).empty());
    }

    @Test
    void aPodOfADrainedNodeMovesThoughItsNameIsAnother() {
        BranchDiff diff = BranchDiff.between(
                List.of(replicaSet("a"), pod("a-1", "a", "node-1"), pod("a-2", "a", "node-2")),
                List.of(replicaSet("a"), pod("a-1", "a", "node-1"), pod("a-3", "a", "node-1")));

        assertEquals(
                List.of(new PodChange("shop/web", new Place("a-2", "node-2"), new Place("a-3", "node-1"), "")),
                diff.pods());
        assertTrue(diff.pods().getFirst().moves());
    }

    @Test
    void aPodThatFitsNowhereIsToldInTheSchedulersWords() {
        BranchDiff diff = BranchDiff.between(
                List.of(replicaSet("a"), pod("a-1", "a", "node-1")), List.of(replicaSet("a"), pod("a-2", "a", "")));

        PodChange change = diff.pods().getFirst();
        assertTrue(change.doesNotFit());
        assertEquals("0/1 nodes are available", change.why());
    }

    @Test
    void aRolloutMakesPodsAnewWhereTheyAre() {
        BranchDiff diff = BranchDiff.between(
                List.of(replicaSet("a"), pod("a-1", "a", "node-1"), pod("a-2", "a", "node-2")),
                List.of(replicaSet("a"), replicaSet("b"), pod("b-1", "b", "node-2"), pod("b-2", "b", "node-1")));

        assertEquals(2, diff.pods().size());
        assertTrue(diff.pods().stream().noneMatch(PodChange::moves), diff.toString());
    }

    @Test
    void scalingStartsAndStopsPods() {
        List<JsonNode> one = List.of(deployment(1), replicaSet("a"), pod("a-1", "a", "node-1"));
        List<JsonNode> two =
                List.of(deployment(2), replicaSet("a"), pod("a-1", "a", "node-1"), pod("a-2", "a", "node-2"));

        BranchDiff more = BranchDiff.between(one, two);
        BranchDiff fewer = BranchDiff.between(two, one);

        assertEquals(List.of(new PodChange("shop/web", null, new Place("a-2", "node-2"), "")), more.pods());
        assertEquals(List.of(new PodChange("shop/web", new Place("a-2", "node-2"), null, "")), fewer.pods());
        ObjectChange change = more.objects().getFirst();
        assertEquals("Deployment shop/web", change.object());
        assertEquals(
                List.of(".spec.replicas"),
                change.fields().stream().map(f -> f.path().toString()).toList());
    }

    @Test
    void objectsAreMadeAndDeleted() {
        BranchDiff made = BranchDiff.between(List.of(), List.of(deployment(1)));
        BranchDiff deleted = BranchDiff.between(List.of(deployment(1)), List.of());

        assertEquals(ObjectChange.What.made, made.objects().getFirst().what());
        assertEquals(ObjectChange.What.deleted, deleted.objects().getFirst().what());
    }

    @Test
    void aBranchIsRememberedInItsFolder(@TempDir Path folder) {
        ShiplogHome trunk = new ShiplogHome(folder);
        trunk.branch("fix").create();
        Branch branch = new Branch("fix", "shiplog-fix", 42, Instant.parse("2026-11-22T03:12:00Z"), 7001);

        branch.write(trunk);

        assertEquals(List.of(branch), Branch.all(trunk));
        assertEquals(Optional.empty(), Branch.read(trunk, "other"));
        assertEquals(List.of(), Branch.all(new ShiplogHome(folder.resolve("empty"))));
        assertThrows(IllegalArgumentException.class, () -> Branch.requireName("../fix"));
    }
}
