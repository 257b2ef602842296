package io.shiplog.events.kind;

/**
 * A version in which a kind is served.
 *
 * @param name {@code v1}, {@code v2beta1}
 * @param conversion between this version's form and the stored one
 * @param deprecation the warning that every answer carries; empty if the version is not deprecated
 */
public record KindVersion(String name, Conversion conversion, String deprecation) {
    KindVersion(String name, Conversion conversion) {
        this(name, conversion, "");
    }
}
