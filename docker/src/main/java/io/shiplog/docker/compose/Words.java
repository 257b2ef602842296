package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ClientException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The small languages in the values of a Compose file: command lines, durations, sizes, names. */
final class Words {
    private static final Pattern SIZE = Pattern.compile("(?i)([0-9]+(?:\\.[0-9]+)?)\\s*([bkmgt]?)(?:i?b)?");
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(us|ms|s|m|h)");
    private static final int LABEL_LIMIT = 63;

    private Words() {}

    /** A command line, split as a shell does: with quotes and backslashes, without variables. */
    static List<String> split(String line, String path) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == '\'' && c != '\'' || quote == '"' && c != '"' && c != '\\') {
                word.append(c);
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else if (c == '\\' && i + 1 < line.length()) {
                i++;
                char next = line.charAt(i);
                if (quote == '"' && "\"\\$`\n".indexOf(next) < 0) {
                    word.append('\\');
                }
                if (next != '\n') {
                    word.append(next);
                    inWord = true;
                }
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new ClientException(path + ": invalid command line string: a quote is not closed");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    /** A duration such as {@code 1m30s} or {@code 500ms}. */
    static Duration duration(String text, String path) {
        Matcher part = DURATION_PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length() && part.find(at) && part.start() == at) {
            long unit = switch (part.group(2)) {
                case "us" -> 1_000L;
                case "ms" -> 1_000_000L;
                case "s" -> 1_000_000_000L;
                case "m" -> 60_000_000_000L;
                default -> 3_600_000_000_000L;
            };
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
            at = part.end();
        }
        boolean zero = text.equals("0");
        if (at < text.length() && !zero || text.isEmpty() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new ClientException("%s: invalid duration '%s': give one such as 30s or 1m30s".formatted(path, text));
        }
        return Duration.ofNanos(nanos.longValue());
    }

    /** Whole seconds, rounded up, as Kubernetes counts. */
    static int seconds(Duration duration) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, (duration.toMillis() + 999) / 1000));
    }

    /** A size such as {@code 512m} or {@code 1gb} as a quantity of Kubernetes: {@code 512Mi}. */
    static String quantity(String text, String path) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new ClientException("%s: invalid size '%s': give one such as 512m or 1g".formatted(path, text));
        }
        String unit = size.group(2).toLowerCase(Locale.ROOT);
        int shift = unit.isEmpty() ? 0 : "bkmgt".indexOf(unit) * 10;
        BigDecimal bytes = new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(1L << shift));
        if (size.group(1).indexOf('.') < 0) {
            return size.group(1) + (shift == 0 ? "" : "KMGT".charAt(shift / 10 - 1) + "i");
        }
        return bytes.setScale(0, RoundingMode.CEILING).toPlainString();
    }

    /** CPUs such as {@code 0.5} as a quantity of Kubernetes: {@code 500m}. */
    static String cpus(String text, String path) {
        try {
            BigDecimal milli = new BigDecimal(text).movePointRight(3).setScale(0, RoundingMode.CEILING);
            return milli.remainder(BigDecimal.valueOf(1000)).signum() == 0
                    ? milli.movePointLeft(3)
                            .setScale(0, RoundingMode.UNNECESSARY)
                            .toPlainString()
                    : milli.toPlainString() + "m";
        } catch (NumberFormatException e) {
            throw new ClientException("%s: invalid number of CPUs '%s'".formatted(path, text));
        }
    }

    /** A whole number, which a variable may have made a text. */
    static int number(JsonNode value, String path) {
        try {
            return Integer.parseInt(value.asText());
        } catch (NumberFormatException e) {
            throw new ClientException("%s: '%s' is not a whole number".formatted(path, value.asText()));
        }
    }

    /** The bits of a file's mode, in decimal digits. */
    static String octal(String text, String path) {
        try {
            return Integer.toString(Integer.parseInt(text, 8));
        } catch (NumberFormatException e) {
            throw new ClientException("%s: '%s' is not a mode such as 0440".formatted(path, text));
        }
    }

    /** A name as Kubernetes and DNS accept it, made of one that Compose accepts. */
    static String label(String name) {
        String made =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String cut = made.substring(0, Math.min(made.length(), LABEL_LIMIT)).replaceAll("-+$", "");
        if (cut.isEmpty()) {
            throw new ClientException(
                    "'%s' has no letter or digit that a name in Kubernetes could keep".formatted(name));
        }
        return cut;
    }

    /** A text that Kubernetes does not substitute: {@code $(} is its own form of variables. */
    static String literal(String text) {
        return text.replace("$(", "$$(");
    }
}
