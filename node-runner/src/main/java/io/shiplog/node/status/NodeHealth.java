package io.shiplog.node.status;

/**
 * How a machine is.
 *
 * @param trouble why no pods can run, empty if they can
 */
public record NodeHealth(boolean memoryShort, boolean diskShort, boolean pidsShort, String trouble) {}
