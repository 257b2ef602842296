package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A what-if cluster with real kubectl, and what it leaves of its trunk: nothing. The log proven, exported and replayed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BranchIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("trunk", 18343, "10.239.0.0/16", "10.136.0.0/16"), 2);

    @BeforeAll
    void up() {
        cluster.up("--network", "bridge");
        cluster.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: default}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - {name: web, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}
                """);
        cluster.kubectl("rollout", "status", "deployment", "web", "--timeout=120s");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private String pods() {
        return cluster.kubectl(
                "get",
                "pods",
                "-l",
                "app=web",
                "-o",
                "custom-columns=N:.metadata.name,U:.metadata.uid,V:.spec.nodeName");
    }

    private Shell.Result inBranch(String name, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "--context";
        all[1] = "trunk-" + name;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return cluster.tryKubectl(all);
    }

    @Test
    void whatADrainWouldDoIsSeenWithoutDoingIt() {
        String before = pods();
        cluster.shiplog("branch", "drained").orFail();
        assertEquals(
                "trunk", cluster.kubectl("config", "current-context").strip(), "the user's context stays what it was");
        assertEquals(
                2,
                inBranch("drained", "get", "nodes", "--no-headers")
                        .orFail()
                        .lines()
                        .filter(line -> line.contains(" Ready "))
                        .count());

        inBranch("drained", "drain", "node-2", "--ignore-daemonsets", "--force").orFail();
        inBranch("drained", "scale", "deployment", "web", "--replicas=3").orFail();
        inBranch("drained", "rollout", "status", "deployment", "web", "--timeout=60s")
                .orFail();

        String diff = cluster.shiplog("branch", "drained", "diff").orFail();
        assertTrue(diff.contains("changed  Deployment default/web"), diff);
        assertTrue(diff.contains(".spec.replicas: 2 -> 3"), diff);
        assertTrue(diff.contains("changed  Node node-2"), diff);
        assertTrue(diff.contains("Pods that would move:"), diff);
        assertEquals(before, pods(), "the trunk's pods are where they were");
        assertEquals(
                "",
                cluster.kubectl("get", "node", "node-2", "-o", "jsonpath={.spec.unschedulable}"),
                "the trunk's node takes pods");
        cluster.shiplog("branch", "--delete", "drained").orFail();
        assertTrue(!Files.exists(cluster.home().resolve("branches").resolve("drained")));
        assertNotEquals(0, inBranch("drained", "get", "nodes").exitCode());
    }

    @Test
    void whatWouldNotFitIsReportedAsTheSchedulerReportsIt() {
        cluster.shiplog("branch", "full").orFail();

        inBranch("full", "set", "resources", "deployment", "web", "--requests=cpu=1000")
                .orFail();

        cluster.await(
                "a pod that fits nowhere",
                SOON,
                () -> cluster.shiplog("branch", "full", "diff").orFail(),
                diff -> diff.contains("Pods that would not fit:") && diff.contains("Insufficient cpu"));
        cluster.shiplog("branch", "--delete", "full").orFail();
    }

    @Test
    void aBranchLeavesThePastWhereItIsAsked() {
        cluster.kubectl("create", "configmap", "precious", "--from-literal=k=v");
        String revision = cluster.kubectl("get", "configmap", "precious", "-o", "jsonpath={.metadata.resourceVersion}");
        cluster.kubectl("delete", "configmap", "precious");

        cluster.shiplog("branch", "past", "--at", revision).orFail();

        assertEquals(
                "v",
                inBranch("past", "get", "configmap", "precious", "-o", "jsonpath={.data.k}")
                        .orFail());
        String list = cluster.shiplog("branch", "--list").orFail();
        assertTrue(
                list.lines().anyMatch(line -> line.startsWith("past ") && line.contains(" " + revision + " ")), list);
        Shell.Result again = cluster.shiplog("branch", "past");
        assertNotEquals(0, again.exitCode());
        assertTrue(again.err().contains("branch 'past' already exists"), again.err());
        cluster.shiplog("branch", "--delete", "past").orFail();
    }

    @Test
    void aMomentOutsideTheLogIsRefused() {
        Shell.Result future = cluster.shiplog("branch", "never", "--at", "99999999");
        Shell.Result before = cluster.shiplog("branch", "never", "--at", "2001-01-01T00:00:00Z");

        assertNotEquals(0, future.exitCode());
        assertTrue(future.err().contains("is in the future: the newest revision is"), future.err());
        assertNotEquals(0, before.exitCode());
        assertTrue(before.err().contains("the log was empty at that moment"), before.err());
        assertTrue(!Files.exists(cluster.home().resolve("branches").resolve("never")));
    }

    @Test
    void aBranchIsWholeThoughTheTrunkIsWritten() throws Exception {
        Thread writing = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 20; i++) {
                cluster.kubectl("create", "configmap", "busy-" + i);
            }
        });

        cluster.shiplog("branch", "busy").orFail();
        writing.join();

        long there = inBranch("busy", "get", "configmaps", "-o", "name")
                .orFail()
                .lines()
                .filter(line -> line.contains("/busy-"))
                .count();
        for (int i = 0; i < there; i++) {
            inBranch("busy", "get", "configmap", "busy-" + i).orFail();
        }
        assertEquals(
                20,
                cluster.kubectl("get", "configmaps", "-o", "name")
                        .lines()
                        .filter(line -> line.contains("/busy-"))
                        .count());
        cluster.shiplog("branch", "--delete", "busy").orFail();
    }

    @Test
    void theLogIsProvenAndRebuiltElsewhere(@TempDir Path folder) throws Exception {
        String proven = cluster.shiplog("verify").orFail();
        assertTrue(proven.contains("equal to the live image"), proven);
        assertTrue(proven.contains("All is as it was written."), proven);

        Path file = folder.resolve("trunk.jsonl");
        Files.writeString(file, cluster.shiplog("export").orFail());
        String part = cluster.shiplog("replay", "--into", folder.resolve("copy").toString(), "--to", "20")
                .orFail();
        String rest = cluster.shiplog("replay", "--into", folder.resolve("copy").toString())
                .orFail();
        String imported = cluster.shiplog(
                        "import",
                        file.toString(),
                        "--into",
                        folder.resolve("restored").toString())
                .orFail();

        assertTrue(part.contains("shard events: 20 events copied, up to revision 20; the chain holds"), part);
        assertTrue(rest.contains("the chain holds"), rest);
        assertTrue(imported.contains("the chain holds"), imported);
        Files.writeString(file, Files.readString(file).replaceFirst("kubernetes-admin", "kubernetes-Admin"));
        Shell.Result edited = cluster.shiplog(
                "import", file.toString(), "--into", folder.resolve("edited").toString());
        assertNotEquals(0, edited.exitCode());
        assertTrue(edited.err().contains("hash chain"), edited.err());
    }
}
