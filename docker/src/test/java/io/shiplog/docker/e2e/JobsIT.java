package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Jobs, CronJobs and disruption budgets with unmodified kubectl and real containers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JobsIT {
    private static final Duration TWO_RUNS = Duration.ofMinutes(4);

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("jobs", 18683, "10.221.0.0/16", "10.150.0.0/16"), 2);

    private @Nullable Kubectl cron;

    @BeforeAll
    void up() {
        cluster.up();
        cron = Kubectl.inNewNamespace(cluster, "cron");
        cron.run("create", "cronjob", "tick", "--image=busybox:1.36", "--schedule=* * * * *", "--", "echo", "tick");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private static String job(String name, String spec, String script) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: NAME}
                spec:
                  SPEC
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                      - {name: main, image: "busybox:1.36", command: [sh, -c, 'SCRIPT']}
                """.replace("NAME", name).replace("SPEC", spec).replace("SCRIPT", script);
    }

    @Test
    @Order(1)
    void aJobCompletesAndIsDeletedWithItsPods() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "once");
        kubectl.run("create", "job", "hello", "--image=busybox:1.36", "--", "echo", "hello");

        kubectl.run("wait", "job/hello", "--for=condition=complete", "--timeout=90s");

        assertEquals("hello", kubectl.run("logs", "job/hello").strip());
        // Events follow the status, and are best effort.
        cluster.await(
                "the event of the Job's end",
                ClusterUnderTest.LONG,
                () -> kubectl.run("describe", "job", "hello"),
                described -> described.contains("Job completed"));
        String verdict = cluster.shiplog("why", "job/hello", "-n", "once").orFail();
        assertTrue(verdict.startsWith("Complete: 1 of 1 completion."), verdict);
        kubectl.run("delete", "job", "hello");
        kubectl.run("wait", "pod", "--all", "--for=delete", "--timeout=60s");
    }

    @Test
    @Order(2)
    void eachIndexRunsOnceAndKnowsItsNumber() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "indexed");
        kubectl.apply(job(
                "index",
                "completionMode: Indexed\n  completions: 3\n  parallelism: 2",
                "echo $JOB_COMPLETION_INDEX on $(hostname)"));

        kubectl.run("wait", "job/index", "--for=condition=complete", "--timeout=90s");

        assertEquals("0-2", kubectl.field("job/index", ".status.completedIndexes"));
        List<String> said = kubectl.run("logs", "-l", "batch.kubernetes.io/job-name=index")
                .lines()
                .sorted()
                .toList();
        assertEquals(List.of("0 on index-0", "1 on index-1", "2 on index-2"), said);
    }

    @Test
    @Order(3)
    void aJobFailsBeyondItsLimitAndWhySaysSo() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "fails");
        kubectl.apply(job("broken", "backoffLimit: 1", "exit 3"));

        kubectl.run("wait", "job/broken", "--for=condition=failed", "--timeout=90s");

        assertEquals("2", kubectl.field("job/broken", ".status.failed"));
        assertEquals(
                "BackoffLimitExceeded",
                kubectl.field("job/broken", ".status.conditions[?(@.type==\"Failed\")].reason"));
        String verdict = cluster.shiplog("why", "job/broken", "-n", "fails").orFail();
        assertTrue(
                verdict.lines()
                        .findFirst()
                        .orElse("")
                        .matches("Failed: pod broken-[a-z0-9]+ exited 3, backoffLimit 1 reached\\."),
                verdict);
    }

    @Test
    @Order(4)
    void aFinishedJobIsDeletedAfterItsTime() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "ttl");
        kubectl.apply(job("brief", "ttlSecondsAfterFinished: 3", "true"));

        kubectl.run("wait", "job/brief", "--for=delete", "--timeout=90s");

        kubectl.await(text -> text.contains("No resources found"), "get", "pods");
    }

    @Test
    @Order(5)
    void aSuspendedJobHasNoPodsUntilItIsResumed() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "suspended");
        kubectl.apply(job("later", "suspend: true", "true"));
        kubectl.run("wait", "job/later", "--for=condition=suspended", "--timeout=60s");
        kubectl.await(text -> text.contains("No resources found"), "get", "pods");

        kubectl.run("patch", "job", "later", "-p", "{\"spec\":{\"suspend\":false}}");

        kubectl.run("wait", "job/later", "--for=condition=complete", "--timeout=90s");
    }

    @Test
    @Order(6)
    void aDrainWaitsForTheBudget() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "budget");
        kubectl.run("create", "deployment", "web", "--image=nginx:1.27", "--replicas=2");
        kubectl.run("create", "poddisruptionbudget", "keep", "--selector=app=web", "--min-available=2");
        kubectl.run("rollout", "status", "deployment/web", "--timeout=90s");
        kubectl.awaitField("2", "pdb/keep", ".status.currentHealthy");
        String node = kubectl.run("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].spec.nodeName}");

        String blocked = kubectl.refused("drain", node, "--ignore-daemonsets", "--force", "--timeout=8s");
        assertTrue(blocked.contains("Cannot evict pod as it would violate the pod's disruption budget."), blocked);

        kubectl.run("patch", "pdb", "keep", "--type=merge", "-p", "{\"spec\":{\"minAvailable\":1}}");
        String drained = kubectl.run("drain", node, "--ignore-daemonsets", "--force", "--timeout=90s");
        assertTrue(drained.contains("node/" + node + " drained"), drained);
        kubectl.run("uncordon", node);
        kubectl.run("rollout", "status", "deployment/web", "--timeout=90s");
    }

    @Test
    @Order(7)
    void aCronJobRunsEveryMinuteAndByHand() {
        Kubectl kubectl = Objects.requireNonNull(cron);
        kubectl.run("create", "job", "now", "--from=cronjob/tick");
        kubectl.run("wait", "job/now", "--for=condition=complete", "--timeout=90s");

        String jobs = cluster.await(
                "two runs of the CronJob",
                TWO_RUNS,
                () -> kubectl.run("get", "jobs", "--no-headers"),
                text -> text.lines()
                                .filter(line -> line.matches("tick-[0-9]+ +Complete.*"))
                                .count()
                        >= 2);

        long[] minutes = jobs.lines()
                .filter(line -> line.matches("tick-[0-9]+ .*"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst("tick-([0-9]+) .*", "$1")))
                .sorted()
                .toArray();
        assertEquals(minutes[0] + 1, minutes[1], jobs);
        kubectl.await(text -> !text.isEmpty(), "get", "cronjob/tick", "-o", "jsonpath={.status.lastSuccessfulTime}");
        String verdict = cluster.shiplog("why", "cronjob/tick", "-n", "cron").orFail();
        assertTrue(verdict.startsWith("Runs at * * * * *: last due at "), verdict);
    }
}
