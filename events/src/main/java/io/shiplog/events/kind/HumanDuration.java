package io.shiplog.events.kind;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * Durations as kubectl prints them: at most two units, less precise the longer.
 *
 * @see <a
 *     href="https://github.com/kubernetes/apimachinery/blob/master/pkg/util/duration/duration.go">duration.HumanDuration</a>
 */
public final class HumanDuration {
    private static final int HOURS_A_DAY = 24;
    private static final int DAYS_A_YEAR = 365;

    private HumanDuration() {}

    /** {@code 5m30s}, {@code 3h12m}, {@code 4d1h}, {@code 2y10d}; {@code <invalid>} for more than a second back in time. */
    public static String of(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 2 * 60) {
            return seconds + "s";
        }
        long minutes = duration.toMinutes();
        if (minutes < 10) {
            return pair(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 3 * 60) {
            return minutes + "m";
        }
        long hours = duration.toHours();
        if (hours < 8) {
            return pair(hours, "h", minutes % 60, "m");
        }
        if (hours < 2 * HOURS_A_DAY) {
            return hours + "h";
        }
        long days = hours / HOURS_A_DAY;
        if (days < 8) {
            return pair(days, "d", hours % HOURS_A_DAY, "h");
        }
        if (days < 2 * DAYS_A_YEAR) {
            return days + "d";
        }
        long years = days / DAYS_A_YEAR;
        return years < 8 ? pair(years, "y", days % DAYS_A_YEAR, "d") : years + "y";
    }

    /** The age of an RFC 3339 time: {@code <unknown>} if there is none. */
    public static String since(String timestamp, Instant now) {
        if (timestamp.isEmpty()) {
            return "<unknown>";
        }
        try {
            return of(Duration.between(Instant.parse(timestamp), now));
        } catch (DateTimeParseException e) {
            return "<unknown>";
        }
    }

    private static String pair(long big, String bigUnit, long small, String smallUnit) {
        return small == 0 ? big + bigUnit : big + bigUnit + small + smallUnit;
    }
}
