package io.shiplog.projections.history.verdict;

import static io.shiplog.projections.history.Chronicle.deployment;
import static io.shiplog.projections.history.Chronicle.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.Chronicle;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.history.cause.CauseStep;
import io.shiplog.projections.history.cause.Causes;
import io.shiplog.projections.history.cause.ContainerEnd;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.TestKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Stories, and the one or two lines that a colleague would say of each. */
class VerdictTest {
    private static final KindCatalogue KINDS = TestKinds.CATALOGUE;
    private static final ResourceType SETS = new ResourceType("apps", "replicasets");
    private static final ObjectKey NODE = ObjectKey.clusterScoped(ResourceType.core("nodes"), "n1");
    private static final ObjectKey SHOP = ObjectKey.clusterScoped(ResourceType.core("namespaces"), "shop");
    private static final String CONTROLLER = "system:serviceaccount:kube-system:";

    private final Chronicle events = new Chronicle();
    private final Chronicle happenings = new Chronicle("happenings");
    private long made;
    private long set;

    // ---- the night's beginnings ----

    private static String container(String image, String memory) {
        return "{'name':'app','image':'%s','resources':{'limits':{'memory':'%s'}}}".formatted(image, memory);
    }

    private static String web(int replicas, String container) {
        return "{'metadata':{'uid':'d'},'spec':{'replicas':%d,'template':{'spec':{'containers':[%s]}}}}"
                .formatted(replicas, container);
    }

    private static String replicaSet(String uid, int replicas, String status) {
        return """
                {'metadata':{'uid':'%s','ownerReferences':[{'apiVersion':'apps/v1','kind':'Deployment','name':'web','uid':'d'}]},
                 'spec':{'replicas':%d},'status':{%s}}""".formatted(uid, replicas, status);
    }

    private static String webPod(String metadata, String container, String spec, String status) {
        return """
                {'metadata':{%s'uid':'p','ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'web-1','uid':'r'}]},
                 'spec':{'containers':[%s]%s},'status':{%s}}""".formatted(metadata, container, spec, status);
    }

    private static String onNode(String container, String status) {
        return webPod("", container, ",'nodeName':'n1'", status);
    }

    private Chronicle controller(String name) {
        return events.by(CONTROLLER + name);
    }

    private void node() {
        events.by("kubernetes-admin")
                .command("boot")
                .created(NODE, "{'metadata':{'uid':'n'},'status':{'conditions':[{'type':'Ready','status':'True'}]}}");
    }

    /** Alice deploys; dana changes the template; a ReplicaSet and its pod follow. */
    private void rollout(String before, String after) {
        node(); // 1
        made = events.by("alice").command("a").created(deployment("web"), web(2, before)); // 2
        long changed = events.by("dana").command("d").write(deployment("web"), "template-changed", web(2, after)); // 3
        events.by("bob").command("b").write(deployment("web"), "scaled", web(1, after)); // 4
        set = controller("deployment-controller")
                .because(changed, "d")
                .created(ObjectKey.of(SETS, "shop", "web-1"), replicaSet("r", 1, "")); // 5
        controller("replicaset-controller")
                .because(set, "d")
                .created(pod("web-1-x"), webPod("", after, "", "'phase':'Pending'")); // 6
    }

    private void status(String container, String status) {
        events.by("system:node:n1").command("").write(pod("web-1-x"), "status-changed", onNode(container, status));
    }

    private static String crashed(int restarts, String reason, int code, String message) {
        return """
                'phase':'Running','containerStatuses':[{'name':'app','image':'shop:2','ready':false,'restartCount':%d,
                 'state':{'waiting':{'reason':'CrashLoopBackOff'}},
                 'lastState':{'terminated':{'containerID':'docker://%d','reason':'%s','exitCode':%d,'message':'%s'}}}]""".formatted(restarts, restarts, reason, code, message);
    }

    private static String waiting(String reason, String message) {
        return """
                'phase':'Pending','containerStatuses':[{'name':'app','image':'nginx:1.72','ready':false,'restartCount':0,
                 'state':{'waiting':{'reason':'%s','message':'%s'}}}]""".formatted(reason, message);
    }

    private void told(String reason, String message) {
        happenings
                .by("system:node:n1")
                .created(
                        ObjectKey.of(
                                ResourceType.core("events"),
                                "shop",
                                "web-1-x." + reason.toLowerCase(java.util.Locale.ROOT)),
                        "{'involvedObject':{'uid':'p'},'reason':'%s','message':'%s'}".formatted(reason, message));
    }

    // ---- the verdict ----

    private String of(ObjectKey key) {
        return of(key, event -> true);
    }

    private String of(ObjectKey key, Predicate<Event> visible) {
        return of(key, visible, seen -> true);
    }

    private String of(ObjectKey key, Predicate<Event> visible, Predicate<ObjectKey> readable) {
        try (ScannedHistory history =
                new ScannedHistory(Map.of("events", events.log(), "happenings", happenings.log()))) {
            Past past = new Past(history, "events");
            long upTo = past.span().newest();
            List<Event> all = new ArrayList<>();
            if (upTo > 0) {
                past.each(ChangeQuery.newestFirst("events", 1, upTo, ChangeFilter.ALL), all::add);
            }
            ImageEvolution evolution = new ImageEvolution(KINDS);
            Image image = evolution
                    .evolve(evolution.first(), "events", all.reversed())
                    .image();
            List<CauseStep> steps = Causes.ofObject(past, KINDS::byKind, key, null, upTo);
            Evidence evidence = new Evidence(past, KINDS::byKind, image, upTo, visible, readable);
            return Verdict.of(evidence, key, steps);
        }
    }

    @Test
    void oomKilledSinceTheLimitWasLowered() {
        rollout(container("shop:2", "64Mi"), container("shop:2", "24Mi"));
        for (int i = 0; i < 8; i++) {
            status(container("shop:2", "24Mi"), crashed(i, "OOMKilled", 137, ""));
        }
        assertEquals(
                "OOMKilled 8 times (limit 24Mi) since dana's #3 lowered the memory limit from 64Mi.",
                of(pod("web-1-x")));
    }

    @Test
    void crashesSinceAnImage() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        status(container("shop:2", "64Mi"), crashed(2, "Error", 3, "no such table: prices"));
        assertEquals(
                "Its container ended 3 times with Error (exit code 3) since dana's #3 changed image from shop:1 to shop:2.\n"
                        + "It said: no such table: prices",
                of(pod("web-1-x")));
    }

    @Test
    void killedByASignal() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        status(container("shop:2", "64Mi"), crashed(0, "Error", 139, ""));
        assertTrue(of(pod("web-1-x"))
                .startsWith("Its container ended once with Error (exit code 139, SIGSEGV) since dana's #3"));
    }

    @Test
    void imageNotFoundOrDenied() {
        rollout(container("nginx:1.27", "64Mi"), container("nginx:1.72", "64Mi"));
        String after = container("nginx:1.72", "64Mi");
        status(after, waiting("ImagePullBackOff", "Back-off pulling image: ErrImagePull: manifest unknown"));
        assertEquals(
                "Waits: image nginx:1.72 not found since dana's #3 changed image from nginx:1.27 to nginx:1.72.",
                of(pod("web-1-x")));

        status(after, waiting("ErrImagePull", "unauthorized: authentication required"));
        assertEquals(
                "Waits: image nginx:1.72 may not be pulled since dana's #3 changed image from nginx:1.27 to nginx:1.72:"
                        + " unauthorized: authentication required.",
                of(pod("web-1-x")));
    }

    @Test
    void unschedulable() {
        rollout(container("shop:1", "64Mi"), container("shop:1", "64Gi"));
        events.by("system:kube-scheduler")
                .command("")
                .write(pod("web-1-x"), "status-changed", webPod("", container("shop:1", "64Gi"), "", """
                'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':'Unschedulable',
                 'message':'0/1 nodes are available: 1 Insufficient memory.'}]"""));
        assertEquals(
                "Waits for a node since dana's #3 changed memory from 64Mi to 64Gi: 0/1 nodes are available: 1 Insufficient memory.",
                of(pod("web-1-x")));
    }

    @Test
    void aMissingConfigMapAndWhoDeletedIt() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        status(
                container("shop:2", "64Mi"),
                waiting("CreateContainerConfigError", "configmap \\\"prices\\\" not found"));
        assertTrue(of(pod("web-1-x")).startsWith("Waits: configmap shop/prices not found since dana's #3"));

        ObjectKey prices = ObjectKey.of(ResourceType.core("configmaps"), "shop", "prices");
        events.by("bob").command("c1").created(prices, "{'metadata':{'uid':'c'}}");
        long gone = events.by("bob").command("c2").deleted(prices, "{'metadata':{'uid':'c'}}");
        assertEquals("Waits: configmap shop/prices is gone: deleted by bob (#" + gone + ").", of(pod("web-1-x")));
    }

    @Test
    void probes() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        told("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500");
        status(container("shop:2", "64Mi"), crashed(3, "Error", 137, ""));
        assertTrue(
                of(pod("web-1-x"))
                        .startsWith(
                                "Its container was restarted 4 times: Liveness probe failed: HTTP probe failed with statuscode: 500. The last change of its spec: dana's #3"));
    }

    @Test
    void notReadyByReadiness() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        told("Unhealthy", "Readiness probe failed: connection refused");
        status(
                container("shop:2", "64Mi"),
                "'phase':'Running','containerStatuses':[{'name':'app','ready':false,'state':{'running':{}}}]");
        assertTrue(
                of(pod("web-1-x"))
                        .startsWith(
                                "Runs on n1, but it is not ready: Readiness probe failed: connection refused. The last change of its spec: dana's #3"));
    }

    @Test
    void onlySidecarsRun() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        status(container("shop:2", "64Mi"), """
                'phase':'Running','initContainerStatuses':[{'name':'side','ready':true,'state':{'running':{}}}],
                'containerStatuses':[{'name':'app','ready':false,'state':{'terminated':{'exitCode':0,'reason':'Completed'}}}]""");
        assertEquals("Ends on n1: its containers completed, but its sidecars still run.", of(pod("web-1-x")));
    }

    @Test
    void runsFine() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        long ready = events.by("system:node:n1")
                .command("")
                .write(pod("web-1-x"), "ready", onNode(container("shop:2", "64Mi"), """
                'phase':'Running','conditions':[{'type':'Ready','status':'True'}],'containerStatuses':[{'name':'app','ready':true,'state':{'running':{}}}]"""));
        assertEquals("Runs on n1, ready since #" + ready + ".", of(pod("web-1-x")));
    }

    /** {@code ./shiplog down} and {@code up}. */
    @Test
    void givenANodeThatStopped_thenAPodThatRunsAgainNamesIt() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        long stopped = events.by("system:node:n1")
                .command("")
                .write(
                        NODE,
                        "unready",
                        "{'metadata':{'uid':'n'},'status':{'conditions':[{'type':'Ready','status':'False','message':'node is shutting down'}]}}");
        String lost = """
                'restartCount':1,'lastState':{'terminated':{'containerID':'docker://0','reason':'ContainerStatusUnknown','exitCode':137}}}]""";
        events.write(
                pod("web-1-x"),
                "restarted",
                onNode(
                        container("shop:2", "64Mi"),
                        "'phase':'Running','containerStatuses':[{'name':'app','ready':false,'state':{'waiting':{'reason':'ContainerCreating'}},"
                                + lost));
        assertEquals("Runs on n1, but it is not ready.", of(pod("web-1-x")));
        assertEquals("Not ready since #" + stopped + ": node is shutting down.", of(NODE));

        long ready = events.write(
                pod("web-1-x"),
                "ready",
                onNode(
                        container("shop:2", "64Mi"),
                        "'phase':'Running','conditions':[{'type':'Ready','status':'True'}],'containerStatuses':[{'name':'app','ready':true,'state':{'running':{}},"
                                + lost));
        assertEquals(
                "Runs on n1, ready since #%d, restarted; its last run was lost when node n1 stopped (#%d)."
                        .formatted(ready, stopped),
                of(pod("web-1-x")));
    }

    @Test
    void aReplacementNamesWhatItReplaces() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        events.by("dana").command("x");
        long evicted = end("deletion-requested", "evict");
        ObjectKey next = pod("web-1-y");
        String ready = """
                'phase':'Running','conditions':[{'type':'Ready','status':'True'}],'containerStatuses':[{'name':'app','ready':true}]""";
        controller("replicaset-controller")
                .because(evicted, "x")
                .created(next, onNode(container("shop:2", "64Mi"), "").replace("'uid':'p'", "'uid':'q'"));
        long started = events.by("system:node:n1")
                .command("")
                .write(
                        next,
                        "started",
                        onNode(container("shop:2", "64Mi"), ready).replace("'uid':'p'", "'uid':'q'"));
        assertEquals(
                "Runs on n1, ready since #%d.\nIt replaces pod shop/web-1-x, which was evicted by dana (#%d)."
                        .formatted(started, evicted),
                of(next));
    }

    @Test
    void aContainersEndIsReportedOnce() {
        rollout(container("shop:2", "64Mi"), container("shop:2", "24Mi"));
        status(container("shop:2", "24Mi"), crashed(0, "OOMKilled", 137, ""));
        status(container("shop:2", "24Mi"), crashed(1, "OOMKilled", 137, ""));
        status(container("shop:2", "24Mi"), """
                'phase':'Running','containerStatuses':[{'name':'app','restartCount':1,
                 'state':{'terminated':{'containerID':'docker://1','reason':'OOMKilled','exitCode':137}},
                 'lastState':{'terminated':{'containerID':'docker://0','reason':'OOMKilled','exitCode':137}}}]""");

        assertTrue(of(pod("web-1-x")).startsWith("OOMKilled 2 times (limit 24Mi) since dana's #3"));
        assertEquals(2, ended(pod("web-1-x")));
    }

    private long ended(ObjectKey key) {
        try (ScannedHistory history =
                new ScannedHistory(Map.of("events", events.log(), "happenings", happenings.log()))) {
            Past past = new Past(history, "events");
            return Causes.ofObject(past, KINDS::byKind, key, null, past.span().newest()).stream()
                    .filter(step -> step instanceof CauseStep.Known(PastChange change, CauseStep.Part part)
                            && part == CauseStep.Part.OBJECT
                            && !change.creates()
                            && !ContainerEnd.firstReportedBy(change).isEmpty())
                    .count();
        }
    }

    @Test
    void finishedAndFailed() {
        node();
        events.by("bob")
                .command("b")
                .created(pod("job"), "{'metadata':{'uid':'j'},'spec':{'nodeName':'n1','containers':[{'name':'app'}]}}");
        events.by("system:node:n1")
                .command("")
                .write(
                        pod("job"),
                        "succeeded",
                        "{'metadata':{'uid':'j'},'spec':{'nodeName':'n1'},'status':{'phase':'Succeeded'}}");
        assertEquals("Finished: its containers completed on n1.", of(pod("job")));

        events.write(pod("job"), "failed", """
                {'metadata':{'uid':'j'},'spec':{'nodeName':'n1','containers':[{'name':'app'}]},'status':{'phase':'Failed',
                 'containerStatuses':[{'name':'app','state':{'terminated':{'containerID':'x','reason':'Error','exitCode':2}}}]}}""");
        assertEquals(
                "Failed on n1: its container ended with Error (exit code 2). The last change of its spec: bob's #2 created pod shop/job.",
                of(pod("job")));
    }

    // ---- ends ----

    private long end(String happened, String verb) {
        return events.asking(verb)
                .write(pod("web-1-x"), happened, onNode(container("shop:2", "64Mi"), "'phase':'Running'"));
    }

    @Test
    void deletedWithWhatItWasMadeFor() {
        ObjectKey account = ObjectKey.of(ResourceType.core("serviceaccounts"), "shop", "robot");
        ObjectKey token = ObjectKey.of(ResourceType.core("secrets"), "shop", "robot-token");
        events.by("alice").command("a").created(account, "{'metadata':{'uid':'sa'}}");
        events.by("alice").command("b").created(token, "{'metadata':{'uid':'s'}}");
        long asked =
                events.by("dana").command("d").asking("delete").write(account, "deleted", "{'metadata':{'uid':'sa'}}");
        controller("tokens-controller").because(asked, "d").write(token, "deleted", "{'metadata':{'uid':'s'}}");
        assertEquals("Deleted with serviceaccount shop/robot, which dana deleted (#" + asked + ").", of(token));
    }

    @Test
    void deletedByAPerson() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        events.by("dana").command("x");
        long asked = end("deletion-requested", "delete");
        assertEquals("Is being deleted: deleted by dana (#" + asked + ").", of(pod("web-1-x")));
        events.by("system:node:n1").command("y");
        end("deleted", "delete");
        assertEquals("Deleted by dana (#" + asked + ").", of(pod("web-1-x")));
    }

    @Test
    void drained() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        long cordoned = events.by("dana")
                .command("c")
                .write(NODE, "cordoned", "{'metadata':{'uid':'n'},'spec':{'unschedulable':true}}");
        events.command("e");
        long asked = end("deletion-requested", "evict");
        events.by("system:node:n1").command("y");
        end("deleted", "delete");
        assertEquals(
                "Evicted by dana (#%d), who drained n1 (cordoned in #%d).".formatted(asked, cordoned),
                of(pod("web-1-x")));
        assertTrue(of(NODE).endsWith("Cordoned by dana (#" + cordoned + ")."));
    }

    @Test
    void scaledDownOrReplaced() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        long scaled =
                events.by("bob").command("s").write(deployment("web"), "scaled", web(0, container("shop:2", "64Mi")));
        long down = controller("deployment-controller")
                .because(scaled, "s")
                .write(ObjectKey.of(SETS, "shop", "web-1"), "scaled", replicaSet("r", 0, ""));
        controller("replicaset-controller").because(down, "s");
        end("deletion-requested", "delete");
        events.by("system:node:n1").command("y");
        end("deleted", "delete");
        assertEquals("Scaled down by bob (#" + scaled + "), from 1 to 0 replicas.", of(pod("web-1-x")));
        assertEquals("Wants no pods since bob's #" + scaled + " changed replicas from 1 to 0.", of(deployment("web")));
    }

    @Test
    void replacedByARollout() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        long next = events.by("bob")
                .command("t")
                .write(deployment("web"), "template-changed", web(1, container("shop:3", "64Mi")));
        long down = controller("deployment-controller")
                .because(next, "t")
                .write(ObjectKey.of(SETS, "shop", "web-1"), "scaled", replicaSet("r", 0, ""));
        controller("replicaset-controller").because(down, "t");
        end("deletion-requested", "delete");
        events.by("system:node:n1").command("y");
        end("deleted", "delete");
        assertEquals(
                "Replaced by the rollout of bob's #" + next + " (changed image from shop:2 to shop:3).",
                of(pod("web-1-x")));
    }

    // ---- StatefulSets, DaemonSets, claims ----

    private static final ObjectKey DB = ObjectKey.of(new ResourceType("apps", "statefulsets"), "shop", "db");
    private static final ObjectKey AGENT = ObjectKey.of(new ResourceType("apps", "daemonsets"), "shop", "agent");
    private static final ObjectKey CLAIM =
            ObjectKey.of(ResourceType.core("persistentvolumeclaims"), "shop", "data-db-0");

    private static String db(String strategy, String status) {
        return """
                {'metadata':{'uid':'s'},'spec':{'replicas':3,'updateStrategy':{%s},'template':{'spec':{'containers':[
                 {'name':'c','image':'v1'}]}}},'status':{%s}}""".formatted(strategy, status);
    }

    @Test
    void aStatefulSetIsCompleteOrRollsOrIsHeldByItsPartition() {
        String same = "'currentRevision':'a','updateRevision':'a',";
        long made = events.by("dana").command("d").created(DB, db("", same + "'availableReplicas':3"));
        assertEquals("All 3 pods are available since dana's #" + made + " created it.", of(DB));

        controller("statefulset-controller").write(DB, "status-changed", db("", same + "'availableReplicas':1"));
        assertEquals("1 of 3 pods available since dana's #" + made + " created it.", of(DB));

        String rolling = "'currentRevision':'a','updateRevision':'b','updatedReplicas':1,'availableReplicas':2";
        controller("statefulset-controller").write(DB, "status-changed", db("", rolling));
        assertEquals(
                "The rollout since dana's #" + made + " created it is not complete: 1 of 3 pods updated, 2 available.",
                of(DB));

        controller("statefulset-controller")
                .write(DB, "status-changed", db("'type':'RollingUpdate','rollingUpdate':{'partition':2}", rolling));
        assertEquals(
                "The rollout since dana's #" + made
                        + " created it is held by its partition 2: 1 of 3 pods updated, 2 available.",
                of(DB));
    }

    @Test
    void aStatefulSetWithoutItsPodWaitsForTheClaim() {
        events.by("dana").command("d").created(DB, db("", "'currentRevision':'a','updateRevision':'a'"));
        events.created(CLAIM, """
                {'metadata':{'uid':'c'},'spec':{'storageClassName':'fast'},'status':{'phase':'Pending'}}""");
        assertEquals("""
                0 of 3 pods available.
                Claim data-db-0: Waits for a volume: storage class fast does not exist.""", of(DB));
    }

    @Test
    void aDaemonSetCountsNodes() {
        long made = events.by("dana")
                .command("d")
                .created(
                        AGENT, "{'metadata':{'uid':'a'},'spec':{'template':{}},'status':{'desiredNumberScheduled':0}}");
        assertEquals("No node fits since dana's #" + made + " created it.", of(AGENT));
        controller("daemon-set-controller").write(AGENT, "status-changed", """
                {'metadata':{'uid':'a'},'spec':{'template':{}},
                 'status':{'desiredNumberScheduled':3,'numberAvailable':3,'updatedNumberScheduled':3}}""");
        assertEquals("Runs on all 3 nodes that fit since dana's #" + made + " created it.", of(AGENT));
        controller("daemon-set-controller").write(AGENT, "status-changed", """
                {'metadata':{'uid':'a'},'spec':{'template':{}},
                 'status':{'desiredNumberScheduled':3,'numberAvailable':2,'updatedNumberScheduled':3}}""");
        assertEquals("2 of 3 nodes available.", of(AGENT));
    }

    @Test
    void anAutoscalerNamesTheNumbersItDecidedBy() {
        ObjectKey scaler = ObjectKey.of(new ResourceType("autoscaling", "horizontalpodautoscalers"), "shop", "web");
        String body = """
                {'metadata':{'uid':'h'},'spec':{'minReplicas':1,'maxReplicas':3,'scaleTargetRef':{'kind':'Deployment','name':'web'},
                 'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'averageUtilization':50}}}]},'status':{%s}}""";
        events.by("dana").command("d").created(scaler, body.formatted(""));
        assertEquals("Has not been looked at yet.", of(scaler));
        controller("horizontal-pod-autoscaler").write(scaler, "status-changed", body.formatted("""
                'desiredReplicas':3,'currentMetrics':[{'type':'Resource','resource':{'name':'cpu','current':{'averageUtilization':160,'averageValue':'32m'}}}],
                'conditions':[{'type':'AbleToScale','status':'True','reason':'SucceededRescale'},{'type':'ScalingActive','status':'True'},
                {'type':'ScalingLimited','status':'True','message':'the desired replica count is more than the maximum replica count'}]"""));
        assertEquals(
                "Wants 3 replicas of deployment/web (it may be 1 to 3): cpu 160% of the requests (32m a pod), target 50%.\n"
                        + "Limited: the desired replica count is more than the maximum replica count.",
                of(scaler));
        controller("horizontal-pod-autoscaler").write(scaler, "status-changed", body.formatted("""
                'desiredReplicas':3,'conditions':[{'type':'AbleToScale','status':'True','reason':'SucceededGetScale'},
                {'type':'ScalingActive','status':'False','message':'the HPA was unable to compute the replica count: no metrics'}]"""));
        assertEquals(
                "Leaves deployment/web at 3 replicas: the HPA was unable to compute the replica count: no metrics.",
                of(scaler));
    }

    @Test
    void aPendingClaimSaysWhatItWaitsFor() {
        String spec = "{'metadata':{'uid':'c'},'spec':{%s},'status':{'phase':'Pending'}}";
        events.by("dana").command("d").created(CLAIM, spec.formatted(""));
        assertEquals("Waits for a volume: none without a class fits, and it names no storage class.", of(CLAIM));
        events.created(ObjectKey.clusterScoped(new ResourceType("storage.k8s.io", "storageclasses"), "local"), """
                {'metadata':{'uid':'l'},'provisioner':'p','volumeBindingMode':'WaitForFirstConsumer'}""");
        events.write(CLAIM, "modified", spec.formatted("'storageClassName':'local'"));
        assertEquals("Waits for a pod that uses it: storage class local binds on the pod's node.", of(CLAIM));
        events.write(CLAIM, "modified", spec.formatted("'volumeName':'v'"));
        assertEquals("Waits for volume v, which does not exist.", of(CLAIM));
    }

    @Test
    void aDaemonPodEndsWithItsNodeOrWithARollout() {
        ObjectKey daemon = pod("agent-x");
        String body = "{'metadata':{'uid':'x'},'spec':{'nodeName':'n1'}}";
        node();
        events.by("dana").command("d").created(daemon, body);
        long labeled = events.by("bob").command("l").write(NODE, "labels-changed", "{'metadata':{'uid':'n'}}");
        controller("daemon-set-controller").because(labeled, "l").deleted(daemon, body);
        assertEquals("Removed since its node n1 no longer fits, after bob's #" + labeled + ".", of(daemon));
    }

    @Test
    void goneWithItsNamespace() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        long asked = events.by("dana").command("ns").write(SHOP, "deletion-requested", "{'metadata':{'uid':'s'}}");
        controller("namespace-controller").because(asked, "ns");
        end("deletion-requested", "delete");
        events.by("system:node:n1").command("y");
        end("deleted", "delete");
        assertEquals("Deleted with its namespace shop, which dana deleted (#" + asked + ").", of(pod("web-1-x")));
    }

    @Test
    void aNamespaceThatWaitsForFinalizers() {
        events.by("alice").command("a").created(SHOP, "{'metadata':{'uid':'s'}}");
        long asked = events.by("dana").command("ns").write(SHOP, "deletion-requested", """
                {'metadata':{'uid':'s','deletionTimestamp':'2026-11-22T03:00:00Z'},'status':{'conditions':[
                 {'type':'NamespaceFinalizersRemaining','status':'True','message':'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances'}]}}""");
        assertEquals(
                "Is being deleted: deleted by dana (#%d).\n".formatted(asked)
                        + "It waits: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
                of(SHOP));
    }

    @Test
    void preempted() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        long urgent = events.by("bob")
                .command("u")
                .created(pod("urgent"), "{'metadata':{'uid':'u'},'spec':{'priority':1000}}");
        events.by("system:kube-scheduler").because(urgent, "u");
        long asked = end("deletion-requested", "evict");
        assertEquals(
                "Is being deleted: preempted on node n1 to make room for pod shop/urgent, whose priority is higher (#"
                        + asked + ").",
                of(pod("web-1-x")));
    }

    @Test
    void nodeLostAndItsPodsEvicted() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        status(container("shop:2", "64Mi"), "'phase':'Running'");
        long unready = controller("node-controller")
                .write(
                        NODE,
                        "unready",
                        "{'metadata':{'uid':'n'},'status':{'conditions':[{'type':'Ready','status':'Unknown'}]}}");
        assertEquals("Status unknown: its node n1 stopped reporting (#" + unready + ").", of(pod("web-1-x")));
        assertEquals("Stopped reporting since #" + unready + ".", of(NODE));

        long tainted = events.write(
                NODE,
                "modified",
                "{'metadata':{'uid':'n'},'spec':{'taints':[{'key':'node.kubernetes.io/unreachable','effect':'NoExecute'}]}}");
        controller("taint-eviction-controller").because(tainted, "n");
        end("deletion-requested", "evict");
        events.by("system:node:n1").command("y");
        end("deleted", "delete");
        assertEquals("Evicted from node n1, which stopped reporting (#" + tainted + ").", of(pod("web-1-x")));
    }

    // ---- what pods are made from, and what they serve ----

    @Test
    void aRolloutThatDoesNotGetOnNamesItsPod() {
        rollout(container("nginx:1.27", "64Mi"), container("nginx:1.72", "64Mi"));
        status(container("nginx:1.72", "64Mi"), waiting("ErrImagePull", "manifest unknown"));
        assertEquals(
                "0 of 1 pod available.\n"
                        + "Pod web-1-x: waits: image nginx:1.72 not found since dana's #3 changed image from nginx:1.27 to nginx:1.72.",
                of(deployment("web")));
    }

    /** The workload takes the cause of its pod: it is not its own last change. */
    @Test
    void aDeletedSecretIsTheCauseOfTheWorkload() {
        rollout(container("shop:1", "64Mi"), container("shop:2", "64Mi"));
        ObjectKey token = ObjectKey.of(ResourceType.core("secrets"), "shop", "token");
        events.by("bob").command("c1").created(token, "{'metadata':{'uid':'s'}}");
        long gone = events.by("bob").command("c2").deleted(token, "{'metadata':{'uid':'s'}}");
        String pod = "waits: secret shop/token is gone: deleted by bob (#" + gone + ").";

        status(container("shop:2", "64Mi"), waiting("CreateContainerConfigError", "secret \\\"token\\\" not found"));
        assertEquals("0 of 1 pod available.\nPod web-1-x: " + pod, of(deployment("web")));
        assertEquals("0 of 1 pod ready.\nPod web-1-x: " + pod, of(ObjectKey.of(SETS, "shop", "web-1")));

        status(container("shop:2", "64Mi"), "'phase':'Pending'");
        told("FailedMount", "MountVolume.SetUp failed for volume \\\"v\\\" : secret \\\"token\\\" not found");
        assertEquals("0 of 1 pod available.\nPod web-1-x: " + pod, of(deployment("web")));
    }

    /** A message need not be about the last change: the sentence does not say so. */
    @Test
    void aMessageIsNotBlamedOnTheCreation() {
        node();
        events.by("dana")
                .command("d")
                .created(
                        pod("web-1-x"),
                        "{'metadata':{'uid':'p'},'spec':{'nodeName':'n1','containers':[{'name':'app'}]}}");
        told("Unhealthy", "Readiness probe failed: lookup db: no such host");
        events.by("system:node:n1").command("").write(pod("web-1-x"), "status-changed", """
                {'metadata':{'uid':'p'},'spec':{'nodeName':'n1','containers':[{'name':'app'}]},'status':{
                 'phase':'Running','containerStatuses':[{'name':'app','ready':false,'state':{'running':{}}}]}}""");

        assertEquals(
                "Runs on n1, but it is not ready: Readiness probe failed: lookup db: no such host."
                        + " The last change of its spec: dana's #2 created pod shop/web-1-x.",
                of(pod("web-1-x")));
    }

    @Test
    void aServiceWithoutReadyEndpoints() {
        ObjectKey service = ObjectKey.of(ResourceType.core("services"), "shop", "web");
        events.by("alice").command("s").created(service, "{'metadata':{'uid':'v'},'spec':{'selector':{'app':'web'}}}");
        assertEquals("No endpoints: no pod has the labels {app=web} since alice's #1 created it.", of(service));
        events.created(
                pod("lone"), "{'metadata':{'uid':'l','labels':{'app':'web'}},'spec':{},'status':{'phase':'Pending'}}");
        assertEquals(
                "No ready endpoints: 1 pod selected, none ready.\nPod lone: waits for the scheduler.", of(service));
    }

    /** Given a reader of everything but pods, volumes, classes and nodes / when a verdict is about them / then it neither names nor counts them. */
    @Test
    void whatAVerdictNamesTheReaderMayRead() {
        Predicate<ObjectKey> readable =
                key -> !List.of("pods", "persistentvolumes", "storageclasses.storage.k8s.io", "nodes")
                        .contains(key.type().qualified());
        Predicate<Event> visible = event -> readable.test(event.key());
        ObjectKey service = ObjectKey.of(ResourceType.core("services"), "shop", "web");
        events.by("alice").command("s").created(service, "{'metadata':{'uid':'v'},'spec':{'selector':{'app':'web'}}}");
        String none = of(service, visible, readable);
        events.created(
                pod("lone"), "{'metadata':{'uid':'l','labels':{'app':'web'}},'spec':{},'status':{'phase':'Pending'}}");
        assertEquals(
                "Sends to pods with the labels {app=web} since alice's #1 created it, which you may not read.", none);
        assertEquals(none, of(service, visible, readable), "whether there are pods does not show");

        ObjectKey claim = ObjectKey.of(ResourceType.core("persistentvolumeclaims"), "shop", "data");
        events.created(claim, "{'metadata':{'uid':'c'},'spec':{'volumeName':'pv-1'},'status':{'phase':'Pending'}}");
        assertEquals("Waits for volume pv-1.", of(claim, visible, readable));
        ObjectKey other = ObjectKey.of(ResourceType.core("persistentvolumeclaims"), "shop", "more");
        events.created(
                other, "{'metadata':{'uid':'m'},'spec':{'storageClassName':'fast'},'status':{'phase':'Pending'}}");
        assertEquals("Waits for a volume of storage class fast.", of(other, visible, readable));

        rollout(container("shop:2", "64Mi"), container("shop:2", "24Mi"));
        assertFalse(of(deployment("web"), visible, readable).contains("web-1-x"));
    }

    @Test
    void whatTheReaderMayNotSeeIsNotSaid() {
        rollout(container("shop:2", "64Mi"), container("shop:2", "24Mi"));
        status(container("shop:2", "24Mi"), crashed(1, "OOMKilled", 137, ""));

        assertEquals(
                "OOMKilled 2 times (limit 24Mi).",
                of(pod("web-1-x"), event -> event.key().type().equals(Chronicle.PODS)));
    }

    @Test
    void otherObjectsNameWhoMadeAndChangedThem() {
        ObjectKey prices = ObjectKey.of(ResourceType.core("configmaps"), "shop", "prices");
        events.by("alice").command("a").created(prices, "{'metadata':{'uid':'c'},'data':{'tea':'3'}}");
        events.by("bob").command("b").modified(prices, "{'metadata':{'uid':'c'},'data':{'tea':'4'}}");
        assertEquals("Created by alice (#1); last changed by bob (#2), who changed tea from 3 to 4.", of(prices));
    }

    private static final ObjectKey JOB = ObjectKey.of(new ResourceType("batch", "jobs"), "shop", "sum");

    private void job(String spec, String status) {
        events.by("alice").command("a").created(JOB, "{'metadata':{'uid':'j'},'spec':{%s}}".formatted(spec));
        controller("job-controller")
                .write(
                        JOB,
                        "status-changed",
                        "{'metadata':{'uid':'j'},'spec':{%s},'status':{%s}}".formatted(spec, status));
    }

    private void podOfJob(String name, String phase, int code, int second) {
        events.by("system:node:n1").created(pod(name), """
                {'metadata':{'uid':'%s','ownerReferences':[{'apiVersion':'batch/v1','kind':'Job','name':'sum','uid':'j'}]},
                 'spec':{'nodeName':'n1','containers':[{'name':'app'}]},'status':{'phase':'%s','containerStatuses':[{'name':'app',
                 'state':{'terminated':{'containerID':'docker://%s','reason':'Error','exitCode':%d,'finishedAt':'2026-11-22T12:00:%02dZ'}}}]}}""".formatted(name, phase, name, code, second));
    }

    private static String condition(String type, String reason, String message) {
        return "{'type':'%s','status':'True','reason':'%s','message':'%s'}".formatted(type, reason, message);
    }

    @Test
    void givenAJobBeyondItsLimit_thenThePodAndTheLimitAreNamed() {
        node();
        job(
                "'completions':1,'backoffLimit':1",
                "'failed':2,'conditions':[" + condition("Failed", "BackoffLimitExceeded", "x") + "]");
        podOfJob("sum-a", "Failed", 3, 1);
        podOfJob("sum-b", "Failed", 4, 2);
        assertTrue(
                of(JOB).startsWith("Failed: pod sum-b exited 4, backoffLimit 1 reached.\nPod sum-b: failed on n1"),
                of(JOB));
    }

    @Test
    void givenAJobThatRunsOrIsCompleteOrIsSuspended_thenItsProgressIsNamed() {
        job("'completions':3,'backoffLimit':6", "'succeeded':1,'active':2,'failed':1");
        assertEquals("Runs: 1 of 3 completions, 2 active pods, 1 failed (backoffLimit 6).", of(JOB));
        events.write(
                JOB,
                "status-changed",
                "{'metadata':{'uid':'j'},'spec':{'completions':3},'status':{'succeeded':3,'conditions':["
                        + condition("Complete", "CompletionsReached", "y") + "]}}");
        assertEquals("Complete: 3 of 3 completions.", of(JOB));
    }

    @Test
    void givenASuspendedJob_thenWhoSuspendedIt() {
        job("'completions':3", "'succeeded':1");
        events.by("dana")
                .command("d")
                .write(
                        JOB,
                        "spec-changed",
                        "{'metadata':{'uid':'j'},'spec':{'completions':3,'suspend':true},'status':{'succeeded':1}}");
        assertEquals("Suspended since dana's #3 set suspend to true: 1 of 3 completions.", of(JOB));
    }

    @Test
    void givenACronJob_thenItsLastTimesAndItsNewestJob() {
        ObjectKey cron = ObjectKey.of(new ResourceType("batch", "cronjobs"), "shop", "nightly");
        events.by("alice")
                .command("a")
                .created(cron, "{'metadata':{'uid':'c'},'spec':{'schedule':'0 3 * * *','timeZone':'Europe/Berlin'}}");
        assertEquals("Runs at 0 3 * * * (Europe/Berlin): no time was due yet, 0 active jobs.", of(cron));
        events.write(
                cron,
                "status-changed",
                "{'metadata':{'uid':'c'},'spec':{'schedule':'0 3 * * *'},'status':{'lastScheduleTime':'2026-11-22T03:00:00Z'}}");
        events.created(
                JOB,
                "{'metadata':{'uid':'j','ownerReferences':[{'apiVersion':'batch/v1','kind':'CronJob','name':'nightly','uid':'c'}]},'spec':{'completions':1},'status':{'active':1}}");
        assertEquals(
                "Runs at 0 3 * * *: last due at 2026-11-22T03:00:00Z, 0 active jobs.\nJob sum: runs: 0 of 1 completion, 1 active pod.",
                of(cron));
    }
}
