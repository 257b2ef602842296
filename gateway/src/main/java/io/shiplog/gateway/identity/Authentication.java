package io.shiplog.gateway.identity;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.image.Image;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates a request: a client certificate, else a bearer token, else anonymous. Invalid credentials are refused, never
 * treated as anonymous.
 */
public final class Authentication {
    public static final String AUTHENTICATED = "system:authenticated";
    public static final Actor ANONYMOUS = new Actor("system:anonymous", List.of("system:unauthenticated"));
    private static final UserInfo ANONYMOUS_USER = UserInfo.of(ANONYMOUS);
    private static final String BEARER = "Bearer ";

    /** Static tokens by the SHA-256 of their text, so that lookups leak nothing by timing. */
    private final Map<String, UserInfo> staticTokens;

    private final ServiceAccountTokens serviceAccounts;
    private final ClientCertificates certificates = new ClientCertificates();
    private final InstantSource clock;

    public Authentication(Map<String, Actor> tokens, ServiceAccountTokens serviceAccounts, InstantSource clock) {
        Map<String, UserInfo> digests = new HashMap<>();
        tokens.forEach((token, actor) -> digests.put(sha256(token), UserInfo.of(authenticated(actor))));
        this.staticTokens = Map.copyOf(digests);
        this.serviceAccounts = serviceAccounts;
        this.clock = clock;
    }

    /** The users of connections, by their certificates. */
    public ClientCertificates certificates() {
        return certificates;
    }

    /** The user of a request; 401 if its credentials are invalid. */
    public Checked<Actor> authenticate(HttpServerRequest request, Image image) {
        return identify(request, image).map(UserInfo::actor);
    }

    /** All attributes of a request's user; 401 if its credentials are invalid. */
    public Checked<UserInfo> identify(HttpServerRequest request, Image image) {
        UserInfo byCertificate = certificates.user(request.connection());
        if (byCertificate != null) {
            return Checked.ok(byCertificate);
        }
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || header.isBlank()) {
            return switch (SocketToken.of(request)) {
                case Checked.Ok<String>(var token) ->
                    token.isEmpty() ? Checked.ok(ANONYMOUS_USER) : known(byToken(token, image));
                case Checked.Refused<String>(var refusal) -> Checked.refused(refusal);
            };
        }
        UserInfo byToken = header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? byToken(header.substring(BEARER.length()).trim(), image)
                : null;
        return known(byToken);
    }

    private static Checked<UserInfo> known(@Nullable UserInfo user) {
        return user == null ? Checked.refused(Refusal.of(Reason.UNAUTHORIZED, "Unauthorized")) : Checked.ok(user);
    }

    /** The user of a token for any of these audiences (the API server's own if none), or null. */
    public ServiceAccountTokens.@Nullable Bearer review(
            String token, Set<String> audiences, Set<String> own, Image image) {
        UserInfo known = staticTokens.get(sha256(token));
        if (known != null) {
            Set<String> common = new java.util.TreeSet<>(audiences.isEmpty() ? own : audiences);
            common.retainAll(own);
            return common.isEmpty() && !own.isEmpty() ? null : new ServiceAccountTokens.Bearer(known, common);
        }
        return serviceAccounts.bearer(token, audiences.isEmpty() ? own : audiences, image, clock.instant());
    }

    private @Nullable UserInfo byToken(String token, Image image) {
        UserInfo known = staticTokens.get(sha256(token));
        return known != null ? known : serviceAccounts.user(token, image, clock.instant());
    }

    static Actor authenticated(Actor actor) {
        if (actor.groups().contains(AUTHENTICATED)) {
            return actor;
        }
        List<String> groups = new ArrayList<>(actor.groups());
        groups.add(AUTHENTICATED);
        return new Actor(actor.user(), groups);
    }

    /** As hexadecimal digits. */
    static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As hexadecimal digits. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
