package io.shiplog.node.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerEngine.RegistryLogin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The credentials of a pod's image pull secrets, found by image.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/containers/images/#config-json">Interpretation of config.json</a>
 */
public final class RegistryLogins {
    private static final Set<String> DOCKER_HUB = Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

    private final List<Key> keys = new ArrayList<>();

    /** A login and its scope: a host, whose parts may be {@code *}, and a path prefix. */
    private record Key(String host, String path, RegistryLogin login) {
        boolean opens(ImageReference image) {
            return hostMatches(image.registry()) && ("/" + image.path()).startsWith(path);
        }

        private boolean hostMatches(String registry) {
            if (DOCKER_HUB.contains(host)) {
                return registry.equals(ImageReference.DOCKER_HUB);
            }
            String[] wanted = host.split("\\.", -1);
            String[] parts = registry.split("\\.", -1);
            if (wanted.length != parts.length) {
                return false;
            }
            for (int i = 0; i < parts.length; i++) {
                if (!partMatches(wanted[i], parts[i])) {
                    return false;
                }
            }
            return true;
        }

        private static boolean partMatches(String wanted, String part) {
            int star = wanted.indexOf('*');
            return star < 0
                    ? wanted.equals(part)
                    : part.length() >= wanted.length() - 1
                            && part.startsWith(wanted.substring(0, star))
                            && part.endsWith(wanted.substring(star + 1));
        }
    }

    /**
     * Adds the logins of a {@code config.json}.
     *
     * @param auths by server: the field {@code auths} of a {@code .dockerconfigjson}, or a whole {@code .dockercfg}
     */
    public void add(JsonNode auths) {
        for (Map.Entry<String, JsonNode> entry : auths.properties()) {
            String server = entry.getKey().replaceFirst("^https?://", "");
            int slash = server.indexOf('/');
            String host = slash < 0 ? server : server.substring(0, slash);
            // docker login writes https://index.docker.io/v1/.
            String path = slash < 0
                    ? ""
                    : server.substring(slash).replaceFirst("^/v[12]/", "/").replaceFirst("^/$", "");
            keys.add(new Key(host, path, login(entry.getKey(), entry.getValue())));
        }
    }

    private static RegistryLogin login(String server, JsonNode auth) {
        String user = auth.path("username").asText("");
        String password = auth.path("password").asText("");
        if (user.isEmpty() && auth.hasNonNull("auth")) {
            String both =
                    new String(Base64.getMimeDecoder().decode(auth.path("auth").asText()), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            user = colon < 0 ? both : both.substring(0, colon);
            password = colon < 0 ? "" : both.substring(colon + 1);
        }
        return new RegistryLogin(
                server, user, password, auth.path("identitytoken").asText(""));
    }

    /** The logins for an image, in the order to try: the longest path first, then as they were added. */
    public List<RegistryLogin> matching(ImageReference image) {
        return keys.stream()
                .filter(key -> key.opens(image))
                .sorted(Comparator.comparing((Key key) -> key.path().length()).reversed())
                .map(Key::login)
                .distinct()
                .toList();
    }
}
