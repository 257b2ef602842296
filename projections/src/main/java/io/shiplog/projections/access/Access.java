package io.shiplog.projections.access;

/**
 * The answer to an {@link AccessRequest}.
 *
 * @param reason the rule that allowed it, in Kubernetes' words, or empty
 */
public record Access(boolean allowed, String reason) {}
