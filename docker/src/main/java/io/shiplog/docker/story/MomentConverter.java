package io.shiplog.docker.story;

import io.shiplog.projections.history.Point;
import java.time.ZonedDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Moments as options of a command. */
public final class MomentConverter implements ITypeConverter<MomentConverter.Moment> {
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
