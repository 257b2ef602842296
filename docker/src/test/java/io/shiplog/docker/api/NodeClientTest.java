package io.shiplog.docker.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.docker.process.ChildProcess;
import io.shiplog.docker.process.NodeModules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs do with the official client for Node.js, unchanged: {@code src/test/node-client/client.test.mjs}. */
class NodeClientTest {
    private static final Path PROGRAM = Path.of("src", "test", "node-client");

    @Test
    void the_official_client_for_node_works(@TempDir Path folder) throws Exception {
        String node = NodeModules.installed(PROGRAM).resolve(".bin/node").toString();
        try (ClusterInMemory cluster = new ClusterInMemory(folder)) {
            cluster.create("/api/v1/namespaces", "{'metadata':{'name':'nodes-client'}}");

            try (ChildProcess tests = ChildProcess.start(
                    PROGRAM,
                    Map.of("KUBECONFIG", cluster.kubeconfig().toString(), "NAMESPACE", "nodes-client"),
                    List.of(node, "--test", "--test-timeout=60000", "client.test.mjs"))) {
                assertEquals(0, tests.exitValue(), () -> String.join("\n", tests.lines()));
            }
        }
    }
}
