package io.shiplog.events.kind;

/**
 * A version in which a kind is served.
 *
 * @param name {@code v1}, {@code v2beta1}
 * @param conversion between this version's form and the stored one
 */
public record KindVersion(String name, Conversion conversion) {}
