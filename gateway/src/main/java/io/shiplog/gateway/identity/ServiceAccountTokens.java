package io.shiplog.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.Image;
import io.shiplog.projections.StoredObject;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies ServiceAccount tokens. A signature is checked once per token, its life and the objects that it is bound to at each
 * use: a token dies with its ServiceAccount or its pod.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens">Bound
 *     tokens</a>
 */
public final class ServiceAccountTokens {
    /** How many verified tokens are remembered; all are forgotten when there are more. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final Set<String> BOUND_KINDS = Set.of("pod", "secret");

    private final ServiceAccountTrust trust;
    private final Map<String, Claims> verified = new ConcurrentHashMap<>();

    public ServiceAccountTokens(ServiceAccountTrust trust) {
        this.trust = trust;
    }

    /** An object that must live, with the uid that it must have. */
    private record Bound(ObjectKey key, String uid) {}

    private record Claims(
            Set<String> audiences, Instant notBefore, Instant expires, UserInfo user, List<Bound> bound) {}

    /** Who a token speaks for, and which of the audiences asked about it is meant for. */
    public record Bearer(UserInfo user, Set<String> audiences) {}

    /** The bearer of a token for the API server itself, or null. */
    public @Nullable UserInfo user(String token, Image image, Instant now) {
        Bearer bearer = bearer(token, trust.audiences(), image, now);
        return bearer == null ? null : bearer.user();
    }

    /** The bearer of a token that is meant for any of these audiences, or null. */
    public @Nullable Bearer bearer(String token, Set<String> wanted, Image image, Instant now) {
        Claims claims = verified.get(token);
        if (claims == null) {
            claims = verify(token);
            if (claims == null) {
                return null;
            }
            if (verified.size() >= MAX_REMEMBERED) {
                verified.clear();
            }
            verified.put(token, claims);
        }
        if (now.isBefore(claims.notBefore()) || !now.isBefore(claims.expires())) {
            verified.remove(token);
            return null;
        }
        Set<String> audiences = new java.util.TreeSet<>(wanted);
        audiences.retainAll(claims.audiences());
        if (audiences.isEmpty()) {
            return null;
        }
        for (Bound bound : claims.bound()) {
            StoredObject object = image.get(bound.key());
            if (object == null || !object.uid().equals(bound.uid()) || isGoing(object, now)) {
                return null;
            }
        }
        return new Bearer(claims.user(), audiences);
    }

    /**
     * Whether an object's deletion began more than a minute ago: finalizers must not keep its tokens alive.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/serviceaccount/claims.go">claims.go</a>
     */
    private boolean isGoing(StoredObject object, Instant now) {
        Deletion deletion = deletions.get(object.uid());
        if (deletion == null || deletion.revision() != object.revision()) {
            String text = object.json().tree().at("/metadata/deletionTimestamp").asText("");
            deletion = new Deletion(object.revision(), text.isEmpty() ? null : Instant.parse(text));
            if (deletions.size() >= MAX_REMEMBERED) {
                deletions.clear();
            }
            deletions.put(object.uid(), deletion);
        }
        Instant begins = deletion.time();
        return begins != null && now.isAfter(begins.plus(DELETION_LEEWAY));
    }

    private static final Duration DELETION_LEEWAY = Duration.ofSeconds(60);

    private final Map<String, Deletion> deletions = new ConcurrentHashMap<>();

    /** When an object's deletion began, as of one of its revisions; null if it did not. */
    private record Deletion(long revision, @Nullable Instant time) {}

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
            return null; // the library throws all kinds of exceptions at texts that only look like a token
        }
    }

    /** No token of ours comes near it; what is longer is not even read. */
    private static final int LONGEST = 16 * 1024;

    private boolean signedByTrusted(JWSObject jws) throws JOSEException {
        JWSHeader header = jws.getHeader();
        for (PublicKey key : trust.keys()) {
            // The key decides which algorithms there are: a token never chooses its own check.
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
                bound);
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
