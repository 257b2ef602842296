package io.shiplog.gateway.identity;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.outcome.Checked;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The token of a WebSocket. A browser's page cannot set headers there: it names the token, in base64url, as one of the subprotocols that
 * it offers, beside another one. It is for the API server alone and never handed on.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go">
 *     protocol.go</a>
 */
public final class SocketToken {
    private static final String PREFIX = "base64url.bearer.authorization.k8s.io.";

    private SocketToken() {}

    /** The token of a request; empty if it is no WebSocket or offers none, 401 if the offer is malformed. */
    static Checked<String> of(HttpServerRequest request) {
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            return Checked.ok("");
        }
        List<String> offered = new ArrayList<>();
        request.headers().getAll("Sec-WebSocket-Protocol").forEach(value -> offered.addAll(split(value)));
        List<String> tokens =
                offered.stream().filter(each -> each.startsWith(PREFIX)).toList();
        if (tokens.isEmpty()) {
            return Checked.ok("");
        }
        if (tokens.size() > 1 || offered.size() == 1) {
            return unauthorized();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(tokens.getFirst().substring(PREFIX.length()));
            String token = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return token.isBlank() ? unauthorized() : Checked.ok(token);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return unauthorized();
        }
    }

    private static Checked<String> unauthorized() {
        return Checked.refused(Refusal.of(Reason.UNAUTHORIZED, "Unauthorized"));
    }

    /** A value of {@code Sec-WebSocket-Protocol} without its token; empty if nothing is left. */
    public static String without(String protocols) {
        return String.join(
                ", ",
                split(protocols).stream()
                        .filter(each -> !each.startsWith(PREFIX))
                        .toList());
    }

    private static List<String> split(String protocols) {
        return Arrays.stream(protocols.split(",")).map(String::strip).toList();
    }
}
