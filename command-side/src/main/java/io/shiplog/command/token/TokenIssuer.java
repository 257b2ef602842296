package io.shiplog.command.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import io.shiplog.command.kind.admission.NodeRestriction;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.StatedType;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers TokenRequests.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/">TokenRequest</a>
 */
public final class TokenIssuer {
    private static final long DEFAULT_SECONDS = 3_600;
    private static final long MIN_SECONDS = 600;
    private static final long MAX_SECONDS = 1L << 32;

    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final ResourceType SECRETS = ResourceType.core("secrets");

    private final TokenConfig config;
    private final TokenSigner signer;
    private final Function<ObjectKey, @Nullable StoredObject> objects;
    private final Clock clock;

    /**
     * @param objects the newest state
     * @throws IllegalArgumentException if the key is neither RSA nor P-256
     */
    public TokenIssuer(TokenConfig config, Function<ObjectKey, @Nullable StoredObject> objects, Clock clock) {
        this.config = config;
        this.objects = objects;
        this.clock = clock;
        this.signer = new TokenSigner(config);
    }

    /** Issues a token, or a refusal. Takes about a millisecond of CPU: not for an event loop. */
    public CommandResult issue(Actor actor, RequestToken command) {
        StoredObject account = objects.apply(command.key());
        if (account == null) {
            return new Refused(Refusal.notFound(command.key()));
        }
        JsonNode tree;
        try {
            tree = command.body().tree();
        } catch (UncheckedIOException e) {
            return badRequest("the object provided is unrecognized (must be of type TokenRequest)");
        }
        if (!(tree instanceof ObjectNode request)) {
            return badRequest("the object provided is unrecognized (must be of type TokenRequest)");
        }
        Refusal other = StatedType.refusal("authentication.k8s.io/v1", "TokenRequest", request);
        if (other != null) {
            return new Refused(other);
        }
        long seconds = request.path("spec").path("expirationSeconds").asLong(DEFAULT_SECONDS);
        Refusal refusal = checkNames(command.key(), request.path("metadata"));
        if (refusal == null) {
            refusal = checkSeconds(command.key(), seconds);
        }
        JsonNode bound = request.path("spec").path("boundObjectRef");
        if (refusal == null) {
            refusal = NodeRestriction.tokenRefusal(actor, command.key(), request.path("spec"), objects);
        }
        if (refusal != null) {
            return new Refused(refusal);
        }
        return switch (bind(command.key(), bound)) {
            case Binding.Refused refused -> new Refused(refused.refusal());
            case Binding.Bound binding -> answer(command.key(), account, request, seconds, binding.claims());
        };
    }

    /** A granted TokenRequest as it may be recorded. */
    public static Json withoutToken(Json granted) {
        ObjectNode request = granted.tree().deepCopy();
        request.withObject("/status").remove("token");
        return Json.of(request);
    }

    /** A request need not say again whose token it asks for. */
    private static @Nullable Refusal checkNames(ObjectKey key, JsonNode metadata) {
        FieldErrors errors = new FieldErrors();
        sameIfGiven(metadata, "name", key.name(), errors);
        sameIfGiven(metadata, "namespace", key.namespace(), errors);
        return errors.isEmpty() ? null : errors.refusal("TokenRequest", requests(key.namespace(), key.name()));
    }

    private static void sameIfGiven(JsonNode metadata, String field, String account, FieldErrors errors) {
        String given = metadata.path(field).asText("");
        if (!given.isEmpty() && !given.equals(account)) {
            errors.invalid(
                    "metadata." + field, given, "must match the service account %s if specified".formatted(field));
        }
    }

    private static ObjectKey requests(String namespace, String name) {
        return ObjectKey.of(new ResourceType("authentication.k8s.io", "tokenrequests"), namespace, name);
    }

    private static @Nullable Refusal checkSeconds(ObjectKey key, long seconds) {
        FieldErrors errors = new FieldErrors();
        if (seconds < MIN_SECONDS) {
            errors.invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds > MAX_SECONDS) {
            errors.invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        }
        return errors.isEmpty() ? null : errors.refusal("TokenRequest", requests(key.namespace(), ""));
    }

    /** The object that a token is bound to: it is valid while that exists. */
    private sealed interface Binding {
        record Bound(Map<String, Object> claims) implements Binding {}

        record Refused(Refusal refusal) implements Binding {}
    }

    private Binding bind(ObjectKey account, JsonNode reference) {
        if (reference.isMissingNode() || reference.isNull()) {
            return new Binding.Bound(Map.of());
        }
        String kind = reference.path("kind").asText("");
        String name = reference.path("name").asText("");
        ObjectKey key = switch (kind) {
            case "Pod" -> ObjectKey.of(PODS, account.namespace(), name);
            case "Secret" -> ObjectKey.of(SECRETS, account.namespace(), name);
            case "Node" -> ObjectKey.clusterScoped(NODES, name);
            default -> null;
        };
        if (key == null) {
            return new Binding.Refused(Refusal.of(
                    Reason.BAD_REQUEST,
                    "cannot bind token to object of type %s, Kind=%s"
                            .formatted(groupVersion(reference.path("apiVersion").asText("")), kind)));
        }
        StoredObject object = objects.apply(key);
        if (object == null) {
            return new Binding.Refused(Refusal.notFound(key));
        }
        String uid = reference.path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(object.uid())) {
            return new Binding.Refused(Refusal.conflict(
                    key,
                    ("the UID in the bound object reference (%s) does not match the UID in record. "
                                    + "The object might have been deleted and then recreated")
                            .formatted(uid)));
        }
        return kind.equals("Pod") ? boundToPod(account, object) : bound(kind, object);
    }

    /** As Go writes a group and a version: {@code /v1} for the core group. */
    private static String groupVersion(String apiVersion) {
        return apiVersion.isEmpty() || apiVersion.contains("/") ? apiVersion : "/" + apiVersion;
    }

    private static Binding bound(String kind, StoredObject object) {
        return new Binding.Bound(Map.of(kind.toLowerCase(java.util.Locale.ROOT), reference(object)));
    }

    private Binding boundToPod(ObjectKey account, StoredObject pod) {
        String runsAs =
                pod.json().tree().path("spec").path("serviceAccountName").asText("");
        if (!runsAs.equals(account.name())) {
            return new Binding.Refused(Refusal.of(
                    Reason.BAD_REQUEST,
                    "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
                            .formatted(account.name())));
        }
        Map<String, Object> claims = new HashMap<>();
        claims.put("pod", reference(pod));
        String name = pod.node();
        StoredObject node = name == null ? null : objects.apply(ObjectKey.clusterScoped(NODES, name));
        if (name != null) {
            claims.put("node", node == null ? Map.of("name", name) : reference(node));
        }
        return new Binding.Bound(claims);
    }

    private static Map<String, Object> reference(StoredObject object) {
        return Map.of("name", object.key().name(), "uid", object.uid());
    }

    private CommandResult answer(
            ObjectKey key, StoredObject account, ObjectNode request, long seconds, Map<String, Object> bound) {
        List<String> audiences = new ArrayList<>();
        request.path("spec").path("audiences").forEach(each -> audiences.add(each.asText()));
        if (audiences.isEmpty()) {
            audiences.add(config.issuer());
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = now.plusSeconds(seconds);
        Map<String, Object> kubernetes = new HashMap<>(bound);
        kubernetes.put("namespace", key.namespace());
        kubernetes.put("serviceaccount", reference(account));
        String token = signer.sign(new JWTClaimsSet.Builder()
                .issuer(config.issuer())
                .subject("system:serviceaccount:%s:%s".formatted(key.namespace(), key.name()))
                .audience(audiences)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(end))
                .jwtID(UUID.randomUUID().toString())
                .claim("kubernetes.io", kubernetes)
                .build());
        ObjectNode answer = tokenRequest(key, request, audiences, seconds, now);
        answer.putObject("status").put("token", token).put("expirationTimestamp", end.toString());
        return new Accepted(key, 0, Json.of(answer), Outcome.CREATED, List.of());
    }

    private static ObjectNode tokenRequest(
            ObjectKey key, ObjectNode request, List<String> audiences, long seconds, Instant now) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("kind", "TokenRequest").put("apiVersion", "authentication.k8s.io/v1");
        answer.putObject("metadata")
                .put("name", key.name())
                .put("namespace", key.namespace())
                .put("creationTimestamp", now.toString());
        ObjectNode spec = answer.putObject("spec");
        ArrayNode list = spec.putArray("audiences");
        audiences.forEach(list::add);
        spec.put("expirationSeconds", seconds);
        JsonNode reference = request.path("spec").path("boundObjectRef");
        spec.set("boundObjectRef", reference.isObject() ? reference : NullNode.instance);
        return answer;
    }

    private static CommandResult badRequest(String message) {
        return new Refused(Refusal.of(Reason.BAD_REQUEST, message));
    }
}
