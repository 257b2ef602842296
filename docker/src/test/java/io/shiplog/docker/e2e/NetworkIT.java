package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A machine on which something else has the pods' network already. */
class NetworkIT {
    private static final String TAKEN = "sl-it-taken";
    private static final Duration SOON = Duration.ofSeconds(90);

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("bridged", 17843, "10.253.0.0/16", "10.134.0.0/16"), 1);

    @BeforeEach
    void takeTheNetwork() {
        cluster.host("ip", "link", "add", TAKEN, "type", "bridge").orFail();
        cluster.host("ip", "addr", "add", "10.253.7.1/24", "dev", TAKEN).orFail();
        cluster.host("ip", "link", "set", TAKEN, "up").orFail();
    }

    @AfterEach
    void giveItBack() {
        cluster.host("ip", "link", "del", TAKEN).orFail();
        cluster.close();
    }

    @Test
    void theStartIsRefusedUntilTheUserChooses() {
        Shell.Result refused = cluster.tryUp();

        assertNotEquals(0, refused.exitCode());
        String said = refused.err();
        assertTrue(
                said.contains(
                        "the range 10.253.0.0/16 is in use on this machine (route 10.253.7.0/24 dev " + TAKEN + ")"),
                said);
        assertTrue(said.contains("--pod-cidr") && said.contains("--network bridge"), said);
        assertFalse(Files.exists(cluster.home().resolve("cluster.json")), "the network is not settled yet");

        cluster.up("--network", "bridge");
        cluster.kubectl(
                "run",
                "hello",
                "--image=busybox",
                "--image-pull-policy=IfNotPresent",
                "--",
                "sh",
                "-c",
                "echo hi; sleep 600");
        cluster.await(
                "the pod Running",
                SOON,
                () -> cluster.kubectl("get", "pod", "hello", "-o", "jsonpath={.status.phase}"),
                phase -> phase.equals("Running"));
        String address = cluster.kubectl("get", "pod", "hello", "-o", "jsonpath={.status.podIP}");
        assertEquals(
                address,
                cluster.host(
                                "docker",
                                "ps",
                                "-q",
                                "--filter",
                                "label=io.shiplog.cluster=bridged",
                                "--filter",
                                "network=bridge")
                        .orFail()
                        .lines()
                        .map(id -> cluster.host("docker", "inspect", "-f", "{{.NetworkSettings.IPAddress}}", id)
                                .orFail()
                                .strip())
                        .filter(each -> !each.isEmpty())
                        .findFirst()
                        .orElse("none"));
        assertEquals("hi\n", cluster.kubectl("logs", "hello"));
    }
}
