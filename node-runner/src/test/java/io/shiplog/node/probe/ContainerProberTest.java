package io.shiplog.node.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.memory.InMemoryEngine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probes against a server of this process. */
class ContainerProberTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final List<String> seen = new ArrayList<>();
    private final ContainerProber asker = new ContainerProber(new InMemoryEngine(Instant::now));
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            seen.add(exchange.getRequestHeaders().getFirst("Host") + " "
                    + exchange.getRequestHeaders().getFirst("User-agent") + " "
                    + exchange.getRequestHeaders().getFirst("X-own"));
            String path = exchange.getRequestURI().getPath();
            String answer = path.substring(path.lastIndexOf('/') + 1);
            switch (answer) {
                case "home" -> exchange.getResponseHeaders().set("Location", "/200");
                case "away" -> exchange.getResponseHeaders().set("Location", "http://other.example/500");
                case "round" -> exchange.getResponseHeaders().set("Location", "/round");
                default -> {}
            }
            exchange.sendResponseHeaders(answer.matches("[0-9]+") ? Integer.parseInt(answer) : 302, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Answer ask(String handler) throws IOException {
        JsonNode container = Json.MAPPER.readTree("{\"name\":\"app\",\"ports\":[{\"name\":\"http\",\"containerPort\":"
                + server.getAddress().getPort() + "}]}");
        return asker.ask(
                new Target("c1", "127.0.0.1", container), Json.MAPPER.readTree(handler.replace('\'', '"')), TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({
        "200, true",
        "204, true",
        "399, true",
        "400, false",
        "500, false",
        "home, true",
        "away, true",
        "round, false"
    })
    void anHttpAnswerFrom200To399IsGood(String path, boolean good) throws IOException {
        Answer answer = ask("{'httpGet':{'path':'/" + path + "','port':'http'}}");

        assertEquals(good, answer.success(), answer.message());
        if (path.equals("500")) {
            assertEquals("HTTP probe failed with statuscode: 500", answer.message());
        }
    }

    @Test
    void headersAreTheProbesOwnAndMayReplaceHost() throws IOException {
        ask(
                "{'httpGet':{'path':'/200','port':'http','httpHeaders':[{'name':'Host','value':'shop'},{'name':'X-Own','value':'1'}]}}");

        assertEquals(List.of("shop kube-probe/1.36 1"), seen);
    }

    @Test
    void nobodyListeningIsAFailure() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        Answer http = ask("{'httpGet':{'port':" + free + "}}");
        Answer tcp = ask("{'tcpSocket':{'port':" + free + "}}");

        assertEquals(
                "Get \"http://127.0.0.1:%d/\": dial tcp 127.0.0.1:%d: connect: connection refused"
                        .formatted(free, free),
                http.message());
        assertEquals("dial tcp 127.0.0.1:%d: connect: connection refused".formatted(free), tcp.message());
    }

    @Test
    void anOpenPortIsAllThatTcpAsksFor() throws IOException {
        assertTrue(ask("{'tcpSocket':{'port':'http'}}").success());
    }

    @Test
    void aServerThatSaysNothingRunsOutOfTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            Answer answer = asker.ask(
                    new Target("c1", "127.0.0.1", Json.MAPPER.createObjectNode()),
                    Json.MAPPER.readTree("{\"httpGet\":{\"port\":" + silent.getLocalPort() + "}}"),
                    Duration.ofMillis(100));

            assertTrue(answer.message().contains("context deadline exceeded"), answer.message());
        }
    }

    @Test
    void aPortThatHasNoNameCannotBeFound() throws IOException {
        assertEquals(
                "unable to find port admin", ask("{'httpGet':{'port':'admin'}}").message());
    }

    @Test
    void aCommandInAContainerThatIsGoneFails() throws IOException {
        assertEquals("No such container: c1", ask("{'exec':{'command':['x']}}").message());
    }
}
