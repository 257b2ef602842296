package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.GoQuote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Items of a pod's lists that are allowed but probably a mistake: selectors that match nothing, sources without content, duplicates.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/api/pod/warnings.go">warnings.go</a>
 */
final class PodListWarnings {
    private static final String NO_MATCH = ".labelSelector: a null labelSelector results in matching no pod";
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private static final int MAX_COMPARED = 16;

    private final List<String> warnings;

    private PodListWarnings(List<String> warnings) {
        this.warnings = warnings;
    }

    /** A port of a container, and its place. */
    private record Port(String path, String hostIp, int hostPort) {}

    /** Adds what there is to say, in Kubernetes' order. */
    static void add(JsonNode spec, String path, List<String> warnings) {
        PodListWarnings all = new PodListWarnings(warnings);
        all.selectors(spec.path("topologySpreadConstraints"), path + ".topologySpreadConstraints", "");
        all.sources(spec.path("volumes"));
        all.duplicates(spec.path("hostAliases"), "ip", path + ".hostAliases");
        all.duplicates(spec.path("imagePullSecrets"), "name", path + ".imagePullSecrets");
        all.ports(spec, path);
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode affinity = spec.path("affinity").path(kind);
            String at = path + ".affinity." + kind + ".";
            all.selectors(affinity.path(REQUIRED), at + REQUIRED, "");
            all.selectors(affinity.path(PREFERRED), at + PREFERRED, "podAffinityTerm");
        }
    }

    private void selectors(JsonNode terms, String path, String inside) {
        for (int i = 0; i < terms.size(); i++) {
            JsonNode term = inside.isEmpty() ? terms.path(i) : terms.path(i).path(inside);
            if (!term.hasNonNull("labelSelector")) {
                warnings.add(path + "[" + i + "]" + (inside.isEmpty() ? "" : "." + inside) + NO_MATCH);
            }
        }
    }

    private void sources(JsonNode volumes) {
        for (JsonNode volume : volumes) {
            for (JsonNode source : volume.path("projected").path("sources")) {
                if (source.isEmpty()) {
                    warnings.add("volume %s (Projected) has no sources provided"
                            .formatted(GoQuote.of(text(volume, "name"))));
                }
            }
        }
    }

    private void duplicates(JsonNode items, String field, String path) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            String value = text(items.path(i), field);
            if (!seen.add(value)) {
                warnings.add("%s[%d].%s: duplicate %s %s".formatted(path, i, field, field, GoQuote.of(value)));
            }
        }
    }

    private void ports(JsonNode spec, String path) {
        Map<String, List<Port>> numbers = new HashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        List<String> ofNames = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            JsonNode containers = spec.path(list);
            for (int c = 0; c < containers.size(); c++) {
                JsonNode ports = containers.path(c).path("ports");
                for (int i = 0; i < ports.size(); i++) {
                    String at = "%s.%s[%d].ports[%d]".formatted(path, list, c, i);
                    number(ports.path(i), at, numbers);
                    name(text(ports.path(i), "name"), at, names, ofNames);
                }
            }
        }
        warnings.addAll(ofNames);
    }

    private void number(JsonNode port, String at, Map<String, List<Port>> numbers) {
        Port own = new Port(at, text(port, "hostIP"), port.path("hostPort").asInt());
        String key = port.path("containerPort").asInt() + "/" + text(port, "protocol");
        List<Port> others = numbers.computeIfAbsent(key, each -> new ArrayList<>());
        for (Port other : others) {
            boolean sameAddress = own.hostIp().equals(other.hostIp());
            if (sameAddress && own.hostPort() == other.hostPort()) {
                warnings.add(at + ": duplicate port definition with " + other.path());
            } else if (own.hostPort() == 0 || other.hostPort() == 0) {
                warnings.add(at + ": overlapping port definition with " + other.path());
            } else if (own.hostPort() == other.hostPort()
                    && own.hostIp().isEmpty() != other.hostIp().isEmpty()) {
                warnings.add(at + ": dangerously ambiguous port definition with " + other.path());
            }
        }
        // Many equal ports would otherwise be compared with each other.
        if (others.size() < MAX_COMPARED) {
            others.add(own);
        }
    }

    private static void name(String name, String at, Map<String, String> names, List<String> found) {
        String other = name.isEmpty() ? null : names.putIfAbsent(name, at);
        if (other != null) {
            found.add(
                    "%s: duplicate port name \"%s\" with %s, services and probes that select ports by name will use %s"
                            .formatted(at, name, other, other));
        }
    }
}
