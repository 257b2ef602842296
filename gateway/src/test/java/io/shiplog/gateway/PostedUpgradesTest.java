package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a POST that leaves HTTP was, and what clients say that it was. */
class PostedUpgradesTest {
    private static final String AT = "/at/1/api/v1/namespaces/shop/pods";

    /** A request as Vert.x sees it. */
    private static HttpServerRequest seen(HttpVersion version, HttpRequest request) {
        return (HttpServerRequest) Proxy.newProxyInstance(
                PostedUpgradesTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "version" -> version;
                    case "method" -> HttpMethod.valueOf(request.method().name());
                    case "getHeader" -> request.headers().get(String.valueOf(arguments[0]));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static HttpRequest sent(String method, String header, String value) {
        HttpRequest request = new DefaultHttpRequest(
                io.netty.handler.codec.http.HttpVersion.HTTP_1_1,
                io.netty.handler.codec.http.HttpMethod.valueOf(method),
                AT);
        request.headers().set(header, value);
        return request;
    }

    private static HttpRequest received(HttpRequest request) {
        EmbeddedChannel connection = new EmbeddedChannel(PostedUpgrades.ALL);
        connection.writeInbound(request);
        return Objects.requireNonNull(connection.<HttpRequest>readInbound());
    }

    @Test
    void aPostThatLeavesHttpIsAGetThatWasAPost() {
        HttpRequest request = received(sent("POST", "Upgrade", "x"));

        assertEquals("GET", request.method().name());
        assertEquals("POST", PostedUpgrades.method(seen(HttpVersion.HTTP_1_1, request)));
    }

    @Test
    void whatAClientSaysIsRemoved() {
        HttpRequest request = received(sent("GET", PostedUpgrades.WAS, "DELETE"));

        assertFalse(request.headers().contains(PostedUpgrades.WAS));
    }

    /** On HTTP/2 the handler sees no request, and on no protocol may it matter whether it did. */
    @ParameterizedTest
    @EnumSource(HttpVersion.class)
    void whatAClientSaysCountsForNothing(HttpVersion version) {
        HttpRequest forged = sent("GET", PostedUpgrades.WAS, "DELETE");

        assertEquals("GET", PostedUpgrades.method(seen(version, forged)));
    }
}
