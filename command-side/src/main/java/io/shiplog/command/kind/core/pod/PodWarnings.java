package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fields of a pod's spec that are allowed but probably a mistake.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/api/pod/warnings.go">warnings.go</a>
 */
public final class PodWarnings {
    private static final Map<String, String> OLD_LABELS = Map.of(
            "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "failure-domain.beta.kubernetes.io/region",
                    "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone",
                    "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead");

    private static final List<String> BYTES = List.of("memory", "ephemeral-storage");

    private PodWarnings() {}

    /** @param path {@code spec} or {@code spec.template.spec} */
    public static List<String> of(JsonNode spec, String path) {
        List<String> warnings = new ArrayList<>(0);
        spec.path("nodeSelector").fieldNames().forEachRemaining(key -> {
            if (OLD_LABELS.containsKey(key)) {
                warnings.add("%s.nodeSelector[%s]: %s".formatted(path, key, OLD_LABELS.get(key)));
            }
        });
        if (spec.path("terminationGracePeriodSeconds").asLong() < 0) {
            warnings.add(path + ".terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be"
                    + " treated as 1");
        }
        for (String list : List.of("initContainers", "containers")) {
            int index = 0;
            for (ObjectNode container : Trees.objects(spec, list)) {
                ofContainer(container, path + "." + list + "[" + index++ + "]", warnings);
            }
        }
        for (String resource : BYTES) {
            fractionalBytes(spec.path("overhead"), resource, path + ".overhead", warnings);
        }
        PodListWarnings.add(spec, path, warnings);
        return warnings;
    }

    /** Bytes are whole numbers. The meaning of a fraction is undefined. */
    private static void fractionalBytes(JsonNode amounts, String resource, String path, List<String> warnings) {
        Quantity amount = Quantity.parseOrNull(text(amounts, resource));
        if (amount != null && amount.milliValue() % 1000 != 0) {
            warnings.add("%s[%s]: fractional byte value \"%s\" is invalid, must be an integer"
                    .formatted(path, resource, amount));
        }
    }

    private static void ofContainer(JsonNode container, String path, List<String> warnings) {
        Map<String, Integer> names = new HashMap<>();
        int index = 0;
        for (JsonNode env : container.path("env")) {
            Integer before = names.put(text(env, "name"), index);
            // A variable built from its own earlier value is intentional.
            if (before != null && !text(env, "value").contains("$(" + text(env, "name") + ")")) {
                warnings.add("%s.env[%d]: hides previous definition of \"%s\", which may be dropped when using apply"
                        .formatted(path, index, text(env, "name")));
            }
            index++;
        }
        for (String resource : BYTES) {
            for (String amounts : List.of("limits", "requests")) {
                fractionalBytes(
                        container.path("resources").path(amounts), resource, path + ".resources." + amounts, warnings);
            }
        }
    }
}
