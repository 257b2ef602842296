package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.events.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** blame, why, explain-schedule and undo on real containers, with real kubectl and as its plugin. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoryVerbsIT {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final String HISTORY = "/apis/history.shiplog.io/v1/namespaces/%s/%s";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("history", 18843, "10.233.0.0/16", "10.145.0.0/16"), 2);

    @BeforeAll
    void up() {
        cluster.up("--network", "bridge");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    /** A verb as kubectl's plugin. */
    private Shell.Result plugin(String... arguments) {
        String path = cluster.home().resolve("bin") + ":" + System.getenv("PATH");
        List<String> command = new ArrayList<>(List.of("env", "PATH=" + path, "kubectl", "shiplog"));
        command.addAll(List.of(arguments));
        return cluster.host(command.toArray(String[]::new));
    }

    private void shop(String namespace) {
        cluster.kubectl("create", "namespace", namespace);
        cluster.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: %s}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - {name: web, image: "nginx:1.27", imagePullPolicy: IfNotPresent, readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: prices, namespace: %s}
                data: {tea: "2"}
                """.formatted(namespace, namespace));
        runs(namespace);
    }

    private void runs(String namespace) {
        cluster.kubectl("rollout", "status", "deployment", "web", "-n", namespace, "--timeout=120s");
    }

    private String image(String namespace) {
        return cluster.kubectl(
                "get",
                "deployment",
                "web",
                "-n",
                namespace,
                "-o",
                "jsonpath={.spec.template.spec.containers[0].image}");
    }

    private String newest() {
        return Json.of(cluster.kubectl(
                        "get", "--raw", "/apis/history.shiplog.io/v1/changes?order=newest&limit=1&fields=false"))
                .tree()
                .path("items")
                .path(0)
                .path("metadata")
                .path("name")
                .asText();
    }

    private static void assertInOrder(String story, String... patterns) {
        List<String> lines = story.lines().toList();
        int line = 0;
        for (String pattern : patterns) {
            while (line < lines.size()
                    && !Pattern.compile(pattern).matcher(lines.get(line)).find()) {
                line++;
            }
            assertTrue(line < lines.size(), () -> "no " + pattern + " where it should be in\n" + story);
        }
    }

    @Test
    void aNightAndItsMorning() {
        shop("shop");
        String evening = newest();
        String pod = cluster.kubectl("get", "pods", "-n", "shop", "-o", "jsonpath={.items[0].metadata.name}");
        cluster.kubectl("set", "image", "deployment/web", "-n", "shop", "web=nginx:1.27-nope");
        cluster.kubectl("delete", "namespace", "shop", "--timeout=120s");

        String blame = plugin("blame", "deployment/web", "-n", "shop").orFail();
        String why = plugin("why", "pod/" + pod, "-n", "shop").orFail();
        Shell.Result preview = plugin("undo", "namespace", "shop", "--to", evening, "--dry-run");
        assertNotEquals(0, cluster.tryKubectl("get", "namespace", "shop").exitCode(), "a dry run does nothing");
        plugin("undo", "namespace", "shop", "--to", evening, "--yes").orFail();

        assertTrue(blame.startsWith("# deleted at revision "), blame);
        assertInOrder(blame, "kubernetes-admin .* │ .*image: nginx:1.27-nope");
        assertInOrder(
                why,
                "kubernetes-admin +created +deployment shop/web",
                "deployment-controller +created +replicaset shop/web-",
                "replicaset-controller +created +pod shop/" + pod,
                "kube-scheduler +scheduled +pod shop/" + pod,
                "node-[12] +chosen +\\d+ +.*NodeResourcesFit \\d+×\\d+",
                "system:node:node-[12] +Pulled +.*nginx:1.27",
                "system:node:node-[12] +Started +",
                "kubernetes-admin +deletion-requested +namespace shop",
                "deletion-requested +pod shop/" + pod,
                "deleted +pod shop/" + pod);
        assertTrue(preview.orFail().startsWith("create   namespace shop\n"), preview.out());
        runs("shop");
        assertEquals("nginx:1.27", image("shop"));
        assertEquals("2", cluster.kubectl("get", "configmap", "prices", "-n", "shop", "-o", "jsonpath={.data.tea}"));
    }

    @Test
    void aBadRolloutIsUndoneByItsRevision() {
        shop("rollout");
        cluster.kubectl("set", "image", "deployment/web", "-n", "rollout", "web=nginx:1.27-nope");
        String bad = Json.of(
                        cluster.kubectl(
                                "get",
                                "--raw",
                                "/apis/history.shiplog.io/v1/namespaces/rollout/changes?order=newest&limit=1&fieldSelector=actor%3Dkubernetes-admin"))
                .tree()
                .path("items")
                .path(0)
                .path("metadata")
                .path("name")
                .asText();

        String done = cluster.shiplog("undo", "#" + bad, "--yes").orFail();

        assertTrue(done.contains("[name=web].image: nginx:1.27-nope→nginx:1.27"), done);
        runs("rollout");
        assertEquals("nginx:1.27", image("rollout"));
        cluster.kubectl("set", "image", "deployment/web", "-n", "rollout", "web=nginx");
        Shell.Result again = cluster.shiplog("undo", "#" + bad, "--yes");
        assertEquals(1, again.exitCode());
        assertTrue(
                again.out().contains("was changed since, to \"nginx\", by kubernetes-admin at revision "), again.out());
    }

    @Test
    void everyBindingOfTheLogIsWhatTheSchedulerDecidesOnTheStateBefore() {
        shop("bindings");
        JsonNode bindings = Json.of(cluster.kubectl(
                        "get", "--raw", "/apis/history.shiplog.io/v1/changes?fieldSelector=type%3Dscheduled"))
                .tree()
                .path("items");

        assertFalse(bindings.isEmpty());
        for (JsonNode binding : bindings) {
            JsonNode object = binding.path("object");
            long revision = binding.path("metadata").path("name").asLong();
            String spec = "{\"pod\":{\"name\":\"%s\"},\"at\":\"%d\"}"
                    .formatted(object.path("name").asText(), revision - 1);
            JsonNode status = asked("schedulereviews", object.path("namespace").asText(), spec);
            String bound = binding.path("fields")
                    .valueStream()
                    .filter(field -> field.path("path").asText().equals(".spec.nodeName"))
                    .map(field -> field.path("after").asText())
                    .findFirst()
                    .orElseThrow();
            assertEquals(bound, status.path("node").asText(), binding::toString);
        }
    }

    /** The status of a review, created by kubectl. */
    private JsonNode asked(String resource, String namespace, String spec) {
        return Json.of(cluster.shell()
                        .run(
                                SOON,
                                "{\"spec\":%s}".formatted(spec),
                                List.of(
                                        "kubectl",
                                        "create",
                                        "--raw",
                                        HISTORY.formatted(namespace, resource),
                                        "-f",
                                        "-"))
                        .orFail())
                .tree()
                .path("status");
    }

    @Test
    void todaysRolesDecideWhoAsksAndWhoUndoes() {
        Kubectl admin = Kubectl.inNewNamespace(cluster, "guarded");
        admin.run("create", "secret", "generic", "password", "--from-literal=k=v");
        admin.run("create", "configmap", "open", "--from-literal=k=v");
        admin.run("create", "rolebinding", "viewer", "--clusterrole=view", "--serviceaccount=guarded:default");
        Kubectl viewer = admin.withToken(admin.run("create", "token", "default").strip(), "");

        assertEquals("yes\n", viewer.run("auth", "can-i", "create", "blames.history.shiplog.io"));
        assertEquals("yes\n", viewer.run("auth", "can-i", "create", "causes.history.shiplog.io"));
        assertEquals("yes\n", viewer.run("auth", "can-i", "create", "schedulereviews.history.shiplog.io"));
        assertEquals(
                "no\n",
                viewer.tried(null, "auth", "can-i", "create", "undoes.history.shiplog.io")
                        .out());
        assertTrue(viewer.feed(
                        about("ConfigMap", "open"),
                        "create",
                        "--raw",
                        HISTORY.formatted("guarded", "blames"),
                        "-f",
                        "-")
                .contains("\"actor\":\"kubernetes-admin\""));
        for (String question : List.of("blames", "causes")) {
            String refused = viewer.feedRefused(
                    about("Secret", "password"), "create", "--raw", HISTORY.formatted("guarded", question), "-f", "-");
            assertTrue(refused.contains("secrets is forbidden"), refused);
        }
        admin.run("create", "rolebinding", "editor", "--clusterrole=edit", "--serviceaccount=guarded:default");
        assertEquals("yes\n", viewer.run("auth", "can-i", "create", "undoes.history.shiplog.io"));
    }

    private static String about(String kind, String name) {
        return "{\"spec\":{\"object\":{\"apiVersion\":\"v1\",\"kind\":\"%s\",\"name\":\"%s\"}}}".formatted(kind, name);
    }
}
