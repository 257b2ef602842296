package io.shiplog.node.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.memory.InMemoryEngine;
import io.shiplog.node.probe.Prober.Purpose;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
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
            byte[] body = new byte[0];
            switch (answer) {
                case "moved" -> {
                    exchange.getResponseHeaders().set("Location", "http://other.example/");
                    body = "x".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
                }
                case "chunked" -> {
                    exchange.getResponseHeaders().set("Location", "https://other.example/");
                    body = "moved there".getBytes(StandardCharsets.US_ASCII);
                }
                case "home" -> exchange.getResponseHeaders().set("Location", "/200");
                case "away" -> exchange.getResponseHeaders().set("Location", "http://other.example/500");
                case "round" -> exchange.getResponseHeaders().set("Location", "/round");
                default -> {}
            }
            exchange.sendResponseHeaders(
                    answer.matches("[0-9]+") ? Integer.parseInt(answer) : 302,
                    body.length == 0 ? -1 : answer.equals("chunked") ? 0 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Answer ask(String handler) throws IOException {
        return ask(handler, Purpose.PROBE);
    }

    private Answer ask(String handler, Purpose purpose) throws IOException {
        JsonNode container = Json.MAPPER.readTree("{\"name\":\"app\",\"ports\":[{\"name\":\"http\",\"containerPort\":"
                + server.getAddress().getPort() + "}]}");
        return asker.ask(
                new Target("c1", "127.0.0.1", container),
                Json.MAPPER.readTree(handler.replace('\'', '"')),
                purpose,
                TIMEOUT);
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

    /** The answer to a redirect elsewhere is the container's own: a success that users should look at. */
    @ParameterizedTest
    @CsvSource({"moved", "chunked", "away", "304", "399"})
    void aRedirectThatIsNotFollowedIsASuccessWithAWarning(String path) throws IOException {
        Answer answer = ask("{'httpGet':{'path':'/" + path + "','port':'http'}}");

        String body = switch (path) {
            case "moved" -> "x".repeat(10 * 1024);
            case "chunked" -> "moved there";
            default -> "";
        };
        assertEquals(Answer.warning("Probe terminated redirects, Response body: " + body), answer);
        assertEquals(1, seen.size());
    }

    @Test
    void redirectsToTheSameHostAreFollowedTenTimes() throws IOException {
        assertEquals(Answer.SUCCESS, ask("{'httpGet':{'path':'/home','port':'http'}}"));
        assertEquals(2, seen.size());

        Answer round = ask("{'httpGet':{'path':'/round','port':'http'}}");
        assertTrue(round.message().endsWith("/round\": stopped after 10 redirects"), round.message());
        assertEquals(2 + 10, seen.size());
    }

    @ParameterizedTest
    @CsvSource({"200", "404", "500", "moved"})
    void aHookOnlyNeedsAnAnswer(String path) throws IOException {
        assertEquals(Answer.SUCCESS, ask("{'httpGet':{'path':'/" + path + "','port':'http'}}", Purpose.HOOK));
    }

    @Test
    void aHookWithoutAnAnswerFails() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertFalse(ask("{'httpGet':{'port':" + free + "}}", Purpose.HOOK).success());
    }

    /** What a program prints may be a secret, and events are kept. */
    @ParameterizedTest
    @CsvSource({"PROBE, password", "HOOK, command ended with exit code 3"})
    void onlyAProbeShowsWhatTheProgramPrinted(Purpose purpose, String message) throws IOException {
        ContainerEngine engine = (ContainerEngine) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ContainerEngine.class},
                (proxy, method, arguments) -> new ContainerEngine.ExecOutcome(3, "password\n"));

        Answer answer = new ContainerProber(engine)
                .ask(
                        new Target("c1", "127.0.0.1", Json.MAPPER.createObjectNode()),
                        Json.MAPPER.readTree("{\"exec\":{\"command\":[\"x\"]}}"),
                        purpose,
                        TIMEOUT);

        assertEquals(Answer.failure(message), answer);
    }

    @Test
    void headersAreTheProbesOwnAndMayReplaceHost() throws IOException {
        ask(
                "{'httpGet':{'path':'/200','port':'http','httpHeaders':[{'name':'Host','value':'shop'},{'name':'X-Own','value':'1'}]}}");

        assertEquals(List.of("shop kube-probe/1.36 1"), seen);
    }

    @Test
    void aClosedPortIsAFailure() throws IOException {
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
                    Purpose.PROBE,
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
