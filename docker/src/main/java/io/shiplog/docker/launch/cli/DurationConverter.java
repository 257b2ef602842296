package io.shiplog.docker.launch.cli;

import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations in the format of Kubernetes' own commands: {@code 90s}, {@code 2m}, {@code 1h0m0s}, {@code 0}.
 *
 * @see <a href="https://pkg.go.dev/time#ParseDuration">time.ParseDuration</a>
 */
class DurationConverter implements ITypeConverter<Duration> {
    private static final String FORM = "(?=[0-9])([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?";

    @Override
    public Duration convert(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (!text.matches(FORM)) {
            throw new TypeConversionException("'%s' is not a duration such as 90s, 2m or 1h30m".formatted(text));
        }
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
