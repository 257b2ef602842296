package io.shiplog.docker.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The resources that a cluster serves, by all names that kubectl accepts. */
public final class ApiResources {
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    private final List<Named> all = new ArrayList<>();

    private record Named(ApiResource resource, String singular, List<String> shortNames, List<String> categories) {
        boolean is(String word) {
            return word.equals(resource.plural())
                    || word.equals(singular)
                    || word.equalsIgnoreCase(resource.kind())
                    || shortNames.contains(word)
                    || word.equals(resource.qualified())
                    || word.equals(singular + "." + resource.group())
                    || word.equals(resource.plural() + "." + resource.version() + "." + resource.group());
        }
    }

    /** Queries a cluster. */
    public static ApiResources of(KubeApi api) {
        ApiResources resources = new ApiResources();
        for (String root : List.of("/api", "/apis")) {
            resources.add(api.text(root, AGGREGATED));
        }
        return resources;
    }

    private void add(String discovery) {
        JsonNode tree;
        try {
            tree = io.shiplog.events.json.Json.MAPPER.readTree(discovery);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new ClientException("the server's discovery is not JSON: is it a Shiplog cluster?");
        }
        for (JsonNode group : tree.path("items")) {
            String name = group.path("metadata").path("name").asText("");
            JsonNode version = group.path("versions").path(0);
            for (JsonNode resource : version.path("resources")) {
                all.add(named(name, version.path("version").asText(), resource));
            }
        }
    }

    private static Named named(String group, String version, JsonNode resource) {
        return new Named(
                new ApiResource(
                        group,
                        version,
                        resource.path("resource").asText(),
                        resource.path("responseKind").path("kind").asText(),
                        resource.path("scope").asText().equals("Namespaced")),
                resource.path("singularResource").asText(),
                texts(resource.path("shortNames")),
                texts(resource.path("categories")));
    }

    /**
     * A resource by plural, singular, short name or kind, with or without its group; the first of several, as in kubectl.
     *
     * @throws ClientException if the cluster serves none by that name
     */
    public ApiResource find(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return all.stream()
                .filter(each -> each.is(lower))
                .map(Named::resource)
                .findFirst()
                .orElseThrow(
                        () -> new ClientException("the server doesn't have a resource type \"%s\"".formatted(word)));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /**
     * The resources of a category, as {@code all}; else the one of that name.
     *
     * @throws ClientException if the cluster has neither
     */
    public List<ApiResource> ofCategory(String word) {
        List<ApiResource> found = all.stream()
                .filter(each -> each.categories().contains(word))
                .map(Named::resource)
                .toList();
        return found.isEmpty() ? List.of(find(word)) : found;
    }

    /**
     * A resource by its plural and group.
     *
     * @throws ClientException if the cluster serves none
     */
    public ApiResource find(String group, String plural) {
        return all.stream()
                .map(Named::resource)
                .filter(each -> each.group().equals(group) && each.plural().equals(plural))
                .findFirst()
                .orElseThrow(() -> new ClientException(
                        "the server doesn't have a resource type \"%s.%s\"".formatted(plural, group)));
    }
}
