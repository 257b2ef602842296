package io.shiplog.docker.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The API without a client in between, asked with curl as the admin: for what kubectl would never send. */
final class RawApi {
    private static final String CODE_MARK = "\n#code ";

    private final ClusterUnderTest cluster;

    RawApi(ClusterUnderTest cluster) {
        this.cluster = cluster;
    }

    /** @param text the whole body, JSON or not */
    record Answer(int code, String text) {
        JsonNode json() {
            try {
                return Json.MAPPER.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String reason() {
            return json().path("reason").asText();
        }

        String message() {
            return json().path("message").asText();
        }

        /** The events of a watch. */
        List<JsonNode> events() {
            return text.lines()
                    .map(line -> new Answer(code, line).json())
                    .filter(event -> event.has("type"))
                    .toList();
        }
    }

    Answer get(String path) {
        return send("GET", path, "", null);
    }

    Answer send(String method, String path, String contentType, @Nullable String body) {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--max-time",
                "60",
                "--cacert",
                cluster.authority(),
                "-H",
                "Authorization: Bearer " + cluster.adminToken(),
                "-H",
                "Expect:",
                "-w",
                CODE_MARK + "%{http_code}",
                "-X",
                method,
                cluster.server() + path));
        if (!contentType.isEmpty()) {
            command.addAll(List.of("-H", "Content-Type: " + contentType));
        }
        if (body != null) {
            command.addAll(List.of("--data-binary", "@-"));
        }
        String out = cluster.shell().run(ClusterUnderTest.LONG, body, command).orFail();
        int mark = out.lastIndexOf(CODE_MARK);
        return new Answer(
                Integer.parseInt(out.substring(mark + CODE_MARK.length()).strip()), out.substring(0, mark));
    }
}
