package io.shiplog.node.status;

/**
 * The health of a machine.
 *
 * @param trouble why no pods can run, empty if they can
 */
public record NodeHealth(boolean memoryShort, boolean diskShort, boolean pidsShort, String trouble) {}
