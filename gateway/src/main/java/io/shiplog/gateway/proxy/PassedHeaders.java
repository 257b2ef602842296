package io.shiplog.gateway.proxy;

import io.shiplog.gateway.identity.SocketToken;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which headers pass a proxy. The caller's credentials never do, nor what is about one connection only. Pure.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1">RFC 9110, Connection</a>
 */
final class PassedHeaders {
    private static final Set<String> OF_ONE_CONNECTION = Set.of(
            "connection",
            "proxy-connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    /** Who it is: by a token, in another's name, or as an authenticating proxy says. */
    private static final Set<String> OF_THE_CALLER =
            Set.of("authorization", "x-remote-user", "x-remote-group", "x-remote-uid", "expect", "host");

    private static final List<String> CALLER_PREFIXES = List.of("impersonate-", "x-remote-extra-", "shiplog-");

    /** A pod does not say which sites may read from the API server. */
    private static final Set<String> OF_OTHER_SITES = Set.of(
            "access-control-allow-credentials",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-allow-origin");

    private static final String PROTOCOLS = "sec-websocket-protocol";

    private PassedHeaders() {}

    /** From the client to the target. */
    static List<Map.Entry<String, String>> there(MultiMap headers) {
        Set<String> named = named(headers);
        List<Map.Entry<String, String>> passed = new ArrayList<>();
        for (Map.Entry<String, String> each : headers) {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            boolean stays = OF_ONE_CONNECTION.contains(name)
                    || OF_THE_CALLER.contains(name)
                    || CALLER_PREFIXES.stream().anyMatch(name::startsWith)
                    || named.contains(name)
                    || name.startsWith(":");
            if (!stays) {
                String value = name.equals(PROTOCOLS) ? SocketToken.without(each.getValue()) : each.getValue();
                if (!value.isEmpty() || each.getValue().isEmpty()) {
                    passed.add(Map.entry(each.getKey(), value));
                }
            }
        }
        return passed;
    }

    /** From the target to the client. */
    static List<Map.Entry<String, String>> back(MultiMap headers) {
        Set<String> named = named(headers);
        List<Map.Entry<String, String>> passed = new ArrayList<>();
        for (Map.Entry<String, String> each : headers) {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            if (!OF_ONE_CONNECTION.contains(name) && !OF_OTHER_SITES.contains(name) && !named.contains(name)) {
                passed.add(Map.entry(each.getKey(), each.getValue()));
            }
        }
        return passed;
    }

    /** What Connection says is about one connection; the length of a body is not, whatever it says. */
    private static Set<String> named(MultiMap headers) {
        Set<String> named = new HashSet<>();
        for (String value : headers.getAll("Connection")) {
            for (String each : value.split(",")) {
                named.add(each.strip().toLowerCase(Locale.ROOT));
            }
        }
        named.remove("content-length");
        return named;
    }
}
