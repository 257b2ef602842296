package io.shiplog.command.kind.check;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A number or a percentage: {@code 3} or {@code "25%"}.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go">
 *     ValidatePositiveIntOrPercent, IsNotMoreThan100Percent, getIntOrPercentValue</a>
 */
public final class IntOrPercent {
    private static final String PERCENT = "[0-9]+%";

    private IntOrPercent() {}

    /** Adds an error for a negative number, and for a text that is no percentage. */
    public static void validate(JsonNode value, String path, FieldErrors errors) {
        if (!value.isTextual()) {
            Checks.notNegative(value, path, errors);
        } else if (!isPercent(value)) {
            errors.invalid(
                    path,
                    value,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                            + " regex used for validation is '" + PERCENT + "')");
        }
    }

    /** Adds an error for more than 100%. */
    public static void notMoreThanAll(JsonNode value, String path, FieldErrors errors) {
        if (isPercent(value) && value(value) > 100) {
            errors.invalid(path, value, "must not be greater than 100%");
        }
    }

    /** The number, or the number before the percent sign; 0 for a text that is neither. */
    public static long value(JsonNode value) {
        if (!value.isTextual()) {
            return value.asLong(0);
        }
        String text =
                isPercent(value) ? value.asText().substring(0, value.asText().length() - 1) : value.asText();
        return text.matches("-?[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    /** The number, or the percentage of a whole, rounded up or down. */
    public static int of(JsonNode value, int whole, boolean roundUp) {
        long percent = value(value);
        if (!isPercent(value)) {
            return (int) percent;
        }
        return (int) (roundUp ? (percent * whole + 99) / 100 : percent * whole / 100);
    }

    private static boolean isPercent(JsonNode value) {
        return value.isTextual() && value.asText().matches(PERCENT);
    }
}
