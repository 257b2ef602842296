package io.shiplog.projections.history;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in a cluster's past: a revision of the main shard, or a time. One grammar for all inputs: command line, {@code /at/}
 * and the history API.
 */
public sealed interface Point {
    record Revision(long revision) implements Point {}

    record Time(Instant time) implements Point {}

    /** The grammar, for help texts and messages. */
    String FORMS =
            "a revision (1234), a time (2026-11-22T03:12:00Z, '2026-11-22 03:12', 2026-11-22, 03:12 for today, 'yesterday 03:12') or a time before now (10m, 1h30m, '10m ago', -15m)";

    /**
     * Parses a point.
     *
     * @param now the present; its zone is the default zone
     * @throws IllegalArgumentException if the text is not a point; the message has the grammar
     */
    static Point parse(String text, ZonedDateTime now) {
        String typed = text.strip();
        try {
            if (Grammar.isRevision(typed)) {
                return new Revision(Long.parseLong(typed.replace("#", "")));
            }
            Duration ago = Grammar.ago(typed);
            return new Time(
                    ago == null
                            ? Grammar.time(typed, now).toInstant()
                            : now.toInstant().minus(ago));
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "\"%s\" is not a moment: a moment is %s".formatted(Grammar.shortened(text), FORMS), e);
        }
    }

    /** The form for the API: {@code 1234}, or a time in UTC. */
    default String text() {
        return switch (this) {
            case Revision(long revision) -> Long.toString(revision);
            case Time(Instant time) -> time.toString();
        };
    }

    /**
     * The last instant of a time: a whole second means its end, since events have times with fractions and users see whole
     * seconds. For the current second, the present.
     */
    static Instant through(Instant time, Instant now) {
        if (time.getNano() != 0) {
            return time;
        }
        Instant end = time.plusSeconds(1).minusNanos(1);
        return end.isAfter(now) && !time.isAfter(now) ? now : end;
    }

    /** Whether a text is a revision: {@code 1234}, or {@code #1234} as the log prints it. */
    static boolean isRevision(String text) {
        return Grammar.isRevision(text);
    }

    /** The forms one by one. */
    final class Grammar {
        private static final Pattern REVISION = Pattern.compile("#?\\d{1,18}");
        private static final Pattern AGO = Pattern.compile(
                "(-)?(?:(\\d{1,9})w)?\\s?(?:(\\d{1,9})d)?\\s?(?:(\\d{1,9})h)?\\s?(?:(\\d{1,9})m)?\\s?(?:(\\d{1,9})s)?( ago)?");
        private static final int DAYS_OF_WEEK = 7;
        /** Longer texts are not parsed: no form is as long. */
        private static final int LONGEST = 64;

        private static final DateTimeFormatter CLOCK = new DateTimeFormatterBuilder()
                .appendPattern("H:mm")
                .optionalStart()
                .append(DateTimeFormatter.ofPattern(":ss"))
                .optionalStart()
                .appendFraction(java.time.temporal.ChronoField.NANO_OF_SECOND, 1, 9, true)
                .toFormatter(Locale.ROOT);

        private Grammar() {}

        static boolean isRevision(String text) {
            return text.length() <= LONGEST && REVISION.matcher(text).matches();
        }

        static String shortened(String text) {
            return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        }

        /** The duration in {@code 1h30m}, {@code 10m ago} or {@code -15m}; null for another form. */
        static @org.jspecify.annotations.Nullable Duration ago(String text) {
            if (text.length() > LONGEST || text.equals("-") || text.isEmpty()) {
                return null;
            }
            Matcher ago = AGO.matcher(text);
            if (!ago.matches() || text.chars().noneMatch(Character::isDigit)) {
                return null;
            }
            return Duration.ofDays(amount(ago, 2) * DAYS_OF_WEEK + amount(ago, 3))
                    .plusHours(amount(ago, 4))
                    .plusMinutes(amount(ago, 5))
                    .plusSeconds(amount(ago, 6));
        }

        private static long amount(Matcher matcher, int group) {
            String digits = matcher.group(group);
            return digits == null ? 0 : Long.parseLong(digits);
        }

        static ZonedDateTime time(String text, ZonedDateTime now) {
            if (text.length() > LONGEST) {
                throw new DateTimeException("too long");
            }
            String lower = text.toLowerCase(Locale.ROOT);
            if (lower.equals("now")) {
                return now;
            }
            for (String day : new String[] {"today", "yesterday"}) {
                if (lower.equals(day) || lower.startsWith(day + " ")) {
                    LocalDate date = now.toLocalDate().minusDays(day.equals("today") ? 0 : 1);
                    String clock = lower.substring(day.length()).strip();
                    return clock.isEmpty() ? date.atStartOfDay(now.getZone()) : clock(clock, date, now);
                }
            }
            String iso = text.replace(' ', 'T');
            if (iso.indexOf('T') < 0) {
                return iso.indexOf('-') > 0
                        ? LocalDate.parse(iso).atStartOfDay(now.getZone())
                        : clock(iso, now.toLocalDate(), now);
            }
            return iso.matches(".*T.*([zZ]|[+-]\\d\\d:?\\d\\d)")
                    ? OffsetDateTime.parse(iso).toZonedDateTime()
                    : LocalDateTime.parse(iso).atZone(now.getZone());
        }

        private static ZonedDateTime clock(String text, LocalDate day, ZonedDateTime now) {
            return LocalTime.parse(text, CLOCK).atDate(day).atZone(now.getZone());
        }
    }
}
