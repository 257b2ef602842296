package io.shiplog.command.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;

/** Signs the tokens of ServiceAccounts. Thread-safe. */
public final class TokenSigner {
    /**
     * The {@code iss} claim of tokens in Secrets.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/serviceaccount/legacy.go">legacy.go</a>
     */
    private static final String LEGACY_ISSUER = "kubernetes/serviceaccount";

    private static final String LEGACY_PREFIX = "kubernetes.io/serviceaccount/";

    private final JWSHeader header;
    private final JWSSigner signer;

    /** @throws IllegalArgumentException if the key is neither RSA nor P-256 */
    public TokenSigner(TokenConfig config) {
        PrivateKey key = config.key();
        this.header = new JWSHeader.Builder(key instanceof ECPrivateKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256)
                .keyID(config.keyId())
                .build();
        try {
            this.signer = key instanceof ECPrivateKey curve ? new ECDSASigner(curve) : new RSASSASigner(key);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("not a key to sign tokens with", e);
        }
    }

    /**
     * A token for a Secret of type {@code kubernetes.io/service-account-token}. It has no expiry and no audience: it is valid
     * while both the Secret and the ServiceAccount exist.
     *
     * @param account the ServiceAccount's name
     * @param uid the ServiceAccount's uid
     */
    public String legacyToken(String namespace, String account, String uid, String secret) {
        return sign(new JWTClaimsSet.Builder()
                .issuer(LEGACY_ISSUER)
                .subject("system:serviceaccount:%s:%s".formatted(namespace, account))
                .claim(LEGACY_PREFIX + "namespace", namespace)
                .claim(LEGACY_PREFIX + "secret.name", secret)
                .claim(LEGACY_PREFIX + "service-account.name", account)
                .claim(LEGACY_PREFIX + "service-account.uid", uid)
                .build());
    }

    /** The claims as a signed token. Takes about a millisecond of CPU. */
    String sign(JWTClaimsSet claims) {
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("the key was good to sign with when this was made", e);
        }
        return token.serialize();
    }
}
