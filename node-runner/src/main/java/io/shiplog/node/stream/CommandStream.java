package io.shiplog.node.stream;

import io.shiplog.node.engine.ContainerSession;
import io.shiplog.node.engine.ContainerSession.Streams;
import io.shiplog.node.engine.EngineException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins a client with a command, or with a container's own process, until either ends. Each direction has its thread, and what one cannot
 * write the other does not read: nothing gathers here.
 */
public final class CommandStream {
    private static final Logger LOG = LoggerFactory.getLogger(CommandStream.class);
    /** How long a client may take to close after the end, so that the last bytes reach it. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final ClientStreams client;
    private final ContainerSession session;
    private final Streams wanted;
    private volatile boolean over;
    private volatile long active = System.nanoTime();

    private CommandStream(ClientStreams client, ContainerSession session, Streams wanted) {
        this.client = client;
        this.session = session;
        this.wanted = wanted;
    }

    /** Called again and again while a stream is open. */
    public interface Pulse {
        /**
         * Calls a ping about every half minute.
         *
         * @return ends that
         */
        AutoCloseable every(Runnable ping);
    }

    /**
     * Runs to the end, and closes both.
     *
     * @param idle a stream without bytes in either direction for this long is cut
     */
    public static void run(
            ClientStreams client, Supplier<ContainerSession> open, Streams wanted, Pulse pulse, Duration idle) {
        try (client) {
            ContainerSession session;
            try {
                session = open.get();
            } catch (EngineException e) {
                refuse(client, e);
                return;
            }
            try (session) {
                new CommandStream(client, session, wanted).join(pulse, idle);
            }
        } catch (IOException e) {
            LOG.debug("a client is gone: {}", e.toString());
        }
    }

    /** The client is listened to all the same: with SPDY it has first to open the stream for the reason. */
    private static void refuse(ClientStreams client, EngineException why) throws IOException {
        Thread receiving = Thread.ofVirtual().start(() -> {
            try {
                client.receive(new Ignored());
            } catch (IOException e) {
                LOG.debug("a client is gone: {}", e.toString());
            }
        });
        client.end(failure(why));
        await(receiving);
    }

    private static ExitStatus failure(EngineException why) {
        return ExitStatus.failed("error executing command in container: " + why.getMessage());
    }

    private record Ignored() implements ClientStreams.Input {
        @Override
        public void stdin(byte[] bytes, int offset, int length) {}

        @Override
        public void endStdin() {}

        @Override
        public void resize(int columns, int rows) {}
    }

    private void join(Pulse pulse, Duration idle) throws IOException {
        Thread receiving = Thread.ofVirtual().start(this::receive);
        AutoCloseable pinging = pulse.every(() -> ping(idle));
        try {
            session.copyOutput(this::output);
            int code = session.exitCode();
            over = true;
            client.end(ExitStatus.ofCode(code));
        } catch (EngineException e) {
            boolean cut = over;
            over = true;
            if (!cut) {
                session.kill();
                client.end(failure(e));
            }
        } catch (IOException e) {
            session.kill();
            throw e;
        } finally {
            over = true;
            close(pinging);
            await(receiving);
        }
    }

    private void output(boolean error, byte[] bytes, int length) throws IOException {
        if (error ? wanted.stderr() : wanted.stdout()) {
            client.output(error, bytes, length);
            active = System.nanoTime();
        }
    }

    private void ping(Duration idle) {
        try {
            if (System.nanoTime() - active > idle.toNanos()) {
                abandon();
            } else {
                client.ping();
            }
        } catch (IOException e) {
            abandon();
        }
    }

    /** When the client is gone before the command has ended, the command must not stay. */
    private void receive() {
        try {
            client.receive(new Stdin());
        } catch (IOException e) {
            LOG.debug("a client is gone: {}", e.toString());
        } finally {
            cut();
        }
    }

    /** Without its client: on a thread of its own, since ending a command may take a while. */
    private void abandon() {
        client.close();
        Thread.ofVirtual().start(this::cut);
    }

    /** Ends the command, and with its streams whatever waits for it. */
    private void cut() {
        if (over) {
            return;
        }
        over = true;
        try {
            session.kill();
        } catch (EngineException e) {
            LOG.warn("a command without its client may still run: {}", e.getMessage());
        } finally {
            session.close();
        }
    }

    /** A process that has closed its stdin is no reason to end: the rest is skipped. */
    private final class Stdin implements ClientStreams.Input {
        private boolean closed = !wanted.stdin();

        @Override
        public void stdin(byte[] bytes, int offset, int length) {
            active = System.nanoTime();
            if (!closed) {
                try {
                    session.write(bytes, offset, length);
                } catch (IOException e) {
                    closed = true;
                }
            }
        }

        @Override
        public void endStdin() {
            if (!closed) {
                closed = true;
                try {
                    session.endInput();
                } catch (IOException e) {
                    LOG.debug("stdin was closed before its end: {}", e.toString());
                }
            }
        }

        @Override
        public void resize(int columns, int rows) {
            active = System.nanoTime();
            session.resize(columns, rows);
        }
    }

    public static void close(AutoCloseable pinging) {
        try {
            pinging.close();
        } catch (Exception e) {
            throw new IllegalStateException("a pulse ends without exceptions", e);
        }
    }

    private static void await(Thread thread) {
        try {
            boolean unused = thread.join(LINGER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
