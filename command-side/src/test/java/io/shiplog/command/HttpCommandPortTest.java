package io.shiplog.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.command.http.CommandPortServer;
import io.shiplog.events.command.http.HttpCommandPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command side in another process, from the port's point of view. */
class HttpCommandPortTest extends CommandPortContract {
    private static final String GATEWAY = "CN=gateway,O=shiplog";

    @TempDir
    static Path directory;

    private static final AtomicReference<SSLContext> TLS = new AtomicReference<>();

    private final AtomicReference<String> writer = new AtomicReference<>("");
    private final CommandPortServer server = serve(GATEWAY);
    private final HttpCommandPort port = new HttpCommandPort(writer::get, tls(), Duration.ofSeconds(30));

    @BeforeAll
    static void certificates() {
        TLS.set(TestTls.selfSigned(directory, GATEWAY));
    }

    private static SSLContext tls() {
        SSLContext context = TLS.get();
        if (context == null) {
            throw new IllegalStateException("made before all tests");
        }
        return context;
    }

    private CommandPortServer serve(String allowed) {
        try {
            CommandPortServer started = CommandPortServer.start(
                    new InetSocketAddress("127.0.0.1", 0),
                    tls(),
                    (subject, actor) -> allowed.equals(subject),
                    cluster.side(),
                    text -> {});
            writer.set("127.0.0.1:" + started.address().getPort());
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected CommandPort port() {
        return port;
    }

    @AfterEach
    void close() {
        port.close();
        server.close();
    }

    @Test
    void aWriterThatComesLaterIsFound() {
        String address = writer.getAndSet("");
        var answer = port.send(CommandRequest.byUser(Cluster.ALICE, Cluster.configMap("a")))
                .toCompletableFuture();
        writer.set(address);

        assertInstanceOf(Accepted.class, cluster.await(answer));
    }

    @Test
    void aCommandIsSentAgainUntilItsWriterLeadsAgain() {
        cluster.log().claim("other", Duration.ofSeconds(1));
        var answer = port.send(CommandRequest.byUser(Cluster.ALICE, Cluster.configMap("a")))
                .toCompletableFuture();
        while (cluster.side().leads()) {
            Thread.onSpinWait();
        }
        cluster.await(cluster.side().lead().toCompletableFuture());

        assertInstanceOf(Accepted.class, cluster.await(answer));
        assertEquals(2, cluster.events().size());
    }

    @Test
    void withNoWriterInTimeTheAnswerIsA503() {
        try (HttpCommandPort impatient = new HttpCommandPort(() -> "", tls(), Duration.ZERO)) {
            Refused refused = assertInstanceOf(
                    Refused.class,
                    cluster.await(impatient
                            .send(CommandRequest.byUser(Cluster.ALICE, Cluster.configMap("a")))
                            .toCompletableFuture()));

            assertEquals(Reason.SERVICE_UNAVAILABLE, refused.refusal().reason());
        }
    }

    @Test
    void aCertificateOfTheWrongNameMaySendNothing() {
        try (CommandPortServer strict = serve("CN=other");
                HttpCommandPort impatient = new HttpCommandPort(writer::get, tls(), Duration.ZERO)) {
            Refused refused = assertInstanceOf(
                    Refused.class,
                    cluster.await(impatient
                            .send(CommandRequest.byUser(Cluster.ALICE, Cluster.configMap("a")))
                            .toCompletableFuture()));

            assertEquals(Reason.FORBIDDEN, refused.refusal().reason());
            assertEquals(1, cluster.events().size());
            strict.address();
        }
    }

    @Test
    @Timeout(60)
    void aRequestWithoutItsBodyLosesItsConnectionAndBlocksNoOther() throws IOException {
        try (Socket stalled = tls().getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort())) {
            stalled.getOutputStream()
                    .write("POST /commands HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));

            assertInstanceOf(
                    Accepted.class,
                    cluster.await(port.send(CommandRequest.byUser(Cluster.ALICE, Cluster.configMap("a")))
                            .toCompletableFuture()));
            assertEquals(-1, stalled.getInputStream().read());
        }
    }
}
