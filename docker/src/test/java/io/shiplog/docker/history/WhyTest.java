package io.shiplog.docker.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.api.ClusterInMemory;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** why and explain-schedule, of a Deployment on two nodes one of which is cordoned. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WhyTest {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String WEB = """
            {'metadata':{'name':'web'},'spec':{'replicas':%d,'selector':{'matchLabels':{'app':'web'}},
             'template':{'metadata':{'labels':{'app':'web'}},'spec':{'containers':[{'name':'web','image':'nginx:1.27'}]}}}}""";

    private ClusterInMemory cluster;
    private String pod = "";
    private long running;

    @BeforeAll
    void tell(@TempDir Path folder) throws IOException {
        cluster = new ClusterInMemory(folder);
        cluster.create("/api/v1/nodes", "{'metadata':{'name':'node-1'},'spec':{'unschedulable':true}}");
        cluster.join("node-2", "node-3");
        cluster.create(DEPLOYMENTS, WEB.formatted(1));
        cluster.awaitImage(image -> pods(image)
                .anyMatch(each ->
                        "Running".equals(each.path("status").path("phase").asText())));
        pod = cluster.api()
                .get("/api/v1/namespaces/default/pods")
                .path("items")
                .path(0)
                .path("metadata")
                .path("name")
                .asText();
        running = cluster.newest();
        cluster.put(DEPLOYMENTS + "/web", WEB.formatted(0));
        cluster.awaitImage(image -> pods(image).findAny().isEmpty());
    }

    private static Stream<JsonNode> pods(Image image) {
        return image.list(PODS, "default").stream().map(each -> each.json().tree());
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    void whyOfAPodGoesFromTheUsersCommandToWhatItsNodeReported() {
        String story = cluster.shiplog("why", "pod/" + pod, "--at", Long.toString(running))
                .orFail();

        List<String> lines = story.lines().skip(2).toList();
        assertTrue(story.matches("(?s)Runs on node-[23], ready since #\\d+\\.\n\n.*"), story);
        assertTrue(lines.getFirst().contains(" kubernetes-admin "), story);
        assertTrue(lines.getFirst().contains(" created            deployment default/web"), story);
        assertInOrder(
                story,
                "deployment-controller +created +replicaset default/web-",
                "replicaset-controller +created +pod default/" + pod,
                "kube-scheduler +scheduled +pod default/" + pod,
                "node-1 +refused .*NodeUnschedulable: node\\(s\\) were unschedulable",
                "node-[23] +(chosen|fits) +\\d+ +.*NodeResourcesFit \\d+×\\d+",
                "system:node:node-[23] +started +pod default/" + pod);
    }

    @Test
    void whyOfAPodThatIsGoneSaysWhoDeletedItAndWhatMadeThem() {
        String story = cluster.shiplog("why", "pod/" + pod).orFail();

        assertInOrder(
                story,
                "^Scaled down by kubernetes-admin \\(#\\d+\\), from 1 to 0 replicas\\.$",
                "kubernetes-admin +scaled +deployment default/web .*\\.spec\\.replicas: 1→0",
                "deployment-controller +scaled +replicaset default/web-",
                "replicaset-controller +deletion-requested +pod default/" + pod,
                "system:node:node-[23] +deleted +pod default/" + pod);
    }

    @Test
    void aReplacementIsCausedByTheDeletionThatCalledForIt() {
        cluster.create(DEPLOYMENTS, WEB.formatted(1).replace("web", "again"));
        String first = onlyRunning("again-");
        cluster.delete("/api/v1/namespaces/default/pods/" + first);
        cluster.awaitImage(image -> pods(image).noneMatch(each -> named(each).equals(first)));
        String second = onlyRunning("again-");

        String story = cluster.shiplog("why", "pod/" + second).orFail();

        assertInOrder(
                story,
                "kubernetes-admin +created +deployment default/again",
                "kubernetes-admin +deletion-requested +pod default/" + first,
                "replicaset-controller +created +pod default/" + second);
        cluster.delete(DEPLOYMENTS + "/again");
        cluster.awaitImage(image -> pods(image).noneMatch(each -> named(each).startsWith("again-")));
        assertInOrder(
                cluster.shiplog("why", "pod/" + second).orFail(),
                "^Deleted with deployment default/again, which kubernetes-admin deleted \\(#\\d+\\)\\.$",
                "kubernetes-admin +deleted +deployment default/again",
                "generic-garbage-collector +deleted +replicaset default/again",
                "generic-garbage-collector +deletion-requested +pod default/" + second);
    }

    @Test
    void anEvictionIsCausedByTheTaint() {
        cluster.create("/api/v1/namespaces/default/pods", """
                {'metadata':{'name':'guest'},'spec':{'nodeName':'node-1','containers':[{'name':'c','image':'i'}]}}""");
        onlyRunning("guest");
        JsonNode node = cluster.api().get("/api/v1/nodes/node-1");
        node.withObject("/spec")
                .withArray("taints")
                .addObject()
                .put("key", "work")
                .put("effect", "NoExecute");
        cluster.put("/api/v1/nodes/node-1", node.toString());
        cluster.awaitImage(image -> pods(image).noneMatch(each -> named(each).equals("guest")));

        assertInOrder(
                cluster.shiplog("why", "pod/guest").orFail(),
                "^Evicted from node node-1 for the taint work that kubernetes-admin's #\\d+ put there\\.$",
                "kubernetes-admin +modified +node node-1",
                "taint-eviction-controller +deletion-requested +pod default/guest");
    }

    private String onlyRunning(String prefix) {
        Predicate<JsonNode> right = each -> named(each).startsWith(prefix)
                && "Running".equals(each.path("status").path("phase").asText());
        cluster.awaitImage(image -> pods(image).anyMatch(right));
        return pods(cluster.image())
                .filter(right)
                .map(WhyTest::named)
                .findFirst()
                .orElseThrow();
    }

    private static String named(JsonNode pod) {
        return pod.path("metadata").path("name").asText();
    }

    private static void assertInOrder(String story, String... patterns) {
        int line = 0;
        List<String> lines = story.lines().toList();
        for (String pattern : patterns) {
            Predicate<String> found = Pattern.compile(pattern).asPredicate();
            while (line < lines.size() && !found.test(lines.get(line))) {
                line++;
            }
            assertTrue(line < lines.size(), () -> "no " + pattern + " where it should be in\n" + story);
        }
    }

    @Test
    void whyOfARevisionIsAboutThatEvent() {
        JsonNode chain = Json.of(
                        cluster.shiplog("why", "#" + running, "-o", "json").orFail())
                .tree()
                .path("status")
                .path("chain");

        assertTrue(
                chain.valueStream()
                        .anyMatch(step -> step.path("revision").asText().equals(Long.toString(running))),
                chain::toString);
    }

    @Test
    void theSchedulerDecidesTheSameOnTheSameState() {
        String text = cluster.shiplog("explain-schedule", pod).orFail();

        assertTrue(text.matches("(?s)on node-[23], .*NODE +VERDICT +SCORE +WHY\n.*"), text);
        JsonNode bound = Json.of(cluster.shiplog("explain-schedule", "pod/" + pod, "-o", "json")
                        .orFail())
                .tree()
                .path("status");
        JsonNode event = cluster.api()
                .get("/apis/history.shiplog.io/v1/changes/"
                        + (bound.path("revision").asLong() + 1));
        assertEquals("io.shiplog.core.pod.scheduled.v1", event.path("type").asText());
        assertTrue(
                event.path("fields")
                        .valueStream()
                        .anyMatch(field -> field.path("after")
                                .asText()
                                .equals(bound.path("node").asText())),
                event::toString);
    }

    @Test
    void aPodThatFitsNoNodeSaysWhy() {
        cluster.create("/api/v1/namespaces/default/pods", """
                {'metadata':{'name':'huge'},'spec':{'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'64'}}}]}}""");

        String why = cluster.shiplog("why", "pod/huge").orFail();
        String explained = cluster.shiplog("explain-schedule", "huge").orFail();

        assertTrue(why.contains("It has no node yet. The scheduler would decide now:"), why);
        assertTrue(explained.startsWith("0/3 nodes are available: "), explained);
        assertTrue(explained.contains("NodeResourcesFit: Insufficient cpu"), explained);
    }

    @Test
    void whatGoesWrongIsSaidInOneLine() {
        List<String> notFound = List.of(
                "shiplog: pods \"never\" not found (NotFound)",
                "asked in namespace default, the context's: give -n NAME for another namespace");
        assertEquals(notFound, cluster.shiplog("why", "pod/never").err().lines().toList());
        assertEquals(
                notFound,
                cluster.shiplog("explain-schedule", "never").err().lines().toList());
        assertEquals(
                "shiplog: revision 99999 is in the future: the newest revision is %d (BadRequest)\n"
                        .formatted(cluster.newest()),
                cluster.shiplog("explain-schedule", pod, "--at", "99999").err());
        assertFalse(cluster.shiplog("why", "#99999").err().isEmpty());
        assertEquals(
                "shiplog: which one? Give its name, as pods/NAME\n",
                cluster.shiplog("why", "pods").err());
    }
}
