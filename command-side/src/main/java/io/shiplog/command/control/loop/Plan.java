package io.shiplog.command.control.loop;

import io.shiplog.events.command.Command;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a controller wants done for one key.
 *
 * @param steps in order; a refused one ends the plan, and a new one is made
 * @param requeueAfter when to plan again even if nothing changes, or null for never
 * @param pause changes within this time after the steps are collected for one plan; null to plan for each at once. A plan with a
 *     pause makes no appointment
 */
public record Plan(
        List<Step> steps,
        @Nullable Duration requeueAfter,
        @Nullable Duration pause) {
    private static final Duration LONGEST = Duration.ofDays(365);

    /** Nothing to do. */
    public static final Plan NOTHING = new Plan(List.of(), null);

    public Plan {
        steps = List.copyOf(steps);
        if (requeueAfter != null && requeueAfter.compareTo(LONGEST) > 0) {
            requeueAfter = LONGEST; // a clock can count no further
        }
        if (requeueAfter != null && pause != null) {
            throw new IllegalArgumentException("a plan with a pause makes no appointment");
        }
    }

    /** Without a pause. */
    public Plan(List<Step> steps, @Nullable Duration requeueAfter) {
        this(steps, requeueAfter, null);
    }

    /** These steps, and a pause after them. */
    public static Plan pausing(List<Step> steps, Duration pause) {
        return new Plan(steps, null, pause);
    }

    /** These steps and no appointment. */
    public static Plan of(List<Step> steps) {
        return new Plan(steps, null);
    }

    /** One step and no appointment. */
    public static Plan of(Step step) {
        return new Plan(List.of(step), null);
    }

    /** No steps now, only an appointment. */
    public static Plan later(Duration delay) {
        return new Plan(List.of(), delay);
    }

    /** Only the commands. */
    public List<Command> commands() {
        return steps.stream().map(Step::command).toList();
    }
}
