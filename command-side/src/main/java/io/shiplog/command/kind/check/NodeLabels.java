package io.shiplog.command.kind.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Labels of nodes that have newer names.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/api/node/util.go">GetNodeLabelDeprecatedMessage</a>
 */
public final class NodeLabels {
    private static final Map<String, String> NEWER = Map.of(
            "beta.kubernetes.io/arch", "kubernetes.io/arch",
            "beta.kubernetes.io/os", "kubernetes.io/os",
            "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone",
            "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type");

    private static final Map<String, String> DEPRECATED = Map.of(
            "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "failure-domain.beta.kubernetes.io/region",
                    "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone",
                    "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            "beta.kubernetes.io/instance-type",
                    "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
            "app.kubernetes.io/created-by", "deprecated since v1.9",
            "scheduler.alpha.kubernetes.io/preferAvoidPods",
                    "deprecated since v1.22; use Taints and Tolerations instead",
            "node-role.kubernetes.io/master", "use \"node-role.kubernetes.io/control-plane\" instead");

    private NodeLabels() {}

    /** Kubernetes' message about a deprecated label, null for any other. */
    public static @Nullable String deprecation(String key) {
        return DEPRECATED.get(key);
    }

    /** Warns of the labels in a map of labels. */
    public static void warnOfLabels(JsonNode labels, String path, boolean eachAtItsKey, List<String> warnings) {
        labels.fieldNames().forEachRemaining(key -> {
            String message = deprecation(key);
            if (message != null) {
                warnings.add((eachAtItsKey ? path + "." + key : path) + ": " + message);
            }
        });
    }

    /** Warns of the labels in {@code matchExpressions}. */
    public static void warnOfExpressions(JsonNode expressions, String path, List<String> warnings) {
        int index = 0;
        for (JsonNode expression : expressions) {
            String key = Trees.text(expression, "key");
            String message = deprecation(key);
            if (message != null) {
                warnings.add("%s[%d].key: %s is %s".formatted(path, index, key, message));
            }
            index++;
        }
    }

    /** Warns of the labels in the terms of a node selector. */
    public static void warnOfTerms(JsonNode terms, String path, List<String> warnings) {
        int index = 0;
        for (JsonNode term : terms) {
            warnOfExpressions(term.path("matchExpressions"), path + "[" + index++ + "].matchExpressions", warnings);
        }
    }

    /** Whether two node selectors are equal, or the new one has newer names of the same labels. */
    public static boolean sameOrUpgraded(JsonNode now, JsonNode before) {
        if (!now.isContainerNode() || !before.isContainerNode()) {
            return now.equals(before);
        }
        if (now.size() != before.size() || now.isArray() != before.isArray()) {
            return false;
        }
        for (int i = 0; now.isArray() && i < now.size(); i++) {
            if (!sameOrUpgraded(now.get(i), before.get(i))) {
                return false;
            }
        }
        for (Map.Entry<String, JsonNode> field : now.properties()) {
            JsonNode was = before.path(field.getKey());
            boolean upgraded =
                    field.getKey().equals("key") && field.getValue().asText().equals(NEWER.get(was.asText()));
            if (!upgraded && !sameOrUpgraded(field.getValue(), was)) {
                return false;
            }
        }
        return true;
    }
}
