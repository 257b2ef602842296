package io.shiplog.command.kind.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.FieldErrors;
import io.shiplog.command.kind.Trees;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A CronJob's schedule and time zone, with the messages of the parser that Kubernetes uses.
 *
 * @see <a href="https://github.com/robfig/cron/blob/master/parser.go">ParseStandard</a>
 */
final class CronSchedule {
    private static final Set<String> DESCRIPTORS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final String EVERY = "@every ";
    private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z.\\-_0-9+]{1,14}");
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)");

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

    private CronSchedule() {}

    /** @param zoneAllowed whether the schedule may name a time zone, as that of an old CronJob may */
    static void validate(JsonNode spec, boolean zoneAllowed, FieldErrors errors) {
        String schedule = Trees.text(spec, "schedule");
        if (schedule.isEmpty()) {
            errors.required("spec.schedule", "");
            return;
        }
        try {
            parse(schedule);
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

    private static void parse(String schedule) throws WrongSchedule {
        String spec = schedule;
        if (spec.startsWith("TZ=") || spec.startsWith("CRON_TZ=")) {
            int space = spec.indexOf(' ');
            if (space < 0) {
                throw new WrongSchedule("invalid schedule format: runtime error: slice bounds out of range [:-1]");
            }
            String zone = spec.substring(spec.indexOf('=') + 1, space);
            if (!isZone(zone)) {
                throw new WrongSchedule("provided bad location %s: unknown time zone %s".formatted(zone, zone));
            }
            spec = spec.substring(space).strip();
        }
        if (spec.startsWith("@")) {
            descriptor(spec);
            return;
        }
        List<String> fields = spec.isBlank() ? List.of() : List.of(spec.strip().split("\\s+"));
        if (fields.size() != FIELDS.size()) {
            throw new WrongSchedule("expected exactly %d fields, found %d: [%s]"
                    .formatted(FIELDS.size(), fields.size(), String.join(" ", fields)));
        }
        for (int index = 0; index < fields.size(); index++) {
            for (String range : fields.get(index).split(",")) {
                if (!range.isEmpty()) {
                    range(range, FIELDS.get(index));
                }
            }
        }
    }

    private static void descriptor(String spec) throws WrongSchedule {
        if (DESCRIPTORS.contains(spec)) {
            return;
        }
        if (!spec.startsWith(EVERY)) {
            throw new WrongSchedule("unrecognized descriptor: " + spec);
        }
        String duration = spec.substring(EVERY.length());
        if (!DURATION.matcher(duration).matches()) {
            throw new WrongSchedule(
                    "failed to parse duration %s: time: invalid duration \"%s\"".formatted(spec, duration));
        }
    }

    private static void range(String text, Field field) throws WrongSchedule {
        String[] rangeAndStep = text.split("/", -1);
        String[] ends = rangeAndStep[0].split("-", -1);
        long start;
        long end;
        if (Trees.oneOf(ends[0], "*", "?")) {
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
            return Long.parseLong(text);
        } catch (NumberFormatException tooLarge) {
            throw new WrongSchedule("failed to parse int from %s: strconv.Atoi: parsing \"%s\": value out of range"
                    .formatted(text, text));
        }
    }
}
