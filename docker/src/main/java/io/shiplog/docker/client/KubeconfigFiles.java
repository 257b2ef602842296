package io.shiplog.docker.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kubeconfig files in use, merged as kubectl merges them: of two entries with one name the first counts, and paths are
 * relative to their file.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files">Merging
 *     kubeconfig files</a>
 */
final class KubeconfigFiles {
    private static final YAMLMapper YAML = new YAMLMapper();

    private final List<Part> parts;

    private record Part(Path file, JsonNode tree) {}

    /** An entry of a list, and the directory of its file. */
    record Entry(JsonNode tree, Path folder) {}

    private KubeconfigFiles(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Reads {@code --kubeconfig}, else {@code $KUBECONFIG}, else {@code ~/.kube/config}. Missing files are ignored, except the
     * one given by name.
     */
    static KubeconfigFiles read(@Nullable Path named, Map<String, String> environment) {
        List<Part> parts = new ArrayList<>();
        for (Path file : named != null ? List.of(named) : files(environment)) {
            if (named != null || Files.exists(file)) {
                parts.add(new Part(file, tree(file)));
            }
        }
        return new KubeconfigFiles(parts);
    }

    private static List<Path> files(Map<String, String> environment) {
        String variable = environment.getOrDefault("KUBECONFIG", "");
        return variable.isBlank()
                ? List.of(Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".kube", "config"))
                : Arrays.stream(variable.split(File.pathSeparator))
                        .filter(each -> !each.isBlank())
                        .map(Path::of)
                        .toList();
    }

    private static JsonNode tree(Path file) {
        try {
            JsonNode tree = YAML.readTree(Files.readString(file));
            return tree == null ? MissingNode.getInstance() : tree;
        } catch (JsonProcessingException e) {
            throw new ClientException(file + " is not a kubeconfig: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ClientException("cannot read the kubeconfig " + file);
        }
    }

    /** The current context's name, empty if no file has one. */
    String currentContext() {
        return parts.stream()
                .map(part -> part.tree().path("current-context").asText(""))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    /**
     * An entry by its name.
     *
     * @param list {@code clusters}, {@code users} or {@code contexts}
     * @param field {@code cluster}, {@code user} or {@code context}
     * @throws ClientException if there is none
     */
    Entry entry(String list, String field, String name) {
        for (Part part : parts) {
            for (JsonNode each : part.tree().path(list)) {
                if (each.path("name").asText().equals(name)) {
                    Path folder = part.file().toAbsolutePath().getParent();
                    return new Entry(each.path(field), folder == null ? Path.of("/") : folder);
                }
            }
        }
        throw new ClientException("the kubeconfig has no %s '%s'".formatted(field, name));
    }
}
