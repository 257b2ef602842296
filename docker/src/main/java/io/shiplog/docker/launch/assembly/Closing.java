package io.shiplog.docker.launch.assembly;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Started parts, to be closed in reverse order. A failure to close one part does not stop the others. */
public final class Closing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    /** On SIGTERM the process ends within the limit, whatever its parts wait for: the log makes the next start consistent. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int HALTED = 3;

    private final Duration limit;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    /** Halts the process if closing takes longer than 20 s after SIGTERM. */
    public Closing() {
        this(LIMIT);
    }

    /** @param limit how long closing may take after SIGTERM; then it halts */
    Closing(Duration limit) {
        this.limit = limit;
    }

    /** Closes the parts on SIGTERM, and calls {@code then}. */
    public void onShutdown(Runnable then) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeInTime(then), "shutdown"));
    }

    private void closeInTime(Runnable then) {
        Thread closing = Thread.ofPlatform().name("closing").daemon().start(this::close);
        try {
            if (!closing.join(limit)) {
                LOG.warn("not everything closed within {}; exiting", limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        then.run();
        if (closing.isAlive()) {
            Runtime.getRuntime().halt(HALTED);
        }
    }

    /** Adds a part; returns it. */
    public synchronized <T extends AutoCloseable> T with(T part) {
        started.push(part);
        return part;
    }

    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} failed to close: {}", part.getClass().getSimpleName(), e.toString());
            }
        }
    }
}
