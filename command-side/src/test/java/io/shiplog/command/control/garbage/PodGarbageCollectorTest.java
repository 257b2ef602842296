package io.shiplog.command.control.garbage;

import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Pods whose end no node will report. */
class PodGarbageCollectorTest {
    private static final ObjectKey POD = ObjectKey.of(PODS, "shop", "a");
    private static final ObjectKey NODE = ObjectKey.clusterScoped(NODES, "n1");

    private final FakeCluster cluster = new FakeCluster();

    private void given(String ready, String node, String finalizers) {
        cluster.given(NODES, """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},
                "status":{"conditions":[{"type":"Ready","status":"%s"}]}}""".formatted(ready));
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"shop","finalizers":[%s]},
                "spec":{%s},"status":{"phase":"Running"}}""".formatted(finalizers, node));
        cluster.run(new PodGarbageCollector());
        cluster.delete(POD, Propagation.BACKGROUND);
        cluster.pass(Duration.ofMinutes(1));
    }

    private void outOfService() {
        cluster.change(
                NODE,
                "",
                "{\"spec\":{\"taints\":[{\"key\":\"node.kubernetes.io/out-of-service\",\"effect\":\"NoExecute\"}]}}");
        cluster.pass(Duration.ofMinutes(1));
    }

    @Test
    void givenANodeOutOfService_thenItsTerminatingPodsGo() {
        given("Unknown", "\"nodeName\":\"n1\"", "");
        assertNotNull(cluster.tree(POD));
        outOfService();
        assertNull(cluster.tree(POD));
    }

    @Test
    void givenANodeThatIsReady_thenTheTaintChangesNothing() {
        given("True", "\"nodeName\":\"n1\"", "");
        outOfService();
        assertNotNull(cluster.tree(POD));
    }

    @Test
    void givenATerminatingPodWithoutANodeThatAFinalizerHolds_thenItHasFailed() {
        given("True", "", "\"a.b/c\"");
        assertEquals(
                "Failed",
                Objects.requireNonNull(cluster.tree(POD)).at("/status/phase").asText());
    }
}
