package io.shiplog.gateway.console;

import io.shiplog.gateway.http.Exchange;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /console}: one page and its resources, public. The files contain nothing about the cluster; the page queries the API
 * with its user's credentials.
 */
public final class Console {
    private static final String ROOT = "console";
    private static final String PAGE = "index.html";
    private static final Map<String, String> TYPES = Map.of(
            PAGE,
            "text/html; charset=utf-8",
            "console.js",
            "text/javascript; charset=utf-8",
            "console.css",
            "text/css; charset=utf-8",
            "terminal.js",
            "text/javascript; charset=utf-8",
            "terminal.css",
            "text/css; charset=utf-8",
            "icon.svg",
            "image/svg+xml",
            "inter-latin-wght-normal.woff2",
            "font/woff2");
    /**
     * Scripts, styles and data only from this server, nothing inline, no framing.
     *
     * @see <a href="https://www.w3.org/TR/CSP3/">Content Security Policy</a>
     */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, Asset> assets =
            TYPES.keySet().stream().collect(Collectors.toUnmodifiableMap(name -> name, Console::asset));

    private record Asset(String contentType, byte[] bytes, String tag) {}

    /** Whether the path is public. */
    public static boolean open(String path) {
        return path.equals("/" + ROOT) || path.startsWith("/" + ROOT + "/");
    }

    /** Answers, or returns false if the path is not the console's. */
    public boolean answered(Exchange exchange, String[] parts) {
        Asset asset = parts[0].equals(ROOT) ? asset(parts) : null;
        if (asset == null) {
            return false;
        }
        HttpServerResponse response = exchange.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader(HttpHeaders.ETAG, asset.tag);
        if (asset.tag.equals(exchange.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            exchange.head(304, asset.contentType);
            var unused = response.end();
        } else {
            exchange.answerBytes(200, asset.contentType, asset.bytes);
        }
        return true;
    }

    private @Nullable Asset asset(String[] parts) {
        return switch (parts.length) {
            case 1 -> assets.get(PAGE);
            case 2 -> assets.get(parts[1]);
            default -> null;
        };
    }

    private static Asset asset(String name) {
        try (InputStream file = Console.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the console has no " + name);
            }
            byte[] bytes = file.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Asset(
                    String.valueOf(TYPES.get(name)), bytes, '"' + HexFormat.of().formatHex(digest, 0, 8) + '"');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
