package io.shiplog.docker.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** The API over HTTP, as its admin: what kubectl would retry by itself is seen at once here. */
final class Api implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final String server;
    private final HttpClient client;

    Api(ClusterUnderTest cluster) {
        this.server = "https://127.0.0.1:" + cluster.settings().port();
        this.client = HttpClient.newBuilder()
                .sslContext(ClusterPki.open(
                                new ShiplogHome(cluster.home()).pki(),
                                cluster.settings().cluster())
                        .identify(Identity.admin()))
                .build();
    }

    /** What the server said: the code and the body, a {@code Status} if it refused. */
    record Answer(int code, JsonNode body) {
        String reason() {
            return body.path("reason").asText();
        }

        String message() {
            return body.path("message").asText();
        }
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = client.send(request.timeout(LIMIT).build(), BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), Json.MAPPER.readTree(response.body()));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(server + path));
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(to(path));
    }

    Answer createConfigMap(String name) throws IOException, InterruptedException {
        return send(to(MAPS).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"metadata\":{\"name\":\"%s\"}}".formatted(name))));
    }

    /** Every ConfigMap of the default namespace. */
    Set<String> configMaps() throws IOException, InterruptedException {
        return names(get(MAPS));
    }

    /** The same, from memory: what a gateway shows when its log cannot be asked. */
    Set<String> configMapsFromMemory() throws IOException, InterruptedException {
        return names(get(MAPS + "?resourceVersion=0"));
    }

    private static Set<String> names(Answer list) {
        if (list.code() != 200) {
            throw new AssertionError("no list: " + list);
        }
        Set<String> names = new TreeSet<>();
        list.body()
                .path("items")
                .forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    @Override
    public void close() {
        client.close();
    }
}
