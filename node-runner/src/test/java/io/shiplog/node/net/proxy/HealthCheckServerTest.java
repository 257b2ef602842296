package io.shiplog.node.net.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.node.net.services.ServiceName;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthCheckServerTest {
    private final HealthCheckServer server = new HealthCheckServer();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void show(int port, int endpoints) {
        server.show(new TreeMap<>(Map.of(port, new ServiceHealth(new ServiceName("shop", "web"), endpoints))));
    }

    private HttpResponse<String> ask(int port) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void a_machine_with_endpoints_says_200_and_one_without_503() throws Exception {
        int port = freePort();
        show(port, 2);
        HttpResponse<String> answer = ask(port);
        assertEquals(200, answer.statusCode());
        assertEquals(
                "application/json", answer.headers().firstValue("Content-Type").orElseThrow());
        assertEquals("""
                {
                \t"service": {
                \t\t"namespace": "shop",
                \t\t"name": "web"
                \t},
                \t"localEndpoints": 2,
                \t"serviceProxyHealthy": true
                }""", answer.body());

        show(port, 0);
        assertEquals(503, ask(port).statusCode());
    }

    @Test
    void the_port_of_a_service_that_is_gone_is_closed() throws Exception {
        int port = freePort();
        show(port, 1);
        server.show(new TreeMap<>());
        assertThrows(ConnectException.class, () -> ask(port));
    }

    @Test
    void a_taken_port_is_opened_when_it_is_free_and_others_are_served_meanwhile() throws Exception {
        int port = freePort();
        try (ServerSocket taken = new ServerSocket(port)) {
            show(taken.getLocalPort(), 1);
        }
        show(port, 1);
        assertEquals(200, ask(port).statusCode());
    }

    @Test
    void an_endless_head_is_cut() throws Exception {
        int port = freePort();
        show(port, 1);
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nX: " + "x".repeat(8_192)).getBytes(StandardCharsets.UTF_8));
            int first;
            try {
                first = socket.getInputStream().read();
            } catch (IOException e) {
                first = -1; // reset, since the rest was not read
            }
            assertEquals(-1, first);
        }
        assertEquals(200, ask(port).statusCode());
    }
}
