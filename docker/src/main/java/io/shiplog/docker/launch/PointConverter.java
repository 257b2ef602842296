package io.shiplog.docker.launch;

import io.shiplog.docker.transfer.Point;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 1234} or {@code 2026-11-22T03:12:00Z}. */
final class PointConverter implements ITypeConverter<Point> {
    @Override
    public Point convert(String text) {
        try {
            return Point.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
