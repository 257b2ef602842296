package io.shiplog.docker.launch.cli;

import io.shiplog.projections.history.Point;
import java.time.ZonedDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Points in the past as options of a command, in the zone of this machine. */
public final class PointConverter implements ITypeConverter<Point> {
    @Override
    public Point convert(String text) {
        try {
            return Point.parse(text, ZonedDateTime.now());
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
