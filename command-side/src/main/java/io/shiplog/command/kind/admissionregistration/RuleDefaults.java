package io.shiplog.command.kind.admissionregistration;

import static io.shiplog.command.kind.tree.Trees.defaultText;
import static io.shiplog.command.kind.tree.Trees.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;

/**
 * Defaults that webhooks and policies share.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/admissionregistration/v1/defaults.go">defaults.go</a>
 */
final class RuleDefaults {
    /** Names for configurations that a server reads from files at its start. */
    private static final String STATIC = ".static.k8s.io";

    private RuleDefaults() {}

    /** The fields that a webhook and {@code MatchResources} have in common. */
    static void matching(ObjectNode node) {
        defaultText(node, "matchPolicy", "Equivalent");
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
            if (!node.hasNonNull(selector)) {
                node.putObject(selector);
            }
        }
    }

    /** {@code MatchResources} of a policy or a binding. */
    static void resources(ObjectNode resources) {
        matching(resources);
        scopes(resources, "resourceRules");
        scopes(resources, "excludeResourceRules");
    }

    static void scopes(ObjectNode node, String rules) {
        objects(node, rules).forEach(rule -> defaultText(rule, "scope", "*"));
    }

    static List<String> nameWarnings(ObjectNode object) {
        return Trees.name(object).endsWith(STATIC)
                ? List.of(
                        ("metadata.name: names ending with \"%s\" are reserved for static manifest-based configurations"
                                        + " and cannot be managed via the API")
                                .formatted(STATIC))
                : List.of();
    }
}
