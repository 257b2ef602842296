package io.shiplog.command.kind.quota;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.placement.QualityOfService;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which objects a quota counts.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes">Quota scopes</a>
 */
final class QuotaScopes {
    private static final List<String> TERMS = List.of(
            "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution");

    private QuotaScopes() {}

    /** Whether an object is in all scopes of a quota. Only pods and claims are in any. */
    static boolean contain(JsonNode quota, ResourceType type, JsonNode object) {
        JsonNode spec = quota.path("spec");
        for (JsonNode scope : spec.path("scopes")) {
            if (!matches(scope.asText(), "Exists", List.of(), type, object)) {
                return false;
            }
        }
        for (JsonNode requirement : Trees.at(spec, "scopeSelector", "matchExpressions")) {
            if (!matches(
                    text(requirement, "scopeName"),
                    text(requirement, "operator"),
                    Trees.texts(requirement.path("values")),
                    type,
                    object)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(
            String scope, String operator, List<String> values, ResourceType type, JsonNode object) {
        if (type.equals(QuotaUsage.CLAIMS)) {
            return scope.equals("VolumeAttributesClass") && selected(operator, values, attributesClasses(object));
        }
        if (!type.equals(QuotaUsage.PODS)) {
            return false;
        }
        JsonNode spec = object.path("spec");
        return switch (scope) {
            case "Terminating" -> terminates(spec);
            case "NotTerminating" -> !terminates(spec);
            case "BestEffort" -> QualityOfService.of(spec).equals("BestEffort");
            case "NotBestEffort" -> !QualityOfService.of(spec).equals("BestEffort");
            case "PriorityClass" -> selected(operator, values, names(text(spec, "priorityClassName")));
            case "CrossNamespacePodAffinity" -> reachesOut(spec.path("affinity"));
            default -> false;
        };
    }

    /** Whether the pod has a deadline. */
    static boolean terminates(JsonNode spec) {
        return spec.path("activeDeadlineSeconds").isNumber()
                && spec.path("activeDeadlineSeconds").asLong() >= 0;
    }

    private static Set<String> names(String... given) {
        Set<String> names = new TreeSet<>();
        for (String name : given) {
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    private static Set<String> attributesClasses(JsonNode claim) {
        return names(
                text(claim, "spec", "volumeAttributesClassName"),
                text(claim, "status", "currentVolumeAttributesClassName"),
                text(claim, "status", "modifyVolumeStatus", "targetVolumeAttributesClassName"));
    }

    private static boolean selected(String operator, List<String> values, Set<String> names) {
        return switch (operator) {
            case "Exists" -> !names.isEmpty();
            case "DoesNotExist" -> names.isEmpty();
            case "In" -> names.stream().anyMatch(values::contains);
            case "NotIn" -> names.stream().noneMatch(values::contains);
            default -> false;
        };
    }

    private static boolean reachesOut(JsonNode affinity) {
        List<JsonNode> terms = new ArrayList<>();
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            for (String list : TERMS) {
                affinity.path(kind)
                        .path(list)
                        .forEach(term -> terms.add(term.has("podAffinityTerm") ? term.path("podAffinityTerm") : term));
            }
        }
        return terms.stream()
                .anyMatch(term -> !term.path("namespaces").isEmpty()
                        || term.path("namespaceSelector").isObject());
    }
}
