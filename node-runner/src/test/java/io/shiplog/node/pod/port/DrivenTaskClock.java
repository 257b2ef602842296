package io.shiplog.node.pod.port;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Time that only tests move, and tasks that only run when they say so, one after the other. */
public final class DrivenTaskClock implements TaskClock {
    private static final int MAX_TASKS = 100_000;

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    private record Alarm(Instant due, Runnable task) {}

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void run(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Pending after(Duration delay, Runnable task) {
        Alarm alarm = new Alarm(now.plus(delay), task);
        alarms.add(alarm);
        return () -> alarms.removeIf(each -> each == alarm);
    }

    /** Runs everything that is due now, and its consequences. */
    public void settle() {
        for (int i = 0; i < MAX_TASKS; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                task = due(now);
            }
            if (task == null) {
                return;
            }
            task.run();
        }
        throw new AssertionError("no end of tasks");
    }

    /** Lets time pass, running each alarm at its own moment. */
    public void pass(Duration duration) {
        Instant end = now.plus(duration);
        settle();
        while (true) {
            Instant next = alarms.stream()
                    .map(Alarm::due)
                    .min(Comparator.naturalOrder())
                    .orElse(end);
            if (next.isAfter(end)
                    || next.equals(end)
                            && alarms.stream().noneMatch(a -> a.due().equals(end))) {
                break;
            }
            now = next.isBefore(now) ? now : next;
            settle();
        }
        now = end;
        settle();
    }

    private @Nullable Runnable due(Instant moment) {
        for (Alarm alarm : List.copyOf(alarms)) {
            if (!alarm.due().isAfter(moment)) {
                alarms.removeIf(each -> each == alarm);
                return alarm.task();
            }
        }
        return null;
    }
}
