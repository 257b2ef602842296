package io.shiplog.node.dns;

import io.shiplog.node.net.services.Services;
import io.shiplog.node.net.services.ServicesWatch;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.watch.SharedLimit;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * The name server of a cluster on UDP and TCP. Names of the cluster are answered on the receiving thread, from memory; others
 * wait for the machine's resolvers on separate threads.
 */
public final class DnsServer implements AutoCloseable {
    private static final int ANY_PORT = 0;
    private static final int MAX_QUERY_BYTES = 4096;
    private static final int MAX_CONNECTIONS = 256;
    /** One client has at most a quarter of the connections. */
    private static final int PART = 4;

    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);

    private final Responder responder;
    private final Upstream upstream;
    private final ServicesWatch services;
    private final DatagramChannel udp;
    private final ServerSocket tcp;
    private final SharedLimit connections = new SharedLimit(MAX_CONNECTIONS, PART);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ClusterNames names;

    private volatile ReadForwarding forwarding = new ReadForwarding(null, Forwarding.NONE);

    private DnsServer(
            DnsConfig config, ServicesWatch services, Upstream upstream, DatagramChannel udp, ServerSocket tcp) {
        this.responder = new Responder(new ClusterZone(config));
        this.upstream = upstream;
        this.services = services;
        this.udp = udp;
        this.tcp = tcp;
    }

    /**
     * Starts answering. If another name server on the machine has the port on all addresses, it listens on any other port: see
     * {@link #port}.
     *
     * @throws IllegalStateException if the address is not this machine's
     */
    public static DnsServer start(DnsConfig config, ServicesWatch services) {
        return start(
                config,
                services,
                new Upstream(
                        config.resolvConf(),
                        config.address().toInetAddress(),
                        DnsConfig.STANDARD_PORT,
                        System::nanoTime));
    }

    static DnsServer start(DnsConfig config, ServicesWatch services, Upstream upstream) {
        try {
            return open(config, config.port(), services, upstream);
        } catch (BindException e) {
            LOG.info("port {} of {} is not available: {}", config.port(), config.address(), e.getMessage());
        } catch (IOException e) {
            throw cannotListen(config, e);
        }
        try {
            return open(config, ANY_PORT, services, upstream);
        } catch (IOException e) {
            throw cannotListen(config, e);
        }
    }

    private static DnsServer open(DnsConfig config, int port, ServicesWatch services, Upstream upstream)
            throws IOException {
        InetAddress address = config.address().toInetAddress();
        ServerSocket tcp = new ServerSocket();
        DatagramChannel udp = null;
        try {
            tcp.setReuseAddress(true);
            tcp.bind(new InetSocketAddress(address, port));
            udp = DatagramChannel.open(StandardProtocolFamily.INET);
            udp.bind(new InetSocketAddress(address, tcp.getLocalPort()));
        } catch (IOException e) {
            closeQuietly(tcp);
            closeQuietly(udp);
            throw e;
        }
        DnsServer server = new DnsServer(config, services, upstream, udp, tcp);
        // A platform thread: one wake-up less per query.
        Thread.ofPlatform().daemon().name("dns-udp").start(server::receive);
        Thread.ofVirtual().name("dns-tcp").start(server::accept);
        return server;
    }

    private static IllegalStateException cannotListen(DnsConfig config, IOException e) {
        return new IllegalStateException(
                "the name server cannot listen on %s: %s".formatted(config.address(), e.getMessage()), e);
    }

    private static void closeQuietly(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception e) {
            // It was unusable anyway.
        }
    }

    /** The listening port: the configuration's, or another one if that was taken. */
    public int port() {
        return tcp.getLocalPort();
    }

    private void receive() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_QUERY_BYTES);
        while (udp.isOpen()) {
            try {
                buffer.clear();
                InetSocketAddress client = (InetSocketAddress) udp.receive(buffer);
                byte[] query = new byte[buffer.flip().remaining()];
                buffer.get(query);
                serveUdp(query, client);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException e) {
                // Whatever a client sends, the next query is served.
                LOG.debug("a DNS query failed", e);
            }
        }
    }

    private void serveUdp(byte[] query, InetSocketAddress client) throws IOException {
        switch (responder.reply(query, names())) {
            case Reply.Say(Message response) -> sendUdp(query, response, client);
            case Reply.Ignore ignored -> {}
            case Reply.Forward forward ->
                Thread.startVirtualThread(
                        () -> sendQuietly(query, completed(client.getAddress(), forward, false), client));
            case Reply.Follow follow ->
                Thread.startVirtualThread(
                        () -> sendQuietly(query, completed(client.getAddress(), follow, false), client));
        }
    }

    private Message completed(InetAddress client, Reply.Forward forward, boolean overTcp) {
        Message said = asked(client, forward.query(), overTcp);
        return said == null ? Responder.error(forward.query(), Rcode.SERVFAIL) : said;
    }

    private @Nullable Message asked(InetAddress client, Message query, boolean overTcp) {
        return upstream.ask(
                client.getHostAddress(),
                query,
                overTcp,
                forwarding().servers(query.getQuestion().getName()));
    }

    /** As the cluster's ConfigMap says now; read again only after a change. */
    private Forwarding forwarding() {
        StoredObject object = services.image().get(Forwarding.CONFIG);
        ReadForwarding known = forwarding;
        if (known.object() == object) {
            return known.forwarding();
        }
        ReadForwarding fresh = new ReadForwarding(object, Forwarding.of(object));
        forwarding = fresh;
        return fresh.forwarding();
    }

    private record ReadForwarding(@Nullable StoredObject object, Forwarding forwarding) {}

    private Message completed(InetAddress client, Reply.Follow follow, boolean overTcp) {
        Message query = Message.newQuery(follow.question());
        query.getHeader().setFlag(Flags.RD);
        return Responder.followed(follow.response(), asked(client, query, overTcp));
    }

    private void sendQuietly(byte[] query, Message response, SocketAddress client) {
        try {
            sendUdp(query, response, client);
        } catch (IOException | RuntimeException e) {
            LOG.debug("a DNS answer could not be sent", e);
        }
    }

    private void sendUdp(byte[] query, Message response, SocketAddress client) throws IOException {
        byte[] wire = Responder.fitted(response, Responder.udpBytes(query));
        udp.send(ByteBuffer.wrap(wire), client);
    }

    private void accept() {
        while (!tcp.isClosed()) {
            try {
                Socket client = tcp.accept();
                if (connections.enter(client.getInetAddress().getHostAddress(), 1)) {
                    open.add(client);
                    Thread.startVirtualThread(() -> converse(client));
                } else {
                    client.close();
                }
            } catch (IOException | RuntimeException e) {
                // Probably out of file descriptors: gives others time to close some.
                LOG.debug("a DNS connection failed", e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void converse(Socket client) {
        try (client) {
            client.setSoTimeout((int) IDLE.toMillis());
            DataInputStream in = new DataInputStream(client.getInputStream());
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                Message response = serveTcp(query, client.getInetAddress());
                if (response == null) {
                    return;
                }
                client.getOutputStream().write(framed(Responder.fitted(response, Responder.MAX_TCP_BYTES)));
            }
        } catch (EOFException | SocketTimeoutException e) {
            // The client has its answer.
        } catch (IOException | RuntimeException e) {
            LOG.debug("a DNS connection failed", e);
        } finally {
            open.remove(client);
            connections.leave(client.getInetAddress().getHostAddress(), 1);
        }
    }

    private @Nullable Message serveTcp(byte[] query, InetAddress client) {
        return switch (responder.reply(query, names())) {
            case Reply.Say(Message response) -> response;
            case Reply.Ignore ignored -> null;
            case Reply.Forward forward -> completed(client, forward, true);
            case Reply.Follow follow -> completed(client, follow, true);
        };
    }

    /** A message in TCP form, after its length; in one piece, so that it is sent in one packet. */
    static byte[] framed(byte[] message) {
        return ByteBuffer.allocate(message.length + Short.BYTES)
                .putShort((short) message.length)
                .put(message)
                .array();
    }

    /** The current names; those of addresses are recomputed only after a change of Services. */
    private ClusterNames names() {
        Services current = services.current();
        ClusterNames known = names;
        if (known != null && known.services() == current) {
            return new ClusterNames(services.image(), current, known.reverse());
        }
        ClusterNames fresh = ClusterNames.of(services.image(), current);
        names = fresh;
        return fresh;
    }

    /** Stops answering; pending queries are lost. */
    @Override
    public void close() {
        closeQuietly(udp);
        closeQuietly(tcp);
        open.forEach(DnsServer::closeQuietly);
    }
}
