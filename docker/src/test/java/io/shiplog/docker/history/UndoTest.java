package io.shiplog.docker.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.api.ClusterInMemory;
import io.shiplog.docker.api.ClusterInMemory.Result;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** undo, with controllers and a scheduler at work. Each test has a namespace of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UndoTest {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final String WEB = """
            {'metadata':{'name':'web'},'spec':{'replicas':2,'selector':{'matchLabels':{'app':'web'}},
             'template':{'metadata':{'labels':{'app':'web'}},'spec':{'containers':[{'name':'web','image':'%s'}]}}}}""";

    private ClusterInMemory cluster;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        cluster = new ClusterInMemory(folder);
        cluster.join("node-1");
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    private static String configMaps(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/configmaps";
    }

    private static String deployments(String namespace) {
        return "/apis/apps/v1/namespaces/" + namespace + "/deployments";
    }

    private void namespace(String name) {
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'%s'}}".formatted(name));
    }

    private static Set<String> images(Image image, String namespace) {
        return image.list(PODS, namespace).stream()
                .map(pod -> pod.json().tree())
                .filter(pod -> pod.path("status").path("phase").asText().equals("Running")
                        && !pod.path("metadata").has("deletionTimestamp"))
                .map(pod -> pod.path("spec")
                        .path("containers")
                        .path(0)
                        .path("image")
                        .asText())
                .collect(Collectors.toSet());
    }

    private void awaitRunning(String namespace, String containerImage) {
        cluster.awaitImage(image -> images(image, namespace).equals(Set.of(containerImage))
                && image.list(PODS, namespace).size() == 2);
    }

    private JsonNode object(String path) {
        return cluster.api().get(path);
    }

    @Test
    void aBadRolloutIsTakenBackAndItsPodsFollow() {
        namespace("rollout");
        cluster.create(deployments("rollout"), WEB.formatted("web:1"));
        awaitRunning("rollout", "web:1");
        long bad = cluster.put(deployments("rollout") + "/web", WEB.formatted("web:2"));
        awaitRunning("rollout", "web:2");

        String preview = cluster.shiplog("undo", "#" + bad, "--dry-run").orFail();
        assertEquals(Set.of("web:2"), images(cluster.image(), "rollout"), "a dry run changes nothing");
        String done = cluster.shiplog("undo", "#" + bad, "--yes").orFail();

        assertTrue(preview.startsWith("update   deployment rollout/web\n"), preview);
        assertTrue(preview.contains(".spec.template.spec.containers[name=web].image: web:2→web:1"), preview);
        assertTrue(done.contains("undone by 1 command; 'kubectl shiplog log -A --command "), done);
        awaitRunning("rollout", "web:1");
        String command = done.replaceAll("(?s).*--command ([0-9a-f-]+)'.*", "$1");
        String story = cluster.shiplog("log", "-A", "--command", command).orFail();
        assertTrue(story.lines().findFirst().orElse("").contains("kubernetes-admin"), story);
        assertTrue(story.contains("replicaset-controller"), story);
    }

    @Test
    void aDeletedNamespaceComesBackWithTheSameObjectsAndNewUids() {
        namespace("shop");
        cluster.create(configMaps("shop"), "{'metadata':{'name':'prices'},'data':{'tea':'2'}}");
        cluster.create(deployments("shop"), WEB.formatted("web:1"));
        cluster.create(
                "/api/v1/namespaces/shop/services",
                "{'metadata':{'name':'web'},'spec':{'selector':{'app':'web'},'ports':[{'port':80}]}}");
        cluster.create(
                "/api/v1/namespaces/shop/pods",
                "{'metadata':{'name':'bare'},'spec':{'containers':[{'name':'c','image':'web:1'}]}}");
        cluster.awaitImage(image -> images(image, "shop").equals(Set.of("web:1"))
                && image.list(PODS, "shop").size() == 3);
        JsonNode service = object("/api/v1/namespaces/shop/services/web");
        long before = cluster.newest();
        cluster.delete("/api/v1/namespaces/shop");
        ObjectKey shop = ObjectKey.clusterScoped(ResourceType.core("namespaces"), "shop");
        cluster.awaitImage(image -> image.get(shop) == null);
        assertNull(cluster.image().get(shop));

        Result undone = cluster.shiplog("undo", "namespace", "shop", "--to", Long.toString(before), "--yes");

        undone.orFail();
        assertTrue(undone.out().startsWith("create   namespace shop\n"), undone.out());
        assertTrue(
                undone.out().contains("replicasets.apps: managed by the cluster, recreated by its controllers"),
                undone.out());
        cluster.awaitImage(image -> images(image, "shop").equals(Set.of("web:1"))
                && image.list(PODS, "shop").size() == 3);
        assertEquals(
                "2",
                object(configMaps("shop") + "/prices").path("data").path("tea").asText());
        JsonNode again = object("/api/v1/namespaces/shop/services/web");
        assertEquals(service.path("spec").path("clusterIP"), again.path("spec").path("clusterIP"));
        assertNotEquals(
                service.path("metadata").path("uid"), again.path("metadata").path("uid"));
        assertEquals(
                "nothing to undo\n",
                cluster.shiplog("undo", configMapsDeletion("shop"), "--yes")
                        .orFail()
                        .replaceAll("note .*\n", ""));
    }

    /** The revision at which a namespace's deletion was asked for. */
    private String configMapsDeletion(String namespace) {
        return cluster.api()
                .get("/apis/history.shiplog.io/v1/changes?fieldSelector=object.resource%3Dnamespaces,object.name%3D"
                        + namespace + ",type%3Ddeletion-requested&order=newest&limit=1")
                .path("items")
                .path(0)
                .path("metadata")
                .path("name")
                .asText();
    }

    @Test
    void anObjectGoesBackToHowItWas() {
        namespace("prices");
        long first = cluster.create(configMaps("prices"), "{'metadata':{'name':'p'},'data':{'tea':'2'}}");
        cluster.put(configMaps("prices") + "/p", "{'metadata':{'name':'p'},'data':{'tea':'3','milk':'1'}}");
        cluster.delete(configMaps("prices") + "/p");

        cluster.shiplog("undo", "cm/p", "-n", "prices", "--to", Long.toString(first), "-y")
                .orFail();

        assertEquals(
                "{\"tea\":\"2\"}",
                object(configMaps("prices") + "/p").path("data").toString());
    }

    @Test
    void whereTheClusterMovedOnNothingIsDone() {
        namespace("moved");
        cluster.create(configMaps("moved"), "{'metadata':{'name':'p'},'data':{'tea':'2'}}");
        long bad = cluster.put(configMaps("moved") + "/p", "{'metadata':{'name':'p'},'data':{'tea':'3'}}");
        long since = cluster.put(configMaps("moved") + "/p", "{'metadata':{'name':'p'},'data':{'tea':'4'}}");

        Result result = cluster.shiplog("undo", Long.toString(bad), "--yes");

        assertEquals(1, result.exitCode());
        assertEquals(
                "REFUSED  configmap moved/p: .data.tea was changed since, to \"4\", by kubernetes-admin at revision %d\n"
                        .formatted(since),
                result.out());
        assertEquals("shiplog: nothing was undone: see the conflicts above\n", result.err());
        assertEquals(
                "4", object(configMaps("moved") + "/p").path("data").path("tea").asText());
    }

    @Test
    void aRangeOfCommandsIsTakenBackAtOnce() {
        namespace("range");
        cluster.create(configMaps("range"), "{'metadata':{'name':'old'},'data':{'k':'1'}}");
        long first = cluster.create(configMaps("range"), "{'metadata':{'name':'new'}}");
        cluster.put(configMaps("range") + "/old", "{'metadata':{'name':'old'},'data':{'k':'2'}}");
        cluster.delete(configMaps("range") + "/old");
        long last = cluster.newest();

        String out = cluster.shiplog("undo", first + ".." + last, "-n", "range", "--yes")
                .orFail();

        assertTrue(out.startsWith("create   configmap range/old\ndelete   configmap range/new\n"), out);
        assertEquals(
                "1", object(configMaps("range") + "/old").path("data").path("k").asText());
    }

    @Test
    void anUndoCanBeUndone() {
        namespace("twice");
        cluster.create(configMaps("twice"), "{'metadata':{'name':'p'},'data':{'tea':'2'}}");
        long change = cluster.put(configMaps("twice") + "/p", "{'metadata':{'name':'p'},'data':{'tea':'3'}}");
        cluster.shiplog("undo", "#" + change, "--yes").orFail();
        String undo = object(configMaps("twice") + "/p")
                .path("metadata")
                .path("resourceVersion")
                .asText();

        cluster.shiplog("undo", "#" + undo, "--yes").orFail();

        assertEquals(
                "3", object(configMaps("twice") + "/p").path("data").path("tea").asText());
    }

    /** At night: a namespace's content is deleted by mistake, and another team takes its port before this is noticed. */
    @Test
    void whatTheClusterTakesComesBackAndTheRestIsNamed() {
        namespace("night");
        namespace("others");
        String service = """
                {'metadata':{'name':'%s'},'spec':{'type':'NodePort','ports':[{'port':80,'nodePort':30333}]}}""";
        cluster.create("/api/v1/namespaces/night/services", service.formatted("door"));
        long good = cluster.create(configMaps("night"), "{'metadata':{'name':'prices'},'data':{'tea':'3'}}");
        cluster.delete("/api/v1/namespaces/night/services/door");
        cluster.delete(configMaps("night") + "/prices");
        cluster.create("/api/v1/namespaces/others/services", service.formatted("window"));
        String[] undo = {"undo", "namespace", "night", "--to", Long.toString(good), "--yes"};

        Result some = cluster.shiplog(undo);

        assertEquals(1, some.exitCode());
        assertTrue(some.out().contains("done     create configmap night/prices\n"), some.out());
        assertTrue(
                some.out()
                        .contains(
                                "REFUSED  create service night/door: Service \"door\" is invalid: spec.ports[0].nodePort: Invalid value: 30333: provided port is already allocated\n"),
                some.out());
        assertTrue(some.out().contains("undone by 1 of 2 commands; "), some.out());
        assertEquals("shiplog: 1 of 2 commands was refused: run the undo again when the reason is gone\n", some.err());
        assertEquals(
                "3",
                object(configMaps("night") + "/prices").path("data").path("tea").asText());

        cluster.delete("/api/v1/namespaces/others/services/window");
        String rest = cluster.shiplog(undo).orFail();

        assertTrue(rest.contains("undone by 1 command; "), rest);
        object("/api/v1/namespaces/night/services/door");
    }

    @Test
    void whatCannotBeUndoneIsSaidInOneLine() {
        namespace("errors");
        long asked = cluster.create(configMaps("errors"), "{'metadata':{'name':'p'}}");

        assertEquals(
                "shiplog: configmap/p: no user ever changed it in the log, in namespace default\n",
                cluster.shiplog("undo", "cm/p").err());
        assertEquals(
                "shiplog: revision 99999 is in the future: the newest revision is %d (BadRequest)\n"
                        .formatted(cluster.newest()),
                cluster.shiplog("undo", "#99999", "--yes").err());
        assertEquals(
                "shiplog: there is no terminal to ask on: give --yes\n",
                cluster.shiplog("undo", "#" + asked).err());
        String own = cluster.shiplog("log", "--actor", "root-ca-cert-publisher", "--tail", "1")
                .orFail()
                .replaceAll("(?s).*#(\\d+).*", "$1");
        assertTrue(
                cluster.shiplog("undo", own, "--yes")
                        .err()
                        .startsWith("shiplog: revision " + own
                                + " is a change that root-ca-cert-publisher made in response to events/"),
                cluster.shiplog("undo", own, "--yes").err());
        assertEquals(
                List.of("shiplog: --to and --before are for objects and namespaces; a range is written 1..LAST"),
                cluster.shiplog("undo", "1", "--to", "2").err().lines().toList());
    }
}
