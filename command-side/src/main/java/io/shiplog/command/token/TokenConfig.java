package io.shiplog.command.token;

import java.security.PrivateKey;

/**
 * How tokens are signed.
 *
 * @param issuer the {@code iss} claim, and the default audience
 * @param key an RSA key (RS256) or one on the curve P-256 (ES256)
 * @param keyId the {@code kid} header, by which a verifier finds the public key
 */
public record TokenConfig(String issuer, PrivateKey key, String keyId) {}
