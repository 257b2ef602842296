package io.shiplog.node.pod;

import io.shiplog.node.reference.UnresolvedException;

/** Gives the tokens that pods find in their projected volumes, and renews them in good time. */
@FunctionalInterface
public interface ServiceAccountTokens {
    /**
     * A token that is good for a while: one in hand, or a new one. May block.
     *
     * @param audience empty for the cluster's own
     * @throws UnresolvedException if the cluster gives none now
     */
    String token(DesiredPod pod, String audience, long expirationSeconds) throws UnresolvedException;
}
