package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl, if installed, against the gateway: its everyday verbs, with server-side validation. */
class KubectlTest {
    private static final int PATIENCE_SECONDS = 60;
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              labels: {app: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: web, image: nginx, ports: [{containerPort: 80}]}
            """;

    @TempDir
    Path folder;

    private ClusterInMemory cluster;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(onPath(), "kubectl is not on the PATH");
        cluster = new ClusterInMemory(folder, ClusterInMemory.MASTERS_ONLY, GatewayLimits.DEFAULT);
        Files.writeString(folder.resolve("web.yaml"), DEPLOYMENT);
        says("namespace/default created", "create", "namespace", "default");
    }

    private static boolean onPath() {
        for (String each : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(each, "kubectl"))) {
                return true;
            }
        }
        return false;
    }

    @AfterEach
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private record Said(int code, String out) {}

    private ProcessBuilder kubectl(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "kubectl",
                "--kubeconfig=/dev/null",
                "--certificate-authority=" + cluster.pki.authority(),
                "--token=" + ClusterInMemory.ADMIN_TOKEN,
                "--cache-dir=" + folder.resolve("cache")));
        if (!List.of(arguments).contains("--server")) {
            command.add("--server=" + cluster.address());
        }
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("KUBE_EDITOR", "sed -i s/nginx/httpd/");
        builder.environment().put("HOME", folder.toString());
        return builder;
    }

    private Said run(String... arguments) {
        try {
            Process process = kubectl(arguments).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "kubectl hangs");
            return new Said(process.exitValue(), out);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs kubectl, which must succeed and say something with these words. */
    private String says(String words, String... arguments) {
        Said said = run(arguments);
        assertEquals(0, said.code(), said::out);
        assertTrue(said.out().contains(words), () -> "not \"" + words + "\" but: " + said.out());
        return said.out();
    }

    private void fails(String words, String... arguments) {
        Said said = run(arguments);
        assertTrue(said.code() != 0, said::out);
        assertTrue(said.out().contains(words), () -> "not \"" + words + "\" but: " + said.out());
    }

    @Test
    void theClusterIntroducesItself() {
        says("Server Version: v1.36.0+shiplog", "version");
        says("deployments", "api-resources");
        says("apps/v1", "api-versions");
        says("nodeName <string>", "explain", "pod.spec.nodeName");
        says("replicas", "explain", "deployment.spec", "--recursive");
        says("is running at", "cluster-info");
        says("yes", "auth", "can-i", "create", "pods");
        says("kubernetes-admin", "auth", "whoami");
        says("ok", "get", "--raw", "/readyz");
    }

    @Test
    void objectsAreMadeShownChangedAndRemoved() {
        says("deployment.apps/web created", "create", "-f", "web.yaml");
        fails("already exists", "create", "-f", "web.yaml");
        says("NAME", "get", "deploy");
        says("web", "get", "deploy", "-o", "wide");
        says("image: nginx", "get", "deploy", "web", "-o", "yaml");
        says("\"replicas\": 2", "get", "deploy/web", "-o", "json");
        assertEquals("2", says("2", "get", "deploy", "web", "-o", "jsonpath={.spec.replicas}"));
        says("default", "get", "deploy", "-A");
        says("web", "get", "deploy", "-l", "app in (web),!gone");
        says("No resources found", "get", "deploy", "-l", "app=db");
        says("Selector:           app=web", "describe", "deploy", "web");
        says("labeled", "label", "deploy", "web", "tier=front");
        says("annotated", "annotate", "deploy", "web", "note=hello");
        says("tier=front", "get", "deploy", "--show-labels");
        says("deployment.apps/web edited", "edit", "deploy", "web");
        says("image: httpd", "get", "deploy", "web", "-o", "yaml");
        says(
                "deployment.apps/web patched",
                "patch",
                "deploy",
                "web",
                "--type=merge",
                "-p",
                "{\"spec\":{\"paused\":true}}");
        says("configmap/settings created", "create", "configmap", "settings", "--from-literal=colour=red");
        says("configmap \"settings\" deleted", "delete", "configmap", "settings");
        says("deployment.apps \"web\" deleted", "delete", "-f", "web.yaml");
        fails("deployments.apps \"web\" not found", "get", "deploy", "web");
        fails("the server doesn't have a resource type \"gadgets\"", "get", "gadgets");
    }

    @Test
    void applyIsClientSideOrServerSide() {
        says("deployment.apps/web created", "apply", "-f", "web.yaml");
        says("deployment.apps/web unchanged", "apply", "-f", "web.yaml");
        says("(server dry run)", "apply", "-f", "web.yaml", "--dry-run=server");
        says("deployment.apps/web serverside-applied", "apply", "--server-side", "-f", "web.yaml");
    }

    @Test
    void workloadsAreRun() {
        says("deployment.apps/web created", "create", "-f", "web.yaml");
        says("deployment.apps/web scaled", "scale", "deploy", "web", "--replicas=3");
        says("image updated", "set", "image", "deploy/web", "web=nginx:2");
        says("restarted", "rollout", "restart", "deploy/web");
        says("deployment.apps/web", "rollout", "history", "deploy/web");
        says("service/web exposed", "expose", "deploy", "web", "--port=80");
        says("pod/once created", "run", "once", "--image=busybox");
        says("condition met", "wait", "--for=jsonpath={.spec.replicas}=3", "deploy/web", "--timeout=10s");
        says("pod \"once\" deleted", "delete", "pod", "once");
    }

    /** Both Event groups have the short name, in Kubernetes too: kubectl takes the core group, which comes first, and says so. */
    @Test
    void eventsHaveTheShortNameOfBothGroups() {
        String said = says("No resources found", "get", "ev");
        assertTrue(
                said.contains("short name \"ev\" could also match lower priority resource events.events.k8s.io"), said);
    }

    @Test
    void aWatchShowsWhatComes() throws IOException {
        Process watch = kubectl("get", "configmaps", "-w").start();
        try (BufferedReader reader = watch.inputReader(StandardCharsets.UTF_8)) {
            says("created", "create", "configmap", "one", "--from-literal=a=b");
            assertTrue(reader.readLine().startsWith("NAME"));
            assertTrue(reader.readLine().startsWith("one"));
            says("deleted", "delete", "configmap", "one");
            assertTrue(reader.readLine().startsWith("one"));
        } finally {
            watch.destroy();
        }
    }

    @Test
    void thePastIsShownToTheSameClient() {
        says("created", "create", "configmap", "one", "--from-literal=a=b");
        long then = cluster.images.current().revision("events");
        says("deleted", "delete", "configmap", "one");
        String past = cluster.address() + "/at/" + then;
        says("one", "get", "configmaps", "-A", "--server", past);
        says("a:", "describe", "configmap", "one", "--server", past);
        fails("the past cannot be changed", "delete", "configmap", "one", "--server", past);
        says("No resources found", "get", "configmaps");
    }
}
