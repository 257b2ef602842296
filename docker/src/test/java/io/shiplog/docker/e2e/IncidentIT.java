package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * An incident with two users: dana, who has full access, and bob, who may edit the shop. A limit that is too low, a missing
 * image, a drain, a scale-down, a deleted namespace. After each, a newcomer asks why and must understand the answer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IncidentIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String SHOP = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: till, namespace: shop}
            spec:
              replicas: 2
              selector: {matchLabels: {app: till}}
              template:
                metadata: {labels: {app: till}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: till
                    image: busybox:1.36
                    command: [sh, -c, "echo opening the till; x=$(head -c 20m /dev/zero | tr '\\\\0' a); sleep 1000"]
                    resources: {limits: {memory: 128Mi}}
            """;

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("incident", 18763, "10.229.0.0/16", "10.129.0.0/16"), 2);
    private String lastPod = "";

    @BeforeAll
    void up() {
        cluster.up();
        user("dana");
        user("bob");
        cluster.kubectl("create", "namespace", "shop");
        cluster.kubectl("create", "clusterrolebinding", "dana", "--clusterrole=cluster-admin", "--user=dana");
        cluster.kubectl("-n", "shop", "create", "rolebinding", "bob", "--clusterrole=edit", "--user=bob");
        as("bob", SHOP, "apply", "-f", "-").orFail();
        as("bob", null, "-n", "shop", "rollout", "status", "deployment/till", "--timeout=90s")
                .orFail();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    /** A certificate of the cluster's CA and a kubeconfig with it. */
    private void user(String name) {
        Path home = cluster.home();
        String key = home.resolve(name + ".key").toString();
        String request = home.resolve(name + ".csr").toString();
        String certificate = home.resolve(name + ".crt").toString();
        String authority = home.resolve("pki").resolve("ca").toString();
        cluster.host(
                        "openssl",
                        "req",
                        "-new",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-keyout",
                        key,
                        "-out",
                        request,
                        "-subj",
                        "/CN=" + name)
                .orFail();
        cluster.host(
                        "bash",
                        "-c",
                        "openssl x509 -req -in %s -CA %s.crt -CAkey %s.key -CAcreateserial -days 1 -out %s -extfile <(echo extendedKeyUsage=clientAuth)"
                                .formatted(request, authority, authority, certificate))
                .orFail();
        String file = kubeconfig(name);
        config(
                file,
                "set-cluster",
                "c",
                "--server=" + cluster.server(),
                "--certificate-authority=" + cluster.authority());
        config(file, "set-credentials", name, "--client-certificate=" + certificate, "--client-key=" + key);
        config(file, "set-context", "c", "--cluster=c", "--user=" + name);
        config(file, "use-context", "c");
    }

    private String kubeconfig(String user) {
        return cluster.home().resolve(user + ".kubeconfig").toString();
    }

    private void config(String file, String... words) {
        cluster.host(Stream.concat(Stream.of("kubectl", "--kubeconfig=" + file, "config"), Arrays.stream(words))
                        .toArray(String[]::new))
                .orFail();
    }

    private Shell.Result as(String user, @Nullable String input, String... words) {
        return cluster.shell()
                .run(
                        ClusterUnderTest.LONG,
                        input,
                        Stream.concat(Stream.of("kubectl", "--kubeconfig=" + kubeconfig(user)), Arrays.stream(words))
                                .toList());
    }

    private String run(String user, String... words) {
        return as(user, null, words).orFail();
    }

    /** What the command line answers bob, who came to work this morning. */
    private String why(String object) {
        return cluster.shiplog("why", object, "-n", "shop", "--kubeconfig", kubeconfig("bob"))
                .orFail();
    }

    private static String verdict(String answer) {
        return answer.lines()
                .takeWhile(line -> !line.isBlank())
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }

    private static void assertMatches(String pattern, String answer) {
        assertTrue(verdict(answer).matches(pattern), () -> pattern + "\ndoes not match\n" + answer);
    }

    private String pods(String path) {
        return run("bob", "-n", "shop", "get", "pods", "-o", "jsonpath=" + path);
    }

    /** The pod of which a line of this jsonpath begins with the words; waits for it. */
    private String podThat(String reason) {
        String lines = cluster.await(
                "a pod that is " + reason,
                SOON,
                () -> pods(
                        "{range .items[*]}{.status.containerStatuses[0].state.waiting.reason} {.metadata.name}{\"\\n\"}{end}"),
                text -> text.lines().anyMatch(line -> line.startsWith(reason + " ")));
        return lines.lines()
                .filter(line -> line.startsWith(reason + " "))
                .map(line -> line.substring(reason.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(1)
    void theLimitThatWasLowered() {
        run("dana", "-n", "shop", "set", "resources", "deployment/till", "--limits=memory=24Mi");
        String pod = podThat("CrashLoopBackOff");

        String answer = why("pod/" + pod);
        assertMatches(
                "OOMKilled (once|\\d+ times) \\(limit 24Mi\\) since dana's #\\d+ lowered the memory limit from 128Mi\\.",
                answer);
        assertTrue(answer.contains("container till ended: OOMKilled, exit code 137, SIGKILL"), answer);
        assertTrue(answer.contains("Last log lines of container till:\n  opening the till\n"), answer);
        assertMatches(
                "(?s)The rollout since dana's #\\d+ changed memory from 128Mi to 24Mi is not complete: .*\nPod till-\\S+: OOMKilled .*",
                why("deployment/till"));
        run("bob", "-n", "shop", "rollout", "undo", "deployment/till");
        run("bob", "-n", "shop", "rollout", "status", "deployment/till", "--timeout=90s");
        assertMatches("Replaced by the rollout of bob's #\\d+ \\(changed memory from 24Mi to 128Mi.*\\)\\.", gone(pod));
    }

    private String gone(String pod) {
        cluster.await(
                pod + " to be gone", SOON, () -> pods("{.items[*].metadata.name}"), names -> !names.contains(pod));
        return why("pod/" + pod);
    }

    @Test
    @Order(2)
    void theImageThatDoesNotExist() {
        run("dana", "-n", "shop", "set", "image", "deployment/till", "till=busybox:1.63");
        String pod = cluster.await(
                        "a pod that waits for its image",
                        SOON,
                        () -> pods(
                                "{range .items[*]}{.status.containerStatuses[0].state.waiting.reason} {.metadata.name}{\"\\n\"}{end}"),
                        text -> text.contains("ImagePull"))
                .lines()
                .filter(line -> line.contains("ImagePull"))
                .map(line -> line.split(" ")[1])
                .findFirst()
                .orElseThrow();

        assertMatches(
                "Waits: image busybox:1\\.63 .* since dana's #\\d+ changed image from busybox:1\\.36 to busybox:1\\.63[.:].*",
                why("pod/" + pod));
        cluster.shiplog("undo", "deployment/till", "-n", "shop", "--yes", "--kubeconfig", kubeconfig("bob"))
                .orFail();
        run("bob", "-n", "shop", "rollout", "status", "deployment/till", "--timeout=90s");
        assertEquals(
                "busybox:1.36",
                run(
                        "bob",
                        "-n",
                        "shop",
                        "get",
                        "deployment",
                        "till",
                        "-o",
                        "jsonpath={.spec.template.spec.containers[0].image}"));
    }

    @Test
    @Order(3)
    void theDrain() {
        // Pods of the rollout that was undone may still be terminating.
        cluster.await(
                "ended pods to be gone", SOON, () -> pods("{.items[*].metadata.deletionTimestamp}"), String::isEmpty);
        String onTwo =
                pods("{.items[?(@.spec.nodeName==\"node-2\")].metadata.name}").split(" ")[0];
        assertFalse(onTwo.isEmpty(), "no pod on node-2");
        run("dana", "drain", "node-2", "--ignore-daemonsets", "--timeout=60s");

        assertMatches("Evicted by dana \\(#\\d+\\)(, who drained node-2 \\(cordoned in #\\d+\\))?\\.", gone(onTwo));
        run("bob", "-n", "shop", "rollout", "status", "deployment/till", "--timeout=90s");
        String newest = run(
                "bob",
                "-n",
                "shop",
                "get",
                "pods",
                "--sort-by=.metadata.creationTimestamp",
                "-o",
                "jsonpath={.items[-1:].metadata.name}");
        assertMatches(
                "(?s)Runs on node-1, ready since #\\d+\\.\nIt replaces pod shop/till-\\S+, which was evicted by dana \\(#\\d+\\).*",
                why("pod/" + newest));
        String drained = cluster.shiplog("why", "pod/" + onTwo, "-n", "shop", "--kubeconfig", kubeconfig("dana"))
                .orFail();
        assertMatches("Evicted by dana \\(#\\d+\\), who drained node-2 \\(cordoned in #\\d+\\)\\.", drained);
    }

    @Test
    @Order(4)
    void theScaleDown() {
        String before = pods("{.items[*].metadata.name}");
        run("bob", "-n", "shop", "scale", "deployment/till", "--replicas=1");
        String after = cluster.await(
                "one pod", SOON, () -> pods("{.items[*].metadata.name}"), names -> names.split(" ").length == 1);
        lastPod = after;
        String went = Arrays.stream(before.split(" "))
                .filter(name -> !after.contains(name))
                .findFirst()
                .orElseThrow();

        assertMatches("Scaled down by bob \\(#\\d+\\), from 2 to 1 replica\\.", why("pod/" + went));
    }

    @Test
    @Order(5)
    void theDeletedNamespace() {
        run("dana", "delete", "namespace", "shop");

        String answer = cluster.shiplog("why", "pod/" + lastPod, "-n", "shop", "--kubeconfig", kubeconfig("dana"))
                .orFail();
        assertMatches("Deleted with its namespace shop, which dana deleted \\(#\\d+\\)\\.", answer);
        String namespace = cluster.shiplog("why", "namespace/shop", "--kubeconfig", kubeconfig("dana"))
                .orFail();
        assertMatches("Deleted by dana \\(#\\d+\\)\\.", namespace);
    }
}
