package io.shiplog.command.kind.core.quota;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.ResourceNames;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** ResourceQuotas: bounds of everything in a namespace together. */
public final class ResourceQuotaKind implements Kind {
    public static final ResourceType TYPE = ResourceType.core("resourcequotas");

    private static final List<String> SCOPES = List.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "VolumeAttributesClass",
            "CrossNamespacePodAffinity");
    private static final List<Set<String>> CONFLICTS =
            List.of(Set.of("BestEffort", "NotBestEffort"), Set.of("Terminating", "NotTerminating"));
    private static final Set<String> COMPUTE =
            Set.of("pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory");
    private static final Set<String> CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Request",
                    "Request represents a minimum amount of cpu/memory that a container may consume.",
                    (quota, now) -> used(quota, false)),
            text(
                    "Limit",
                    "Limits control the maximum amount of cpu/memory that a container may use independent of contention on the"
                            + " node.",
                    (quota, now) -> used(quota, true)),
            MetaColumns.AGE);

    private static String used(JsonNode quota, boolean limits) {
        List<String> parts = new ArrayList<>();
        JsonNode status = quota.path("status");
        ResourceLists.of(status.path("hard")).forEach((name, hard) -> {
            if (name.startsWith("limits.") == limits) {
                parts.add("%s: %s/%s".formatted(name, ResourceLists.amount(status.path("used"), name), hard));
            }
        });
        return String.join(", ", parts);
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "ResourceQuota", TYPE.resource(), Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("quota")
                .subresources("status")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode quota) {
        ResourceLists.round(Trees.at(quota, "spec", "hard"));
        ResourceLists.round(Trees.at(quota, "status", "hard"));
        ResourceLists.round(Trees.at(quota, "status", "used"));
    }

    @Override
    public void validate(ObjectNode quota, FieldErrors errors) {
        JsonNode spec = quota.path("spec");
        amounts(spec.path("hard"), "spec.hard", errors);
        Set<String> hard = new TreeSet<>(ResourceLists.of(spec.path("hard")).keySet());
        Map<String, Integer> unscoped = unscoped(hard);
        scopes(spec.path("scopes"), unscoped, errors);
        selector(spec, unscoped, errors);
    }

    private static void amounts(JsonNode amounts, String path, FieldErrors errors) {
        for (Map.Entry<String, JsonNode> amount : amounts.properties()) {
            String at = path + "[" + amount.getKey() + "]";
            ResourceNames.ofQuota(amount.getKey(), at, errors);
            ResourceNames.amount(amount.getKey(), amount.getValue(), at, errors);
        }
    }

    private static void scopes(JsonNode scopes, Map<String, Integer> unscoped, FieldErrors errors) {
        for (JsonNode scope : scopes) {
            if (!SCOPES.contains(scope.asText())) {
                errors.invalid("spec.scopes", scopes, "unsupported scope");
            }
            for (int i = 0; i < unscoped.getOrDefault(scope.asText(), 0); i++) {
                errors.invalid("spec.scopes", scopes, "unsupported scope applied to resource");
            }
        }
        conflicts(new HashSet<>(Trees.texts(scopes)), scopes, errors);
    }

    private static void conflicts(Set<String> scopes, JsonNode shown, FieldErrors errors) {
        for (Set<String> pair : CONFLICTS) {
            if (scopes.containsAll(pair)) {
                errors.invalid("spec.scopes", shown.isArray() ? shown : NullNode.getInstance(), "conflicting scopes");
            }
        }
    }

    /** How many resources each scope does not apply to: counted once, since scopes and resources are both as many as a body holds. */
    private static Map<String, Integer> unscoped(Set<String> hard) {
        return SCOPES.stream().collect(Collectors.toUnmodifiableMap(scope -> scope, scope -> unscoped(scope, hard)));
    }

    /** No more than errors are shown. */
    private static int unscoped(String scope, Set<String> hard) {
        Set<String> applies = switch (scope) {
            case "BestEffort" -> Set.of("pods");
            case "VolumeAttributesClass" -> CLAIMS;
            default -> COMPUTE;
        };
        return (int) hard.stream()
                .filter(ResourceNames::isStandardOfQuotas)
                .filter(name -> !applies.contains(name))
                .limit(FieldErrors.MAX_CAUSES)
                .count();
    }

    private static void selector(JsonNode spec, Map<String, Integer> unscoped, FieldErrors errors) {
        String path = "spec.scopeSelector.matchExpressions";
        Set<String> scopes = new HashSet<>();
        for (JsonNode requirement : Trees.at(spec, "scopeSelector", "matchExpressions")) {
            String scope = text(requirement, "scopeName");
            String operator = text(requirement, "operator");
            scopes.add(scope);
            if (!SCOPES.contains(scope)) {
                errors.invalid(path + ".scopeName", scope, "unsupported scope");
            }
            for (int i = 0; i < unscoped.getOrDefault(scope, 0); i++) {
                errors.invalid(path, spec.path("scopeSelector"), "unsupported scope applied to resource");
            }
            boolean valued = Trees.oneOf(scope, "PriorityClass", "VolumeAttributesClass") || !SCOPES.contains(scope);
            if (!valued && !operator.equals("Exists")) {
                errors.invalid(
                        path + ".operator",
                        operator,
                        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
                                + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                                + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
            }
            operator(operator, requirement.path("values"), path, errors);
        }
        conflicts(scopes, spec.path("scopes"), errors);
    }

    private static void operator(String operator, JsonNode values, String path, FieldErrors errors) {
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    errors.required(
                            path + ".values",
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    errors.invalid(
                            path + ".values",
                            values,
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
            }
            default -> errors.invalid(path + ".operator", operator, "not a valid selector operator");
        }
    }

    @Override
    public void validateUpdate(ObjectNode quota, ObjectNode old, FieldErrors errors) {
        JsonNode scopes = Trees.at(quota, "spec", "scopes");
        if (!Set.copyOf(Trees.texts(scopes)).equals(Set.copyOf(Trees.texts(Trees.at(old, "spec", "scopes"))))) {
            errors.invalid("spec.scopes", scopes.isArray() ? scopes : NullNode.getInstance(), Checks.IMMUTABLE);
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode quota, ObjectNode old, FieldErrors errors) {
        amounts(Trees.at(quota, "status", "hard"), "status.hard", errors);
        amounts(Trees.at(quota, "status", "used"), "status.used", errors);
    }

    @Override
    public List<String> warnings(ObjectNode quota) {
        List<String> warnings = new ArrayList<>(0);
        Map<String, Quantity> hard = ResourceLists.of(Trees.at(quota, "spec", "hard"));
        for (String resource : List.of("cpu", "memory", "storage", "ephemeral-storage")) {
            boolean compute = Trees.oneOf(resource, "cpu", "memory");
            String request = hard.containsKey("requests." + resource) || !compute ? "requests." + resource : resource;
            String limit = "limits." + resource;
            if (hard.containsKey(request)
                    && hard.containsKey(limit)
                    && hard.get(request).compareTo(hard.get(limit)) > 0) {
                warnings.add("ResourceQuota %s (%s) should be less than %s (%s)"
                        .formatted(request, hard.get(request), limit, hard.get(limit)));
            }
        }
        return warnings;
    }
}
