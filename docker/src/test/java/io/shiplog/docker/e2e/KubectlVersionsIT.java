package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.process.ClientRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people do with kubectl in a day, by kubectl 1.20 to 1.35, unmodified: each in a namespace of its own of one cluster. Old ones ask for
 * API versions that Kubernetes no longer serves; these get the answer that a kube-apiserver of today gives.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubectlVersionsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern FORWARDED = Pattern.compile("127\\.0\\.0\\.1:(\\d+) -> 8080");
    private static final String WEB = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: page}
            data: {index.html: hello}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {tier: front}}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, 'echo "$GREETING"; exec httpd -f -p 8080 -h /page']
                    env: [{name: GREETING, value: first}]
                    ports: [{name: http, containerPort: 8080}]
                    resources: {requests: {cpu: 5m, memory: 8Mi}}
                    volumeMounts: [{name: page, mountPath: /page}]
                  volumes: [{name: page, configMap: {name: page}}]
            """;

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("kubectls", 18763, "10.221.0.0/16", "10.152.0.0/16"), 2);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    /** This release's kubectl in a namespace of its own. */
    private Kubectl in(String namespace, ClientRelease release) {
        return Kubectl.inNewNamespace(
                        cluster,
                        namespace + "-"
                                + release.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .by(release.kubectl());
    }

    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "no '" + part + "' in:\n" + text);
        }
    }

    private static String rolledOut(Kubectl kubectl) {
        return kubectl.run("rollout", "status", "deployment/web", "--timeout=90s");
    }

    private static String podOf(Kubectl kubectl, String greeting) {
        return kubectl.await(
                        name -> name.startsWith("web-") && name.lines().count() == 1,
                        "get",
                        "pods",
                        "--field-selector=status.phase=Running",
                        "-o",
                        "jsonpath={range .items[?(@.spec.containers[0].env[0].value==\"" + greeting
                                + "\")]}{.metadata.name}{\"\\n\"}{end}")
                .strip();
    }

    @EachRelease
    void aDeploymentIsAppliedChangedRolledOutUndoneAndDeleted(ClientRelease release) {
        Kubectl kubectl = in("life", release);
        assertContains(kubectl.run("version", "-o", "json"), release.kubectlVersion(), "serverVersion");

        assertContains(kubectl.apply(WEB), "configmap/page created", "deployment.apps/web created");
        assertContains(kubectl.apply(WEB), "configmap/page unchanged", "deployment.apps/web unchanged");
        assertContains(rolledOut(kubectl), "successfully rolled out");
        String first = podOf(kubectl, "first");

        assertContains(kubectl.run("get", "pods", "-o", "wide"), "NOMINATED NODE", first);
        assertContains(
                kubectl.run("get", "deployment", "web", "-o", "yaml"), "kind: Deployment", "image: busybox:1.36");
        assertEquals("1", kubectl.field("deployment/web", ".status.readyReplicas"));
        assertEquals(
                "NAME   IMAGE\nweb    busybox:1.36\n",
                kubectl.run(
                        "get",
                        "deployment",
                        "web",
                        "-o",
                        "custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[0].image"));
        assertContains(kubectl.run("get", "all", "-l", "app=web"), "replicaset.apps/web-", "pod/web-");
        assertContains(kubectl.run("describe", "deployment", "web"), "RollingUpdateStrategy", "ScalingReplicaSet");
        assertContains(kubectl.run("describe", "pod", first), "GREETING:  first", "Started");

        String patch =
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"main\",\"env\":[{\"name\":\"GREETING\",\"value\":\"second\"}]}]}}}}";
        assertContains(kubectl.run("patch", "deployment", "web", "-p", patch), "patched");
        rolledOut(kubectl);
        podOf(kubectl, "second");
        kubectl.before("env", "KUBE_EDITOR=sed -i s/front/back/").run("edit", "deployment", "web");
        assertEquals("back", kubectl.field("deployment/web", ".metadata.labels.tier"));
        assertContains(kubectl.run("rollout", "history", "deployment/web"), "REVISION", "1 ", "2 ");
        assertContains(kubectl.run("rollout", "undo", "deployment/web"), "rolled back");
        rolledOut(kubectl);
        podOf(kubectl, "first");
        assertContains(kubectl.run("scale", "deployment/web", "--replicas=2"), "scaled");
        kubectl.run("wait", "deployment/web", "--for=condition=Available", "--timeout=60s");
        kubectl.awaitField("2", "deployment/web", ".status.readyReplicas");

        assertContains(
                kubectl.run("delete", "deployment", "web", "--cascade=foreground", "--wait", "--timeout=60s"),
                "\"web\" deleted");
        assertEquals("", kubectl.run("get", "pods,replicasets", "-o", "name"));
        assertContains(kubectl.refused("get", "deployment", "web"), "(NotFound)", "deployments.apps \"web\" not found");
    }

    @EachRelease
    void aPodIsLookedInto(ClientRelease release, @TempDir Path folder) throws IOException {
        Kubectl kubectl = in("inside", release);
        kubectl.apply(WEB);
        rolledOut(kubectl);
        String pod = podOf(kubectl, "first");

        assertEquals("first\n", kubectl.run("logs", pod));
        assertEquals("first\n", kubectl.run("logs", "deployment/web", "--tail=1"));
        assertEquals("3\n", kubectl.run("exec", pod, "--", "sh", "-c", "echo $((1+2))"));
        assertEquals("abc", kubectl.feed("abc", "exec", "-i", pod, "--", "cat"));
        Shell.Result failed = kubectl.tried(null, "exec", pod, "--", "sh", "-c", "echo why >&2; exit 7");
        assertEquals(7, failed.exitCode());
        assertContains(failed.err(), "why", "command terminated with exit code 7");
        assertContains(kubectl.refused("exec", pod, "-c", "none", "--", "true"), "container none is not valid for pod");

        Path there = Files.writeString(folder.resolve("there"), "one\ntwo\n".repeat(10_000));
        Path back = folder.resolve("back");
        kubectl.run("cp", there.toString(), pod + ":/tmp/file");
        kubectl.run("cp", pod + ":/tmp/file", back.toString());
        assertEquals(-1, Files.mismatch(there, back));

        aPortIsForwarded(kubectl, release, pod, folder.resolve("forward"));
        kubectl.await(
                text -> text.lines().anyMatch(line -> line.matches(pod + "\\s+\\d+m\\s+\\d+Mi\\s*")), "top", "pods");
        assertContains(kubectl.run("top", "nodes"), "node-1", "node-2");
    }

    private void aPortIsForwarded(Kubectl kubectl, ClientRelease release, String pod, Path out) throws IOException {
        Process forward = cluster.shell()
                .prepared()
                .command(release.kubectl().toString(), "port-forward", "-n", kubectl.namespace(), "pod/" + pod, ":8080")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            Matcher port = FORWARDED.matcher(cluster.await(
                    "the forward",
                    SOON,
                    () -> read(out),
                    text -> FORWARDED.matcher(text).find()));
            assertTrue(port.find());
            String url = "http://127.0.0.1:" + port.group(1) + "/";
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        "hello", cluster.host("curl", "-s", "-m", "20", url).orFail());
            }
        } finally {
            forward.destroy();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @EachRelease
    void fieldsAreAppliedOnTheServerAndConflict(ClientRelease release) {
        Kubectl kubectl = in("apply", release);
        String settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: red}\n";

        kubectl.feed(settings, "apply", "--server-side", "-f", "-");
        String refused = kubectl.feedRefused(
                settings.replace("red", "blue"), "apply", "--server-side", "--field-manager=other", "-f", "-");
        String dry =
                kubectl.feed(settings.replace("red", "green"), "apply", "--server-side", "--dry-run=server", "-f", "-");
        String before = kubectl.field("configmap/settings", ".data.colour");
        kubectl.feed(
                settings.replace("red", "blue"),
                "apply",
                "--server-side",
                "--force-conflicts",
                "--field-manager=other",
                "-f",
                "-");

        assertContains(refused, "conflict with \"kubectl\"", ".data.colour");
        assertContains(dry, "serverside-applied (server dry run)");
        assertEquals("red", before);
        assertEquals("blue", kubectl.field("configmap/settings", ".data.colour"));
        Shell.Result diff = kubectl.tried(settings, "diff", "-f", "-");
        assertEquals(1, diff.exitCode(), diff::err);
        assertContains(diff.out(), "-  colour: blue", "+  colour: red");
        assertContains(
                kubectl.feedRefused(settings.replace("\ndata:", "\ndatta:"), "apply", "-f", "-"),
                "unknown field",
                "datta");
        kubectl.run("delete", "configmap", "settings", "--wait");
    }

    @EachRelease
    void whatThereIsAndWhatOneMayIsAsked(ClientRelease release) {
        Kubectl kubectl = in("asked", release);
        kubectl.run("create", "role", "reading", "--verb=list", "--resource=pods");
        kubectl.run("create", "rolebinding", "reading", "--role=reading", "--user=jane");

        assertContains(kubectl.run("explain", "pod.spec.containers.image"), "image", "string", "More info");
        assertContains(
                kubectl.run("api-resources", "--verbs=list", "-o", "name"),
                "pods\n",
                "deployments.apps\n",
                "horizontalpodautoscalers.autoscaling\n");
        assertContains(kubectl.run("api-versions"), "apps/v1\n", "policy/v1\n");
        assertEquals("yes\n", kubectl.run("auth", "can-i", "list", "pods", "--as=jane"));
        Shell.Result no = kubectl.tried(null, "auth", "can-i", "delete", "pods", "--as=jane");
        assertEquals("no\n", no.out());
        assertEquals(1, no.exitCode());
        assertContains(
                kubectl.refused("get", "secrets", "--as=jane"), "(Forbidden)", "cannot list resource \"secrets\"");
        assertContains(kubectl.refused("get", "gadgets"), "the server doesn't have a resource type \"gadgets\"");
        assertContains(kubectl.run("get", "nodes"), "Ready", "node-2");
    }

    @EachRelease
    void versionsOfTheApiThatWereRemovedAreNotFound(ClientRelease release) {
        Kubectl kubectl = in("removed", release);
        String[] cronJob = {"create", "cronjob", "tick", "--image=busybox:1.36", "--schedule=0 0 1 1 *"};
        String[] budget = {"create", "poddisruptionbudget", "web", "--selector=app=web", "--min-available=1"};

        if (release == ClientRelease.V1_20) {
            // It knows batch/v1beta1 and policy/v1beta1 alone, which Kubernetes serves up to 1.24.
            assertContains(kubectl.refused(cronJob), "the server could not find the requested resource");
            assertContains(
                    kubectl.refused(budget),
                    "no matches for kind \"PodDisruptionBudget\" in version \"policy/v1beta1\"");
        } else {
            assertContains(kubectl.run(cronJob), "cronjob.batch/tick created");
            assertContains(kubectl.run(budget), "poddisruptionbudget.policy/web created");
        }
        assertContains(
                kubectl.feedRefused(
                        "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: old}\n", "apply", "-f", "-"),
                "no matches for kind \"Ingress\" in version \"extensions/v1beta1\"");
    }

    @EachRelease
    void aNodeIsDrainedOfThesePodsAndOpenedAgain(ClientRelease release) {
        Kubectl kubectl = in("drained", release);
        String app = kubectl.namespace();
        kubectl.apply(WEB.replace("app: web", "app: " + app));
        rolledOut(kubectl);
        String pod = podOf(kubectl, "first");
        String node = kubectl.field("pod/" + pod, ".spec.nodeName");

        String drained = kubectl.run(
                "drain",
                node,
                "--pod-selector=app=" + app,
                "--ignore-daemonsets",
                "--delete-emptydir-data",
                "--timeout=60s");
        String uncordoned = kubectl.run("uncordon", node);

        assertContains(drained, "node/" + node, "pod/" + pod + " evicted");
        assertContains(uncordoned, "node/" + node);
        assertContains(kubectl.refused("get", "pod", pod), "(NotFound)");
        rolledOut(kubectl);
    }
}
