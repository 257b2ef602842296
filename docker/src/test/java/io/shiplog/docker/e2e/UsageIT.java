package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What real containers use: kubectl top, the kubelet's pages, and an autoscaler under load. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("usage", 18643, "10.236.0.0/16", "10.160.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
        Kubectl.inNewNamespace(cluster, "u");
        cluster.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: busy, namespace: u}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: busy}}
                  template:
                    metadata: {labels: {app: busy}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: app
                        image: busybox:1.36
                        resources: {requests: {cpu: 20m, memory: 8Mi}}
                        command: [sh, -c, 'while :; do [ -e /idle ] && sleep 1 || for i in 1 2 3 4 5 6 7 8 9; do :; done; done']
                      - name: side
                        image: busybox:1.36
                        resources: {requests: {cpu: 5m, memory: 8Mi}}
                        command: [sleep, "3600"]
                ---
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: busy, namespace: u}
                spec:
                  minReplicas: 1
                  maxReplicas: 3
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: busy}
                  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
                  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
                """);
        cluster.kubectl("rollout", "status", "-n", "u", "deployment/busy", "--timeout=90s");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    @Test
    void kubectlTopShowsNodesAndContainers() {
        String pods = cluster.await(
                "usage of the pod",
                SOON,
                () -> cluster.tryKubectl("top", "pods", "-n", "u", "--containers", "--no-headers")
                        .out(),
                text -> text.lines().anyMatch(line -> line.matches("busy-\\S+\\s+app\\s+[0-9]+m\\s+[0-9]+Mi\\s*")));
        assertTrue(pods.lines().anyMatch(line -> line.matches("busy-\\S+\\s+side\\s+0m\\s+[0-9]+Mi\\s*")), pods);
        String node = cluster.kubectl("top", "nodes", "--no-headers");
        assertTrue(node.matches("(?s)\\S+\\s+[1-9][0-9]*m\\s+[0-9]+%\\s+[1-9][0-9]*Mi\\s+[0-9]+%\\s*"), node);
        String table = cluster.kubectl("get", "pods.metrics.k8s.io", "-n", "u");
        assertTrue(table.contains("NAME") && table.contains("busy-"), table);
    }

    @Test
    void aNodeHasTheKubeletsPages() {
        String node = cluster.kubectl("get", "nodes", "-o", "name").strip().replaceFirst("node/", "");
        String proxy = "/api/v1/nodes/" + node + "/proxy";

        String cadvisor = cluster.await(
                "usage of the container",
                SOON,
                () -> cluster.kubectl("get", "--raw", proxy + "/metrics/cadvisor"),
                text -> text.contains("container_cpu_usage_seconds_total{container=\"app\""));
        assertTrue(cadvisor.contains("container_network_receive_bytes_total{"), cadvisor);
        assertTrue(
                cluster.kubectl("get", "--raw", proxy + "/metrics/resource").contains("node_cpu_usage_seconds_total "));
        assertTrue(cluster.kubectl("get", "--raw", proxy + "/stats/summary").contains("\"podRef\""));
        assertTrue(cluster.kubectl("get", "--raw", proxy + "/pods").contains("\"PodList\""));
        assertTrue(cluster.kubectl("get", "--raw", proxy + "/configz").contains("\"maxPods\":110"));
        assertEquals("ok", cluster.kubectl("get", "--raw", proxy + "/healthz"));
    }

    /** CPU time that a pod uses while it starts is not its load: the first five minutes count only what was measured when it was ready. */
    @Test
    void aLoadScalesADeploymentAndItsEndScalesItBack() {
        cluster.await(
                "three replicas",
                Duration.ofSeconds(120),
                () -> cluster.kubectl("get", "-n", "u", "deployment/busy", "-o", "jsonpath={.status.readyReplicas}"),
                "3"::equals);
        String scaler = cluster.kubectl("describe", "-n", "u", "hpa/busy");
        assertTrue(scaler.contains("cpu resource utilization (percentage of request) above target"), scaler);
        assertTrue(
                scaler.matches(
                        "(?s).*resource cpu on pods\\s+\\(as a percentage of request\\):\\s+[1-9][0-9]*% \\([0-9]+m\\) / 50%.*"),
                scaler);
        assertTrue(scaler.contains("ValidMetricFound"), scaler);

        for (String pod :
                cluster.kubectl("get", "pods", "-n", "u", "-o", "name").split("\\s+")) {
            cluster.kubectl("exec", "-n", "u", pod, "-c", "app", "--", "touch", "/idle");
        }
        cluster.await(
                "one replica",
                Duration.ofSeconds(120),
                () -> cluster.kubectl("get", "-n", "u", "deployment/busy", "-o", "jsonpath={.spec.replicas}"),
                "1"::equals);
        assertTrue(cluster.kubectl("describe", "-n", "u", "hpa/busy").contains("All metrics below target"));
        String why = cluster.shiplog("why", "hpa/busy", "-n", "u").orFail();
        assertTrue(why.contains("cpu") && why.contains("target 50%"), why);
    }

    @Test
    void aNodeOpensNoShellThroughItsProxy() {
        String node = cluster.kubectl("get", "nodes", "-o", "name").strip().replaceFirst("node/", "");

        Shell.Result refused = cluster.tryKubectl(
                "get", "--raw", "/api/v1/nodes/" + node + "/proxy/exec/u/busy/app?command=ls&output=1");

        assertEquals(1, refused.exitCode(), refused::toString);
        assertTrue(refused.err().contains("through the API server"), refused::err);
    }
}
