package io.shiplog.docker.story;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments as people type them, as the API takes them: a revision, or a time in UTC. */
final class MomentText {
    static final String FORMS =
            "a revision (1234), a time (2026-11-22T03:12:00Z, '2026-11-22 03:12', 03:12 for today) or a time back from now (90s, 10m, 3h, 2d)";
    private static final Pattern BACK = Pattern.compile("(\\d{1,9})([smhd])");

    private MomentText() {}

    /**
     * Reads a moment.
     *
     * @param zone of times that name none
     * @throws IllegalArgumentException if the text is none
     */
    static String read(String text, ZonedDateTime now) {
        if (isRevision(text)) {
            return revision(text);
        }
        Matcher back = BACK.matcher(text);
        if (back.matches()) {
            return now.toInstant()
                    .minus(duration(Long.parseLong(back.group(1)), back.group(2)))
                    .toString();
        }
        try {
            return time(text.replace(' ', 'T'), now).toString();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'%s' is no moment: %s".formatted(text, FORMS), e);
        }
    }

    /** Whether a text is a revision: {@code 1234}, or {@code #1234} as the log shows it. */
    static boolean isRevision(String text) {
        return text.matches("#?\\d{1,18}");
    }

    /** The number of a revision. */
    static String revision(String text) {
        return text.replace("#", "");
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static Instant time(String text, ZonedDateTime now) {
        ZoneId zone = now.getZone();
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return text.contains("T")
                    ? LocalDateTime.parse(text).atZone(zone).toInstant()
                    : LocalTime.parse(text)
                            .atDate(now.toLocalDate())
                            .atZone(zone)
                            .toInstant();
        }
    }
}
