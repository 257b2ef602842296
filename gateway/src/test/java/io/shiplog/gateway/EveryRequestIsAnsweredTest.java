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
import java.util.Base64;
import java.util.List;
import java.util.Random;
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
    @Test
    void aWatchThatIsNotReadEndsWhenItsTimeIsOver() throws IOException {
        for (int i = 0; i < 20; i++) {
            admin.post(
                            CONFIG_MAPS,
                            "{\"metadata\":{\"name\":\"large-%d\"},\"data\":{\"k\":\"%s\"}}"
                                    .formatted(i, "x".repeat(1_000_000)))
                    .is(201);
        }
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", cluster.gateway.port())) {
            socket.getOutputStream()
                    .write(get(CONFIG_MAPS + "?watch=true&timeoutSeconds=1", "Authorization: Bearer alice-token")
                            .getBytes(StandardCharsets.ISO_8859_1));
            await(() -> cluster.gateway.watching() == 1);

            allPlacesAreFree();
            await(() -> cluster.gateway.watching() == 0);
        }
    }

    @Test
    void whatIsMadeUpIsAnsweredToo() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 250; i++) {
            String request = madeUp(random);
            int code = answer(request);
            assertTrue(
                    code >= 200 && code < 500 || code == 501,
                    "seed %d, request %d, code %d:%n%s".formatted(seed, i, code, request));
        }
        allPlacesAreFree();
        admin.get(CONFIG_MAPS).is(200);
    }

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE");
    private static final List<String> PATHS = List.of(
            CONFIG_MAPS,
            CONFIG_MAPS + "/a",
            "/api/v1/nodes",
            "/apis/apps/v1/deployments",
            "/apis/history.shiplog.io/v1/changes",
            "/at/1/api/v1/configmaps",
            "/openapi/v2",
            "/openapi/v3",
            "/metrics",
            "/console/x",
            "//api//v1",
            "/api/v1/namespaces/shop/pods/p/log",
            "/apis/history.shiplog.io/v1/namespaces/shop/causes",
            "/apis/history.shiplog.io/v1/searches");
    private static final List<String> PARAMETERS = List.of(
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "labelSelector",
            "fieldSelector",
            "timeoutSeconds",
            "dryRun",
            "fieldManager",
            "propagationPolicy",
            "from",
            "to",
            "shard",
            "order",
            "sendInitialEvents",
            "tailLines");
    private static final List<String> VALUES = List.of(
            "",
            "0",
            "-1",
            "1",
            "99999999999999999999",
            "true",
            "%00",
            "%22",
            "a,b",
            "!",
            "a in (",
            "metadata.name=x",
            "=,=",
            "()",
            "9".repeat(500),
            "a.".repeat(1_000),
            "%E2%80%AE",
            "2026-01-01",
            "now",
            "-9223372036854775808");
    private static final List<String> TYPES = List.of(
            "",
            "application/json",
            "application/yaml",
            "application/vnd.kubernetes.protobuf",
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml",
            "text/plain",
            ";");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[]",
            "null",
            "1",
            "\"x\"",
            "{\"metadata\":null}",
            "{\"metadata\":[]}",
            "{\"metadata\":{\"name\":1}}",
            "{",
            "{\"a\":",
            "[".repeat(5_000),
            "{\"a\":".repeat(5_000),
            "k8s\0",
            "a: &a [*a]",
            "- - - -",
            "\u00ff\u00fe",
            "{\"spec\":{}}",
            "{\"spec\":{\"object\":1}}",
            "[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/x\"}]");

    private static String madeUp(Random random) {
        StringBuilder target = new StringBuilder(any(random, PATHS));
        for (int i = 0; i < random.nextInt(4); i++) {
            target.append(i == 0 ? '?' : '&')
                    .append(any(random, PARAMETERS))
                    .append('=')
                    .append(encoded(any(random, VALUES)));
        }
        String body = any(random, BODIES);
        StringBuilder request = new StringBuilder(
                "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".formatted(any(random, METHODS), target));
        request.append("Content-Length: ").append(body.length()).append("\r\n");
        String type = any(random, TYPES);
        if (!type.isEmpty()) {
            request.append("Content-Type: ").append(type).append("\r\n");
        }
        if (random.nextInt(5) > 0) {
            request.append("Authorization: Bearer alice-token\r\n");
        } else {
            byte[] token = new byte[random.nextInt(40)];
            random.nextBytes(token);
            request.append("Authorization: Bearer ")
                    .append(Base64.getUrlEncoder().encodeToString(token))
                    .append("\r\n");
        }
        return request.append("\r\n").append(body).toString();
    }

    private static String encoded(String value) {
        return value.replace(" ", "%20").replace("\"", "%22");
    }

    private static String any(Random random, List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
