package io.shiplog.gateway.identity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;

/**
 * Tells others how to verify tokens of ServiceAccounts: the issuer's configuration and its public keys. Who may read them is up to RBAC: by
 * default all ServiceAccounts.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery">Service
 *     account issuer discovery</a>
 */
public final class IssuerDiscovery {
    private static final String CONFIGURATION = ".well-known/openid-configuration";
    private static final String KEYS = "openid/v1/jwks";
    private static final String CACHED = "public, max-age=3600";

    private final byte[] configuration;
    private final byte[] keys;

    public IssuerDiscovery(ServiceAccountTrust trust) {
        List<JWK> known = trust.keys().stream().map(IssuerDiscovery::key).toList();
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.put("issuer", trust.issuer()).put("jwks_uri", trust.issuer() + "/" + KEYS);
        document.putArray("response_types_supported").add("id_token");
        document.putArray("subject_types_supported").add("public");
        ArrayNode algorithms = document.putArray("id_token_signing_alg_values_supported");
        known.stream().map(JWK::getAlgorithm).map(Algorithm::getName).distinct().forEach(algorithms::add);
        this.configuration = Json.of(document).utf8();
        this.keys = new JWKSet(known).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The id of a key in the header of a token: a hash, as Kubernetes has it. */
    public static String keyId(PublicKey key) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static JWK key(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                new RSAKey.Builder(rsa)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .keyID(keyId(key))
                        .build();
            case ECPublicKey curve ->
                new ECKey.Builder(Curve.forECParameterSpec(curve.getParams()), curve)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.ES256)
                        .keyID(keyId(key))
                        .build();
            default -> throw new IllegalArgumentException("no tokens are signed with " + key.getAlgorithm());
        };
    }

    /** Answers, or returns false if the path is none of these. */
    public boolean answered(Exchange exchange, String[] parts) {
        switch (String.join("/", parts)) {
            case CONFIGURATION -> send(exchange, "application/json", configuration);
            case KEYS -> send(exchange, "application/jwk-set+json", keys);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void send(Exchange exchange, String type, byte[] document) {
        exchange.response().putHeader(HttpHeaders.CACHE_CONTROL, CACHED);
        exchange.answerBytes(200, type, document);
    }
}
