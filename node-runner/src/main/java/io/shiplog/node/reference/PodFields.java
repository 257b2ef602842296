package io.shiplog.node.reference;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The downward API: a pod's own fields.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/downward-api/">Downward API</a>
 */
public final class PodFields {
    private static final Pattern SUBSCRIPT = Pattern.compile("metadata\\.(labels|annotations)\\['(.*)'\\]");

    private PodFields() {}

    /**
     * The value of a {@code fieldRef}.
     *
     * @throws UnresolvedException if Kubernetes has no such field
     */
    public static String field(JsonNode pod, String path, Place place) throws UnresolvedException {
        JsonNode metadata = pod.path("metadata");
        Matcher subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            return metadata.path(subscript.group(1)).path(subscript.group(2)).asText("");
        }
        return switch (path) {
            case "metadata.name" -> metadata.path("name").asText();
            case "metadata.namespace" -> metadata.path("namespace").asText();
            case "metadata.uid" -> metadata.path("uid").asText();
            case "metadata.labels" -> lines(metadata.path("labels"));
            case "metadata.annotations" -> lines(metadata.path("annotations"));
            case "spec.nodeName" -> place.node();
            case "spec.serviceAccountName" ->
                pod.path("spec").path("serviceAccountName").asText("default");
            case "spec.restartPolicy" -> pod.path("spec").path("restartPolicy").asText("Always");
            case "status.hostIP", "status.hostIPs" -> place.hostIp();
            case "status.podIP" ->
                place.podIps().isEmpty() ? "" : place.podIps().getFirst();
            case "status.podIPs" -> String.join(",", place.podIps());
            default -> throw new UnresolvedException("unsupported fieldPath: " + path);
        };
    }

    /** A map in a downward API file: a line of {@code key="value"} each, sorted. */
    private static String lines(JsonNode map) {
        Map<String, String> sorted = new TreeMap<>();
        map.properties().forEach(e -> sorted.put(e.getKey(), e.getValue().asText()));
        return sorted.entrySet().stream()
                .map(e -> e.getKey() + "=\""
                        + e.getValue()
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n") + "\"")
                .collect(Collectors.joining("\n"));
    }

    /**
     * The value of a {@code resourceFieldRef}. The default limit is the node's.
     *
     * @param reference {@code resource}, {@code divisor} and optionally {@code containerName}
     * @param container the default container
     * @throws UnresolvedException if Kubernetes has no such resource field
     */
    public static String resource(JsonNode pod, JsonNode container, JsonNode reference, Place place)
            throws UnresolvedException {
        JsonNode resources = named(
                        pod, container, reference.path("containerName").asText(""))
                .path("resources");
        String resource = reference.path("resource").asText();
        int dot = resource.indexOf('.');
        String name = resource.substring(dot + 1);
        String said = resources
                .path(resource.substring(0, Math.max(dot, 0)))
                .path(name)
                .asText("");
        if (said.isEmpty() && resource.startsWith("requests.")) {
            said = resources.path("limits").path(name).asText("");
        }
        BigDecimal value = switch (resource) {
            case "limits.cpu" -> said.isEmpty() ? BigDecimal.valueOf(place.cpuMillis(), 3) : amount(said);
            case "limits.memory" -> said.isEmpty() ? BigDecimal.valueOf(place.memoryBytes()) : amount(said);
            case "limits.ephemeral-storage" -> said.isEmpty() ? BigDecimal.valueOf(place.storageBytes()) : amount(said);
            case "requests.cpu", "requests.memory", "requests.ephemeral-storage" ->
                said.isEmpty() ? BigDecimal.ZERO : amount(said);
            default -> throw new UnresolvedException("unsupported container resource : " + resource);
        };
        String divisor = reference.path("divisor").asText("");
        BigDecimal unit = divisor.isEmpty() || divisor.equals("0") ? BigDecimal.ONE : amount(divisor);
        return value.divide(unit, 0, RoundingMode.CEILING).toBigInteger().toString();
    }

    private static BigDecimal amount(String quantity) {
        return Quantity.parse(quantity).amount();
    }

    private static JsonNode named(JsonNode pod, JsonNode container, String name) throws UnresolvedException {
        if (name.isEmpty() || container.path("name").asText().equals(name)) {
            return container;
        }
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode other : pod.path("spec").path(list)) {
                if (other.path("name").asText().equals(name)) {
                    return other;
                }
            }
        }
        throw new UnresolvedException("container " + name + " not found");
    }
}
