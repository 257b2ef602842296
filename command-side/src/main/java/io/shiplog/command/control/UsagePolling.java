package io.shiplog.command.control;

import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.usage.UsageSource;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Keeps the reading new by which autoscalers are planned: only while this process leads, and there is one. */
final class UsagePolling implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final ResourceType AUTOSCALERS = new ResourceType("autoscaling", "horizontalpodautoscalers");

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("usage-polling").factory());

    private UsagePolling() {}

    static UsagePolling start(ImageSource images, UsageSource usages, BooleanSupplier active) {
        UsagePolling polling = new UsagePolling();
        Runnable poll = () -> {
            if (active.getAsBoolean() && !images.current().list(AUTOSCALERS).isEmpty()) {
                var unused = usages.newest();
            }
        };
        var unused =
                polling.timer.scheduleWithFixedDelay(poll, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return polling;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
