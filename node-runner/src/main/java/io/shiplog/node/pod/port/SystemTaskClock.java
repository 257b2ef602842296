package io.shiplog.node.pod.port;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's time and virtual threads. */
public final class SystemTaskClock implements TaskClock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemTaskClock.class);

    private final ScheduledExecutorService alarms = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pod-alarms").factory());
    private volatile boolean closed;

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public void run(Runnable task) {
        if (!closed) {
            Thread.ofVirtual()
                    .name("pod")
                    .uncaughtExceptionHandler(SystemTaskClock::lost)
                    .start(task);
        }
    }

    @Override
    public Pending after(Duration delay, Runnable task) {
        if (closed) {
            return () -> {};
        }
        Future<?> alarm = alarms.schedule(() -> run(task), Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
        return () -> alarm.cancel(false);
    }

    private static void lost(Thread thread, Throwable error) {
        LOG.error("A task of a pod failed, which is a bug", error);
    }

    @Override
    public void close() {
        closed = true;
        alarms.shutdownNow();
    }
}
