package io.shiplog.docker.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Queries the cluster's API as the admin. */
public final class ApiClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient client;
    private final String server;

    /**
     * @param server as {@code https://127.0.0.1:6443}
     * @param admin with the certificates of the admin and of the cluster
     */
    public ApiClient(String server, SSLContext admin) {
        this.server = server;
        this.client = HttpClient.newBuilder()
                .sslContext(admin)
                .connectTimeout(PATIENCE)
                .build();
    }

    /**
     * The answer to a GET.
     *
     * @throws IOException if there is none, or it is not 200
     */
    public String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(server + path))
                        .timeout(PATIENCE)
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("%s answered %d: %s".formatted(path, answer.statusCode(), answer.body()));
        }
        return answer.body();
    }

    /** As {@link #get}, parsed. */
    public JsonNode json(String path) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(get(path));
    }

    @Override
    public void close() {
        client.close();
    }
}
