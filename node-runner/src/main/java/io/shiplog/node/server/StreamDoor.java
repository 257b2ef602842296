package io.shiplog.node.server;

import io.shiplog.events.object.Actor;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerSession;
import io.shiplog.node.engine.ContainerSession.Streams;
import io.shiplog.node.stream.ChannelSocket;
import io.shiplog.node.stream.ChannelSocket.Protocol;
import io.shiplog.node.stream.ClientStreams;
import io.shiplog.node.stream.CommandStream;
import io.shiplog.node.stream.PortForward;
import io.shiplog.node.stream.SocketTunnel;
import io.shiplog.node.stream.SpdyClient;
import io.shiplog.node.stream.SpdyConnection;
import io.shiplog.node.stream.WebSocket;
import io.shiplog.projections.watch.SharedLimit;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /exec/…}, {@code /attach/…} and {@code /portForward/…}, under the kubelet's paths and with its messages.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/kubelet/server/server.go">getExec</a>
 */
final class StreamDoor implements AutoCloseable {
    /** Streams of a node at once: a command takes two file descriptors and two threads, a forward two and one for each connection. */
    static final int MAX_STREAMS = 384;
    /** Connections at once of all forwards of a node. */
    static final int MAX_FORWARDED = 1024;
    /** One user has at most this fraction of both. */
    static final int SHARE = 4;
    /** As the kubelet's {@code streamingConnectionIdleTimeout}. */
    static final Duration IDLE = Duration.ofHours(4);

    private static final String SPDY = "SPDY/3.1";
    private static final String PORT_FORWARD = "portforward.k8s.io";
    private static final String TUNNEL = SPDY + "+" + PORT_FORWARD;
    /** Of a request of the gateway: it will send {@link #RECORDED} once the stream is in the log. */
    static final String RECORDS = "shiplog-records";
    /** The first byte after the upgrade. */
    static final int RECORDED = '!';
    /** For the gateway's record; longer than a command may take. */
    private static final Duration RECORDING = Duration.ofSeconds(60);

    private static final String REQUIRED = "Upgrade request required\n";
    private static final String TOO_MANY = "too many streams of this node are open, please try again later\n";
    private static final Duration PING = Duration.ofSeconds(30);
    private static final int PATH_PARTS = 4;

    private final ContainerEngine engine;
    private final RunningPods running;
    private final SharedLimit places = new SharedLimit(MAX_STREAMS, SHARE);
    private final SharedLimit forwarded = new SharedLimit(MAX_FORWARDED, SHARE);
    private final ScheduledExecutorService pulses = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stream-pings").factory());

    StreamDoor(ContainerEngine engine, RunningPods running) {
        this.engine = engine;
        this.running = running;
    }

    /** Serves a stream to its end; false if the path is none. */
    boolean handle(Conversation conversation) throws IOException {
        List<String> parts =
                Arrays.asList(conversation.head().path().substring(1).split("/", -1));
        String verb = parts.getFirst();
        boolean command = (verb.equals("exec") || verb.equals("attach")) && parts.size() == PATH_PARTS;
        boolean forward = verb.equals("portForward") && parts.size() == PATH_PARTS - 1;
        if (!command && !forward) {
            return false;
        }
        if (!Callers.isGateway(conversation.caller()) || ProxyDoor.isPassedOn(conversation.head())) {
            conversation.answer(403, "streams are opened through the API server, which records them\n");
            return true;
        }
        if (command) {
            command(conversation, parts);
        } else {
            forward(conversation, parts.get(1), parts.get(2));
        }
        return true;
    }

    private void forward(Conversation conversation, String namespace, String pod) throws IOException {
        PortForward.Dialer dialer = running.dialer(namespace, pod);
        Actor user = Callers.user(conversation.head());
        if (dialer == null) {
            conversation.answer(404, "pod does not exist\n");
        } else if (!places.enter(user, 1)) {
            conversation.answer(429, TOO_MANY);
        } else {
            try {
                SpdyConnection connection = forwarding(conversation);
                if (connection != null) {
                    PortForward.run(connection, namespace + "/" + pod, dialer, of(user), this::every, IDLE);
                }
            } finally {
                places.leave(user, 1);
            }
        }
    }

    private PortForward.Places of(Actor user) {
        return new PortForward.Places() {
            @Override
            public boolean enter() {
                return forwarded.enter(user, 1);
            }

            @Override
            public void leave() {
                forwarded.leave(user, 1);
            }
        };
    }

    /** SPDY itself, or SPDY in a WebSocket; null if it is neither, which is then answered. */
    private static @Nullable SpdyConnection forwarding(Conversation conversation) throws IOException {
        if (isSpdy(conversation)) {
            return spdy(conversation, PORT_FORWARD);
        }
        List<String> offered = conversation.head().list("sec-websocket-protocol");
        if (!offered.contains(TUNNEL)) {
            conversation.answer(
                    400,
                    conversation.head().header("upgrade") == null ? REQUIRED : unsupported(offered, List.of(TUNNEL)));
            return null;
        }
        WebSocket socket = upgraded(conversation, TUNNEL);
        if (socket == null) {
            return null;
        }
        SocketTunnel tunnel = new SocketTunnel(socket);
        return new SpdyConnection(tunnel.in(), tunnel.out(), socket);
    }

    private static boolean isSpdy(Conversation conversation) {
        return SPDY.equalsIgnoreCase(conversation.head().header("upgrade"));
    }

    /** Null if the client knows another version only, which is then answered. */
    private static @Nullable SpdyConnection spdy(Conversation conversation, String protocol) throws IOException {
        List<String> offered = conversation.head().list("x-stream-protocol-version");
        if (!offered.contains(protocol)) {
            conversation.answer(
                    403,
                    "unable to upgrade: unable to negotiate protocol: client supports [%s], server accepts [%s]\n"
                            .formatted(String.join(" ", offered), protocol));
            return null;
        }
        conversation.upgrade(SPDY, Map.of("X-Stream-Protocol-Version", protocol));
        awaitRecord(conversation);
        return new SpdyConnection(conversation.in(), conversation.out(), conversation.connection());
    }

    private void command(Conversation conversation, List<String> parts) throws IOException {
        RequestHead head = conversation.head();
        boolean tty = head.flag("tty");
        Actor user = Callers.user(head);
        Streams streams = new Streams(head.flag("input"), head.flag("output"), head.flag("error") && !tty, tty);
        String id = running.container(parts.get(1), parts.get(2), parts.get(3));
        if (id == null) {
            conversation.answer(404, "pod does not exist\n");
        } else if (id.isEmpty()) {
            conversation.answer(500, "container not found (\"%s\")\n".formatted(parts.get(3)));
        } else if (!streams.stdin() && !streams.stdout() && !streams.stderr()) {
            conversation.answer(400, "you must specify at least 1 of stdin, stdout, stderr\n");
        } else if (!places.enter(user, 1)) {
            conversation.answer(429, TOO_MANY);
        } else {
            try {
                Supplier<ContainerSession> session = parts.getFirst().equals("exec")
                        ? () -> engine.open(id, head.all("command"), streams)
                        : () -> engine.attach(id, streams);
                ClientStreams client = client(conversation, streams);
                if (client != null) {
                    CommandStream.run(client, session, streams, this::every, IDLE);
                }
            } finally {
                places.leave(user, 1);
            }
        }
    }

    /** Null if the client speaks nothing that is known here, which is then answered. */
    private static @Nullable ClientStreams client(Conversation conversation, Streams streams) throws IOException {
        if (isSpdy(conversation)) {
            SpdyConnection connection = spdy(conversation, SpdyClient.PROTOCOL);
            return connection == null ? null : new SpdyClient(connection, streams);
        }
        List<String> offered = conversation.head().list("sec-websocket-protocol");
        Protocol protocol = Protocol.of(offered);
        if (protocol == null) {
            conversation.answer(
                    400,
                    unsupported(
                            offered,
                            Arrays.stream(Protocol.values()).map(Protocol::word).toList()));
            return null;
        }
        WebSocket socket = upgraded(conversation, protocol.word());
        if (socket == null) {
            return null;
        }
        ChannelSocket client = new ChannelSocket(socket, protocol);
        client.greet();
        return client;
    }

    private static String unsupported(List<String> offered, List<String> known) {
        return "requested protocol(s) are not supported: [%s]; supports [%s]\n"
                .formatted(String.join(" ", offered), String.join(" ", known));
    }

    /** Null if the request asks for no WebSocket, which is then answered. */
    private static @Nullable WebSocket upgraded(Conversation conversation, String protocol) throws IOException {
        String key = conversation.head().header("sec-websocket-key");
        if (key == null || !"websocket".equalsIgnoreCase(conversation.head().header("upgrade"))) {
            conversation.answer(400, REQUIRED);
            return null;
        }
        WebSocket socket = webSocket(conversation, protocol);
        awaitRecord(conversation);
        return socket;
    }

    /**
     * Nothing is started that is not in the log, and nothing is in the log that this node refuses: the gateway records the stream between the node's
     * acceptance and this byte.
     */
    private static void awaitRecord(Conversation conversation) throws IOException {
        if (conversation.head().header(RECORDS) == null) {
            return;
        }
        conversation.connection().setSoTimeout((int) RECORDING.toMillis());
        if (conversation.in().read() != RECORDED) {
            throw new EOFException("the gateway gave the stream up: it is not in the log");
        }
        conversation.connection().setSoTimeout(0);
    }

    /** Leaves HTTP for a WebSocket that the request asks for. */
    static WebSocket webSocket(Conversation conversation, String protocol) throws IOException {
        String key = String.valueOf(conversation.head().header("sec-websocket-key"));
        Map<String, String> headers = new HashMap<>(Map.of("Sec-WebSocket-Accept", WebSocket.accept(key)));
        if (!protocol.isEmpty()) {
            headers.put("Sec-WebSocket-Protocol", protocol);
        }
        conversation.upgrade("websocket", headers);
        return new WebSocket(conversation.in(), conversation.out(), conversation.connection());
    }

    AutoCloseable every(Runnable ping) {
        ScheduledFuture<?> future = pulses.scheduleAtFixedRate(
                () -> Thread.ofVirtual().start(ping), PING.toSeconds(), PING.toSeconds(), TimeUnit.SECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        pulses.shutdownNow();
    }
}
