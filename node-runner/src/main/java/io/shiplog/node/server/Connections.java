package io.shiplog.node.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections with mutual TLS: one request each, in a virtual thread. Blocking sockets, because a stream's protocol follows the
 * head, and because what blocks needs no queue. A client that has not sent its request in time is closed, and earlier if there are too
 * many connections: those that only connect cannot keep the gateway out.
 */
final class Connections implements AutoCloseable {
    /** Without descriptors, accepting fails at once, again and again. */
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    /** From the acceptance to the last byte of the head: TLS handshake and all. The gateway sends at once. */
    static final Duration REQUEST_DEADLINE = Duration.ofSeconds(10);

    private static final int BACKLOG = 128;
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int ERROR = 500;

    private final ServerSocket listening;
    private final SSLContext tls;
    private final int most;
    private final Handler handler;
    private final AutoCloseable[] alsoClosed;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    /** Those that have not sent their request, the oldest first. */
    private final Set<Socket> silent = Collections.synchronizedSet(new LinkedHashSet<>());

    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("node-server-deadlines").factory());
    private volatile boolean closed;

    /** Serves a request. */
    @FunctionalInterface
    interface Handler {
        /** @throws IOException if the client is gone; any other exception is answered with 500 */
        void handle(Conversation conversation) throws IOException;
    }

    private Connections(
            ServerSocket listening, SSLContext tls, int most, Handler handler, AutoCloseable... alsoClosed) {
        this.listening = listening;
        this.tls = tls;
        this.most = most;
        this.handler = handler;
        this.alsoClosed = alsoClosed;
    }

    /**
     * Starts listening.
     *
     * @param most connections at once; more are closed
     * @throws IOException if the address cannot be bound
     */
    static Connections open(
            InetSocketAddress address, SSLContext tls, int most, Handler handler, AutoCloseable... alsoClosed)
            throws IOException {
        ServerSocket listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(address, BACKLOG);
        Connections connections = new Connections(listening, tls, most, handler, alsoClosed);
        Thread.ofPlatform().daemon().name("node-server").start(connections::accept);
        return connections;
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!closed) {
            try {
                acceptNext();
            } catch (Throwable e) { // also an OutOfMemoryError: the node would serve no logs and streams any more
                if (!closed) {
                    LOG.warn("a connection could not be accepted: {}", e.toString());
                    LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
                }
            }
        }
    }

    private void acceptNext() throws IOException {
        Socket socket = listening.accept();
        if (open.size() >= most && !closeOldestSilent()) {
            socket.close();
            return;
        }
        open.add(socket);
        silent.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
    }

    /** Makes room for a new connection; false if all others have sent their requests. */
    private boolean closeOldestSilent() {
        Socket oldest;
        synchronized (silent) {
            Iterator<Socket> first = silent.iterator();
            if (!first.hasNext()) {
                return false;
            }
            oldest = first.next();
            first.remove();
        }
        open.remove(oldest);
        close(oldest);
        return true;
    }

    private void serve(Socket socket) {
        try (socket) {
            ScheduledFuture<?> deadline =
                    deadlines.schedule(() -> close(socket), REQUEST_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
            secure.setUseClientMode(false);
            secure.setNeedClientAuth(true);
            secure.startHandshake();
            BufferedInputStream in = new BufferedInputStream(secure.getInputStream(), BUFFER_BYTES);
            RequestHead head = RequestHead.read(in);
            if (!deadline.cancel(false) || !silent.remove(socket)) {
                return;
            }
            Conversation conversation = new Conversation(
                    head,
                    in,
                    secure.getOutputStream(),
                    secure.getSession().getPeerPrincipal().getName(),
                    socket);
            answer(conversation);
            secure.close();
        } catch (IOException | RejectedExecutionException e) {
            LOG.debug("a client is gone: {}", e.toString());
        } finally {
            silent.remove(socket);
            open.remove(socket);
        }
    }

    /** Errors are caught too: a request that exhausts the stack is one bad request. */
    private void answer(Conversation conversation) throws IOException {
        try {
            handler.handle(conversation);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            LOG.error(
                    "{} {} failed",
                    conversation.head().method(),
                    conversation.head().path(),
                    e);
            conversation.answer(ERROR, "");
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("already closed: {}", e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
        } catch (IOException e) {
            LOG.debug("already closed: {}", e.toString());
        }
        open.forEach(Connections::close);
        deadlines.shutdownNow();
        for (AutoCloseable each : alsoClosed) {
            try {
                each.close();
            } catch (Exception e) {
                LOG.warn("a part of the node's server did not close", e);
            }
        }
    }
}
