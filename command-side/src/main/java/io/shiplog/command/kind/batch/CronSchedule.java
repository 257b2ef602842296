package io.shiplog.command.kind.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A CronJob's schedule and time zone, with the grammar, the messages and the times of the library that Kubernetes uses (ADR 0404).
 *
 * @see <a href="https://github.com/robfig/cron/blob/master/parser.go">ParseStandard</a>
 * @see <a href="https://github.com/robfig/cron/blob/master/spec.go">SpecSchedule</a>
 */
public final class CronSchedule {
    private static final Map<String, String> DESCRIPTORS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");
    private static final String EVERY = "@every ";
    private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z.\\-_0-9+]{1,14}");
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)");
    private static final Pattern DURATION_PART = Pattern.compile("([0-9.]+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, Long> UNIT_NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    /** Maximum characters of a duration that is read: its parts and digits cost time and stack. Longer ones are no durations. */
    private static final int MAX_DURATION = 100;
    /** A schedule without a time within so many years has none. */
    private static final int MAX_YEARS = 5;
    /** Beside the numbers of a field: it names all of them. */
    private static final long STAR = 1L << 63;

    private static final int MINUTE = 0;
    private static final int HOUR = 1;
    private static final int DAY = 2;
    private static final int MONTH = 3;
    private static final int WEEKDAY = 4;

    /** A field of a schedule: its least and greatest number, and names of numbers from the least one on. */
    private record Field(int min, int max, List<String> names) {}

    private static final List<Field> FIELDS = List.of(
            new Field(0, 59, List.of()),
            new Field(0, 23, List.of()),
            new Field(1, 31, List.of()),
            new Field(
                    1, 12, List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
            new Field(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));

    /** What is wrong with a schedule. */
    private static final class WrongSchedule extends Exception {
        private static final long serialVersionUID = 1;

        WrongSchedule(String message) {
            super(message, null, false, false);
        }
    }

    private final ZoneId zone;
    private final long[] fields;
    private final @Nullable Duration every;

    private CronSchedule(ZoneId zone, long[] fields, @Nullable Duration every) {
        this.zone = zone;
        this.fields = fields;
        this.every = every;
    }

    /**
     * Reads the schedule of a CronJob.
     *
     * @param spec the CronJob's; its schedule may name a time zone, else its timeZone counts, else UTC
     * @return empty if it is invalid, which validation does not admit
     */
    public static Optional<CronSchedule> of(JsonNode spec) {
        String zone = Trees.text(spec, "timeZone");
        if (!isZone(zone)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(Trees.text(spec, "schedule"), zoneId(zone)));
        } catch (WrongSchedule wrong) {
            return Optional.empty();
        }
    }

    /** The time zone of a name; that of the process is UTC. */
    public static ZoneId zoneId(String name) {
        return Trees.oneOf(name, "", "UTC", "Local") ? ZoneOffset.UTC : ZoneId.of(name);
    }

    /** The first time of the schedule after a moment; null if there is none within five years. */
    public @Nullable Instant next(Instant after) {
        if (every != null) {
            return after.truncatedTo(ChronoUnit.SECONDS).plus(every);
        }
        ZonedDateTime time = after.truncatedTo(ChronoUnit.MINUTES).atZone(zone).plusMinutes(1);
        int lastYear = time.getYear() + MAX_YEARS;
        while (time.getYear() <= lastYear) {
            if (!has(MONTH, time.getMonthValue())) {
                time = time.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(zone);
            } else if (!hasDay(time)) {
                time = time.toLocalDate().plusDays(1).atStartOfDay(zone);
            } else if (!has(HOUR, time.getHour())) {
                time = time.plusMinutes(
                        60L - time.getMinute()); // On the clock of the world: an hour may be missing, or come twice.
            } else if (!has(MINUTE, time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return time.toInstant();
            }
        }
        return null;
    }

    private boolean has(int field, int number) {
        return (fields[field] & 1L << number) != 0;
    }

    /** Where both days are restricted, one of them is enough. */
    private boolean hasDay(ZonedDateTime time) {
        boolean day = has(DAY, time.getDayOfMonth());
        boolean weekday = has(WEEKDAY, time.getDayOfWeek().getValue() % 7);
        return (fields[DAY] & STAR) != 0 || (fields[WEEKDAY] & STAR) != 0 ? day && weekday : day || weekday;
    }

    /** @param zoneAllowed whether the schedule may name a time zone, as that of an old CronJob may */
    static void validate(JsonNode spec, boolean zoneAllowed, FieldErrors errors) {
        String schedule = Trees.text(spec, "schedule");
        if (schedule.isEmpty()) {
            errors.required("spec.schedule", "");
            return;
        }
        try {
            parse(schedule, ZoneOffset.UTC);
        } catch (WrongSchedule wrong) {
            errors.invalid("spec.schedule", schedule, String.valueOf(wrong.getMessage()));
        }
        if (schedule.contains("TZ")) {
            if (!zoneAllowed) {
                errors.invalid(
                        "spec.schedule", schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
            } else if (spec.has("timeZone")) {
                errors.invalid(
                        "spec.schedule", schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
            }
        }
    }

    /** The time zone's name. */
    static void zone(String zone, FieldErrors errors) {
        String path = "spec.timeZone";
        if (zone.isEmpty()) {
            errors.invalid(path, zone, "timeZone must be nil or non-empty string");
            return;
        }
        for (String part : zone.split("/", -1)) {
            if (Trees.oneOf(part, ".", "..")
                    || part.startsWith("-")
                    || !ZONE_PART.matcher(part).matches()) {
                errors.invalid(path, zone, "unknown time zone " + zone);
                return;
            }
        }
        if (zone.equalsIgnoreCase("Local")) {
            errors.invalid(
                    path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        }
        if (!isZone(zone)) {
            errors.invalid(path, zone, "unknown time zone " + zone);
        }
    }

    private static boolean isZone(String zone) {
        return Trees.oneOf(zone, "", "UTC", "Local")
                || ZoneId.getAvailableZoneIds().contains(zone) && !zone.startsWith("SystemV/");
    }

    private static CronSchedule parse(String schedule, ZoneId otherwise) throws WrongSchedule {
        String spec = schedule;
        ZoneId zoneOfAll = otherwise;
        if (spec.startsWith("TZ=") || spec.startsWith("CRON_TZ=")) {
            int space = spec.indexOf(' ');
            if (space < 0) {
                throw new WrongSchedule("invalid schedule format: runtime error: slice bounds out of range [:-1]");
            }
            String zone = spec.substring(spec.indexOf('=') + 1, space);
            if (!isZone(zone)) {
                throw new WrongSchedule("provided bad location %s: unknown time zone %s".formatted(zone, zone));
            }
            zoneOfAll = zoneId(zone);
            spec = spec.substring(space).strip();
        }
        if (spec.startsWith(EVERY)) {
            return new CronSchedule(zoneOfAll, new long[0], every(spec));
        }
        if (spec.startsWith("@")) {
            String described = DESCRIPTORS.get(spec);
            if (described == null) {
                throw new WrongSchedule("unrecognized descriptor: " + spec);
            }
            spec = described;
        }
        List<String> fields = spec.isBlank() ? List.of() : List.of(spec.strip().split("\\s+"));
        if (fields.size() != FIELDS.size()) {
            throw new WrongSchedule("expected exactly %d fields, found %d: [%s]"
                    .formatted(FIELDS.size(), fields.size(), String.join(" ", fields)));
        }
        long[] numbers = new long[FIELDS.size()];
        for (int index = 0; index < fields.size(); index++) {
            for (String range : fields.get(index).split(",")) {
                if (!range.isEmpty()) {
                    numbers[index] |= range(range, FIELDS.get(index));
                }
            }
        }
        return new CronSchedule(zoneOfAll, numbers, null);
    }

    /** Whole seconds, at least one. */
    private static Duration every(String spec) throws WrongSchedule {
        String text = spec.substring(EVERY.length());
        if (text.length() > MAX_DURATION || !DURATION.matcher(text).matches()) {
            throw new WrongSchedule("failed to parse duration %s: time: invalid duration \"%s\"".formatted(spec, text));
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = DURATION_PART.matcher(text);
        while (part.find()) {
            nanos = nanos.add(new BigDecimal(part.group(1).startsWith(".") ? "0" + part.group(1) : part.group(1))
                    .multiply(BigDecimal.valueOf(UNIT_NANOS.getOrDefault(part.group(2), 1L))));
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new WrongSchedule("failed to parse duration %s: time: invalid duration \"%s\"".formatted(spec, text));
        }
        Duration every = text.startsWith("-")
                ? Duration.ZERO
                : Duration.ofNanos(nanos.longValue()).truncatedTo(ChronoUnit.SECONDS);
        return every.isZero() ? Duration.ofSeconds(1) : every;
    }

    /** The numbers of a range as bits. */
    private static long range(String text, Field field) throws WrongSchedule {
        String[] rangeAndStep = text.split("/", -1);
        String[] ends = rangeAndStep[0].split("-", -1);
        long start;
        long end;
        boolean star = Trees.oneOf(ends[0], "*", "?");
        if (star) {
            start = field.min();
            end = field.max();
        } else {
            start = numberOrName(ends[0], field);
            if (ends.length > 2) {
                throw new WrongSchedule("too many hyphens: " + text);
            }
            end = ends.length == 1 ? start : numberOrName(ends[1], field);
        }
        long step = 1;
        if (rangeAndStep.length > 2) {
            throw new WrongSchedule("too many slashes: " + text);
        } else if (rangeAndStep.length == 2) {
            step = number(rangeAndStep[1]);
            end = ends.length == 1 ? field.max() : end;
            star &= step <= 1;
        }
        if (start < field.min()) {
            throw new WrongSchedule(
                    "beginning of range (%d) below minimum (%d): %s".formatted(start, field.min(), text));
        }
        if (end > field.max()) {
            throw new WrongSchedule("end of range (%d) above maximum (%d): %s".formatted(end, field.max(), text));
        }
        if (start > end) {
            throw new WrongSchedule("beginning of range (%d) beyond end of range (%d): %s".formatted(start, end, text));
        }
        if (step == 0) {
            throw new WrongSchedule("step of range should be a positive number: " + text);
        }
        long bits = star ? STAR : 0;
        for (long number = start; number <= end; number += Math.min(step, field.max() + 1)) {
            bits |= 1L << number;
        }
        return bits;
    }

    private static long numberOrName(String text, Field field) throws WrongSchedule {
        int name = field.names().indexOf(text.toLowerCase(Locale.ROOT));
        return name < 0 ? number(text) : field.min() + name;
    }

    private static long number(String text) throws WrongSchedule {
        if (!text.matches("[-+]?[0-9]+")) {
            throw new WrongSchedule(
                    "failed to parse int from %s: strconv.Atoi: parsing \"%s\": invalid syntax".formatted(text, text));
        }
        try {
            long number = Long.parseLong(text);
            if (number < 0) {
                throw new WrongSchedule("negative number (%d) not allowed: %s".formatted(number, text));
            }
            return number;
        } catch (NumberFormatException tooLarge) {
            throw new WrongSchedule("failed to parse int from %s: strconv.Atoi: parsing \"%s\": value out of range"
                    .formatted(text, text));
        }
    }
}
