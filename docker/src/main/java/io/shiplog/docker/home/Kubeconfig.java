package io.shiplog.docker.home;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.shiplog.docker.pki.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A kubeconfig for a cluster: one cluster, one user, one context of the same name. Written completely to the home, and merged
 * into the user's own file as kind does.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/">kubeconfig</a>
 */
public final class Kubeconfig {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    private final String name;
    private final ObjectNode cluster;
    private final ObjectNode user;

    /**
     * @param name of the cluster, the user and the context
     * @param server URL of the API
     */
    public Kubeconfig(String name, String server, Path authority, Path certificate, Path key, String token)
            throws IOException {
        this.name = name;
        this.cluster = YAML.createObjectNode()
                .put("certificate-authority-data", base64(authority))
                .put("server", server);
        this.user = YAML.createObjectNode()
                .put("client-certificate-data", base64(certificate))
                .put("client-key-data", base64(key))
                .put("token", token);
    }

    /** Writes a file with only this cluster. */
    public void write(Path file) throws IOException {
        PrivateFile.write(file, merged(null));
    }

    /** Adds the cluster, the user and the context to a file, keeps everything else, and makes the context the current one. */
    public void mergeInto(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        PrivateFile.write(file, merged(read(file)));
    }

    /** Adds the cluster, the user and the context to a file, and keeps the current context. */
    public void addTo(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        ObjectNode config = read(file);
        String current = config == null ? "" : config.path("current-context").asText();
        ObjectNode all = with(config);
        all.put("current-context", current);
        PrivateFile.write(file, YAML.writeValueAsString(all));
    }

    /** Removes a cluster's entries from a file. A file without them is not changed. */
    public static void removeFrom(Path file, String name) throws IOException {
        ObjectNode config = read(file);
        if (config == null) {
            return;
        }
        boolean changed = drop(config, "clusters", name) | drop(config, "users", name) | drop(config, "contexts", name);
        if (config.path("current-context").asText().equals(name)) {
            config.put("current-context", "");
            changed = true;
        }
        if (changed) {
            PrivateFile.write(file, YAML.writeValueAsString(config));
        }
    }

    private String merged(@Nullable ObjectNode config) throws IOException {
        return YAML.writeValueAsString(with(config).put("current-context", name));
    }

    private ObjectNode with(@Nullable ObjectNode config) {
        ObjectNode result = config == null ? YAML.createObjectNode() : config;
        result.put("apiVersion", "v1").put("kind", "Config");
        put(result, "clusters", "cluster", cluster);
        put(result, "users", "user", user);
        put(
                result,
                "contexts",
                "context",
                YAML.createObjectNode().put("cluster", name).put("user", name));
        return result;
    }

    private void put(ObjectNode config, String list, String field, ObjectNode value) {
        drop(config, list, name);
        ArrayNode entries = config.get(list) instanceof ArrayNode present ? present : config.putArray(list);
        entries.addObject().put("name", name).set(field, value);
    }

    private static boolean drop(ObjectNode config, String list, String name) {
        boolean dropped = false;
        if (config.get(list) instanceof ArrayNode entries) {
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (entries.get(i).path("name").asText().equals(name)) {
                    entries.remove(i);
                    dropped = true;
                }
            }
        }
        return dropped;
    }

    private static @Nullable ObjectNode read(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return null;
        }
        JsonNode node = YAML.readTree(Files.readString(file));
        if (node == null || node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IOException(file + " is not a kubeconfig; repair it, or set KUBECONFIG to another file");
    }

    private static String base64(Path file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    }
}
