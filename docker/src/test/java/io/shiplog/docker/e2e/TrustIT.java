package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole process with few file descriptors: a client that misuses it costs the others nothing. */
class TrustIT {
    private static final int DESCRIPTORS = 900;

    @TempDir
    private static Path folder;

    private static ClusterUnderTest cluster;

    /** The script, with a limit on the descriptors of what it starts. */
    @BeforeAll
    static void up() throws IOException {
        Path script = Files.writeString(
                folder.resolve("shiplog"),
                "#!/usr/bin/env bash%nulimit -n %d%nexec %s \"$@\"%n"
                        .formatted(
                                DESCRIPTORS,
                                Path.of("..", "shiplog").toAbsolutePath().normalize()));
        assertTrue(script.toFile().setExecutable(true));
        cluster = new ClusterUnderTest(
                new ClusterSettings("trust", 19043, "10.231.0.0/16", "10.147.0.0/16"),
                0,
                script,
                Map.of("SHIPLOG_BUILT", "true"));
        cluster.up();
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    private static Socket connect() throws IOException {
        return new Socket("127.0.0.1", cluster.settings().port());
    }

    private static int descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc", Long.toString(cluster.pid()), "fd"))) {
            return (int) open.count();
        }
    }

    @Test
    void idleConnectionsTakeNoDescriptorsFromTheBroker() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * DESCRIPTORS; i++) {
                idle.add(connect());
            }

            cluster.kubectl("create", "configmap", "during");
            assertTrue(descriptors() < DESCRIPTORS - 100, () -> "descriptors of many are free");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
        cluster.kubectl("create", "configmap", "after");
        assertEquals("configmap/during\n", cluster.kubectl("get", "configmap", "during", "-o", "name"));
    }

    @Test
    void whatAClientDoesWrongLeavesNoStackTraceInTheLog() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Socket plain = connect()) {
                plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            cluster.host("curl", "-sk", "--max-time", "10", cluster.server() + "/healthz?%");
            cluster.host("curl", "-sk", "--max-time", "10", "-H", "Accept: ;", cluster.server() + "/healthz");
            cluster.host(
                    "curl", "-sk", "--max-time", "10", "-H", "Authorization: Bearer bnVsbA.e30.AA", cluster.server());
            cluster.host("curl", "-sk", "--max-time", "0.02", cluster.server() + "/openapi/v2");
        }
        assertEquals("ok", cluster.kubectl("get", "--raw", "/readyz"));

        String log = Files.readString(cluster.home().resolve("shiplog.log"));
        assertFalse(log.contains("\tat "), log);
        assertFalse(log.contains("Too many open files"), log);
        assertFalse(log.contains(" ERROR "), log);
    }
}
