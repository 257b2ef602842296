/** Represents a sibling module, which this one must not see. */
package io.shiplog.gateway.lawless;

public final class Door {}
