package io.shiplog.projections.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One rule of a Role or ClusterRole.
 *
 * @param resourceNames empty for all names
 * @param nonResourceUrls paths such as {@code /healthz} and {@code /metrics/*}
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/">Role</a>
 */
public record PolicyRule(
        List<String> verbs,
        List<String> apiGroups,
        List<String> resources,
        List<String> resourceNames,
        List<String> nonResourceUrls) {
    private static final String ALL = "*";

    public PolicyRule {
        verbs = List.copyOf(verbs);
        apiGroups = List.copyOf(apiGroups);
        resources = List.copyOf(resources);
        resourceNames = List.copyOf(resourceNames);
        nonResourceUrls = List.copyOf(nonResourceUrls);
    }

    /** Reads the {@code rules} of a Role or ClusterRole; none if the field is absent or null. */
    public static List<PolicyRule> listOf(JsonNode rules) {
        List<PolicyRule> all = new ArrayList<>(rules.size());
        for (JsonNode rule : rules) {
            all.add(new PolicyRule(
                    strings(rule.path("verbs")),
                    strings(rule.path("apiGroups")),
                    strings(rule.path("resources")),
                    strings(rule.path("resourceNames")),
                    strings(rule.path("nonResourceURLs"))));
        }
        return List.copyOf(all);
    }

    private static List<String> strings(JsonNode array) {
        List<String> all = new ArrayList<>(array.size());
        // The same few words occur in every rule of every role.
        array.forEach(node -> all.add(node.asText().intern()));
        return all;
    }

    /** The rule as in a role, empty lists omitted. */
    public ObjectNode tree() {
        ObjectNode rule = Json.MAPPER.createObjectNode();
        put(rule, "verbs", verbs);
        put(rule, "apiGroups", apiGroups);
        put(rule, "resources", resources);
        put(rule, "resourceNames", resourceNames);
        put(rule, "nonResourceURLs", nonResourceUrls);
        return rule;
    }

    private static void put(ObjectNode rule, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = rule.putArray(field);
            values.forEach(array::add);
        }
    }

    /** Whether the rule allows a request. */
    boolean allows(AccessRequest request) {
        if (!hasOrAll(verbs, request.verb())) {
            return false;
        }
        return request.path().isEmpty()
                ? hasOrAll(apiGroups, request.group())
                        && allowsResource(request.resource(), request.subresource())
                        && (resourceNames.isEmpty() || resourceNames.contains(request.name()))
                : allowsPath(request.path());
    }

    /** {@code pods}, {@code pods/log}, {@code *}/{@code scale} and {@code *} as in Kubernetes. */
    private boolean allowsResource(String resource, String subresource) {
        for (String each : resources) {
            if (each.equals(ALL) || (subresource.isEmpty() ? each.equals(resource) : is(each, resource, subresource))) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(String rule, String resource, String subresource) {
        int slash = rule.length() - subresource.length() - 1;
        return slash > 0
                && rule.charAt(slash) == '/'
                && rule.endsWith(subresource)
                && ((slash == 1 && rule.charAt(0) == '*') || (slash == resource.length() && rule.startsWith(resource)));
    }

    private boolean allowsPath(String path) {
        for (String each : nonResourceUrls) {
            if (each.equals(ALL) || each.equals(path)) {
                return true;
            }
            if (each.endsWith(ALL) && path.startsWith(withoutStars(each))) {
                return true;
            }
        }
        return false;
    }

    private static String withoutStars(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '*') {
            end--;
        }
        return url.substring(0, end);
    }

    /**
     * Whether this rule covers another one, which must be a single one: one verb and one resource or path.
     *
     * @see #singles
     */
    boolean covers(PolicyRule single) {
        if (!hasOrAll(verbs, single.verbs.getFirst())) {
            return false;
        }
        if (!single.nonResourceUrls.isEmpty()) {
            return coversPath(single.nonResourceUrls.getFirst());
        }
        return hasOrAll(apiGroups, single.apiGroups.getFirst())
                && coversResource(single.resources.getFirst())
                && (resourceNames.isEmpty()
                        || (!single.resourceNames.isEmpty() && resourceNames.containsAll(single.resourceNames)));
    }

    private boolean coversResource(String resource) {
        int slash = resource.indexOf('/');
        return hasOrAll(resources, resource) || (slash >= 0 && resources.contains(ALL + resource.substring(slash)));
    }

    private boolean coversPath(String url) {
        return nonResourceUrls.contains(url)
                || nonResourceUrls.stream().anyMatch(u -> u.endsWith(ALL) && url.startsWith(withoutStars(u)));
    }

    /** Whether this rule covers another one, determined without its parts, so that large rules are cheap; false if unsure. */
    boolean coversAll(PolicyRule other) {
        return containsAll(verbs, other.verbs)
                && (other.nonResourceUrls.isEmpty() || nonResourceUrls.containsAll(other.nonResourceUrls))
                && (other.resources.isEmpty()
                        || containsAll(apiGroups, other.apiGroups)
                                && containsAll(resources, other.resources)
                                && (resourceNames.isEmpty()
                                        || !other.resourceNames.isEmpty()
                                                && new HashSet<>(resourceNames).containsAll(other.resourceNames)));
    }

    private static boolean containsAll(List<String> allowed, List<String> asked) {
        return allowed.contains(ALL) || new HashSet<>(allowed).containsAll(asked);
    }

    /** The rule split into parts with one verb and one resource, resource name or path each. Lazy: there may be many. */
    Stream<PolicyRule> singles() {
        return verbs.stream()
                .flatMap(verb -> Stream.concat(
                        nonResourceUrls.stream()
                                .map(url ->
                                        new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(url))),
                        apiGroups.stream()
                                .flatMap(group -> resources.stream()
                                        .flatMap(resource -> names().stream()
                                                .map(names -> new PolicyRule(
                                                        List.of(verb),
                                                        List.of(group),
                                                        List.of(resource),
                                                        names,
                                                        List.of()))))));
    }

    private List<List<String>> names() {
        return resourceNames.isEmpty()
                ? List.of(List.of())
                : resourceNames.stream().map(List::of).toList();
    }

    private static boolean hasOrAll(List<String> allowed, String asked) {
        for (String each : allowed) {
            if (each.equals(asked) || each.equals(ALL)) {
                return true;
            }
        }
        return false;
    }

    /** {@code {APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}}: a rule in Kubernetes' messages. */
    public String compact() {
        List<String> parts = new ArrayList<>();
        part(parts, "APIGroups", apiGroups);
        part(parts, "Resources", resources);
        part(parts, "NonResourceURLs", nonResourceUrls);
        part(parts, "ResourceNames", resourceNames);
        part(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void part(List<String> parts, String name, List<String> values) {
        if (!values.isEmpty()) {
            parts.add(
                    name + ":" + values.stream().map(v -> "\"" + v + "\"").collect(Collectors.joining(" ", "[", "]")));
        }
    }
}
