package io.shiplog.node.pod.port;

import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.reference.UnresolvedException;

/** Provides the tokens for pods' projected volumes, and renews them in time. */
@FunctionalInterface
public interface ServiceAccountTokens {
    /**
     * A valid token, cached or new. May block.
     *
     * @param audience empty for the cluster's own
     * @throws UnresolvedException if the cluster issues none now
     */
    String token(DesiredPod pod, String audience, long expirationSeconds) throws UnresolvedException;
}
