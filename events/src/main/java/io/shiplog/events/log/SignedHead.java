package io.shiplog.events.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * A cluster's signed statement about its log's past: the link of the hash chain at a revision. With the public key anyone can
 * verify that an export, or a whole Kafka topic, is what the cluster wrote, up to that revision.
 *
 * @param chain the link of that revision's event, as hexadecimal text
 * @param time of the signature
 * @param signature Ed25519 over {@link #statement}, base64
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8032">RFC 8032: Ed25519</a>
 */
public record SignedHead(String cluster, String shard, long revision, String chain, Instant time, String signature) {
    private static final String ALGORITHM = "Ed25519";

    /**
     * Signs a head.
     *
     * @param key an Ed25519 key
     * @throws IllegalArgumentException if it is another key
     */
    public static SignedHead sign(
            PrivateKey key, String cluster, String shard, long revision, String chain, Instant time) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(statement(cluster, shard, revision, chain, time));
            String text = Base64.getEncoder().encodeToString(signature.sign());
            return new SignedHead(cluster, shard, revision, chain, time, text);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key cannot sign with " + ALGORITHM, e);
        }
    }

    /** Its form in claims and exports: {@code revision}, {@code chain}, {@code time}, {@code signature}. */
    public ObjectNode json() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("revision", revision).put("chain", chain).put("time", time.toString());
        return json.put("signature", signature);
    }

    /**
     * Parses the output of {@link #json}.
     *
     * @throws IllegalArgumentException if it is invalid
     */
    public static SignedHead of(String cluster, String shard, JsonNode json) {
        try {
            return new SignedHead(
                    cluster,
                    shard,
                    json.path("revision").asLong(),
                    json.path("chain").asText(),
                    Instant.parse(json.path("time").asText()),
                    json.path("signature").asText());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a signed head has no time", e);
        }
    }

    /** Whether the holder of the key signed it. */
    public boolean isSignedBy(PublicKey key) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(statement(cluster, shard, revision, chain, time));
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The signed statement: six lines of UTF-8 text, each with its line end. */
    private static byte[] statement(String cluster, String shard, long revision, String chain, Instant time) {
        return "shiplog-head-v1\n%s\n%s\n%d\n%s\n%s\n"
                .formatted(cluster, shard, revision, chain, time)
                .getBytes(UTF_8);
    }
}
