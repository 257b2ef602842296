package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.probe.Prober.Purpose;
import io.shiplog.node.stream.AnyCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * One GET, of which only the status matters. Plain sockets and not {@code java.net.http}: a probe may set any header,
 * including Host, trusts any certificate, and must not keep connections.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes">HTTP
 *     probes</a>
 */
final class HttpQuestion {
    private static final int MAX_REQUESTS = 10;
    private static final int MAX_HEAD = 64 * 1024;
    /** Of an answer that is shown in an event. */
    private static final int MAX_BODY = 10 * 1024;
    /** With these a client requests the Location instead. */
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private static final int DELETE = 127;

    private final JsonNode http;
    private final Purpose purpose;
    private final Deadline deadline;

    private HttpQuestion(JsonNode http, Purpose purpose, Duration timeout) {
        this.http = http;
        this.purpose = purpose;
        this.deadline = Deadline.in(timeout);
    }

    static Answer ask(Target target, JsonNode http, Purpose purpose, Duration timeout) {
        String host = http.path("host").asText(target.podIp());
        int port = target.port(http.path("port"));
        if (port <= 0) {
            return Answer.failure("unable to find port " + http.path("port").asText());
        }
        if (host.isEmpty()) {
            return Answer.failure("the pod has no address yet");
        }
        for (JsonNode header : http.path("httpHeaders")) {
            if (header.path("value").asText().chars().anyMatch(HttpQuestion::isControl)) {
                return Answer.failure("net/http: invalid header field value for \"%s\""
                        .formatted(header.path("name").asText()));
            }
        }
        String scheme = http.path("scheme").asText("HTTP").toLowerCase(Locale.ROOT);
        String path = http.path("path").asText("/");
        String url = scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                + (path.startsWith("/") ? path : "/" + path);
        try {
            return new HttpQuestion(http, purpose, timeout).follow(URI.create(url));
        } catch (SocketTimeoutException e) {
            return Answer.failure(
                    "Get \"%s\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
                            .formatted(url));
        } catch (IOException | IllegalArgumentException e) {
            return Answer.failure("Get \"%s\": %s".formatted(url, reason(e, host, port)));
        }
    }

    private static String reason(Exception e, String host, int port) {
        String message = String.valueOf(e.getMessage());
        return message.contains("Connection refused")
                ? "dial tcp %s:%d: connect: connection refused".formatted(host, port)
                : message;
    }

    /** Redirects to the same host are followed; one to another host is an answer of the container itself. */
    private Answer follow(URI first) throws IOException {
        URI uri = first;
        for (int requests = 1; ; requests++) {
            Reply reply = get(uri);
            if (!REDIRECTS.contains(reply.status()) || reply.location().isEmpty()) {
                return judged(reply);
            }
            URI next = uri.resolve(reply.location());
            if (!String.valueOf(first.getHost()).equals(next.getHost())) {
                return judged(reply);
            }
            if (requests == MAX_REQUESTS) {
                return Answer.failure("Get \"%s\": stopped after %d redirects".formatted(next, MAX_REQUESTS));
            }
            uri = next;
        }
    }

    private Answer judged(Reply reply) {
        if (purpose == Purpose.HOOK || (reply.status() >= 200 && reply.status() < 300)) {
            return Answer.SUCCESS;
        }
        return reply.status() >= 300 && reply.status() < 400
                ? Answer.warning("Probe terminated redirects, Response body: " + reply.body())
                : Answer.failure("HTTP probe failed with statuscode: " + reply.status());
    }

    /** @param body of a redirect; else empty */
    private record Reply(int status, String location, String body) {}

    private Reply get(URI uri) throws IOException {
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        try (Socket plain = new Socket()) {
            plain.connect(
                    new InetSocketAddress(uri.getHost().replaceAll("[\\[\\]]", ""), port), deadline.remainingMillis());
            plain.setSoTimeout(deadline.remainingMillis());
            Socket socket = tls
                    ? AnyCertificate.CLIENT.getSocketFactory().createSocket(plain, uri.getHost(), port, true)
                    : plain;
            socket.getOutputStream().write(request(uri, port).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return reply(socket, socket.getInputStream());
        }
    }

    /** What Go's client, and so the kubelet, refuses in a header's value. */
    private static boolean isControl(int c) {
        return c < ' ' && c != '\t' || c == DELETE;
    }

    private String request(URI uri, int port) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        StringBuilder request = new StringBuilder("GET ")
                .append(path)
                .append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                .append(" HTTP/1.1\r\n");
        StringBuilder own = new StringBuilder();
        boolean saysHost = false;
        boolean saysAgent = false;
        for (JsonNode header : http.path("httpHeaders")) {
            String name = header.path("name").asText();
            saysHost |= name.equalsIgnoreCase("Host");
            saysAgent |= name.equalsIgnoreCase("User-Agent");
            own.append(name).append(": ").append(header.path("value").asText()).append("\r\n");
        }
        if (!saysHost) {
            request.append("Host: ")
                    .append(uri.getHost())
                    .append(':')
                    .append(port)
                    .append("\r\n");
        }
        if (!saysAgent) {
            request.append("User-Agent: kube-probe/1.36\r\n");
        }
        return request.append(own)
                .append("Accept: */*\r\nConnection: close\r\n\r\n")
                .toString();
    }

    private Reply reply(Socket socket, InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < MAX_HEAD
                && !bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = read(socket, in);
            if (b < 0) {
                break;
            }
            bytes.write(b);
        }
        String[] lines = bytes.toString(StandardCharsets.ISO_8859_1).split("\r\n");
        String[] status = lines[0].split(" ");
        if (status.length < 2 || !status[0].startsWith("HTTP/") || !status[1].matches("[0-9]{3}")) {
            throw new IOException(bytes.size() == 0 ? "EOF" : "malformed HTTP response \"" + lines[0] + "\"");
        }
        int code = Integer.parseInt(status[1]);
        boolean shown = code >= 300 && code < 400 && purpose == Purpose.PROBE;
        return new Reply(code, header(lines, "Location"), shown ? body(socket, in, lines) : "");
    }

    private static String header(String[] lines, String name) {
        String value = "";
        for (String line : lines) {
            if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                value = line.substring(name.length() + 1).strip();
            }
        }
        return value;
    }

    private int read(Socket socket, InputStream in) throws IOException {
        socket.setSoTimeout(deadline.remainingMillis());
        return in.read();
    }

    /** The start of the body, up to the limit. */
    private String body(Socket socket, InputStream in, String[] head) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String length = header(head, "Content-Length");
        if (!header(head, "Transfer-Encoding").equalsIgnoreCase("chunked")) {
            copy(socket, in, length.matches("[0-9]{1,9}") ? Integer.parseInt(length) : MAX_BODY, body);
            return body.toString(StandardCharsets.UTF_8);
        }
        while (body.size() < MAX_BODY) {
            String size = line(socket, in).replaceFirst(";.*", "").strip();
            if (!size.matches("[0-9a-fA-F]{1,7}") || Integer.parseInt(size, 16) == 0) {
                break;
            }
            copy(socket, in, Integer.parseInt(size, 16), body);
            line(socket, in);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private void copy(Socket socket, InputStream in, int bytes, ByteArrayOutputStream body) throws IOException {
        for (int left = bytes; left > 0 && body.size() < MAX_BODY; left--) {
            int b = read(socket, in);
            if (b < 0) {
                return;
            }
            body.write(b);
        }
    }

    private String line(Socket socket, InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = read(socket, in); b >= 0 && b != '\n' && line.size() < MAX_HEAD; b = read(socket, in)) {
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
