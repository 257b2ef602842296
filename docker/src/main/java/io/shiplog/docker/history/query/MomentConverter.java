package io.shiplog.docker.history.query;

import io.shiplog.projections.history.Point;
import java.time.ZonedDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Moments as options of a command. */
public final class MomentConverter implements ITypeConverter<MomentConverter.Moment> {
    /** The grammar for help texts: one form per line, which no terminal breaks. */
    public static final String HELP = """
            MOMENT is one of:
              1234, #1234           a revision
              2026-11-22T03:12:00Z  a time; without a zone it is local
              '2026-11-22 03:12'    the same
              2026-11-22, 03:12     a day, a time of today
              'yesterday 03:12'     a time of yesterday
              10m, 1h30m, '10m ago' a time before now""";

    /** A moment in the API's form. */
    public record Moment(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    @Override
    public Moment convert(String value) {
        try {
            return new Moment(Point.parse(value, ZonedDateTime.now()).text());
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
