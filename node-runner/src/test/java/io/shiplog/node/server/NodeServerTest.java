package io.shiplog.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.LogRequest;
import io.shiplog.node.engine.PlainContainer;
import io.shiplog.node.engine.memory.InMemoryEngine;
import io.shiplog.node.pod.LogSource;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
                "127.0.0.1", 0, tls("server", "gateway", "node"), quiet(), (ns, pod, container, previous) -> {
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
                });
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
                    return method.invoke(engine, arguments);
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
}
