package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.process.SmallDisk;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole cluster whose log is on a disk that runs full. */
class DiskFullIT {
    private static final int DISK_MIB = 320;
    /** Less than what the broker wants to stay free. */
    private static final long LEFT_BYTES = 64L << 20;

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("full", 17743, "10.252.0.0/16", "10.133.0.0/16"), 0);
    private SmallDisk disk;

    @BeforeEach
    void up() throws Exception {
        disk = SmallDisk.mount(cluster.home().resolve("kafka"), DISK_MIB);
        cluster.up();
    }

    @AfterEach
    void down() throws Exception {
        if (disk != null) {
            cluster.shiplog("down").orFail();
            disk.close();
        }
        cluster.close();
    }

    @Test
    void writesAreRefusedInWordsWhileReadsGoOnAndNothingIsLost() throws Exception {
        Set<String> acknowledged = new TreeSet<>();
        try (Api api = new Api(cluster)) {
            for (int i = 0; i < 50; i++) {
                create(api, "before-" + i, acknowledged);
            }
            disk.fill(LEFT_BYTES);

            Api.Answer refusal = refusal(api, acknowledged);
            assertEquals("ServiceUnavailable", refusal.reason());
            assertTrue(refusal.message().startsWith("no space left for the log: "), refusal.message());
            assertTrue(refusal.message().endsWith("; the change was not applied"), refusal.message());
            assertTrue(api.configMaps().containsAll(acknowledged));

            Shell.Result create = cluster.tryKubectl("create", "configmap", "late");
            assertNotEquals(0, create.exitCode());
            assertTrue(create.err().contains("no space left for the log: "), create.err());

            // Also a cluster that starts on a full disk shows what it has.
            cluster.host("kill", "-9", Long.toString(cluster.pid())).orFail();
            cluster.up();
            assertTrue(api.configMaps().containsAll(acknowledged));
            assertEquals(503, api.createConfigMap("late").code());

            disk.makeRoom();
            cluster.await(
                    "a write when there is room",
                    ClusterUnderTest.LONG,
                    () -> cluster.tryKubectl("create", "configmap", "late").err(),
                    String::isBlank);
            assertTrue(api.configMaps().containsAll(acknowledged));
        }
    }

    private static void create(Api api, String name, Set<String> acknowledged)
            throws IOException, InterruptedException {
        assertEquals(201, api.createConfigMap(name).code());
        acknowledged.add(name);
    }

    /** The broker looks at its disk ten times a second: some writes may still get in. */
    private static Api.Answer refusal(Api api, Set<String> acknowledged) throws IOException, InterruptedException {
        for (int i = 0; ; i++) {
            Api.Answer answer = api.createConfigMap("late-" + i);
            if (answer.code() != 201) {
                return answer;
            }
            acknowledged.add("late-" + i);
        }
    }
}
