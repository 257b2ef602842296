package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads Compose files into one project: variables, schema, {@code extends}, merge, profiles. */
final class ComposeFiles {
    private static final int EXTENDS_LIMIT = 20;

    private final Function<Path, Optional<String>> files;
    private final Map<String, String> environment = new HashMap<>();
    private final Set<String> unset = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<Path, ObjectNode> parsed = new HashMap<>();

    private ComposeFiles(Function<Path, Optional<String>> files) {
        this.files = files;
    }

    /**
     * What the user asked for.
     *
     * @param composeFiles absolute; later ones are merged over earlier ones
     * @param envFiles absolute; empty for {@code .env} beside the first file, if there is one
     * @param profiles whose services are wanted too; {@code *} for all
     * @param projectName empty for the file's {@code name}, else its folder's
     */
    record Request(List<Path> composeFiles, List<Path> envFiles, Set<String> profiles, String projectName) {}

    /**
     * Reads a project.
     *
     * @param files a file's text, by absolute path; empty if there is none
     * @param shell the variables of the caller, which count more than those of files
     * @throws ClientException if a file is missing, malformed, or says what Compose refuses
     */
    static ComposeProject read(Request request, Map<String, String> shell, Function<Path, Optional<String>> files) {
        return new ComposeFiles(files).project(request, shell);
    }

    private ComposeProject project(Request request, Map<String, String> shell) {
        Path folder = folderOf(request.composeFiles().getFirst());
        readEnvironment(request, shell, folder);
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        for (Path file : request.composeFiles()) {
            ObjectNode tree = file(file).deepCopy();
            ObjectNode services = tree.putObject("services");
            file(file)
                    .path("services")
                    .properties()
                    .forEach(each -> services.set(each.getKey(), service(file, each.getKey(), new LinkedHashSet<>())));
            whole = Merge.of(whole, tree);
        }
        String name = name(request, whole, folder);
        Map<String, ObjectNode> services = active(objects(whole.path("services")), profiles(request));
        if (services.isEmpty()) {
            throw new ClientException("no service selected");
        }
        checkReferences(services, whole);
        ComposeProject.Resources resources = new ComposeProject.Resources(
                objects(whole.path("networks")),
                objects(whole.path("volumes")),
                withContent(objects(whole.path("configs")), folder, "configs"),
                withContent(objects(whole.path("secrets")), folder, "secrets"));
        services.forEach(this::readEnvFiles);
        unset.forEach(each -> notes.add("the variable %s is not set: it is replaced by an empty text".formatted(each)));
        return new ComposeProject(name, services, resources, notes);
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return folder == null ? Path.of("/") : folder;
    }

    private void readEnvironment(Request request, Map<String, String> shell, Path folder) {
        boolean implicitEnv = request.envFiles().isEmpty();
        List<Path> sources = implicitEnv ? List.of(folder.resolve(".env")) : request.envFiles();
        for (Path source : sources) {
            Optional<String> text = files.apply(source);
            if (text.isEmpty() && !implicitEnv) {
                throw new ClientException("couldn't find env file: " + source);
            }
            text.ifPresent(found -> {
                UnaryOperator<@Nullable String> known = key -> shell.getOrDefault(key, environment.get(key));
                environment.putAll(DotEnv.parse(found, source.toString(), false, known));
            });
        }
        environment.putAll(shell);
    }

    /** A file with its variables replaced, checked. */
    private ObjectNode file(Path file) {
        ObjectNode known = parsed.get(file);
        if (known != null) {
            return known;
        }
        String text = files.apply(file).orElseThrow(() -> new ClientException("open %s: no such file".formatted(file)));
        String name = file.toString();
        JsonNode tree = new Interpolation(environment::get, unset::add).tree(ComposeYaml.parse(text, name), "");
        ComposeSchema.check(tree, name);
        if (tree.has("include")) {
            throw new ClientException(
                    "%s: include is not supported: give the included files as further FILEs".formatted(name));
        }
        ObjectNode checked = (ObjectNode) tree;
        if (checked.has("version")) {
            checked.remove("version");
        }
        parsed.put(file, checked);
        return checked;
    }

    /** A service over what it extends. */
    private ObjectNode service(Path file, String name, Set<String> seen) {
        JsonNode raw = file(file).path("services").path(name);
        if (!raw.isObject()) {
            throw new ClientException("cannot extend service \"%s\" in %s: service not found".formatted(name, file));
        }
        if (!seen.add(file + "#" + name) || seen.size() > EXTENDS_LIMIT) {
            throw new ClientException("circular reference: " + String.join(" -> ", seen) + " -> " + file + "#" + name);
        }
        ObjectNode service = ServiceForms.of(name, raw, folderOf(file), environment::get);
        JsonNode base = service.remove("extends");
        if (base == null) {
            return service;
        }
        String baseName =
                base.isTextual() ? base.asText() : base.path("service").asText();
        String baseFile = base.path("file").asText("");
        Path where =
                baseFile.isEmpty() ? file : folderOf(file).resolve(baseFile).normalize();
        return Merge.of(service(where, baseName, seen), service);
    }

    private static Map<String, ObjectNode> objects(JsonNode mapping) {
        Map<String, ObjectNode> objects = new LinkedHashMap<>();
        mapping.properties()
                .forEach(each -> objects.put(
                        each.getKey(),
                        each.getValue() instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode()));
        return objects;
    }

    private static String name(Request request, JsonNode whole, Path folder) {
        Path last = folder.getFileName();
        String name = !request.projectName().isEmpty()
                ? request.projectName()
                : whole.path("name").asText(last == null ? "root" : last.toString());
        return Words.label(name);
    }

    private Set<String> profiles(Request request) {
        Set<String> profiles = new LinkedHashSet<>(request.profiles());
        for (String each : environment.getOrDefault("COMPOSE_PROFILES", "").split(",")) {
            profiles.add(each.strip());
        }
        return profiles;
    }

    private static Map<String, ObjectNode> active(Map<String, ObjectNode> services, Set<String> profiles) {
        Map<String, ObjectNode> active = new LinkedHashMap<>(services);
        active.values().removeIf(service -> {
            JsonNode wanted = service.path("profiles");
            boolean asked = profiles.contains("*");
            for (JsonNode each : wanted) {
                asked |= profiles.contains(each.asText());
            }
            return !wanted.isEmpty() && !asked;
        });
        return active;
    }

    private void checkReferences(Map<String, ObjectNode> services, JsonNode whole) {
        services.forEach((name, service) -> {
            if (!service.has("image") && !service.has("build")) {
                throw new ClientException(
                        "service \"%s\" has neither an image nor a build context specified".formatted(name));
            }
            List<String> optional = new ArrayList<>();
            service.path("depends_on").properties().forEach(each -> {
                if (!services.containsKey(each.getKey())) {
                    if (each.getValue().path("required").asBoolean(true)) {
                        throw new ClientException(
                                "service \"%s\" depends on undefined service \"%s\"".formatted(name, each.getKey()));
                    }
                    optional.add(each.getKey());
                }
            });
            if (service.path("depends_on") instanceof ObjectNode dependencies) {
                dependencies.remove(optional);
            }
            for (JsonNode each : service.path("volumes")) {
                String source = each.path("source").asText("");
                if (each.path("type").asText().equals("volume") && !source.isEmpty()) {
                    defined(name, "volume", source, whole.path("volumes"));
                }
            }
            for (String kind : List.of("config", "secret")) {
                for (JsonNode each : service.path(kind + "s")) {
                    defined(name, kind, each.path("source").asText(), whole.path(kind + "s"));
                }
            }
            service.path("networks").fieldNames().forEachRemaining(each -> {
                if (!each.equals("default")) {
                    defined(name, "network", each, whole.path("networks"));
                }
            });
        });
        Set<String> done = new LinkedHashSet<>();
        services.keySet().forEach(name -> checkNoCycle(name, services, new LinkedHashSet<>(), done));
    }

    private static void defined(String service, String kind, String name, JsonNode all) {
        if (!all.has(name)) {
            throw new ClientException("service \"%s\" refers to undefined %s %s".formatted(service, kind, name));
        }
    }

    private static void checkNoCycle(
            String name, Map<String, ObjectNode> services, Set<String> above, Set<String> done) {
        if (done.contains(name)) {
            return;
        }
        if (!above.add(name)) {
            throw new ClientException("dependency cycle detected: " + String.join(" -> ", above) + " -> " + name);
        }
        ObjectNode service = services.get(name);
        if (service != null) {
            service.path("depends_on").fieldNames().forEachRemaining(each -> checkNoCycle(each, services, above, done));
        }
        above.remove(name);
        done.add(name);
    }

    /** Each config or secret with its {@code content}, whatever says it. */
    private Map<String, ObjectNode> withContent(Map<String, ObjectNode> all, Path folder, String kind) {
        Map<String, ObjectNode> resolved = new LinkedHashMap<>();
        all.forEach((name, each) -> {
            ObjectNode copy = each.deepCopy();
            String place = kind + "." + name;
            if (each.has("file")) {
                Path file = folder.resolve(each.path("file").asText()).normalize();
                copy.put(
                        "content",
                        files.apply(file)
                                .orElseThrow(
                                        () -> new ClientException("%s: open %s: no such file".formatted(place, file))));
            } else if (each.has("environment")) {
                String variable = each.path("environment").asText();
                String value = environment.get(variable);
                if (value == null) {
                    throw new ClientException("%s: environment variable %s is not set".formatted(place, variable));
                }
                copy.put("content", value);
            } else if (!each.has("content") && !each.path("external").asBoolean(false)) {
                throw new ClientException(place + ": give a file, an environment variable, a content or external");
            }
            resolved.put(name, copy);
        });
        return resolved;
    }

    /** The variables of a service's env files go before its own. */
    private void readEnvFiles(String name, ObjectNode service) {
        ObjectNode variables = JsonNodeFactory.instance.objectNode();
        for (JsonNode each : service.path("env_file")) {
            String file = each.path("path").asText();
            Optional<String> text = files.apply(Path.of(file));
            if (text.isEmpty() && each.path("required").asBoolean(true)) {
                throw new ClientException("services.%s: env file %s not found".formatted(name, file));
            }
            text.ifPresent(found -> DotEnv.parse(
                            found, file, each.path("format").asText().equals("raw"), environment::get)
                    .forEach(variables::put));
        }
        service.remove("env_file");
        if (service.path("environment") instanceof ObjectNode own) {
            variables.setAll(own);
        }
        if (!variables.isEmpty()) {
            service.set("environment", variables);
        }
    }
}
