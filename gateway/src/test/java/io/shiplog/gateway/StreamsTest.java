package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Refusal;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams through the gateway to a node that returns every byte. */
class StreamsTest extends ClusterTest {
    private static final String PODS = "/api/v1/namespaces/shop/pods";
    private static final String EXEC = PODS + "/web/exec?stdin=1&stdout=true&command=sh&command=-c&command=a%20b";
    private static final int MIB = 1024 * 1024;

    private SSLServerSocket node;
    private volatile String answer =
            "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: abc\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n";
    private volatile boolean mayCreate = true;
    private volatile boolean mayRead = true;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    /** The first bytes after upgrades: the stream is in the log, or -1 if it was given up. */
    private final BlockingQueue<Integer> recorded = new LinkedBlockingQueue<>();

    /** What the node does with a connection once it has answered. */
    private interface Served {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    private volatile Served afterUpgrade = socket -> socket.getInputStream().transferTo(socket.getOutputStream());
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    @Override
    Authorizer authorizer() {
        return (image, request) ->
                !request.subresource().equals("exec") || (request.verb().equals("get") ? mayRead : mayCreate)
                        ? ClusterInMemory.MASTERS_ONLY.authorize(image, request)
                        : new Access(false, "");
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
                    Thread.ofVirtual().start(() -> echo(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        admin.post("/api/v1/nodes", """
                {"metadata":{"name":"n1"},"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],
                 "daemonEndpoints":{"kubeletEndpoint":{"Port":%d}}}}""".formatted(node.getLocalPort())).is(201);
        pod("web", "\"nodeName\":\"n1\",", "{\"name\":\"a\"}");
        pod("two", "\"nodeName\":\"n1\",", "{\"name\":\"a\"},{\"name\":\"b\"}");
        pod("free", "", "{\"name\":\"a\"}");
        pod("lost", "\"nodeName\":\"n2\",", "{\"name\":\"a\"}");
    }

    private void pod(String name, String node, String containers) {
        admin.post(
                        PODS,
                        "{\"metadata\":{\"name\":\"%s\"},\"spec\":{%s\"containers\":[%s]}}"
                                .formatted(name, node, containers))
                .is(201);
    }

    private void echo(Socket socket) {
        try (socket) {
            String request = head(socket.getInputStream());
            byte[] reply = answer.getBytes(
                    StandardCharsets.US_ASCII); // before the test knows of the request and sets the next answer
            asked.add(request);
            socket.getOutputStream().write(reply);
            if (answer.startsWith("HTTP/1.1 101")) {
                recorded.add(socket.getInputStream().read());
            }
            afterUpgrade.serve(socket);
        } catch (IOException | InterruptedException e) {
            ended.add(e.toString());
        }
        ended.add("ended");
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return head.toString(StandardCharsets.US_ASCII);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    private Socket open(String method, String path, String... headers) throws IOException {
        URI address = URI.create(cluster.address());
        Socket socket = Api.sslContext(cluster.pki.authority(), null)
                .getSocketFactory()
                .createSocket(address.getHost(), address.getPort());
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        socket.getOutputStream()
                .write(
                        ("%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                                        + "Sec-WebSocket-Key: k\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n%s\r\n")
                                .formatted(method, path, address.getAuthority(), ClusterInMemory.ADMIN_TOKEN, more)
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String refusal(Socket socket) throws IOException {
        try (socket) {
            String head = head(socket.getInputStream());
            int length = head.lines()
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).strip()))
                    .findFirst()
                    .orElse(0);
            return head.lines().findFirst().orElse("") + " "
                    + new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        }
    }

    @Test
    void bytesGoBothWaysOnceTheEventIsWritten() throws Exception {
        try (Socket client = open("GET", EXEC)) {
            String head = head(client.getInputStream()).toLowerCase(java.util.Locale.ROOT);
            assertTrue(
                    head.startsWith("http/1.1 101")
                            && head.contains("sec-websocket-accept: abc")
                            && head.contains("sec-websocket-protocol: v5.channel.k8s.io")
                            && head.contains("upgrade: websocket"),
                    head);
            String request = asked.poll(10, TimeUnit.SECONDS);
            assertTrue(
                    request.startsWith(
                            "GET /exec/shop/web/a?input=1&output=1&command=sh&command=-c&command=a+b HTTP/1.1"),
                    request);
            assertTrue(!request.toLowerCase(java.util.Locale.ROOT).contains("authorization"), request);
            assertTrue(
                    request.toLowerCase(java.util.Locale.ROOT).contains("\nshiplog-user: kubernetes-admin\r\n")
                            && request.toLowerCase(java.util.Locale.ROOT)
                                    .contains("\nshiplog-group: system:masters\r\n"),
                    "the node knows whose stream it is: " + request);
            OpenStream opened =
                    assertInstanceOf(OpenStream.class, cluster.commands.last().command());
            assertEquals(List.of("sh", "-c", "a b"), opened.command());
            assertEquals("a", opened.container());
            assertEquals("kubernetes-admin", cluster.commands.last().actor().user());

            byte[] bytes = new byte[8 * MIB];
            new java.util.SplittableRandom(1).nextBytes(bytes);
            Thread writing = Thread.ofVirtual().start(() -> {
                try {
                    client.getOutputStream().write(bytes);
                } catch (IOException e) {
                    ended.add(e.toString());
                }
            });
            org.junit.jupiter.api.Assertions.assertArrayEquals(
                    bytes, client.getInputStream().readNBytes(bytes.length));
            writing.join();
        }
        assertEquals("ended", ended.poll(10, TimeUnit.SECONDS), "the node sees that the client is gone");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (cluster.gateway.underWay() > 0) {
            assertTrue(System.nanoTime() < end, "its place is given back");
            Thread.onSpinWait();
        }
    }

    /** A browser's page sets no headers: its token is a subprotocol, and for this server alone. */
    @Test
    void aTokenMayBeOfferedAsASubprotocolAndIsNotHandedOn() throws Exception {
        try (Socket client = openInBrowser("v5.channel.k8s.io, " + bearer(ClusterInMemory.ADMIN_TOKEN))) {
            assertTrue(head(client.getInputStream()).startsWith("HTTP/1.1 101"));
            String request = asked.poll(10, TimeUnit.SECONDS);
            assertTrue(request.contains(": v5.channel.k8s.io\r\n") && !request.contains("bearer"), request);
            assertEquals("kubernetes-admin", cluster.commands.last().actor().user());
        }
    }

    @Test
    void aTokenThatIsWrongOrAloneOrTwiceOpensNothing() throws Exception {
        String token = bearer(ClusterInMemory.ADMIN_TOKEN);
        for (String offered : List.of(
                "v5.channel.k8s.io, " + bearer("nobody"),
                token,
                "v5.channel.k8s.io, " + token + ", " + token,
                "v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.!!")) {
            String refused = refusal(openInBrowser(offered));
            assertTrue(refused.startsWith("HTTP/1.1 401"), offered + ": " + refused);
        }
        assertTrue(asked.isEmpty());
    }

    private static String bearer(String token) {
        return "base64url.bearer.authorization.k8s.io."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(StandardCharsets.UTF_8));
    }

    private Socket openInBrowser(String protocols) throws IOException {
        URI address = URI.create(cluster.address());
        Socket socket = Api.sslContext(cluster.pki.authority(), null)
                .getSocketFactory()
                .createSocket(address.getHost(), address.getPort());
        socket.getOutputStream()
                .write(
                        ("GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: https://%s\r\nSec-Fetch-Site: same-origin\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                        + "Sec-WebSocket-Key: k\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n\r\n")
                                .formatted(EXEC, address.getAuthority(), address.getAuthority(), protocols)
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** kubectl before 1.31 opens its streams so, and needs no permission to read. */
    @Test
    void aPostOpensAStreamToo() throws Exception {
        mayRead = false;
        try (Socket client = open("POST", EXEC, "Content-Length: 0")) {
            assertTrue(head(client.getInputStream()).startsWith("HTTP/1.1 101"));
        }
    }

    /** Else a client that may only create could say that its GET is one. */
    @Test
    void whatTheMethodWasIsNotForClientsToSay() throws Exception {
        mayRead = false;

        assertTrue(refusal(open("GET", EXEC, "Shiplog-Method: POST")).startsWith("HTTP/1.1 403"));
    }

    /** Given a node that accepts a stream / when the event cannot be written / then the node starts nothing, and the client is refused. */
    @Test
    void whatIsNotInTheLogIsNotStarted() throws Exception {
        cluster.commands.refuseNext(Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "the log is full"));

        String refusal = refusal(open("GET", EXEC));

        assertTrue(refusal.startsWith("HTTP/1.1 503") && refusal.contains("the log is full"), refusal);
        assertEquals(-1, recorded.poll(10, TimeUnit.SECONDS));
    }

    /** Given a stream that a node refuses / when it is asked for / then the log has nothing of it. */
    @Test
    void whatTheNodeRefusesIsNotInTheLog() throws Exception {
        CommandRequest before = cluster.commands.last();
        answer = "HTTP/1.1 429 _\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfull";

        assertTrue(refusal(open("GET", EXEC)).startsWith("HTTP/1.1 429"));

        assertSame(before, cluster.commands.last());
    }

    @Test
    void whatTheNodeRefusesIsHandedOn() throws Exception {
        answer =
                "HTTP/1.1 500 _\r\nContent-Type: text/plain\r\nContent-Length: 26\r\n\r\ncontainer not found (\"a\")\n";

        assertEquals("HTTP/1.1 500 Internal Server Error container not found (\"a\")\n", refusal(open("GET", EXEC)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two/exec?stdout=1&command=ls | 400 | a container name must be specified for pod two, choose one of: [a b]",
                "two/attach?stdout=1 | 400 | a container name must be specified for pod two, choose one of: [a b]",
                "two/exec?stdout=1&container=c | 400 | container c is not valid for pod two",
                "none/exec?stdout=1 | 404 | pods \\\"none\\\" not found",
                "free/exec?stdout=1 | 400 | pod free does not have a host assigned",
                "lost/exec?stdout=1 | 500 | node \\\"n2\\\" of pod \\\"lost\\\" has no address"
            })
    void whatCannotBeOpenedIsExplained(String path, int code, String message) throws Exception {
        String refusal = refusal(open("GET", PODS + "/" + path));

        assertTrue(refusal.startsWith("HTTP/1.1 " + code) && refusal.contains(message), refusal);
        assertEquals(0, asked.size());
    }

    /** Given a node that does not answer, and one whose refusal does not end / when a deadline has passed / then both clients have an answer. */
    @Test
    @Timeout(60)
    void aNodeThatIsSilentIsGivenUp() throws Exception {
        answer = "";
        Socket silent = open("GET", EXEC);
        assertTrue(asked.poll(10, TimeUnit.SECONDS) != null);
        answer = "HTTP/1.1 400 No\r\nContent-Length: 100\r\n\r\nhalf";
        Socket half = open("GET", EXEC);
        assertTrue(asked.poll(10, TimeUnit.SECONDS) != null);

        String refusal = refusal(silent);
        assertTrue(refusal.startsWith("HTTP/1.1 5"), refusal);
        assertEquals("HTTP/1.1 400 Bad Request half", refusal(half));
        assertTrue(ended.poll(10, TimeUnit.SECONDS) != null, "the node's first connection is closed");
        assertTrue(ended.poll(10, TimeUnit.SECONDS) != null, "and the second");
    }

    /**
     * Given a stream whose pod reads nothing, so that the gateway reads no more from its client / when the client is gone and the node pings /
     * then the stream ends and its place is given back.
     */
    @Test
    @Timeout(60)
    void anAbandonedStreamWhosePodReadsNothingEnds() throws Exception {
        CountDownLatch abandoned = new CountDownLatch(1);
        afterUpgrade = socket -> {
            abandoned.await();
            for (int i = 0; i < 50; i++) {
                socket.getOutputStream().write(new byte[64 * 1024]);
            }
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        };
        Socket client = open("GET", EXEC);
        assertTrue(head(client.getInputStream()).startsWith("HTTP/1.1 101"));
        Thread writing = Thread.ofVirtual().start(() -> {
            try {
                client.getOutputStream().write(new byte[64 * MIB]);
            } catch (IOException e) {
                asked.add("the client is gone");
            }
        });
        client.setSoLinger(true, 0);
        client.close();
        writing.join();
        abandoned.countDown();

        assertTrue(ended.poll(20, TimeUnit.SECONDS) != null, "the node's connection is closed");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (cluster.gateway.underWay() > 0) {
            assertTrue(System.nanoTime() < end, "its place is given back");
            Thread.onSpinWait();
        }
    }

    /** The node promises a gigabyte, and would hold its connection open. */
    @Test
    void ofARefusalOnlyTheBeginningIsRead() throws Exception {
        answer = "HTTP/1.1 400 No\r\nContent-Length: 1000000000\r\n\r\n" + "x".repeat(64 * 1024);

        String refusal = refusal(open("GET", EXEC));

        assertTrue(refusal.startsWith("HTTP/1.1 400") && refusal.endsWith(" " + "x".repeat(16 * 1024)), refusal);
        assertTrue(ended.poll(10, TimeUnit.SECONDS) != null, "the node's connection is closed");
    }

    @Test
    void withoutAnUpgradeThereIsNoStream() {
        assertTrue(admin.get(EXEC).is(400).text().contains("Upgrade request required"));
    }

    @Test
    void toReadIsNotEnough() throws Exception {
        mayCreate = false;

        String refusal = refusal(open("GET", EXEC));

        assertTrue(
                refusal.startsWith("HTTP/1.1 403") && refusal.contains("cannot create resource \\\"pods/exec\\\""),
                refusal);
        assertEquals(0, asked.size());
    }

    @Test
    void aPageOfAnotherSiteOpensNone() throws Exception {
        String refusal = refusal(open("GET", EXEC, "Origin: https://example.com"));

        assertTrue(refusal.startsWith("HTTP/1.1 403"), refusal);
        assertEquals(0, asked.size(), "nothing was started");
    }

    /** Another program's page, in a browser, on the same machine. */
    @Test
    void aPageOfThisMachineOpensNone() throws Exception {
        String refusal = refusal(open("GET", EXEC, "Origin: http://localhost", "Sec-Fetch-Site: cross-site"));

        assertTrue(refusal.startsWith("HTTP/1.1 403"), refusal);
        assertEquals(0, asked.size(), "nothing was started");
    }

    /** Go's library for WebSockets cannot leave the origin out. */
    @Test
    void aProgramThatMustNameAnOriginOpensOne() throws Exception {
        try (Socket client = open("GET", EXEC, "Origin: http://localhost")) {
            String head = head(client.getInputStream());

            assertTrue(head.startsWith("HTTP/1.1 101"), head);
        }
    }

    /** Vert.x sees a GET: the past must see the POST. */
    @Test
    void anUpgradeDoesNotChangeThePast() throws Exception {
        assertTrue(refusal(open("POST", "/at/1" + PODS)).startsWith("HTTP/1.1 405"));
    }

    @Test
    void thePastHasNoShell() throws Exception {
        assertTrue(refusal(open("GET", "/at/1" + EXEC)).startsWith("HTTP/1.1 405"));
    }
}
