package io.shiplog.docker.history.query;

import io.shiplog.docker.client.ApiResource;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import java.util.Arrays;
import java.util.List;

/**
 * The target of a verb: {@code KIND}, {@code KIND/NAME} or {@code KIND NAME}, as in kubectl.
 *
 * @param name empty for all of the kind
 */
public record Target(ApiResource resource, String name) {

    /** @throws ClientException if the arguments are invalid, or the cluster has no such kind */
    public static Target of(List<String> words, ApiResources resources) {
        String first = words.getFirst();
        int slash = first.indexOf('/');
        boolean tooMany = words.size() > 2 || slash >= 0 && words.size() > 1;
        if (tooMany || slash == 0 || slash == first.length() - 1) {
            throw new ClientException("'%s': one object, as KIND/NAME".formatted(String.join(" ", words)));
        }
        return slash < 0
                ? new Target(resources.find(first), words.size() > 1 ? words.get(1) : "")
                : new Target(resources.find(first.substring(0, slash)), first.substring(slash + 1));
    }

    /**
     * What {@code get} shows, as in kubectl: {@code KIND[,KIND…]}, {@code KIND NAME…}, {@code KIND/NAME…} or a category such as
     * {@code all}.
     *
     * @throws ClientException if the arguments are invalid, or the cluster has no such kind
     */
    public static List<Target> several(List<String> words, ApiResources resources) {
        if (words.stream().anyMatch(word -> word.indexOf('/') >= 0)) {
            return words.stream().map(word -> one(List.of(word), resources)).toList();
        }
        List<ApiResource> types = Arrays.stream(words.getFirst().split(",", -1))
                .flatMap(word -> resources.ofCategory(word).stream())
                .distinct()
                .toList();
        List<String> names = words.size() == 1 ? List.of("") : words.subList(1, words.size());
        return types.stream()
                .flatMap(type -> names.stream().map(name -> new Target(type, name)))
                .toList();
    }

    /** The same for a verb about a single object. */
    public static Target one(List<String> words, ApiResources resources) {
        Target target = of(words, resources);
        if (target.name().isEmpty()) {
            throw new ClientException("which one? Give its name, as %s/NAME".formatted(words.getFirst()));
        }
        return target;
    }

    /** {@code deployment/web}. */
    public String shown() {
        return resource.kind().toLowerCase(java.util.Locale.ROOT) + "/" + name;
    }
}
