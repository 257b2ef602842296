package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Refusal;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests through the proxy to a node that answers for the pod. */
class ProxyTest extends ClusterTest {
    private static final String NAMESPACE = "/api/v1/namespaces/shop";
    private static final String WEB = NAMESPACE + "/pods/web/proxy";

    private SSLServerSocket node;
    /** Each {@code %n} stands for the nonce that the gateway sent. */
    private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private volatile boolean echoes;
    private volatile String denied = "";
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    @Override
    Authorizer authorizer() {
        return (image, request) ->
                (request.verb() + " " + request.resource() + "/" + request.subresource() + " " + request.name())
                                .equals(denied)
                        ? new Access(false, "")
                        : ClusterInMemory.MASTERS_ONLY.authorize(image, request);
    }

    @BeforeEach
    void node() throws IOException {
        PemFiles identity = cluster.pki.issue("node", "O=system:nodes,CN=system:node:n1");
        node = (SSLServerSocket) Api.sslContext(cluster.pki.authority(), identity)
                .getServerSocketFactory()
                .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
        node.setNeedClientAuth(true);
        Thread.ofVirtual().start(() -> {
            while (!node.isClosed()) {
                try {
                    Socket socket = node.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        admin.post("/api/v1/nodes", """
                {"metadata":{"name":"n1"},"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],
                 "daemonEndpoints":{"kubeletEndpoint":{"Port":%d}}}}""".formatted(node.getLocalPort())).is(201);
        admin.post(NAMESPACE + "/pods", """
                {"metadata":{"name":"web"},"spec":{"nodeName":"n1","containers":[{"name":"a"},{"name":"b","ports":[{"containerPort":8080}]}]},
                 "status":{"podIP":"10.1.0.7","podIPs":[{"ip":"10.1.0.7"}]}}""").is(201);
        admin.post(NAMESPACE + "/pods", """
                {"metadata":{"name":"free"},"spec":{"containers":[{"name":"a"}]}}""").is(201);
        admin.post(NAMESPACE + "/services", """
                {"metadata":{"name":"shop"},"spec":{"ports":[{"name":"main","port":80},{"name":"tls","port":443}]}}""").is(201);
        admin.post(NAMESPACE + "/endpoints", """
                {"metadata":{"name":"shop"},"subsets":[
                 {"addresses":[{"ip":"169.254.169.254"},{"ip":"10.1.0.8","targetRef":{"kind":"Pod","namespace":"shop","name":"web"}}],
                  "ports":[{"name":"main","port":1}]},
                 {"notReadyAddresses":[{"ip":"10.1.0.7","targetRef":{"kind":"Pod","namespace":"shop","name":"web"}}],
                  "ports":[{"name":"main","port":2}]},
                 {"addresses":[{"ip":"10.1.0.7","targetRef":{"kind":"Pod","namespace":"shop","name":"web"}}],
                  "ports":[{"name":"main","port":3},{"name":"tls","port":4}]}]}""").is(201);
        admin.post(NAMESPACE + "/services", """
                {"metadata":{"name":"empty"},"spec":{"ports":[{"port":80}]}}""").is(201);
        admin.post(NAMESPACE + "/endpoints", """
                {"metadata":{"name":"empty"}}""").is(201);
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            String head = until(in, "\r\n\r\n");
            String lower = head.toLowerCase(Locale.ROOT);
            int at = lower.indexOf("content-length: ");
            String body = at >= 0
                    ? new String(
                            in.readNBytes(Integer.parseInt(lower.substring(at + 16, lower.indexOf("\r\n", at)))),
                            StandardCharsets.UTF_8)
                    : lower.contains("transfer-encoding: chunked") ? until(in, "0\r\n\r\n") : "";
            asked.add(head + body);
            String nonce = head.replaceAll("(?is).*shiplog-proxy: (\\S+) .*", "$1");
            socket.getOutputStream().write(answer.replace("%n", nonce).getBytes(StandardCharsets.UTF_8));
            if (echoes) {
                in.transferTo(socket.getOutputStream());
            }
        } catch (IOException e) {
            asked.add(e.toString());
        }
    }

    private static String until(InputStream in, String end) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.US_ASCII).endsWith(end)) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            read.write(next);
        }
        return read.toString(StandardCharsets.US_ASCII);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    private String asked() throws InterruptedException {
        return String.valueOf(asked.poll(10, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void everyMethodArrivesAsItWasSentButForWhoSentIt(String method) throws Exception {
        Api.Answer given = admin.send(
                method,
                WEB + "/some/path%2Fwith/" + method + "/?a=b&c=%20d",
                method.equals("GET") ? "" : "a body",
                "X-Own",
                "1",
                "Impersonate-User",
                "kubernetes-admin",
                "Impersonate-Group",
                "system:masters",
                "X-Remote-User",
                "root",
                "Shiplog-Passed-On",
                "x",
                "X-Forwarded-For",
                "1.2.3.4");

        given.is(200);
        assertEquals("ok", given.text());
        String request = asked();
        assertTrue(request.startsWith(method + " /some/path%2Fwith/" + method + "/?a=b&c=%20d HTTP/1.1\r\n"), request);
        assertTrue(method.equals("GET") || request.contains("a body"), request);
        assertTrue(request.contains("x-own: 1") || request.contains("X-Own: 1"), request);
        assertTrue(request.contains("X-Forwarded-Uri: " + WEB + "/some/path%2Fwith/" + method + "/\r\n"), request);
        assertTrue(request.contains("X-Forwarded-For: 1.2.3.4, 127.0.0.1"), request);
        assertTrue(request.matches("(?is).*shiplog-proxy: [0-9a-f-]{36} http shop web 10.1.0.7 8080\r\n.*"), request);
        String lower = request.toLowerCase(Locale.ROOT);
        for (String secret : List.of(
                "authorization",
                ClusterInMemory.ADMIN_TOKEN.toLowerCase(Locale.ROOT),
                "impersonate-",
                "x-remote-",
                "shiplog-passed-on")) {
            assertTrue(!lower.contains(secret), request);
        }
    }

    @Test
    void aHeadHasNoBody() throws Exception {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nX-Pod: p\r\n\r\n";

        Api.Answer given = admin.send("HEAD", WEB + "/", "").is(200);

        assertEquals("p", given.header("X-Pod"));
        assertEquals("7", given.header("Content-Length"));
        assertTrue(asked().startsWith("HEAD / "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void theRootIsRedirectedToItsSlash(String method) {
        assertEquals(WEB + "/?a=b", admin.send(method, WEB + "?a=b", "").is(301).header("Location"));
        assertEquals(0, asked.size());
    }

    @Test
    void othersThanReadersReachTheRootWithoutASlash() throws Exception {
        admin.post(WEB + "?a=b", "").is(200);

        assertTrue(asked().startsWith("POST /?a=b "));
    }

    @Test
    void linksAndRedirectsOfThePodLeadThroughTheProxy() throws Exception {
        answer =
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 31\r\n\r\n"
                        + "<a href=\"/rewriteme\">test</a>\r\n";
        Api.Answer page = admin.get(WEB + "/").is(200);
        assertEquals("<a href=\"" + WEB + "/rewriteme\">test</a>\r\n", page.text());
        assertEquals("", page.header("Access-Control-Allow-Origin"));
        assertTrue(page.header("Content-Security-Policy").startsWith("sandbox"), "it is not of the API's origin");

        answer = "HTTP/1.1 302 Found\r\nLocation: http://10.1.0.7:8080/there?x\r\nContent-Length: 0\r\n\r\n";
        assertEquals(WEB + "/there?x", admin.get(WEB + "/here").is(302).header("Location"));
        answer = "HTTP/1.1 302 Found\r\nLocation: https://example.com/there\r\nContent-Length: 0\r\n\r\n";
        assertEquals(
                "https://example.com/there", admin.get(WEB + "/here").is(302).header("Location"));
    }

    /** A browser runs scripts in more than what calls itself a page. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Type: image/svg+xml\r\n", "Content-Type: TEXT/HTML\r\n", ""})
    void noAnswerOfAPodIsOfTheOriginOfTheApi(String type) {
        answer = "HTTP/1.1 200 OK\r\n" + type + "Content-Length: 6\r\n\r\n<svg/>";

        Api.Answer page = admin.get(WEB + "/x").is(200);

        assertTrue(page.header("Content-Security-Policy").startsWith("sandbox"));
        assertEquals("nosniff", page.header("X-Content-Type-Options"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pods/web | http shop web 10.1.0.7 8080",
                "pods/web:1080 | http shop web 10.1.0.7 1080",
                "pods/https:web:443 | https shop web 10.1.0.7 443",
                "services/shop:main | http shop web 10.1.0.7 3",
                "services/shop:80 | http shop web 10.1.0.7 3",
                "services/https:shop:tls | https shop web 10.1.0.7 4",
                "services/https:shop:443 | https shop web 10.1.0.7 4"
            })
    void aTargetIsFoundByItsName(String name, String order) throws Exception {
        for (int i = 0; i < 5; i++) {
            admin.get(NAMESPACE + "/" + name + "/proxy/").is(200);

            String request = asked();
            assertTrue(request.contains(" " + order + "\r\n"), request);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pods/none | 404 | NotFound | pods \"none\" not found",
                "pods/ftp:web:1 | 400 | BadRequest | invalid pod request \"ftp:web:1\"",
                "pods/a:b:c:d | 400 | BadRequest | invalid pod request \"a:b:c:d\"",
                "pods/free | 400 | BadRequest | address not allowed",
                "services/none | 404 | NotFound | endpoints \"none\" not found",
                "services/none:80 | 404 | NotFound | services \"none\" not found",
                "services/shop | 503 | ServiceUnavailable | no endpoints available for service \"shop\"",
                "services/shop:81 | 503 | ServiceUnavailable | no service port 81 found for service \"shop\"",
                "services/empty | 503 | ServiceUnavailable | no endpoints available for service \"empty\"",
                "services/:80 | 400 | BadRequest | invalid service request \":80\""
            })
    void aTargetThatIsNoneIsRefused(String name, int code, String reason, String message) {
        admin.get(NAMESPACE + "/" + name + "/proxy/").refuses(code, reason, message);
        admin.post(NAMESPACE + "/" + name + "/proxy/", "a body").refuses(code, reason, message);
        assertEquals(0, asked.size());
    }

    @Test
    void aNodeAnswersForItselfAndItsOtherPortsAreReachedThroughIt() throws Exception {
        admin.get("/api/v1/nodes/n1/proxy/metrics?x=y").is(200);
        String own = asked();
        assertTrue(own.startsWith("GET /metrics?x=y ") && own.contains("Shiplog-Passed-On: "), own);
        assertTrue(!own.toLowerCase(Locale.ROOT).contains("shiplog-proxy"), own);

        admin.get("/api/v1/nodes/n1:" + node.getLocalPort() + "/proxy/logs/").is(200);
        assertTrue(asked().startsWith("GET /logs/ "));

        admin.get("/api/v1/nodes/n1:9100/proxy/metrics").is(200);
        assertTrue(asked().contains(" http - - 127.0.0.1 9100\r\n"), "the node decides, which refuses loopback");

        admin.get("/api/v1/nodes/none/proxy/").refuses(404, "NotFound", "nodes \"none\" not found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | namespaces/shop/pods/web:80 | get pods/proxy web:80",
                "HEAD | namespaces/shop/pods/web:80 | get pods/proxy web:80",
                "POST | namespaces/shop/services/shop:80 | create services/proxy shop:80",
                "PUT | namespaces/shop/services/shop:80 | update services/proxy shop:80",
                "PATCH | nodes/n1 | patch nodes/proxy n1",
                "DELETE | nodes/n1 | delete nodes/proxy n1"
            })
    void theRightIsTheMethods(String method, String target, String right) {
        denied = right;

        admin.send(method, "/api/v1/" + target + "/proxy/x", "").is(403);
        assertEquals(0, asked.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "503 | dial tcp 10.1.0.7:8080: connect: connection refused | 503 | ServiceUnavailable | error trying to reach service: dial tcp 10.1.0.7:8080: connect: connection refused",
                "400 | address not allowed | 400 | BadRequest | address not allowed",
                "429 | too many | 429 | TooManyRequests | too many"
            })
    void whatTheNodeRefusesIsAStatus(int code, String text, int given, String reason, String message) {
        answer = "HTTP/1.1 %d _\r\nShiplog-Refused: %%n\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(code, text.length(), text);

        admin.get(WEB + "/").refuses(given, reason, message);
    }

    /** A pod cannot speak for its node: it does not know the nonce. */
    @Test
    void whatThePodAnswersIsItsOwn() {
        answer = "HTTP/1.1 503 _\r\nShiplog-Refused: x\r\nContent-Length: 2\r\n\r\nno";

        assertEquals("no", admin.get(WEB + "/").is(503).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense\r\n\r\n", "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"})
    void anAnswerThatIsNoneIsAStatus(String none) {
        answer = none;

        Api.Answer given = admin.get(WEB + "/").is(503);

        assertTrue(given.at("message").startsWith("error trying to reach service: "), given::text);
        assertEquals("ServiceUnavailable", given.at("reason"));
    }

    /** Else it would look whole. */
    @Test
    void anAnswerThatBreaksOffIsCut() {
        answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

        assertThrows(UncheckedIOException.class, () -> admin.get(WEB + "/"));
    }

    @Test
    void anUpgradeIsAStreamAndAnEvent() throws Exception {
        answer =
                "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\nSec-WebSocket-Protocol: chat\r\n\r\n";
        echoes = true;
        try (Socket client = upgrade()) {
            String head = until(client.getInputStream(), "\r\n\r\n").toLowerCase(Locale.ROOT);
            assertTrue(head.startsWith("http/1.1 101") && head.contains("upgrade: echo"), head);
            assertTrue(head.contains("sec-websocket-protocol: chat"), head);
            String request = asked();
            assertTrue(request.startsWith("GET /socket ") && !request.contains("c2VjcmV0"), request);
            OpenStream opened =
                    assertInstanceOf(OpenStream.class, cluster.commands.last().command());
            assertEquals("proxy", opened.subresource());

            byte[] bytes = new byte[1024 * 1024];
            new java.util.SplittableRandom(1).nextBytes(bytes);
            Thread writing = Thread.ofVirtual().start(() -> {
                try {
                    client.getOutputStream().write(bytes);
                } catch (IOException e) {
                    asked.add(e.toString());
                }
            });
            org.junit.jupiter.api.Assertions.assertArrayEquals(
                    bytes, client.getInputStream().readNBytes(bytes.length));
            writing.join();
        }
    }

    private Socket upgrade() throws IOException {
        URI address = URI.create(cluster.address());
        Socket client = Api.sslContext(cluster.pki.authority(), null)
                .getSocketFactory()
                .createSocket(address.getHost(), address.getPort());
        client.getOutputStream()
                .write(
                        ("GET %s/socket HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer %s\r\nConnection: Upgrade\r\nUpgrade: echo\r\nSec-WebSocket-Protocol: chat, base64url.bearer.authorization.k8s.io.c2VjcmV0\r\n\r\n"
                                        .formatted(WEB, ClusterInMemory.ADMIN_TOKEN))
                                .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    /** Given a pod that leaves HTTP / when a user opens many streams to it / then they are one event: a reader cannot grow the log. */
    @Test
    void manyUpgradesOfAUserToAPodAreOneEvent() throws Exception {
        answer = "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
        List<CommandRequest> events = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            try (Socket client = upgrade()) {
                assertTrue(until(client.getInputStream(), "\r\n\r\n").startsWith("HTTP/1.1 101"));
            }
            events.add(cluster.commands.last());
        }

        assertInstanceOf(OpenStream.class, events.getFirst().command());
        assertEquals(1, events.stream().distinct().count());
    }

    /** Given a pod that stays with HTTP / when a user asks for a stream / then the log has nothing of it. */
    @Test
    void anUpgradeThatIsNotAcceptedIsNoEvent() throws Exception {
        CommandRequest before = cluster.commands.last();
        answer = "HTTP/1.1 404 _\r\nContent-Length: 0\r\n\r\n";

        try (Socket client = upgrade()) {
            assertTrue(until(client.getInputStream(), "\r\n\r\n").startsWith("HTTP/1.1 404"));
        }

        assertSame(before, cluster.commands.last());
    }

    @Test
    void anUpgradeThatCannotBeRecordedIsRefused() throws Exception {
        answer = "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
        for (int code : new int[] {503, 101}) {
            if (code == 503) {
                cluster.commands.refuseNext(Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "the log is full"));
            }
            try (Socket client = upgrade()) {
                String head = until(client.getInputStream(), "\r\n\r\n");
                assertTrue(head.startsWith("HTTP/1.1 " + code), head);
            }
        }
    }

    @Test
    void thePastHasNoPods() {
        assertEquals("MethodNotAllowed", admin.get("/at/1" + WEB + "/").is(405).at("reason"));
    }

    @Test
    void itIsDiscovered() {
        String resources = admin.get("/api/v1").text();

        assertTrue(resources.contains("\"name\":\"services/proxy\"") && resources.contains("ServiceProxyOptions"));
        assertTrue(resources.contains("PodProxyOptions") && resources.contains("NodeProxyOptions"));
    }
}
