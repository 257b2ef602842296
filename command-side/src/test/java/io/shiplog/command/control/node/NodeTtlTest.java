package io.shiplog.command.control.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.object.ObjectKey;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTtlTest {
    private final FakeCluster cluster = new FakeCluster();

    private String ttl(String node) {
        return Objects.requireNonNull(cluster.tree(ObjectKey.clusterScoped(Types.NODES, node)))
                .path("metadata")
                .path("annotations")
                .path(NodeTtl.ANNOTATION)
                .asText();
    }

    @ParameterizedTest
    @CsvSource({
        "1,'',0",
        "100,'',0",
        "101,'',15",
        "101,0,15",
        "95,15,15",
        "89,15,0",
        "501,15,30",
        "460,30,30",
        "449,30,15",
        "5000,'',300",
        "1800,300,300",
        "1799,300,60",
        "1,nonsense,0"
    })
    void theTimeGrowsWithTheNodesAndStaysWhileItFits(int nodes, String now, int seconds) {
        assertEquals(seconds, NodeTtl.seconds(nodes, now));
    }

    @Test
    void allNodesAreToldWhenTheyBecomeMany() {
        for (int i = 1; i <= 100; i++) {
            node(i);
        }
        cluster.run(new NodeTtl());
        cluster.settle();
        assertEquals("0", ttl("n1"));

        node(101);
        cluster.settle();
        assertEquals("15", ttl("n1"));
        assertEquals("15", ttl("n101"));
    }

    private void node(int number) {
        cluster.given(
                Types.NODES, "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n" + number + "\"}}");
    }
}
