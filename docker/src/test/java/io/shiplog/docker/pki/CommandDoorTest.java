package io.shiplog.docker.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.command.http.CommandPortServer;
import io.shiplog.events.command.http.HttpCommandPort;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cluster's own certificates at the command side's own door: who gets in, in whose name. */
class CommandDoorTest {
    private static final ResourceType EVENTS = ResourceType.core("events");

    private final List<Actor> came = new CopyOnWriteArrayList<>();
    private final CommandPort behind = request -> {
        came.add(request.actor());
        return CompletableFuture.completedFuture(new Accepted(
                ObjectKey.of(EVENTS, "default", "e"), 1, Json.of("{}"), CommandResult.Outcome.CREATED, List.of()));
    };

    @TempDir
    private Path folder;

    private ClusterPki pki;
    private CommandPortServer door;

    @BeforeEach
    void open() throws IOException {
        pki = ClusterPki.open(folder, "test");
        door = CommandPortServer.start(
                new InetSocketAddress("127.0.0.1", 0),
                pki.identify(Identity.commandSide(List.of("127.0.0.1"))),
                Identity::speaksFor,
                behind,
                text -> text.sample("workqueue_depth", Map.of("name", "job"), 3));
    }

    @AfterEach
    void close() {
        door.close();
    }

    private CommandResult send(Identity from, Actor inTheNameOf) throws Exception {
        try (HttpCommandPort port =
                new HttpCommandPort(() -> "127.0.0.1:" + door.address().getPort(), pki.identify(from), Duration.ZERO)) {
            return port.send(CommandRequest.byUser(
                            inTheNameOf, new CreateObject(EVENTS, "default", Json.of("{}"), FieldValidation.IGNORE)))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static Identity node(String name) {
        return Identity.node(name);
    }

    private HttpResponse<String> metrics(Identity from) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(pki.identify(from)).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(
                                    "https://127.0.0.1:" + door.address().getPort() + "/metrics"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void metricsAreForMasters() throws Exception {
        assertTrue(metrics(Identity.admin()).body().contains("workqueue_depth{name=\"job\"} 3\n"));
        assertEquals(403, metrics(node("a")).statusCode());
    }

    @Test
    void aNodeSpeaksForItself() throws Exception {
        assertInstanceOf(Accepted.class, send(node("a"), Actor.node("a")));
        assertEquals(List.of(Actor.node("a")), came);
    }

    @Test
    void aNodeSpeaksForNoOtherNode() throws Exception {
        CommandResult answer = send(node("a"), Actor.node("b"));

        assertEquals(
                Reason.FORBIDDEN,
                assertInstanceOf(Refused.class, answer).refusal().reason());
        assertEquals(List.of(), came);
    }

    @Test
    void aNodeSpeaksForNoUser() throws Exception {
        CommandResult answer = send(node("a"), new Actor("root", List.of("system:masters")));

        assertEquals(
                Reason.FORBIDDEN,
                assertInstanceOf(Refused.class, answer).refusal().reason());
        assertEquals(List.of(), came);
    }

    @Test
    void aGatewaySendsCommandsInTheNameOfItsUsers() throws Exception {
        Actor ana = new Actor("ana", List.of("system:authenticated"));

        assertInstanceOf(Accepted.class, send(Identity.gatewayClient(), ana));
        assertEquals(List.of(ana), came);
    }

    @Test
    void theAdminsCertificateIsForTheFrontDoor() throws Exception {
        assertInstanceOf(
                Refused.class, send(Identity.admin(), new Actor("kubernetes-admin", List.of("system:masters"))));
        assertEquals(List.of(), came);
    }
}
