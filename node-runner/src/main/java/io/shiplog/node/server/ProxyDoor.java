package io.shiplog.node.server;

import io.shiplog.node.stream.AnyCertificate;
import io.shiplog.node.stream.CommandStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a request of the gateway on to a pod of this node, byte by byte, and the answer back. Whether the address is the pod's is decided here: what a
 * request names is never connected to unless the node knows it as the pod's. Upgrades and bodies need nothing of their own: after the head, both sides
 * are copied until one of them ends.
 */
final class ProxyDoor {
    /** Proxied requests at once: each takes two descriptors and two threads. */
    static final int MAX_PROXIED = 256;
    /** On a request to this server itself: a user's, passed on by the gateway, which is then not taken for the gateway's own. */
    static final String PASSED_ON = "shiplog-passed-on";

    private static final Logger LOG = LoggerFactory.getLogger(ProxyDoor.class);
    private static final String OWN_HEADERS = "shiplog-";
    private static final String REFUSED = "Shiplog-Refused";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int PIECE_BYTES = 32 * 1024;

    private final RunningPods running;
    private final String nodeAddress;
    private final CommandStream.Pulse pulse;
    private final Semaphore places = new Semaphore(MAX_PROXIED);

    /** @param nodeAddress of the node itself, whose ports the gateway may name */
    ProxyDoor(RunningPods running, String nodeAddress, CommandStream.Pulse pulse) {
        this.running = running;
        this.nodeAddress = nodeAddress;
        this.pulse = pulse;
    }

    static boolean isPassedOn(RequestHead head) {
        return head.header(PASSED_ON) != null;
    }

    void handle(Conversation conversation) throws IOException {
        if (!Callers.isGateway(conversation.caller())) {
            conversation.answer(403, "pods are reached through the API server, which authorizes it\n");
            return;
        }
        ProxyOrder order = ProxyOrder.parse(String.valueOf(conversation.head().header(RequestHead.PROXY)));
        if (order == null) {
            conversation.answer(400, "the header Shiplog-Proxy cannot be read\n");
            return;
        }
        List<String> known =
                order.isForNode() ? List.of(nodeAddress) : running.addresses(order.namespace(), order.pod());
        InetAddress address = order.allowed();
        if (known == null) {
            refuse(conversation, order, 404, "pod \"%s\" not found on its node".formatted(order.pod()));
        } else if (address == null) {
            refuse(conversation, order, 400, "address not allowed");
        } else if (!known.contains(order.address())) {
            refuse(conversation, order, 503, "pod \"%s\" has another address".formatted(order.pod()));
        } else if (!places.tryAcquire()) {
            refuse(conversation, order, 429, "too many proxied requests of this node are open, please try again later");
        } else {
            try {
                connect(conversation, order, new InetSocketAddress(address, order.port()));
            } finally {
                places.release();
            }
        }
    }

    private static void refuse(Conversation conversation, ProxyOrder order, int code, String why) throws IOException {
        conversation.answer(code, "text/plain; charset=utf-8", why, Map.of(REFUSED, order.nonce()));
    }

    private void connect(Conversation conversation, ProxyOrder order, InetSocketAddress target) throws IOException {
        try (Socket plain = new Socket()) {
            Socket socket;
            try {
                plain.connect(target, (int) CONNECT.toMillis());
                plain.setTcpNoDelay(true);
                socket = order.scheme().equals("https") ? secured(plain, order) : plain;
                socket.getOutputStream().write(head(conversation.head()));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                refuse(conversation, order, 503, reason(e, order));
                return;
            }
            new Joint(conversation, socket).run();
        }
    }

    private static Socket secured(Socket plain, ProxyOrder order) throws IOException {
        plain.setSoTimeout((int) CONNECT.toMillis());
        javax.net.ssl.SSLSocket secured = (javax.net.ssl.SSLSocket)
                AnyCertificate.CLIENT.getSocketFactory().createSocket(plain, order.address(), order.port(), true);
        secured.startHandshake();
        plain.setSoTimeout(0);
        return secured;
    }

    private static String reason(IOException e, ProxyOrder order) {
        String message = String.valueOf(e.getMessage());
        String where = order.address().contains(":") ? "[" + order.address() + "]" : order.address();
        String dial = "dial tcp " + where + ":" + order.port() + ": ";
        if (message.contains("Connection refused")) {
            return dial + "connect: connection refused";
        }
        return dial + (message.toLowerCase(Locale.ROOT).contains("timed out") ? "i/o timeout" : message);
    }

    /** The request's head without what was said to this node. */
    private static byte[] head(RequestHead head) {
        StringBuilder text = new StringBuilder();
        for (String line : head.lines()) {
            if (!line.regionMatches(true, 0, OWN_HEADERS, 0, OWN_HEADERS.length())) {
                text.append(line).append("\r\n");
            }
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Two connections whose bytes go both ways. The end of one is the end of both, as for kube-apiserver's. */
    private final class Joint {
        private final Conversation conversation;
        private final Socket socket;
        private volatile long active = System.nanoTime();

        Joint(Conversation conversation, Socket socket) {
            this.conversation = conversation;
            this.socket = socket;
        }

        void run() {
            Thread.ofVirtual().start(() -> {
                copyFromClient();
                close(socket);
            });
            AutoCloseable watching = pulse.every(this::endIfIdle);
            try {
                InputStream answer = new BufferedInputStream(socket.getInputStream(), PIECE_BYTES);
                AnswerHead.copy(answer, conversation.out());
                copy(answer, conversation.out());
            } catch (IOException e) {
                LOG.debug("a proxied answer ended: {}", e.toString());
            } finally {
                CommandStream.close(watching);
            }
        }

        private void copyFromClient() {
            try {
                copy(conversation.in(), socket.getOutputStream());
            } catch (IOException e) {
                LOG.debug("a proxied request ended: {}", e.toString());
            }
        }

        private void copy(InputStream from, OutputStream to) throws IOException {
            byte[] piece = new byte[PIECE_BYTES];
            for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
                active = System.nanoTime();
                to.write(piece, 0, n);
                to.flush();
            }
        }

        private void endIfIdle() {
            if (System.nanoTime() - active > StreamDoor.IDLE.toNanos()) {
                close(socket);
                close(conversation.connection());
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("already closed: {}", e.toString());
        }
    }
}
