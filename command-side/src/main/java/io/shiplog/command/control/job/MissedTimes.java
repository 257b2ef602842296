package io.shiplog.command.control.job;

import io.shiplog.command.kind.batch.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The times of a schedule between the last run and now.
 *
 * @param newest the last of them, or null if there is none
 * @param many whether there are more than 100, by the distance of the first two
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/cronjob/utils.go">mostRecentScheduleTime</a>
 */
record MissedTimes(@Nullable Instant newest, boolean many) {
    private static final int MANY = 100;
    private static final MissedTimes NONE = new MissedTimes(null, false);

    /**
     * @param earliest times up to here are not missed
     * @param now times after it are not due
     */
    static MissedTimes since(Instant earliest, CronSchedule schedule, Instant now) {
        Instant first = schedule.next(earliest);
        if (first == null || first.isAfter(now)) {
            return NONE;
        }
        Instant second = schedule.next(first);
        if (second == null || second.isAfter(now)) {
            return new MissedTimes(first, false);
        }
        Duration distance = Duration.between(first, second);
        long missed = Duration.between(first, now).dividedBy(distance) + 1;
        // A jump close to the newest one: it may be decades of minutes. Distances differ, so it may be too far.
        Instant newest = second;
        Instant each = second;
        for (long jump = missed - 2; jump > 0; jump /= 2) {
            each = schedule.next(first.plus(distance.multipliedBy(jump)));
            if (each != null && !each.isAfter(now)) {
                break;
            }
            each = second;
        }
        while (each != null && !each.isAfter(now)) {
            newest = each;
            each = schedule.next(each);
        }
        return new MissedTimes(newest, missed > MANY);
    }
}
