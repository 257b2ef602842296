package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** kubectl logs: through the gateway to a node runner that wants to see the gateway's certificate. */
class LogsTest extends ClusterTest {
    private static final String PODS = "/api/v1/namespaces/shop/pods";

    private HttpsServer runner;
    private volatile String asked = "";
    private volatile String follower = "";
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile int code = 200;
    private final CountDownLatch followed = new CountDownLatch(1);

    @BeforeEach
    void runner() throws IOException {
        PemFiles identity = cluster.pki.issue("node", "O=system:nodes,CN=system:node:n1");
        runner = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        runner.setHttpsConfigurator(new HttpsConfigurator(Api.sslContext(cluster.pki.authority(), identity)) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters mutual = getSSLContext().getDefaultSSLParameters();
                mutual.setNeedClientAuth(true);
                parameters.setSSLParameters(mutual);
            }
        });
        runner.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        runner.createContext("/containerLogs/", exchange -> {
            asked = exchange.getRequestURI().toString();
            follower = String.valueOf(exchange.getRequestHeaders().getFirst("Shiplog-Follower"));
            exchange.sendResponseHeaders(code, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("first line\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                if (asked.contains("follow")) {
                    followed.await();
                    out.write("second line\n".getBytes(StandardCharsets.UTF_8));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        runner.createContext("/followers/", exchange -> {
            ended.complete(exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getPath().substring("/followers/".length()));
            exchange.sendResponseHeaders(200, -1);
        });
        runner.start();
        admin.post("/api/v1/nodes", """
                {"metadata":{"name":"n1"},"status":{"addresses":[{"type":"Hostname","address":"n1"},
                 {"type":"InternalIP","address":"127.0.0.1"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":%d}}}}""".formatted(runner.getAddress().getPort()))
                .is(201);
        pod("web", "n1", "\"containers\":[{\"name\":\"a\"}]");
        pod("two", "n1", "\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"initContainers\":[{\"name\":\"i\"}]");
        pod("free", "", "\"containers\":[{\"name\":\"a\"}]");
        pod("lost", "n2", "\"containers\":[{\"name\":\"a\"}]");
    }

    private void pod(String name, String node, String containers) {
        admin.post(
                        PODS,
                        "{\"metadata\":{\"name\":\"%s\"},\"spec\":{%s%s}}"
                                .formatted(name, node.isEmpty() ? "" : "\"nodeName\":\"" + node + "\",", containers))
                .is(201);
    }

    @AfterEach
    void stop() {
        followed.countDown();
        runner.stop(0);
    }

    @Test
    void theOnlyContainerNeedsNoName() {
        Api.Answer answer = admin.get(PODS + "/web/log").is(200);
        assertEquals("first line\n", answer.text());
        assertEquals("text/plain", answer.header("content-type"));
        assertEquals("/containerLogs/shop/web/a", asked);
    }

    @Test
    void whatIsWantedIsPassedOn() {
        admin.get(
                        PODS
                                + "/two/log?container=b&tailLines=5&previous=true&timestamps=true&sinceTime=2026-01-01T00:00:00Z")
                .is(200);
        assertEquals(
                "/containerLogs/shop/two/b?previous=true&timestamps=true&sinceTime=2026-01-01T00%3A00%3A00Z&tailLines=5",
                asked);
    }

    @Test
    void aFollowedLogComesAsItIsWritten() {
        try (Watching log = admin.watch(PODS + "/web/log?follow=true")) {
            assertEquals("first line", log.line());
            followed.countDown();
            assertEquals("second line", log.line());
            log.ends();
        }
    }

    /** The runner cannot see that a client of a quiet container has left. */
    @Test
    void theRunnerLearnsThatAFollowerHasLeft() throws Exception {
        try (Api passing = Api.admin(cluster);
                Watching log = passing.watch(PODS + "/web/log?follow=true")) {
            assertEquals("first line", log.line());
        }

        assertEquals("DELETE " + follower, ended.get(20, TimeUnit.SECONDS));
    }

    @Test
    void aPodWithoutANodeHasWrittenNothing() {
        assertEquals("", admin.get(PODS + "/free/log").is(200).text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two/log | 400 | a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [i]",
                "two/log?container=c | 400 | container c is not valid for pod two",
                "none/log | 404 | pods \"none\" not found",
                "web/log?tailLines=-1 | 422 | PodLogOptions \"web\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0",
                "web/log?sinceSeconds=0 | 422 | PodLogOptions \"web\" is invalid: sinceSeconds: Invalid value: 0: must be greater than or equal to 1",
                "web/log?sinceSeconds=1&sinceTime=x | 422 | PodLogOptions \"web\" is invalid: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
                "lost/log | 500 | Internal error occurred: node \"n2\" of pod \"lost\" has no address for logs and streams",
            })
    void whatCannotBeShownIsExplained(String path, int expected, String message) {
        Api.Answer answer = admin.get(PODS + "/" + path.strip()).is(expected);
        assertEquals(message.strip(), answer.at("message"));
    }

    @Test
    void aRefusalOfTheRunnerBecomesAStatus() {
        code = 400;
        admin.get(PODS + "/web/log").refuses(400, "BadRequest", "first line");
    }

    @Test
    void aRunnerThatIsGoneIsNamed() {
        int port = runner.getAddress().getPort();
        runner.stop(0);
        admin.get(PODS + "/web/log")
                .refuses(
                        500,
                        "InternalError",
                        "Internal error occurred: the node runner at 127.0.0.1:%d cannot be reached".formatted(port));
    }
}
