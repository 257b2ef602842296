package io.shiplog.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.https.PartServer;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.LogRequest;
import io.shiplog.node.engine.PlainContainer;
import io.shiplog.node.engine.memory.InMemoryEngine;
import io.shiplog.node.pod.status.LogSource;
import io.shiplog.node.stats.NodeStats;
import io.shiplog.node.stats.RunningPod;
import io.shiplog.node.stream.PortForward;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs over HTTPS with client certificates, as the gateway asks for them. */
class NodeServerTest {
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    static Path keys;

    private final InMemoryEngine engine = new InMemoryEngine(() -> Instant.parse("2026-11-22T12:00:00Z"));
    private final CountDownLatch slow = new CountDownLatch(1);
    private final Semaphore following = new Semaphore(0);
    private final Semaphore ended = new Semaphore(0);
    private NodeServer server;
    private String id = "";

    /** The JDK's own keytool makes the certificates: each signs itself, and all are trusted. */
    @BeforeAll
    static void makeKeys() throws Exception {
        make("server", "CN=node-a");
        make("gateway", "CN=kube-apiserver-kubelet-client, O=system:masters");
        make("node", "CN=system:node:node-b, O=system:nodes");
        make("admin", "CN=kubernetes-admin, O=system:masters");
    }

    private static void make(String name, String subject) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        int code = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        subject,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.resolve(name + ".p12").toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, code, "keytool");
    }

    private static KeyStore store(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys.resolve(name + ".p12"))) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static SSLContext tls(String own, String... trusted) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, PASSWORD);
        for (String name : trusted) {
            trust.setCertificateEntry(name, store(name).getCertificate(name));
        }
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trust);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (own.isEmpty()) {
            KeyStore none = KeyStore.getInstance("PKCS12");
            none.load(null, PASSWORD);
            keyManagers.init(none, PASSWORD);
        } else {
            keyManagers.init(store(own), PASSWORD);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    @BeforeEach
    void serve() throws Exception {
        engine.addImage("i", "");
        id = engine.create(PlainContainer.of("c", "i").request());
        engine.start(id);
        engine.print(id, "one\n");
        engine.print(id, "two\n");
        server = NodeServer.start(
                "127.0.0.1",
                0,
                tls("server", "gateway", "node", "admin"),
                quiet(),
                (ns, pod, container, previous) -> {
                    if (pod.equals("slow")) {
                        await(slow);
                        return new LogSource(id, "");
                    }
                    if (pod.equals("broken")) {
                        throw new IllegalStateException("a bug");
                    }
                    if (pod.equals("endless")) {
                        throw new StackOverflowError();
                    }
                    if (!pod.equals("web")) {
                        return null;
                    }
                    return switch (container) {
                        case "app" ->
                            previous ? new LogSource(null, "there is no previous run of app") : new LogSource(id, "");
                        case "removed" -> new LogSource("123", "");
                        default -> new LogSource(null, "container \"" + container + "\" is waiting");
                    };
                },
                new RunningPods() {
                    @Override
                    public @Nullable String container(String namespace, String pod, String container) {
                        return pod.equals("web") ? container.equals("app") ? id : "" : null;
                    }

                    @Override
                    public @Nullable List<String> addresses(String namespace, String pod) {
                        return pod.equals("web") ? List.of(own(), "127.0.0.1", "169.254.169.254") : null;
                    }

                    @Override
                    public PortForward.@Nullable Dialer dialer(String namespace, String pod) {
                        return pod.equals("web") ? port -> new Socket("127.0.0.1", port) : null;
                    }
                },
                new NodeView(
                        new NodeStats(
                                new NodeStats.Facts(
                                        "node-a",
                                        false,
                                        keys,
                                        Instant.parse("2026-11-22T12:00:00Z"),
                                        2000,
                                        1 << 30,
                                        "v1"),
                                () -> List.of(new RunningPod(
                                        "default",
                                        "web",
                                        "u",
                                        Instant.parse("2026-11-22T12:00:00Z"),
                                        ProcessHandle.current().pid(),
                                        List.of(new RunningPod.RunningContainer(
                                                "app",
                                                "c1",
                                                ProcessHandle.current().pid(),
                                                Instant.parse("2026-11-22T12:00:00Z"),
                                                "busybox",
                                                0,
                                                0)))),
                                Instant::now),
                        () -> "{\"kind\":\"PodList\"}",
                        () -> "{}",
                        (actor, subresource) -> actor.user().equals("system:node:node-b")
                                && actor.groups().contains("system:nodes")
                                && subresource.equals("metrics")));
    }

    /** The engine, but a followed log has nothing to say and does not end. */
    private ContainerEngine quiet() {
        return (ContainerEngine) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ContainerEngine.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("logs") && ((LogRequest) arguments[1]).follow()) {
                        following.release();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            ended.release();
                        }
                        return null;
                    }
                    try {
                        return method.invoke(engine, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path));
    }

    /** A quiet container would hold a connection to the engine as long as it runs, even after its follower has left. */
    @Test
    @Timeout(60)
    void aFollowedLogEndsWhenItsClientSaysSo() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(tls("gateway", "server")).build()) {
            var log = client.sendAsync(
                    request("/containerLogs/default/web/app?follow=true")
                            .header("Shiplog-Follower", "f-1")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertTrue(following.tryAcquire(20, TimeUnit.SECONDS));
            HttpRequest end = request("/followers/f-1").DELETE().build();

            assertEquals(
                    200, client.send(end, HttpResponse.BodyHandlers.ofString()).statusCode());
            assertTrue(ended.tryAcquire(20, TimeUnit.SECONDS));
            assertEquals(200, log.get().statusCode());
            assertEquals(
                    404, client.send(end, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
    }

    /** The engine's connections are there for pods. */
    @Test
    @Timeout(60)
    void onlySoManyLogsAreReadAtOnce() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(tls("gateway", "server")).build()) {
            for (int i = 0; i < NodeServer.MAX_LOGS; i++) {
                var unused = client.sendAsync(
                        request("/containerLogs/default/web/app?follow=true")
                                .header("Shiplog-Follower", "f-" + i)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            }
            assertTrue(following.tryAcquire(NodeServer.MAX_LOGS, 40, TimeUnit.SECONDS));

            assertEquals(429, get("gateway", "/containerLogs/default/web/app").statusCode());
            client.send(request("/followers/f-1").DELETE().build(), HttpResponse.BodyHandlers.ofString());
            assertTrue(ended.tryAcquire(20, TimeUnit.SECONDS));
            client.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What comes over a WebSocket, message by message. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            part.append(StandardCharsets.ISO_8859_1.decode(data));
            return ended(socket, last);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            return ended(socket, last);
        }

        private CompletionStage<?> ended(WebSocket socket, boolean last) {
            if (last) {
                messages.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            messages.add("closed " + code);
            return CompletableFuture.completedFuture(null);
        }

        String next() throws InterruptedException {
            String next = messages.poll(20, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        }
    }

    private WebSocket open(String as, String path, String protocol, Heard heard) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(tls(as, "server")).build();
        try {
            return client.newWebSocketBuilder()
                    .subprotocols(protocol)
                    .buildAsync(URI.create("wss://127.0.0.1:" + server.port() + path), heard)
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof WebSocketHandshakeException refused
                    ? new IOException("refused " + refused.getResponse().statusCode(), refused)
                    : e;
        }
    }

    private static ByteBuffer bytes(int channel, String text) {
        return StandardCharsets.ISO_8859_1.encode((char) channel + text);
    }

    private void programs() {
        engine.program("cat", (in, out, err, size) -> {
            in.transferTo(out);
            err.write("bye".getBytes(StandardCharsets.US_ASCII));
            return 3;
        });
        engine.program("stay", (in, out, err, size) -> {
            out.write('y');
            new CountDownLatch(1).await();
            return 0;
        });
        engine.program("size", (in, out, err, size) -> {
            in.readAllBytes();
            out.write(size.get().getBytes(StandardCharsets.US_ASCII));
            return 0;
        });
        engine.program("deaf", (in, out, err, size) -> {
            out.write('d');
            return 0;
        });
    }

    private static final String EXEC = "/exec/default/web/app?input=1&output=1&error=1&command=";

    @Test
    void aCommandHasItsStreamsAndItsExitCode() throws Exception {
        programs();
        Heard heard = new Heard();
        WebSocket socket = open("gateway", EXEC + "cat", "v5.channel.k8s.io", heard);
        assertEquals("\1", heard.next(), "the connection stands");

        socket.sendBinary(bytes(0, "he"), false).get();
        socket.sendBinary(StandardCharsets.US_ASCII.encode("llo"), true).get();
        assertEquals("\1he", heard.next());
        assertEquals("\1llo", heard.next());
        socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) 255, 0}), true).get();

        assertEquals("\2bye", heard.next());
        assertEquals(
                "\3{\"metadata\":{},\"status\":\"Failure\",\"message\":\"command terminated with non-zero exit code: exit status 3\","
                        + "\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"3\"}]}}",
                heard.next());
        assertEquals("closed 1000", heard.next());
    }

    /** Given a stream that the gateway records / when the node accepts it / then nothing starts before the gateway's byte, and nothing without it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(60)
    void nothingStartsThatIsNotRecorded(boolean recorded) throws Exception {
        programs();
        try (Socket socket = tls("gateway", "server").getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET " + EXEC
                                    + "stay HTTP/1.1\r\nHost: n\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n"
                                    + "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\nShiplog-Records: true\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            assertTrue(head.toString().startsWith("HTTP/1.1 101"), head::toString);
            assertEquals(0, engine.sessions().size());
            if (!recorded) {
                socket.getOutputStream().write('?');
                assertEquals(-1, socket.getInputStream().read());
                assertEquals(0, engine.sessions().size());
                return;
            }
            socket.getOutputStream().write(StreamDoor.RECORDED);
            assertEquals(130, socket.getInputStream().read(), "a message");
            assertEquals(1, engine.sessions().size());
        }
    }

    /** Given a user with a share of the streams / when more are opened / then others and the admin still get theirs. */
    @Test
    @Timeout(120)
    void oneUserTakesAShareOfTheStreams() throws Exception {
        programs();
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(tls("gateway", "server")).build()) {
            List<WebSocket> open = new ArrayList<>();
            for (int i = 0; i < StreamDoor.MAX_STREAMS / StreamDoor.SHARE; i++) {
                open.add(streamOf(client, "alice", ""));
            }

            assertEquals("refused 429", refusalOf(client, "alice"));
            open.add(streamOf(client, "bob%0A+%C3%A9", ""));
            open.add(streamOf(client, "alice", "system:masters"));
            open.removeFirst().abort();
            assertEquals(137, engine.sessions().getFirst().get(20, TimeUnit.SECONDS));
            open.forEach(WebSocket::abort);
        }
    }

    private WebSocket streamOf(HttpClient client, String user, String group) throws Exception {
        return client.newWebSocketBuilder()
                .subprotocols("v5.channel.k8s.io")
                .header("Shiplog-User", user)
                .header("Shiplog-Group", group)
                .buildAsync(URI.create("wss://127.0.0.1:" + server.port() + EXEC + "stay"), new Heard())
                .get();
    }

    private String refusalOf(HttpClient client, String user) {
        ExecutionException refused = assertThrows(ExecutionException.class, () -> streamOf(client, user, ""));
        return "refused "
                + assertInstanceOf(WebSocketHandshakeException.class, refused.getCause())
                        .getResponse()
                        .statusCode();
    }

    @Test
    void base64IsSpokenToo() throws Exception {
        programs();
        Heard heard = new Heard();
        WebSocket socket = open("gateway", EXEC + "cat", "v4.base64.channel.k8s.io", heard);
        assertEquals("1", heard.next());

        socket.sendText("0aGk=", true).get();

        assertEquals("1aGk=", heard.next());
        socket.abort();
        assertEquals(137, engine.sessions().getFirst().get(20, TimeUnit.SECONDS));
    }

    @Test
    void aCutConnectionLeavesNoProcess() throws Exception {
        programs();
        Heard heard = new Heard();
        WebSocket socket = open("gateway", EXEC + "stay", "v4.channel.k8s.io", heard);
        assertEquals("\1", heard.next());
        assertEquals("\1y", heard.next());

        socket.abort();

        assertEquals(137, engine.sessions().getFirst().get(20, TimeUnit.SECONDS));
        assertEquals(200, get("gateway", "/healthz").statusCode());
    }

    @Test
    void aTerminalHasASize() throws Exception {
        programs();
        Heard heard = new Heard();
        WebSocket socket = open("gateway", EXEC + "size&tty=1", "v5.channel.k8s.io", heard);
        heard.next();

        socket.sendBinary(bytes(4, "{\"Width\":120,\"Height\":40}"), true).get();
        socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) 255, 0}), true).get();

        assertEquals("\1" + "120x40", heard.next());
        assertEquals("\3{\"metadata\":{},\"status\":\"Success\"}", heard.next());
    }

    @Test
    void inputThatNobodyReadsLosesNoOutput() throws Exception {
        programs();
        Heard heard = new Heard();
        WebSocket socket = open("gateway", EXEC + "deaf", "v5.channel.k8s.io", heard);
        for (int i = 0; i < 200; i++) {
            var unused = socket.sendBinary(bytes(0, "x".repeat(10_000)), true)
                    .handle((sent, failed) -> true)
                    .get();
        }

        assertEquals("\1", heard.next());
        assertEquals("\1d", heard.next());
        assertEquals("\3{\"metadata\":{},\"status\":\"Success\"}", heard.next());
    }

    @Test
    void aProgramThatIsNotThereIsSaidOnTheErrorChannel() throws Exception {
        Heard heard = new Heard();
        open("gateway", EXEC + "nosuch", "v4.channel.k8s.io", heard);
        assertEquals("\1", heard.next());

        String status = heard.next();

        assertTrue(
                status.contains("error executing command in container: exec: \\\"nosuch\\\": executable file not found")
                        && status.contains("InternalError"),
                status);
    }

    @ParameterizedTest
    @CsvSource({
        "gateway,/exec/default/other/app?output=1&command=cat,v5.channel.k8s.io,404",
        "gateway,/exec/default/web/later?output=1&command=cat,v5.channel.k8s.io,500",
        "gateway,/exec/default/web/app?command=cat,v5.channel.k8s.io,400",
        "gateway,/exec/default/web/app?output=1&command=cat,v9.channel.k8s.io,400",
        "gateway,/exec/default/web?output=1&command=cat,v5.channel.k8s.io,404",
        "node,/exec/default/web/app?output=1&command=cat,v5.channel.k8s.io,403",
        "admin,/exec/default/web/app?output=1&command=cat,v5.channel.k8s.io,403"
    })
    void whatCannotBeOpenedIsRefusedBeforeTheUpgrade(String as, String path, String protocol, int code) {
        IOException refused = assertThrows(IOException.class, () -> open(as, path, protocol, new Heard()));

        assertEquals("refused " + code, refused.getMessage());
    }

    @Test
    void aLogComesOverAWebSocketToo() throws Exception {
        Heard binary = new Heard();
        open("gateway", "/containerLogs/default/web/app", "binary.k8s.io", binary);
        assertEquals(List.of("one\n", "two\n", "closed 1000"), List.of(binary.next(), binary.next(), binary.next()));

        Heard base64 = new Heard();
        open("gateway", "/containerLogs/default/web/app?tailLines=1", "base64.binary.k8s.io", base64);
        assertEquals(List.of("dHdvCg==", "closed 1000"), List.of(base64.next(), base64.next()));
    }

    @Test
    void aFollowerThatLeavesEndsItsReading() throws Exception {
        WebSocket socket = open("gateway", "/containerLogs/default/web/app?follow=true", "binary.k8s.io", new Heard());
        assertTrue(following.tryAcquire(20, TimeUnit.SECONDS));

        socket.abort();

        assertTrue(ended.tryAcquire(20, TimeUnit.SECONDS));
    }

    @Test
    void withoutAnUpgradeThereIsNoStream() throws Exception {
        HttpResponse<String> answer = get("gateway", EXEC + "cat");

        assertEquals(400, answer.statusCode());
        assertEquals("Upgrade request required\n", answer.body());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String as, String path) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(tls(as, "server")).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void theGatewayReadsLogs() throws Exception {
        HttpResponse<String> answer = get("gateway", "/containerLogs/default/web/app");

        assertEquals(200, answer.statusCode());
        assertEquals("one\ntwo\n", answer.body());
    }

    @Test
    void optionsCutTheLog() throws Exception {
        assertEquals(
                "two\n",
                get("gateway", "/containerLogs/default/web/app?tailLines=1").body());
        assertEquals(
                "one\nt",
                get("gateway", "/containerLogs/default/web/app?limitBytes=5").body());
        assertEquals(
                "2026-11-22T12:00:00Z two\n",
                get("gateway", "/containerLogs/default/web/app?tailLines=1&timestamps=true")
                        .body());
    }

    @Test
    void whatIsNotThereIsSaidPlainly() throws Exception {
        assertEquals(404, get("gateway", "/containerLogs/default/other/app").statusCode());
        HttpResponse<String> waiting = get("gateway", "/containerLogs/default/web/later");
        assertEquals(400, waiting.statusCode());
        assertEquals("container \"later\" is waiting\n", waiting.body());
        assertEquals(
                "there is no previous run of app\n",
                get("gateway", "/containerLogs/default/web/app?previous=true").body());
        assertEquals(
                "unable to retrieve container logs for docker://123\n",
                get("gateway", "/containerLogs/default/web/removed").body());
        assertEquals(
                400,
                get("gateway", "/containerLogs/default/web/app?tailLines=many").statusCode());
        assertEquals(404, get("gateway", "/containerLogs/default/web").statusCode());
        assertEquals(404, get("gateway", "/run/default/web/app").statusCode());
    }

    @Test
    void otherCertificatesAreRefused() throws Exception {
        assertEquals(403, get("node", "/containerLogs/default/web/app").statusCode());
    }

    @Test
    void noCertificateIsNoConnection() {
        assertThrows(IOException.class, () -> get("", "/healthz"));
    }

    @Test
    void healthIsAnswered() throws Exception {
        assertEquals("ok", get("gateway", "/healthz").body());
    }

    /** What a client left unanswered: nothing sent, half a handshake, half a header; each is closed, and logs are still served. */
    @Test
    @Timeout(60)
    void aClientThatIsLateIsClosed() throws Exception {
        byte[] halfHandshake = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};
        try (Socket silent = new Socket("127.0.0.1", server.port());
                Socket stalled = new Socket("127.0.0.1", server.port());
                Socket late = tls("gateway", "server").getSocketFactory().createSocket("127.0.0.1", server.port())) {
            stalled.getOutputStream().write(halfHandshake);
            late.getOutputStream()
                    .write("GET /containerLogs/default/web/app HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));

            assertEquals(200, get("gateway", "/healthz").statusCode());
            assertTrue(isClosed(silent) && isClosed(stalled) && isClosed(late));
        }
        assertEquals(200, get("gateway", "/healthz").statusCode());
    }

    /** Given as many silent connections as the server has / when the gateway asks / then the oldest silent one makes room. */
    @Test
    @Timeout(60)
    void silentConnectionsKeepNoRequestOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < PartServer.connections(); i++) {
            silent.add(new Socket("127.0.0.1", server.port()));
        }
        try {
            assertEquals(200, get("gateway", "/healthz").statusCode());
            assertTrue(isClosed(silent.getFirst()));
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
        assertEquals(200, get("gateway", "/healthz").statusCode());
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    @Timeout(60)
    void anAnswerMayTakeLongerThanARequest() throws Exception {
        var answer = CompletableFuture.supplyAsync(() -> {
            try {
                return get("gateway", "/containerLogs/default/slow/app").statusCode();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        try (Socket silent = new Socket("127.0.0.1", server.port())) {
            assertTrue(isClosed(silent), "the deadline of requests is over");
        }

        slow.countDown();

        assertEquals(200, answer.get());
    }

    @Test
    void whateverIsThrownIsAnswered() throws Exception {
        assertEquals(500, get("gateway", "/containerLogs/default/broken/app").statusCode());
        assertEquals(500, get("gateway", "/containerLogs/default/endless/app").statusCode());
        assertEquals(200, get("gateway", "/healthz").statusCode());
    }

    /** An address of this machine that a proxy may reach. */
    private static String own() {
        try {
            return java.net.NetworkInterface.networkInterfaces()
                    .flatMap(java.net.NetworkInterface::inetAddresses)
                    .filter(each -> each instanceof java.net.Inet4Address && !each.isLoopbackAddress())
                    .findFirst()
                    .orElseThrow()
                    .getHostAddress();
        } catch (java.net.SocketException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> proxied(String caller, String order) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(tls(caller, "server"))
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            return client.send(
                    request("/a%20b?c={d}".replace("{", "%7B").replace("}", "%7D"))
                            .header("Shiplog-Proxy", order)
                            .header("X-Passed", "yes")
                            .PUT(HttpRequest.BodyPublishers.ofString("the body"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    @Timeout(60)
    void aProxiedRequestReachesThePodAsItWasSent() throws Exception {
        try (java.net.ServerSocket pod = new java.net.ServerSocket(0)) {
            CompletableFuture<String> arrived = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = pod.accept()) {
                    StringBuilder text = new StringBuilder();
                    while (!text.toString().endsWith("the body")) {
                        text.append((char) socket.getInputStream().read());
                    }
                    socket.getOutputStream()
                            .write(
                                    "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 201 Made\nX-Pod: p\r\nContent-Length: 4\n\no\n\r\n"
                                            .getBytes(StandardCharsets.US_ASCII));
                    return text.toString();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            HttpResponse<String> answer = proxied("gateway", "n http default web " + own() + " " + pod.getLocalPort());

            assertEquals(201, answer.statusCode());
            assertEquals("o\n\r\n", answer.body(), "only the head has its line ends mended");
            assertEquals("p", answer.headers().firstValue("X-Pod").orElse(""));
            String request = arrived.get();
            assertTrue(request.startsWith("PUT /a%20b?c=%7Bd%7D HTTP/1.1\r\n"), request);
            assertTrue(request.contains("X-Passed: yes"), request);
            assertTrue(!request.toLowerCase(java.util.Locale.ROOT).contains("shiplog"), request);
        }
    }

    /** The last one listens nowhere. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n http default web 127.0.0.1 80 | 400 | address not allowed",
                "n http default web 169.254.169.254 80 | 400 | address not allowed",
                "n http default web ::1 80 | 400 | address not allowed",
                "n http default web 0.0.0.0 80 | 400 | address not allowed",
                "n http default web localhost 80 | 400 | address not allowed",
                "n http default web 10.1.2.3 80 | 503 | pod \"web\" has another address",
                "n http default none 10.1.2.3 80 | 404 | pod \"none\" not found on its node",
                "n http - - 10.1.2.3 80 | 503 | has another address",
                "n http default web OWN 1 | 503 | connect: connection refused"
            })
    void onlyTheAddressesOfAPodAreReached(String order, int code, String why) throws Exception {
        HttpResponse<String> answer = proxied("gateway", order.replace("OWN", own()));

        assertEquals(code, answer.statusCode());
        assertTrue(answer.body().contains(why), answer::body);
        assertEquals("n", answer.headers().firstValue("Shiplog-Refused").orElse(""), "it is the node that refuses");
    }

    @Test
    void onlyTheGatewayPassesRequestsOn() throws Exception {
        assertEquals(
                403, proxied("admin", "n http default web " + own() + " 80").statusCode());
        assertEquals(
                400, proxied("gateway", "n ftp default web " + own() + " 80").statusCode());
        assertEquals(
                400,
                proxied("gateway", "n http default web " + own() + " 65536").statusCode());
    }

    /** Else {@code nodes/proxy} would open a shell that no event tells of. */
    @Test
    void aStreamIsNotOpenedThroughTheProxyOfANode() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(tls("gateway", "server")).build()) {
            HttpResponse<String> answer = client.send(
                    request("/exec/default/web/app?command=ls&output=1")
                            .header("Shiplog-Passed-On", "x")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertEquals(403, answer.statusCode());
            assertTrue(answer.body().contains("through the API server"), answer::body);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/metrics | text/plain; version=0.0.4; charset=utf-8 | kubelet_node_name{node=\"node-a\"} 1",
                "/metrics/cadvisor | text/plain; version=0.0.4; charset=utf-8 | container_memory_working_set_bytes{container=\"app\",id=\"/kubepods/podu/c1\",image=\"busybox\",name=\"c1\",namespace=\"default\",pod=\"web\"}",
                "/metrics/resource | text/plain; version=0.0.4; charset=utf-8 | node_cpu_usage_seconds_total ",
                "/stats/summary | application/json | \"nodeName\":\"node-a\"",
                "/stats/ | application/json | \"podRef\":{\"name\":\"web\"",
                "/pods | application/json | PodList",
                "/configz | application/json | {}",
                "/healthz | text/plain; charset=utf-8 | ok"
            })
    void aNodeTellsItsNumbers(String path, String type, String contains) throws Exception {
        HttpResponse<String> page = page("gateway", path);

        assertEquals(200, page.statusCode());
        assertEquals(type, page.headers().firstValue("Content-Type").orElse(""));
        assertTrue(page.body().contains(contains), page::body);
    }

    /** This one may read metrics. */
    @ParameterizedTest
    @CsvSource({
        "/metrics, 200",
        "/metrics/cadvisor, 200",
        "/stats/summary, 403",
        "/pods, 403",
        "/healthz, 403",
        "/none, 403",
        "/containerLogs/default/web/app, 403"
    })
    void othersReadWhatTheirRolesAllow(String path, int code) throws Exception {
        assertEquals(code, page("node", path).statusCode());
    }

    private HttpResponse<String> page(String caller, String path) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(tls(caller, "server")).build()) {
            return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
