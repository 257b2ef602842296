package io.shiplog.docker.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A client of a cluster's API. An unsuccessful answer is a {@link ClientException} with the server's message. */
public final class KubeApi implements AutoCloseable {
    public static final String JSON = "application/json";
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    public static final String YAML = "application/yaml";
    public static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ClientConfig config;
    private final HttpClient client;

    public KubeApi(ClientConfig config) {
        this.config = config;
        this.client = HttpClient.newBuilder()
                .sslContext(config.tls())
                .connectTimeout(CONNECT_PATIENCE)
                .build();
    }

    public ClientConfig config() {
        return config;
    }

    /** A segment of a path or a value of a query, encoded. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The answer to a GET, as JSON. */
    public JsonNode get(String path) {
        return tree(text(path, JSON));
    }

    /** The answer to a GET, as text. */
    public String text(String path, String accept) {
        HttpRequest request =
                request(path).header("Accept", accept).timeout(PATIENCE).build();
        return body(send(request, BodyHandlers.ofString()));
    }

    /** The answer to a POST of JSON. */
    public JsonNode post(String path, JsonNode body) {
        return send("POST", path, body);
    }

    /** The answer to a PATCH with a JSON merge patch. */
    public JsonNode patch(String path, JsonNode patch) {
        return send("PATCH", path, MERGE_PATCH, patch);
    }

    /** The answer to a server-side apply; the path names the field manager. */
    public JsonNode apply(String path, JsonNode object) {
        return send("PATCH", path, APPLY, object);
    }

    /** The answer to any method with a body of JSON. */
    public JsonNode send(String method, String path, JsonNode body) {
        return send(method, path, JSON, body);
    }

    private JsonNode send(String method, String path, String type, JsonNode body) {
        HttpRequest request = request(path)
                .header("Content-Type", type)
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        return tree(body(send(request, BodyHandlers.ofString())));
    }

    /** Passes on each line of a streaming answer, until the server ends it. */
    public void lines(String path, Consumer<String> each) {
        HttpResponse<Stream<String>> answer = send(request(path).build(), BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
            if (answer.statusCode() != 200) {
                throw refused(answer.statusCode(), String.join("\n", lines.toList()));
            }
            lines.forEach(each);
        }
    }

    /**
     * Watches one object until a condition holds. Empty after the timeout, or if it is deleted.
     *
     * @param path of its collection
     */
    public Optional<JsonNode> await(String path, String name, Predicate<JsonNode> wanted, Duration limit) {
        String watch = "%s?watch=true&fieldSelector=%s&timeoutSeconds=%d"
                .formatted(path, encoded("metadata.name=" + name), limit.toSeconds());
        HttpResponse<Stream<String>> answer = send(request(watch).build(), BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
            return lines.map(line -> tree(line).path("object")).filter(wanted).findFirst();
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(config.server() + path)).header("User-Agent", "kubectl-shiplog");
        return config.authorization().isEmpty() ? request : request.header("Authorization", config.authorization());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            String why = e.getMessage() == null ? "it does not answer" : e.getMessage();
            throw new ClientException(
                    "cannot reach %s (context '%s'): %s".formatted(config.server(), config.context(), why), 0, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException("interrupted");
        }
    }

    private static String body(HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw refused(answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    private static ClientException refused(int code, String body) {
        String message;
        String reason;
        try {
            JsonNode status = Json.MAPPER.readTree(body);
            message = status.path("message").asText(body);
            reason = status.path("reason").asText("");
        } catch (JsonProcessingException e) {
            message = body;
            reason = "";
        }
        String named = reason.isEmpty() ? "HTTP " + code : reason;
        return new ClientException("%s (%s)".formatted(message.strip(), named), code, null);
    }

    private static JsonNode tree(String text) {
        try {
            return text.isEmpty() ? MissingNode.getInstance() : Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ClientException("the server's answer is not JSON: is it a Shiplog cluster?");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
