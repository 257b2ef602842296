package io.shiplog.gateway.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.GroupPriority;
import io.shiplog.events.kind.KindCatalogue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The discovery documents of one catalogue, plain and aggregated. Immutable.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api">Discovery API</a>
 */
final class DiscoveryDocuments {
    private final KindCatalogue catalogue;
    /** Group to version to resources: groups by priority, versions in the kinds' order, resources by name. */
    private final Map<String, Map<String, List<ServedResource>>> groups = new TreeMap<>(GroupPriority::compare);

    private final Map<String, Document> made = new java.util.concurrent.ConcurrentHashMap<>();

    DiscoveryDocuments(KindCatalogue catalogue) {
        this.catalogue = catalogue;
        for (ServedResource each : ServedResource.all(catalogue)) {
            groups.computeIfAbsent(each.group(), group -> new LinkedHashMap<>())
                    .computeIfAbsent(each.version(), version -> new ArrayList<>())
                    .add(each);
        }
        groups.values().stream()
                .flatMap(versions -> versions.values().stream())
                .forEach(resources -> resources.sort(Comparator.comparing(ServedResource::plural)));
    }

    boolean of(KindCatalogue other) {
        return catalogue == other;
    }

    private Document once(String name, java.util.function.Supplier<ObjectNode> make) {
        return made.computeIfAbsent(name, ignored -> Document.of(Json.of(make.get())));
    }

    /** {@code /api}. */
    Document coreVersions(String address) {
        return once("/api " + address, () -> {
            ObjectNode tree = Json.MAPPER.createObjectNode();
            tree.put("kind", "APIVersions");
            ArrayNode versions = tree.putArray("versions");
            groups.getOrDefault("", Map.of()).keySet().forEach(versions::add);
            tree.putArray("serverAddressByClientCIDRs")
                    .addObject()
                    .put("clientCIDR", "0.0.0.0/0")
                    .put("serverAddress", address);
            return tree;
        });
    }

    /** {@code /apis}. */
    Document groupList() {
        return once("/apis", () -> {
            ObjectNode tree = Json.MAPPER.createObjectNode();
            tree.put("kind", "APIGroupList").put("apiVersion", "v1");
            ArrayNode list = tree.putArray("groups");
            groups.keySet().stream().filter(name -> !name.isEmpty()).forEach(name -> list.add(groupTree(name)));
            return tree;
        });
    }

    /** {@code /apis/{group}}, null if unknown. */
    @Nullable Document group(String group) {
        if (group.isEmpty() || !groups.containsKey(group)) {
            return null;
        }
        return once("/apis/" + group, () -> {
            ObjectNode tree = Json.MAPPER.createObjectNode();
            tree.put("kind", "APIGroup").put("apiVersion", "v1");
            tree.setAll(groupTree(group));
            return tree;
        });
    }

    private ObjectNode groupTree(String group) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("name", group);
        ArrayNode versions = tree.putArray("versions");
        for (String version : groups.getOrDefault(group, Map.of()).keySet()) {
            versions.addObject().put("groupVersion", group + "/" + version).put("version", version);
        }
        tree.set("preferredVersion", versions.get(0));
        return tree;
    }

    /** {@code /api/v1}, {@code /apis/{group}/{version}}; null if unknown. */
    @Nullable Document resources(String group, String version) {
        List<ServedResource> resources = groups.getOrDefault(group, Map.of()).get(version);
        if (resources == null) {
            return null;
        }
        return once("resources " + group + "/" + version, () -> {
            ObjectNode tree = Json.MAPPER.createObjectNode();
            tree.put("kind", "APIResourceList").put("apiVersion", "v1");
            tree.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
            ArrayNode list = tree.putArray("resources");
            resources.forEach(each -> plain(list, each));
            return tree;
        });
    }

    private static void plain(ArrayNode list, ServedResource each) {
        ObjectNode tree = list.addObject();
        tree.put("name", each.plural());
        tree.put("singularName", each.singular());
        tree.put("namespaced", each.namespaced());
        tree.put("kind", each.kind());
        texts(tree, "verbs", each.verbs());
        if (!each.shortNames().isEmpty()) {
            texts(tree, "shortNames", each.shortNames());
        }
        if (!each.categories().isEmpty()) {
            texts(tree, "categories", each.categories());
        }
        if (!each.storageVersionHash().isEmpty()) {
            tree.put("storageVersionHash", each.storageVersionHash());
        }
        for (ServedResource.Sub sub : each.subresources()) {
            ObjectNode subTree = list.addObject();
            subTree.put("name", each.plural() + "/" + sub.word());
            subTree.put("singularName", "");
            subTree.put("namespaced", each.namespaced());
            Subresource.Answers answers = sub.answers();
            if (!each.has(answers)) {
                subTree.put("group", answers.group()).put("version", answers.version());
            }
            subTree.put("kind", answers.kind());
            texts(subTree, "verbs", sub.verbs());
        }
    }

    /**
     * {@code /api} or {@code /apis}, aggregated.
     *
     * @param version of apidiscovery.k8s.io: v2 or v2beta1
     */
    Document aggregated(boolean core, String version) {
        return once("aggregated " + core + " " + version, () -> {
            ObjectNode tree = Json.MAPPER.createObjectNode();
            tree.put("kind", "APIGroupDiscoveryList");
            tree.put("apiVersion", "apidiscovery.k8s.io/" + version);
            tree.putObject("metadata");
            ArrayNode items = tree.putArray("items");
            groups.forEach((group, versions) -> {
                if (group.isEmpty() == core) {
                    ObjectNode item = items.addObject();
                    ObjectNode metadata = item.putObject("metadata");
                    if (!core) {
                        metadata.put("name", group);
                    }
                    ArrayNode list = item.putArray("versions");
                    versions.forEach((name, resources) -> {
                        ObjectNode each = list.addObject();
                        each.put("version", name);
                        ArrayNode resourceList = each.putArray("resources");
                        resources.forEach(resource -> aggregated(resourceList, resource));
                        each.put("freshness", "Current");
                    });
                }
            });
            return tree;
        });
    }

    private static void aggregated(ArrayNode list, ServedResource each) {
        ObjectNode tree = list.addObject();
        tree.put("resource", each.plural());
        kind(tree, "", "", each.kind());
        tree.put("scope", each.namespaced() ? "Namespaced" : "Cluster");
        tree.put("singularResource", each.singular());
        texts(tree, "verbs", each.verbs());
        if (!each.shortNames().isEmpty()) {
            texts(tree, "shortNames", each.shortNames());
        }
        if (!each.categories().isEmpty()) {
            texts(tree, "categories", each.categories());
        }
        if (!each.subresources().isEmpty()) {
            ArrayNode subs = tree.putArray("subresources");
            for (ServedResource.Sub sub : each.subresources()) {
                ObjectNode subTree = subs.addObject();
                subTree.put("subresource", sub.word());
                Subresource.Answers answers = sub.answers();
                boolean own = each.has(answers);
                kind(subTree, own ? "" : answers.group(), own ? "" : answers.version(), answers.kind());
                texts(subTree, "verbs", sub.verbs());
            }
        }
    }

    /** @param group empty, as its version, for the group version that is described */
    private static void kind(ObjectNode tree, String group, String version, String kind) {
        tree.putObject("responseKind")
                .put("group", group)
                .put("version", version)
                .put("kind", kind);
    }

    private static void texts(ObjectNode tree, String field, List<String> texts) {
        ArrayNode array = tree.putArray(field);
        texts.forEach(array::add);
    }

    /** {@code api/v1}, {@code apis/apps/v1}, …: every group version, and {@code api}, {@code apis}. */
    Set<String> paths() {
        Set<String> paths = new LinkedHashSet<>();
        groups.forEach((group, versions) -> versions.keySet()
                .forEach(version -> paths.add(group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version)));
        return paths;
    }

    List<ServedResource> served(String group, String version) {
        return groups.getOrDefault(group, Map.of()).getOrDefault(version, List.of());
    }
}
