package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One GET, of which only the status line matters. Plain sockets and not {@code java.net.http}: a probe may set any header,
 * including Host, trusts any certificate, and must not keep connections.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes">HTTP
 *     probes</a>
 */
final class HttpQuestion {
    private static final int MAX_REDIRECTS = 10;
    private static final int MAX_HEAD = 64 * 1024;
    private static final SSLContext TRUSTING = trusting();

    private final JsonNode http;
    private final String host;
    private final Deadline deadline;

    private HttpQuestion(JsonNode http, String host, Duration timeout) {
        this.http = http;
        this.host = host;
        this.deadline = Deadline.in(timeout);
    }

    static Answer ask(Target target, JsonNode http, Duration timeout) {
        String host = http.path("host").asText(target.podIp());
        int port = target.port(http.path("port"));
        if (port <= 0) {
            return Answer.failure("unable to find port " + http.path("port").asText());
        }
        String scheme = http.path("scheme").asText("HTTP").toLowerCase(Locale.ROOT);
        String path = http.path("path").asText("/");
        String url = scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                + (path.startsWith("/") ? path : "/" + path);
        try {
            return new HttpQuestion(http, host, timeout).follow(URI.create(url));
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

    private Answer follow(URI first) throws IOException {
        URI uri = first;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            Head head = get(uri);
            if (head.status() < 300 || head.status() > 399 || head.location().isEmpty()) {
                boolean success = head.status() >= 200 && head.status() < 400;
                return success ? Answer.SUCCESS : Answer.failure("HTTP probe failed with statuscode: " + head.status());
            }
            URI next = uri.resolve(head.location());
            if (!host.equals(next.getHost())) {
                // Redirects to other hosts are not followed: the container itself has answered.
                return Answer.SUCCESS;
            }
            uri = next;
        }
        return Answer.failure("stopped after " + MAX_REDIRECTS + " redirects");
    }

    private record Head(int status, String location) {}

    private Head get(URI uri) throws IOException {
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        try (Socket plain = new Socket()) {
            plain.connect(
                    new InetSocketAddress(uri.getHost().replaceAll("[\\[\\]]", ""), port), deadline.remainingMillis());
            plain.setSoTimeout(deadline.remainingMillis());
            Socket socket = tls ? TRUSTING.getSocketFactory().createSocket(plain, uri.getHost(), port, true) : plain;
            socket.getOutputStream().write(request(uri, port).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return head(socket, socket.getInputStream());
        }
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

    private Head head(Socket socket, InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < MAX_HEAD
                && !bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            socket.setSoTimeout(deadline.remainingMillis());
            int b = in.read();
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
        String location = "";
        for (String line : lines) {
            if (line.regionMatches(true, 0, "Location:", 0, "Location:".length())) {
                location = line.substring("Location:".length()).strip();
            }
        }
        return new Head(Integer.parseInt(status[1]), location);
    }

    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAnyone()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /** Kubernetes' rule: an HTTPS probe skips certificate verification. */
    private static final class TrustAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
