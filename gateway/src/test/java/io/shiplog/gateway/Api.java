package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client that shows what was sent back, and nothing more clever. */
final class Api implements AutoCloseable {
    static final String JSON = "application/json";
    static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final char[] PASSWORD = "test".toCharArray();

    private final String address;
    private final HttpClient client;
    private final @Nullable String token;

    private Api(String address, HttpClient client, @Nullable String token) {
        this.address = address;
        this.client = client;
        this.token = token;
    }

    static Api withToken(ClusterInMemory cluster, @Nullable String token) {
        return new Api(cluster.address(), client(cluster.pki.authority(), null), token);
    }

    static Api admin(ClusterInMemory cluster) {
        return withToken(cluster, ClusterInMemory.ADMIN_TOKEN);
    }

    static Api withCertificate(ClusterInMemory cluster, PemFiles identity) {
        return new Api(cluster.address(), client(cluster.pki.authority(), identity), null);
    }

    private static HttpClient client(Path authority, @Nullable PemFiles identity) {
        return HttpClient.newBuilder()
                .sslContext(sslContext(authority, identity))
                .connectTimeout(PATIENCE)
                .build();
    }

    static SSLContext sslContext(Path authority, @Nullable PemFiles identity) {
        try (InputStream in = Files.newInputStream(authority)) {
            CertificateFactory certificates = CertificateFactory.getInstance("X.509");
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, PASSWORD);
            trust.setCertificateEntry("ca", certificates.generateCertificate(in));
            TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusts.init(trust);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(identity == null ? null : keyStore(certificates, identity), PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity == null ? null : keys.getKeyManagers(), trusts.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyStore keyStore(CertificateFactory certificates, PemFiles identity)
            throws GeneralSecurityException, IOException {
        String pem = Files.readString(identity.key()).replaceAll("-----[^-]+-----", "");
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
        try (InputStream in = Files.newInputStream(identity.certificate())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, PASSWORD);
            store.setKeyEntry("key", key, PASSWORD, new Certificate[] {certificates.generateCertificate(in)});
            return store;
        }
    }

    /** What came back. */
    record Answer(int code, HttpResponse<byte[]> response) {
        String text() {
            return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return response.body().length == 0
                    ? MissingNode.getInstance()
                    : Json.ofUtf8(response.body()).tree();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** A field by its path, parts divided by dots, as text. */
        String at(String path) {
            JsonNode node = json();
            for (String part : path.split("\\.")) {
                node = node.isArray() ? node.path(Integer.parseInt(part)) : node.path(part);
            }
            return node.isValueNode() ? node.asText() : node.isMissingNode() ? "" : node.toString();
        }

        Answer is(int expected) {
            assertEquals(expected, code, this::text);
            return this;
        }

        /** Checks a Status: code, reason and message. */
        Answer refuses(int expected, String reason, String message) {
            is(expected);
            assertEquals("Status", at("kind"), this::text);
            assertEquals("Failure", at("status"), this::text);
            assertEquals(reason, at("reason"), this::text);
            assertEquals(message, at("message"), this::text);
            assertEquals(Integer.toString(expected), at("code"), this::text);
            return this;
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    Answer post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer put(String path, String body) {
        return send("PUT", path, body);
    }

    Answer patch(String path, String type, String body) {
        return send("PATCH", path, body, "Content-Type", type);
    }

    Answer delete(String path, String body) {
        return send("DELETE", path, body);
    }

    Answer send(String method, String path, String body, String... headers) {
        return send(method, path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8), headers);
    }

    Answer send(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = request(path, headers)
                .timeout(PATIENCE)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (body.length > 0 && !Arrays.asList(headers).contains("Content-Type")) {
            request.header("Content-Type", JSON);
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Begins a watch; the head of the answer has come when this returns. */
    Watching watch(String path, String... headers) {
        try {
            HttpResponse<InputStream> response =
                    client.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofInputStream());
            return new Watching(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Opens a WebSocket; what it receives goes to the listener.
     *
     * @throws java.util.concurrent.CompletionException caused by a {@code WebSocketHandshakeException} if it is refused
     */
    WebSocket socket(String path, WebSocket.Listener listener) {
        return socket(path, "", listener);
    }

    /** The same from a page of an origin, as a browser opens it; from a program if the origin is empty. */
    WebSocket socket(String path, String origin, WebSocket.Listener listener) {
        WebSocket.Builder socket = client.newWebSocketBuilder().header("Authorization", "Bearer " + token);
        if (!origin.isEmpty()) {
            socket.header("Origin", origin);
        }
        return socket.buildAsync(URI.create(address.replace("https:", "wss:") + path), listener)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
