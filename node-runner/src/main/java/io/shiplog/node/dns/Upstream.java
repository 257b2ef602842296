package io.shiplog.node.dns;

import io.shiplog.projections.watch.SharedLimit;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/**
 * The resolvers of names outside the cluster: the machine's own, or others that are given. Each query uses a fresh port and id, so that answers cannot be
 * guessed. Thread-safe; calls block.
 */
final class Upstream {
    /** resolv.conf(5): more are ignored. */
    private static final int MAX_SERVERS = 3;

    private static final int MAX_WAITING = 512;
    /** One client has at most a quarter of the places: it may wait for a server that is silent, the others do not. */
    private static final int PART = 4;

    private static final Duration PATIENCE = Duration.ofMillis(1500);
    /** The timeout for a server that was silent just now. */
    private static final Duration SHORT_PATIENCE = Duration.ofMillis(300);

    private static final Duration DISTRUST = Duration.ofSeconds(10);
    /** How long the parsed list of servers is valid. */
    private static final Duration CONFIG_AGE = Duration.ofSeconds(5);

    private final Path resolvConf;
    private final InetAddress self;
    private final int port;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    private final SharedLimit places = new SharedLimit(MAX_WAITING, PART);
    private final Map<InetSocketAddress, Long> silentAt = new ConcurrentHashMap<>();
    private volatile Config config;

    private record Config(List<InetSocketAddress> servers, long readAt) {}

    /**
     * @param self the name server's own address: never queried
     * @param port of the resolvers, 53 except in tests
     */
    Upstream(Path resolvConf, InetAddress self, int port, LongSupplier nanoTime) {
        this.resolvConf = resolvConf;
        this.self = self;
        this.port = port;
        this.nanoTime = nanoTime;
        this.config = read();
    }

    /**
     * The answer of the first server that responds; null if none does within a few seconds.
     *
     * @param client who asks: each has a share of the queries that wait
     * @param servers whom to ask; empty for the machine's own resolvers
     */
    @Nullable Message ask(String client, Message query, boolean tcp, List<InetSocketAddress> servers) {
        if (!places.enter(client, 1)) {
            return null;
        }
        try {
            for (InetSocketAddress server : byTrust(servers.isEmpty() ? own() : servers)) {
                Message answer = ask(server, query, tcp);
                if (answer != null) {
                    return answer;
                }
            }
            return null;
        } finally {
            places.leave(client, 1);
        }
    }

    private List<InetSocketAddress> own() {
        if (nanoTime.getAsLong() - config.readAt() > CONFIG_AGE.toNanos()) {
            config = read();
        }
        return config.servers();
    }

    private List<InetSocketAddress> byTrust(List<InetSocketAddress> given) {
        List<InetSocketAddress> servers = new ArrayList<>(given);
        // Never itself, whatever a file or an object says: a query would return endlessly.
        servers.removeIf(server -> server.getAddress().equals(self));
        servers.sort(Comparator.comparing(this::silent));
        return servers;
    }

    private boolean silent(InetSocketAddress server) {
        Long since = silentAt.get(server);
        return since != null && nanoTime.getAsLong() - since < DISTRUST.toNanos();
    }

    private @Nullable Message ask(InetSocketAddress server, Message query, boolean tcp) {
        int id = random.nextInt(1 << 16);
        Message sent = query.clone();
        sent.getHeader().setID(id);
        Duration patience = silent(server) ? SHORT_PATIENCE : PATIENCE;
        try {
            byte[] wire = sent.toWire(Responder.MAX_TCP_BYTES);
            Message answer = tcp ? overTcp(server, wire, patience) : overUdp(server, wire, sent, patience);
            if (!belongs(answer, sent)) {
                return null;
            }
            silentAt.remove(server);
            answer.getHeader().setID(query.getHeader().getID());
            return answer;
        } catch (SocketTimeoutException e) {
            silentAt.put(server, nanoTime.getAsLong());
            return null;
        } catch (IOException | RuntimeException e) {
            // Unreachable, refused, or not DNS: the next one may work.
            return null;
        }
    }

    private Message overUdp(InetSocketAddress server, byte[] wire, Message sent, Duration patience) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.send(new DatagramPacket(wire, wire.length));
            long deadline = System.nanoTime() + patience.toNanos();
            DatagramPacket packet = new DatagramPacket(new byte[Responder.MAX_TCP_BYTES], Responder.MAX_TCP_BYTES);
            while (true) {
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new SocketTimeoutException();
                }
                socket.setSoTimeout((int) left);
                socket.receive(packet);
                Message answer = new Message(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                // A forged packet must not end the wait for the real one.
                if (belongs(answer, sent)) {
                    return answer;
                }
            }
        }
    }

    private Message overTcp(InetSocketAddress server, byte[] wire, Duration patience) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, (int) patience.toMillis());
            socket.setSoTimeout((int) patience.toMillis());
            socket.getOutputStream().write(DnsServer.framed(wire));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            return new Message(answer);
        }
    }

    private static boolean belongs(Message answer, Message sent) {
        return answer.getHeader().getID() == sent.getHeader().getID()
                && answer.getHeader().getFlag(Flags.QR)
                && answer.getQuestion() != null
                && answer.getQuestion().equals(sent.getQuestion());
    }

    private Config read() {
        List<InetSocketAddress> servers = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(resolvConf)) {
                String[] words = line.strip().split("\\s+");
                if (words.length > 1 && words[0].equals("nameserver") && servers.size() < MAX_SERVERS) {
                    addServer(servers, words[1]);
                }
            }
        } catch (IOException e) {
            // No file, no servers: other names fail at once.
        }
        return new Config(List.copyOf(servers), nanoTime.getAsLong());
    }

    private void addServer(List<InetSocketAddress> servers, String text) {
        // Only an address: a name would have to be resolved by ourselves.
        if (text.matches("[0-9.]+|[0-9a-fA-F:.]+:[0-9a-fA-F:.]*(%\\w+)?")) {
            try {
                servers.add(new InetSocketAddress(InetAddress.getByName(text), port));
            } catch (UnknownHostException e) {
                // Not an address after all.
            }
        }
    }
}
