package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {
    @Test
    void a_port_that_is_taken_is_named_with_what_to_do(@TempDir Path folder) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = other.getLocalPort();

            Exception failure = assertThrows(
                    Exception.class,
                    () -> new ClusterInMemory(folder, ClusterInMemory.MASTERS_ONLY, GatewayLimits.DEFAULT, port));

            String message = String.valueOf(failure.getMessage());
            assertTrue(message.contains("cannot listen at 127.0.0.1:" + port), message);
            assertTrue(message.contains("--port"), message);
        }
    }
}
