package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A health check as probes: an unhealthy container gets no connections and is restarted, as by Swarm; within its start period it is neither.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#healthcheck">HEALTHCHECK</a>
 */
final class Health {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration START_INTERVAL = Duration.ofSeconds(5);
    private static final int RETRIES = 3;

    private Health() {}

    /** The probes by their names in a container; none if there is no check. */
    static Map<String, ObjectNode> probes(JsonNode check, String path, Consumer<String> notes) {
        Fields fields = new Fields(check, path, notes);
        JsonNode test = fields.take("test");
        boolean disabled = fields.flag("disable") || test.path(0).asText().equals("NONE");
        Duration interval = duration(fields, "interval", INTERVAL);
        Duration timeout = duration(fields, "timeout", TIMEOUT);
        Duration period = duration(fields, "start_period", Duration.ZERO);
        Duration startInterval = duration(fields, "start_interval", START_INTERVAL);
        int retries = fields.text("retries")
                .map(text -> Words.number(Converter.JSON.textNode(text), fields.path("retries")))
                .orElse(RETRIES);
        fields.close();
        Map<String, ObjectNode> probes = new LinkedHashMap<>();
        if (check.isMissingNode() || disabled) {
            return probes;
        }
        if (test.isMissingNode()) {
            notes.accept(path + ": without a test there is no probe: what the image says is not known here");
            return probes;
        }
        ObjectNode probe = Converter.JSON.objectNode();
        probe.putObject("exec").set("command", command(test, path));
        probe.put("timeoutSeconds", Math.max(1, Words.seconds(timeout)));
        if (!period.isZero()) {
            Duration step = startInterval.compareTo(interval) < 0 ? startInterval : interval;
            int seconds = Math.max(1, Words.seconds(step));
            ObjectNode startup = probe.deepCopy();
            startup.put("periodSeconds", seconds);
            startup.put("failureThreshold", Math.ceilDiv(Words.seconds(period), seconds) + Math.max(1, retries));
            probes.put("startupProbe", startup);
        }
        ObjectNode steady = probe.deepCopy();
        steady.put("periodSeconds", Math.max(1, Words.seconds(interval)));
        steady.put("failureThreshold", Math.max(1, retries));
        probes.put("readinessProbe", steady);
        probes.put("livenessProbe", steady.deepCopy());
        return probes;
    }

    private static Duration duration(Fields fields, String key, Duration otherwise) {
        return fields.text(key)
                .map(text -> Words.duration(text, fields.path(key)))
                .orElse(otherwise);
    }

    private static ArrayNode command(JsonNode test, String path) {
        ArrayNode command = Converter.JSON.arrayNode();
        switch (test.path(0).asText()) {
            case "CMD" -> {
                for (int i = 1; i < test.size(); i++) {
                    command.add(test.get(i).asText());
                }
            }
            case "CMD-SHELL" -> {
                command.add("/bin/sh").add("-c");
                command.add(test.path(1).asText());
            }
            default ->
                throw new ClientException(path + ".test: when it is a list, it must start with NONE, CMD or CMD-SHELL");
        }
        if (command.isEmpty()) {
            throw new ClientException(path + ".test: there is no command");
        }
        return command;
    }
}
