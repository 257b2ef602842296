package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A service in its long forms: each value that Compose accepts in several forms becomes the one that says most, and paths become absolute.
 * Files are merged, and converted, in these forms only.
 */
final class ServiceForms {
    /** How many ports a range has at most. */
    private static final int RANGE_LIMIT = 1000;

    private static final List<String> MAPS =
            List.of("environment", "labels", "annotations", "extra_hosts", "sysctls", "storage_opt");
    private static final List<String> LISTS =
            List.of("dns", "dns_search", "tmpfs", "label_file", "env_file", "profiles", "expose", "links", "cap_add");
    private static final Pattern PORT = Pattern.compile(
            "(?:(?:(?<ip>\\[[0-9a-fA-F:]+]|[0-9.]+):)?(?<host>[0-9]*(?:-[0-9]+)?):)?(?<target>[0-9]+(?:-[0-9]+)?)(?:/(?<protocol>[a-z]+))?");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Path folder;
    private final UnaryOperator<@Nullable String> environment;
    private final String path;

    private ServiceForms(Path folder, UnaryOperator<@Nullable String> environment, String path) {
        this.folder = folder;
        this.environment = environment;
        this.path = path;
    }

    /**
     * The service in its long forms.
     *
     * @param folder of the file, which relative paths start at
     * @param environment values of variables that are named without one; null if not set
     */
    static ObjectNode of(String name, JsonNode service, Path folder, UnaryOperator<@Nullable String> environment) {
        ServiceForms forms = new ServiceForms(folder, environment, "services." + name);
        ObjectNode inLongForms = JSON.objectNode();
        service.properties().forEach(each -> {
            if (!each.getKey().startsWith("x-") && !each.getValue().isNull()) {
                inLongForms.set(each.getKey(), forms.value(each.getKey(), each.getValue()));
            }
        });
        return inLongForms;
    }

    private JsonNode value(String key, JsonNode value) {
        if (MAPS.contains(key)) {
            return map(key, value);
        }
        JsonNode list =
                LISTS.contains(key) && !value.isArray() ? JSON.arrayNode().add(value) : value;
        return switch (key) {
            case "command", "entrypoint" -> words(key, value);
            case "depends_on" -> dependencies(value);
            case "networks" -> named(value);
            case "build" -> build(value);
            case "healthcheck" -> healthcheck(value);
            case "ports" -> each(value, this::ports);
            case "volumes" -> each(value, this::volume);
            case "configs", "secrets" -> each(value, ServiceForms::file);
            case "env_file", "label_file" -> each(list, this::envFile);
            case "deploy" -> deploy(value);
            default -> list;
        };
    }

    private interface Form {
        List<JsonNode> of(JsonNode value);
    }

    private static ArrayNode each(JsonNode list, Form form) {
        ArrayNode all = JSON.arrayNode();
        list.forEach(each -> all.addAll(form.of(each)));
        return all;
    }

    private JsonNode words(String key, JsonNode value) {
        if (value.isArray()) {
            return value;
        }
        ArrayNode words = JSON.arrayNode();
        Words.split(value.asText(), path + "." + key).forEach(words::add);
        return words;
    }

    /** A mapping, also of {@code KEY=value} lines; a variable without a value has that of the environment, or none. */
    private ObjectNode map(String key, JsonNode value) {
        ObjectNode map = JSON.objectNode();
        if (value.isObject()) {
            value.properties()
                    .forEach(
                            each -> put(map, key, each.getKey(), each.getValue().isNull() ? null : each.getValue()));
        } else {
            for (JsonNode each : value) {
                String line = each.asText();
                int equals = line.indexOf('=');
                int end = equals < 0 && key.equals("extra_hosts") ? line.indexOf(':') : equals;
                put(
                        map,
                        key,
                        end < 0 ? line : line.substring(0, end),
                        end < 0 ? null : JSON.textNode(line.substring(end + 1)));
            }
        }
        return map;
    }

    private void put(ObjectNode map, String key, String name, @Nullable JsonNode value) {
        if (value != null) {
            map.set(name, value.isContainerNode() ? value : JSON.textNode(value.asText()));
        } else if (key.equals("environment")) {
            String inherited = environment.apply(name);
            if (inherited != null) {
                map.put(name, inherited);
            }
        } else {
            map.put(name, "");
        }
    }

    private static ObjectNode named(JsonNode value) {
        ObjectNode map = JSON.objectNode();
        if (value.isArray()) {
            value.forEach(each -> map.set(each.asText(), JSON.objectNode()));
        } else {
            value.properties()
                    .forEach(each ->
                            map.set(each.getKey(), each.getValue().isNull() ? JSON.objectNode() : each.getValue()));
        }
        return map;
    }

    private static ObjectNode dependencies(JsonNode value) {
        ObjectNode map = named(value);
        map.forEach(each -> {
            if (!each.has("condition")) {
                ((ObjectNode) each).put("condition", "service_started");
            }
        });
        return map;
    }

    private ObjectNode build(JsonNode value) {
        ObjectNode build =
                value.isObject() ? value.deepCopy() : JSON.objectNode().put("context", value.asText());
        String context = build.path("context").asText(".");
        if (!context.contains("://") && !context.startsWith("git@")) {
            build.put("context", absolute(context));
        }
        for (String key : List.of("args", "labels")) {
            if (build.has(key)) {
                build.set(key, map(key.equals("args") ? "environment" : key, build.path(key)));
            }
        }
        return build;
    }

    private static ObjectNode healthcheck(JsonNode value) {
        ObjectNode check = value.deepCopy();
        if (check.path("test").isTextual()) {
            check.set("test", JSON.arrayNode().add("CMD-SHELL").add(check.path("test")));
        }
        return check;
    }

    private ObjectNode deploy(JsonNode value) {
        ObjectNode deploy = value.deepCopy();
        if (deploy.has("labels")) {
            deploy.set("labels", map("labels", deploy.path("labels")));
        }
        return deploy;
    }

    private List<JsonNode> envFile(JsonNode value) {
        ObjectNode file =
                value.isObject() ? value.deepCopy() : JSON.objectNode().put("path", value.asText());
        return List.of(file.put("path", absolute(file.path("path").asText())));
    }

    private static List<JsonNode> file(JsonNode value) {
        return List.of(value.isObject() ? value.deepCopy() : JSON.objectNode().put("source", value.asText()));
    }

    private String absolute(String file) {
        String expanded = file.equals("~") || file.startsWith("~/")
                ? String.valueOf(environment.apply("HOME")) + file.substring(1)
                : file;
        return folder.resolve(expanded).normalize().toString();
    }

    private List<JsonNode> volume(JsonNode value) {
        ObjectNode volume;
        if (value.isObject()) {
            volume = value.deepCopy();
        } else {
            String[] parts = value.asText().split(":", -1);
            if (parts.length > 3 || parts[0].isEmpty()) {
                throw new ClientException("%s.volumes: invalid volume '%s'".formatted(path, value.asText()));
            }
            volume = JSON.objectNode();
            String source = parts.length == 1 ? "" : parts[0];
            boolean bind = source.startsWith(".") || source.startsWith("/") || source.startsWith("~");
            volume.put("type", bind ? "bind" : "volume");
            if (!source.isEmpty()) {
                volume.put("source", source);
            }
            volume.put("target", parts.length == 1 ? parts[0] : parts[1]);
            for (String option : parts.length == 3 ? parts[2].split(",") : new String[0]) {
                switch (option) {
                    case "ro" -> volume.put("read_only", true);
                    case "rw", "z", "Z", "cached", "delegated", "consistent" -> {}
                    case "nocopy" -> volume.putObject("volume").put("nocopy", true);
                    default -> volume.putObject("bind").put("propagation", option);
                }
            }
        }
        if (volume.path("type").asText().equals("bind")) {
            volume.put("source", absolute(volume.path("source").asText(".")));
        }
        return List.of(volume);
    }

    private List<JsonNode> ports(JsonNode value) {
        if (value.isObject()) {
            ObjectNode port = value.deepCopy();
            String published = port.path("published").asText("");
            if (!published.isEmpty()) {
                port.put("published", range(published)[0]);
            }
            port.put("protocol", port.path("protocol").asText("tcp"));
            return List.of(port);
        }
        Matcher parts = PORT.matcher(value.asText());
        if (!parts.matches()) {
            throw new ClientException("%s.ports: invalid port '%s'".formatted(path, value.asText()));
        }
        int[] targets = range(String.valueOf(parts.group("target")));
        String host = parts.group("host");
        int[] published = host == null || host.isEmpty() ? new int[0] : range(host);
        int count = targets[1] - targets[0] + 1;
        if (published.length > 0 && count > 1 && published[1] - published[0] + 1 != count) {
            throw new ClientException("%s.ports: the ranges of '%s' differ in length".formatted(path, value.asText()));
        }
        List<JsonNode> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ObjectNode port = JSON.objectNode().put("target", targets[0] + i);
            if (published.length > 0) {
                port.put("published", published[0] + i);
            }
            if (parts.group("ip") != null) {
                port.put("host_ip", parts.group("ip"));
            }
            all.add(port.put("protocol", parts.group("protocol") == null ? "tcp" : parts.group("protocol")));
        }
        return all;
    }

    private int[] range(String text) {
        String[] ends = text.split("-");
        try {
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            if (first >= 1 && last >= first && last <= 65535 && last - first < RANGE_LIMIT) {
                return new int[] {first, last};
            }
        } catch (NumberFormatException e) {
            // Refused below, as one that is out of range.
        }
        throw new ClientException("%s.ports: invalid port or range '%s'".formatted(path, text));
    }
}
