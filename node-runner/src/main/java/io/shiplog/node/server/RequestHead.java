package io.shiplog.node.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1.1 request. The bytes behind it stay in the stream: they may be another protocol's.
 *
 * @param path decoded; empty for a proxied request, whose target is not this server's
 * @param rawQuery null if there is none
 * @param headers by their names in lower case
 * @param lines as they arrived: the request line, then the headers
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>
 */
record RequestHead(
        String method, String path, @Nullable String rawQuery, Map<String, List<String>> headers, List<String> lines) {
    /** Says to which address a request is to be passed on; only the gateway may. */
    static final String PROXY = "shiplog-proxy";

    /** As the gateway's own limits of line and header together. */
    static final int MAX_BYTES = 128 * 1024;

    private static final int LINE_PARTS = 3;

    /**
     * Reads a head.
     *
     * @param in buffered
     * @throws ProtocolException if it is none, or too long
     */
    static RequestHead read(InputStream in) throws IOException {
        List<String> lines = lines(in);
        String[] parts = lines.getFirst().split(" ");
        if (parts.length != LINE_PARTS || !parts[2].startsWith("HTTP/1.") || !parts[1].startsWith("/")) {
            throw new ProtocolException("no HTTP/1.1 request");
        }
        Map<String, List<String>> headers = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new ProtocolException("a header without a name");
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        if (headers.containsKey(PROXY)) {
            return new RequestHead(parts[0], "", null, headers, lines);
        }
        try {
            URI uri = URI.create(parts[1]);
            return new RequestHead(parts[0], uri.getPath(), uri.getRawQuery(), headers, lines);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("no path: " + e.getMessage());
        }
    }

    private static List<String> lines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < MAX_BYTES; i++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("cut off within a head");
            }
            if (next != '\n') {
                line.append((char) next);
                continue;
            }
            if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
                line.setLength(line.length() - 1);
            }
            if (!line.isEmpty()) {
                lines.add(line.toString());
                line.setLength(0);
            } else if (!lines.isEmpty()) {
                return lines;
            }
        }
        throw new ProtocolException("a head without an end");
    }

    /** The first value of a header, null if it is not there. */
    @Nullable String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.getFirst();
    }

    /** The elements of a header that is a list. */
    List<String> list(String name) {
        return headers.getOrDefault(name, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The values of a query parameter, decoded, in their order. */
    List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (String pair : rawQuery == null ? new String[0] : rawQuery.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equals(name)) {
                values.add(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    /** Whether a query parameter says yes. */
    boolean flag(String name) {
        return all(name).stream().anyMatch(value -> value.equals("1") || value.equals("true"));
    }
}
