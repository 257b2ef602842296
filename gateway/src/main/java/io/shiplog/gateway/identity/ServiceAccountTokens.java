package io.shiplog.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies ServiceAccount tokens. A signature is checked once per token, its expiry and bound objects at each use: a token ends
 * with its ServiceAccount, its pod or its Secret. A token from a Secret of type {@code kubernetes.io/service-account-token} (a
 * legacy token) has no expiry and no audience, and must equal the one in the Secret.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens">Bound
 *     tokens</a>
 */
public final class ServiceAccountTokens {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceAccountTokens.class);

    /** How many verified tokens are cached: one tenant with more of them does not evict those that others use. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final Set<String> BOUND_KINDS = Set.of("pod", "secret");

    private static final String NODE = "node";

    private static final String LEGACY_ISSUER = "kubernetes/serviceaccount";
    private static final String LEGACY_PREFIX = "kubernetes.io/serviceaccount/";
    private static final ResourceType SECRETS = ResourceType.core("secrets");

    private final ServiceAccountTrust trust;
    private final Cache<String, Claims> verified =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

    public ServiceAccountTokens(ServiceAccountTrust trust) {
        this.trust = trust;
    }

    /**
     * An object that must exist.
     *
     * @param uid its required uid; empty if it must hold the token itself
     */
    private record Bound(ObjectKey key, String uid) {}

    /** @param leeway how long a token outlives the start of a deletion */
    private record Claims(
            Set<String> audiences,
            Instant notBefore,
            Instant expires,
            UserInfo user,
            List<Bound> bound,
            Duration leeway) {}

    /** The user of a token, and the requested audiences that it has. */
    public record Bearer(UserInfo user, Set<String> audiences) {}

    /** The user of a token for the API server itself, or null. */
    public @Nullable UserInfo user(String token, Image image, Instant now) {
        Bearer bearer = bearer(token, trust.audiences(), image, now);
        return bearer == null ? null : bearer.user();
    }

    /** The user of a token for any of these audiences, or null. */
    public @Nullable Bearer bearer(String token, Set<String> wanted, Image image, Instant now) {
        Claims claims = verified.getIfPresent(token);
        if (claims == null) {
            claims = verify(token);
            if (claims == null) {
                return null;
            }
            verified.put(token, claims);
        }
        if (now.isBefore(claims.notBefore()) || !now.isBefore(claims.expires())) {
            verified.invalidate(token);
            return null;
        }
        Set<String> audiences = new java.util.TreeSet<>(wanted);
        audiences.retainAll(claims.audiences());
        if (audiences.isEmpty()) {
            return null;
        }
        for (Bound bound : claims.bound()) {
            StoredObject object = image.get(bound.key());
            if (object == null || !isMeant(object, bound.uid(), token) || isGoing(object, claims.leeway(), now)) {
                return null;
            }
        }
        return new Bearer(claims.user(), audiences);
    }

    private boolean isMeant(StoredObject object, String uid, String token) {
        return uid.isEmpty()
                ? read(object).token().equals(Authentication.sha256(token))
                : object.uid().equals(uid);
    }

    /**
     * Whether an object's deletion began longer ago than the leeway: finalizers must not keep its tokens alive.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/serviceaccount/claims.go">claims.go</a>
     */
    private boolean isGoing(StoredObject object, Duration leeway, Instant now) {
        if (!object.deleting()) {
            return false;
        }
        Instant begins = read(object).deletion();
        return begins == null || leeway.isZero() || now.isAfter(begins.plus(leeway));
    }

    private Contents read(StoredObject object) {
        Contents known = contents.getIfPresent(object.uid());
        if (known == null || known.revision() != object.revision()) {
            known = Contents.of(object);
            contents.put(object.uid(), known);
        }
        return known;
    }

    private static final Duration DELETION_LEEWAY = Duration.ofSeconds(60);

    private final Cache<String, Contents> contents =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

    /**
     * An object's relevant fields at one of its revisions.
     *
     * @param deletion when its deletion began; null if it did not
     * @param token the SHA-256 of the token in a Secret; empty for any other object
     */
    private record Contents(long revision, @Nullable Instant deletion, String token) {
        private static Contents of(StoredObject object) {
            JsonNode tree = object.json().tree();
            String deletion = tree.at("/metadata/deletionTimestamp").asText("");
            return new Contents(
                    object.revision(),
                    deletion.isEmpty() ? null : Instant.parse(deletion),
                    object.key().type().equals(SECRETS) ? token(tree.at("/data/token")) : "");
        }

        private static String token(JsonNode base64) {
            try {
                return Authentication.sha256(Base64.getDecoder().decode(base64.asText("")));
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
    }

    static Actor actor(String namespace, String name) {
        return new Actor(
                "system:serviceaccount:" + namespace + ":" + name,
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"));
    }

    private static UserInfo user(JsonNode payload, String namespace, String name) {
        JsonNode kubernetes = payload.path("kubernetes.io");
        String id = payload.path("jti").asText("");
        return UserInfo.of(
                actor(namespace, name),
                kubernetes.at("/serviceaccount/uid").asText(""),
                Map.of(
                        UserInfo.CREDENTIAL,
                        id.isEmpty() ? "" : "JTI=" + id,
                        "pod-name",
                        kubernetes.at("/pod/name").asText(""),
                        "pod-uid",
                        kubernetes.at("/pod/uid").asText(""),
                        "node-name",
                        kubernetes.at("/node/name").asText(""),
                        "node-uid",
                        kubernetes.at("/node/uid").asText("")));
    }

    private @Nullable Claims verify(String token) {
        if (token.length() > LONGEST) {
            return null;
        }
        try {
            JWSObject jws = JWSObject.parse(token);
            return signedByTrusted(jws)
                    ? claims(Json.ofUtf8(jws.getPayload().toBytes()).tree())
                    : null;
        } catch (ParseException | JOSEException | RuntimeException e) {
            // The library throws various exceptions for malformed tokens.
            LOG.debug("a token is not one of this cluster: {}", e.toString());
            return null;
        }
    }

    /** No token of ours comes near it; longer ones are not parsed. */
    private static final int LONGEST = 16 * 1024;

    private boolean signedByTrusted(JWSObject jws) throws JOSEException {
        JWSHeader header = jws.getHeader();
        for (PublicKey key : trust.keys()) {
            // The key determines the algorithm: a token never chooses its own check.
            if (!trust.fits(header.getAlgorithm().getName(), key)) {
                continue;
            }
            JWSVerifier verifier = new DefaultJWSVerifierFactory().createJWSVerifier(header, key);
            if (jws.verify(verifier)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Claims claims(JsonNode payload) {
        return payload.path("iss").asText("").equals(LEGACY_ISSUER) ? legacyClaims(payload) : boundClaims(payload);
    }

    /** @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/serviceaccount/legacy.go">legacy.go</a> */
    private @Nullable Claims legacyClaims(JsonNode payload) {
        String namespace = payload.path(LEGACY_PREFIX + "namespace").asText("");
        String secret = payload.path(LEGACY_PREFIX + "secret.name").asText("");
        String name = payload.path(LEGACY_PREFIX + "service-account.name").asText("");
        String uid = payload.path(LEGACY_PREFIX + "service-account.uid").asText("");
        if (namespace.isEmpty()
                || secret.isEmpty()
                || name.isEmpty()
                || uid.isEmpty()
                || !payload.path("sub").asText("").equals("system:serviceaccount:" + namespace + ":" + name)) {
            return null;
        }
        return new Claims(
                trust.audiences(),
                Instant.MIN,
                Instant.MAX,
                UserInfo.of(actor(namespace, name), uid, Map.of()),
                List.of(
                        new Bound(ObjectKey.of(SECRETS, namespace, secret), ""),
                        new Bound(ObjectKey.of(ResourceType.core("serviceaccounts"), namespace, name), uid)),
                Duration.ZERO);
    }

    private @Nullable Claims boundClaims(JsonNode payload) {
        JsonNode kubernetes = payload.path("kubernetes.io");
        String namespace = kubernetes.path("namespace").asText("");
        JsonNode account = kubernetes.path("serviceaccount");
        String name = account.path("name").asText("");
        boolean ours = payload.path("iss").asText("").equals(trust.issuer())
                && !namespace.isEmpty()
                && !name.isEmpty()
                && payload.path("sub").asText("").equals("system:serviceaccount:" + namespace + ":" + name)
                && payload.path("exp").isNumber();
        if (!ours) {
            return null;
        }
        List<Bound> bound = new ArrayList<>();
        bound.add(bound("serviceaccounts", namespace, account));
        for (String kind : BOUND_KINDS) {
            if (kubernetes.has(kind)) {
                bound.add(bound(kind + "s", namespace, kubernetes.path(kind)));
            }
        }
        // A pod's token tells its node, too; one without a pod or a Secret is bound to the node itself.
        if (kubernetes.has(NODE) && BOUND_KINDS.stream().noneMatch(kubernetes::has)) {
            bound.add(bound("nodes", "", kubernetes.path(NODE)));
        }
        Set<String> audiences = new java.util.HashSet<>();
        JsonNode aud = payload.path("aud");
        if (aud.isTextual()) {
            audiences.add(aud.asText());
        }
        aud.forEach(each -> audiences.add(each.asText()));
        return new Claims(
                audiences,
                Instant.ofEpochSecond(payload.path("nbf").asLong(0)),
                Instant.ofEpochSecond(payload.path("exp").asLong()),
                user(payload, namespace, name),
                bound,
                DELETION_LEEWAY);
    }

    private static Bound bound(String resource, String namespace, JsonNode reference) {
        return new Bound(
                ObjectKey.of(
                        ResourceType.core(resource),
                        namespace,
                        reference.path("name").asText("")),
                reference.path("uid").asText(""));
    }
}
