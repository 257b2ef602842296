package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends gets an answer in time, that is no fault of the server, and gives its place back. */
@Timeout(120)
class EveryRequestIsAnsweredTest extends ClusterTest {
    private static final int PATIENCE_MS = 10_000;

    private SSLContext tls;

    /** All may do all: so that what is sent gets as far as it can. */
    @Override
    Authorizer authorizer() {
        return (image, request) -> new Access(true, "");
    }

    @BeforeEach
    void trust() {
        tls = Api.sslContext(cluster.pki.authority(), null);
        configMap("a", "app=web");
    }

    /** The status of the answer to a raw request. */
    private int answer(String request) throws IOException {
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", cluster.gateway.port())) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            String line = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
            return line == null ? 0 : Integer.parseInt(line.split(" ")[1]);
        }
    }

    private static String get(String target, String... headers) {
        return "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n"
                .formatted(target, headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n");
    }

    private void allPlacesAreFree() {
        await(() -> cluster.gateway.underWay() == 0);
    }

    private void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofMillis(PATIENCE_MS).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> cluster.gateway.underWay() + " requests under way");
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer bnVsbA.e30.AA",
                "Authorization: Bearer e30.e30.AA",
                "Authorization: Bearer W10.e30.AA",
                "Authorization: Bearer ..",
                "Authorization: Bearer",
                "Authorization: Basic bnVsbA==",
                "Authorization: Bearer eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiYiJdfQ.e30.AA"
            })
    void aCredentialThatIsNoneIsUnauthorized(String header) throws IOException {
        assertEquals(401, answer(get("/version", header)));
        allPlacesAreFree();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/healthz?%",
                "/healthz?%zz",
                "/healthz%",
                "/api/v1/namespaces/%c0%af/configmaps",
                "/api/v1/namespaces/shop/configmaps/%ff",
                "/at/%/api",
                "/at/%c0%af/api"
            })
    void anInvalidEscapeIsABadRequest(String target) throws IOException {
        assertEquals(400, answer(get(target)));
        allPlacesAreFree();
    }

    @ParameterizedTest
    @ValueSource(strings = {";", ",", ";;;", ", ,", "application/json;q", "a/b;=;=", ";q=2"})
    void anInvalidAcceptHeaderIsAnswered(String accept) throws IOException {
        int code = answer(get("/healthz", "Accept: " + accept));

        assertTrue(code == 200 || code == 406, "code " + code);
        allPlacesAreFree();
    }

    @Test
    void aSelectorThatWouldExhaustTheStackIsABadRequest() throws IOException {
        String selector = "a.".repeat(3_000) + "a/b";

        assertEquals(400, answer(get(CONFIG_MAPS + "?labelSelector=" + selector, "Authorization: Bearer alice-token")));
        allPlacesAreFree();
    }

    @Test
    void aRequestWithoutItsBodyBlocksNoOtherRequest() throws IOException {
        List<SSLSocket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", cluster.gateway.port());
                stalled.add(socket);
                socket.getOutputStream()
                        .write(
                                "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer alice-token\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
                                        .formatted(CONFIG_MAPS)
                                        .getBytes(StandardCharsets.ISO_8859_1));
            }
            await(() -> cluster.gateway.underWay() >= 250);

            admin.get(CONFIG_MAPS).is(200);
            assertEquals(200, answer(get("/healthz")));
            assertEquals(200, answer(get("/readyz")));
            assertEquals(429, answer(get(CONFIG_MAPS, "Authorization: Bearer alice-token")));
        } finally {
            for (SSLSocket socket : stalled) {
                socket.close();
            }
        }
        allPlacesAreFree();
    }

    /** As kube-apiserver: {@code kubectl create --raw}, {@code replace --raw} and {@code delete --raw} send no content type. A patch must say its form. */
    @Test
    void aBodyWithoutAContentTypeIsJsonUnlessAWebPageSendsIt() throws IOException {
        String body = "{\"metadata\":{\"name\":\"b\"}}";
        String post =
                "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer alice-token\r\nContent-Length: %d\r\n%s\r\n%s";
        String page = "Origin: https://evil.example\r\n";

        assertEquals(415, answer(post.formatted(CONFIG_MAPS, body.length(), page, body)));
        assertEquals(
                415,
                answer(post.formatted(CONFIG_MAPS + "/b", body.length(), page, body)
                        .replaceFirst("POST", "PUT")));
        assertEquals(
                415,
                answer(post.formatted(CONFIG_MAPS + "/b", body.length(), page, body)
                        .replaceFirst("POST", "DELETE")));
        assertEquals(415, answer(post.formatted(CONFIG_MAPS, body.length(), "Content-Type: text/plain\r\n", body)));
        assertEquals(
                415,
                answer(post.formatted(CONFIG_MAPS + "/b", body.length(), "", body)
                        .replaceFirst("POST", "PATCH")));
        assertEquals(201, answer(post.formatted(CONFIG_MAPS, body.length(), "", body)));
        allPlacesAreFree();
    }

    @Test
    void anEscapedSlashIsPartOfNoName() throws IOException {
        String alice = "Authorization: Bearer alice-token";

        assertEquals(404, answer(get(CONFIG_MAPS + "/a%2Fb", alice)));
        assertEquals(404, answer(get(CONFIG_MAPS + "/a%2f", alice)));
        assertEquals(404, answer(get(CONFIG_MAPS + "/a%2Fb", alice).replaceFirst("GET", "DELETE")));
        allPlacesAreFree();
    }

    @Test
    void aWatchWhoseClientLeavesBeforeItBeginsDoesNotBegin() throws IOException {
        long next = Long.parseLong(admin.get(CONFIG_MAPS).at("metadata.resourceVersion")) + 1;
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", cluster.gateway.port())) {
            socket.getOutputStream()
                    .write(get(
                                    CONFIG_MAPS
                                            + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion="
                                            + next,
                                    "Authorization: Bearer alice-token")
                            .getBytes(StandardCharsets.ISO_8859_1));
            await(() -> cluster.gateway.underWay() == 1);
        }
        allPlacesAreFree();

        configMap("b", "");

        admin.get(CONFIG_MAPS).is(200);
        await(() -> cluster.gateway.watching() == 0);
    }

    /** Its place would be taken as long as its connection lives. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: */*",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
            })
    void aWatchThatIsNotReadEndsWhenItsTimeIsOver(String headers) throws IOException {
        for (int i = 0; i < 20; i++) {
            admin.post(
                            CONFIG_MAPS,
                            "{\"metadata\":{\"name\":\"large-%d\"},\"data\":{\"k\":\"%s\"}}"
                                    .formatted(i, "x".repeat(1_000_000)))
                    .is(201);
        }
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", cluster.gateway.port())) {
            socket.getOutputStream()
                    .write(get(
                                    CONFIG_MAPS + "?watch=true&timeoutSeconds=1",
                                    "Authorization: Bearer alice-token",
                                    headers)
                            .getBytes(StandardCharsets.ISO_8859_1));
            await(() -> cluster.gateway.watching() == 1);

            allPlacesAreFree();
            await(() -> cluster.gateway.watching() == 0);
        }
    }
}
