package io.shiplog.gateway.identity;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Set;

/**
 * Which ServiceAccount tokens are accepted.
 *
 * @param issuer the required {@code iss}
 * @param audiences a token must have one of these
 * @param keys public keys, RSA or EC; any may have signed, so that keys can be rotated
 */
public record ServiceAccountTrust(String issuer, Set<String> audiences, List<PublicKey> keys) {
    public ServiceAccountTrust {
        audiences = Set.copyOf(audiences);
        keys = List.copyOf(keys);
    }

    boolean fits(String algorithm, PublicKey key) {
        return switch (algorithm) {
            case "RS256", "RS384", "RS512" -> key instanceof RSAPublicKey;
            case "ES256", "ES384", "ES512" -> key instanceof ECPublicKey;
            default -> false;
        };
    }
}
