package io.shiplog.node.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.memory.InMemoryEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** gRPC probes against gRPC's own server and health service. */
class GrpcQuestionTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final List<Server> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(Server::shutdownNow);
    }

    private int serving(BindableService... services) throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0));
        for (BindableService service : services) {
            builder.addService(service);
        }
        Server server = builder.build().start();
        servers.add(server);
        return server.getPort();
    }

    private static Answer ask(int port, String service, Duration timeout) {
        ObjectNode handler = Json.MAPPER.createObjectNode();
        handler.putObject("grpc").put("port", port).put("service", service);
        return new ContainerProber(new InMemoryEngine(Instant::now))
                .ask(
                        new Target("c1", "127.0.0.1", Json.MAPPER.createObjectNode()),
                        handler,
                        Prober.Purpose.PROBE,
                        timeout);
    }

    /** A health service that answers in its own way. */
    private abstract static class OwnHealth extends HealthGrpc.HealthImplBase {
        @Override
        public abstract void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer);
    }

    private static BindableService failing(Status status) {
        return new OwnHealth() {
            @Override
            public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
                answer.onError(status.asRuntimeException());
            }
        };
    }

    @Test
    void aServerThatServesIsWell() throws IOException {
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus("shop.Cart", ServingStatus.SERVING);
        int port = serving(health.getHealthService());

        assertEquals(Answer.SUCCESS, ask(port, "", TIMEOUT));
        assertEquals(Answer.SUCCESS, ask(port, "shop.Cart", TIMEOUT));
    }

    @Test
    void aNameOfAnyLengthArrives() throws IOException {
        HealthStatusManager health = new HealthStatusManager();
        String name = "x".repeat(300);
        health.setStatus(name, ServingStatus.SERVING);
        int port = serving(health.getHealthService());

        assertEquals(Answer.SUCCESS, ask(port, name, TIMEOUT));
        assertFalse(ask(port, name + "x", TIMEOUT).success());
    }

    @ParameterizedTest
    @EnumSource(
            value = ServingStatus.class,
            names = {"UNKNOWN", "NOT_SERVING", "SERVICE_UNKNOWN"})
    void anyOtherStatusIsAFailure(ServingStatus status) throws IOException {
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus("", status);

        Answer answer = ask(serving(health.getHealthService()), "", TIMEOUT);

        assertEquals(Answer.failure("service unhealthy (responded with \"" + status + "\")"), answer);
    }

    @Test
    void anUnknownServiceIsAFailure() throws IOException {
        Answer answer = ask(serving(new HealthStatusManager().getHealthService()), "gone", TIMEOUT);

        assertEquals(
                "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service gone",
                answer.message());
    }

    @Test
    void aServerWithoutTheProtocolSaysSo() throws IOException {
        Answer answer = ask(serving(), "", TIMEOUT);

        assertEquals(
                "error: this server does not implement the grpc health protocol (grpc.health.v1.Health):"
                        + " Method not found: grpc.health.v1.Health/Check",
                answer.message());
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, Unavailable",
        "INTERNAL, Internal",
        "CANCELLED, Canceled",
        "DATA_LOSS, DataLoss",
        "UNAUTHENTICATED, Unauthenticated"
    })
    void whatTheServerSaysIsShownAsItIs(Status.Code code, String shown) throws IOException {
        Answer answer = ask(serving(failing(Status.fromCode(code).withDescription("1+1 ≠ 3 %"))), "", TIMEOUT);

        assertEquals(
                "error: health rpc probe failed: rpc error: code = " + shown + " desc = 1+1 ≠ 3 %", answer.message());
    }

    @Test
    void aServerThatNeverAnswersRunsOutOfTime() throws IOException {
        BindableService silent = new OwnHealth() {
            @Override
            public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
                // Says nothing.
            }
        };

        assertEquals(
                "timeout: health rpc did not complete within 100ms",
                ask(serving(silent), "", SHORT).message());
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(
                    "timeout: health rpc did not complete within 100ms",
                    ask(deaf.getLocalPort(), "", SHORT).message());
        }
    }

    @Test
    void aClosedPortIsAFailure() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertEquals(
                "error: failed to connect service at \"127.0.0.1:%d\": dial tcp 127.0.0.1:%d: connect: connection refused"
                        .formatted(free, free),
                ask(free, "", TIMEOUT).message());
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1 400 Bad Request", "''"})
    void aServerOfAnotherProtocolIsAFailure(String says) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.startVirtualThread(() -> {
                try (Socket socket = other.accept()) {
                    socket.getOutputStream().write((says + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });

            Answer answer = ask(other.getLocalPort(), "", TIMEOUT);

            assertTrue(
                    answer.message()
                            .startsWith("error: health rpc probe failed: rpc error: code = Unavailable desc = error"
                                    + " reading from server: "),
                    answer.message());
            answering.join();
        }
    }
}
