package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.compose.Conversion.Workload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A project of Compose as objects of Kubernetes: a pure function. What has no equivalent is named in the result's notes.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/05-services.md">Services</a>
 */
final class Converter {
    static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String DEFAULT_NETWORK = "default";
    private static final String DEFAULT_SIZE = "1Gi";

    private final ComposeProject project;
    private final Set<String> notes;
    private final List<ObjectNode> shared = new ArrayList<>();
    private final Map<String, ObjectNode> builds = new LinkedHashMap<>();
    private final Set<String> completed = new LinkedHashSet<>();
    private final Map<String, String> names = new LinkedHashMap<>();

    private Converter(ComposeProject project) {
        this.project = project;
        this.notes = new LinkedHashSet<>(project.notes());
    }

    /**
     * The objects of a project.
     *
     * @throws ClientException if a value is malformed, or two services would have one name
     */
    static Conversion convert(ComposeProject project) {
        return new Converter(project).conversion();
    }

    private Conversion conversion() {
        project.services().forEach((name, service) -> {
            String label = Words.label(name);
            if (names.containsValue(label)) {
                throw new ClientException(
                        "two services would have the name '%s' in Kubernetes: rename one".formatted(label));
            }
            names.put(name, label);
            if (!label.equals(name)) {
                notes.add("services.%s: is named %s, as DNS wants it; others reach it by that name only"
                        .formatted(name, label));
            }
            service.path("depends_on").properties().forEach(each -> {
                if (each.getValue().path("condition").asText().equals("service_completed_successfully")) {
                    completed.add(each.getKey());
                }
            });
        });
        files("config", project.resources().configs());
        files("secret", project.resources().secrets());
        claims();
        Set<String> taken = new TreeSet<>(names.values());
        List<Workload> workloads = new ArrayList<>();
        Map<String, ServiceConverter> converters = new LinkedHashMap<>();
        for (String name : ordered()) {
            ServiceConverter converter = new ServiceConverter(this, name);
            converters.put(name, converter);
            workloads.add(converter.workload());
        }
        project.services().keySet().forEach(name -> {
            ServiceConverter converter = converters.get(name);
            if (converter != null) {
                shared.addAll(new ServiceNetwork(this, name, converter.isOnHost()).objects(taken));
            }
        });
        shared.addAll(policies());
        return new Conversion(shared, workloads, builds, List.copyOf(notes));
    }

    /** The services, each after those that it depends on. */
    private List<String> ordered() {
        Set<String> done = new LinkedHashSet<>();
        project.services().keySet().forEach(name -> visit(name, done));
        return List.copyOf(done);
    }

    private void visit(String name, Set<String> done) {
        if (!done.contains(name)) {
            service(name).path("depends_on").fieldNames().forEachRemaining(each -> visit(each, done));
            done.add(name);
        }
    }

    ComposeProject project() {
        return project;
    }

    ObjectNode service(String name) {
        ObjectNode service = project.services().get(name);
        if (service == null) {
            throw new ClientException("no such service: " + name);
        }
        return service;
    }

    /** The name of a service in Kubernetes. */
    String label(String service) {
        return names.getOrDefault(service, Words.label(service));
    }

    void note(String note) {
        notes.add(note);
    }

    void built(String image, ObjectNode build) {
        builds.put(image, build);
    }

    /** Whether others wait for the end of this service. */
    boolean ends(String service) {
        return completed.contains(service);
    }

    /** An object with a name and the labels of the project. */
    ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode object = JSON.objectNode().put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("name", name).set("labels", projectLabels());
        return object;
    }

    private ObjectNode projectLabels() {
        return JSON.objectNode()
                .put("app.kubernetes.io/managed-by", "shiplog-compose")
                .put(Conversion.PROJECT, project.name());
    }

    /** The labels by which the pods of a service are found. */
    ObjectNode selector(String service) {
        return JSON.objectNode().put(Conversion.PROJECT, project.name()).put(Conversion.SERVICE, label(service));
    }

    /** The name of the object that holds a config or a secret. */
    String fileObject(String kind, String name) {
        ObjectNode file = (kind.equals("config")
                        ? project.resources().configs()
                        : project.resources().secrets())
                .get(name);
        if (file == null) {
            throw new ClientException("undefined %s %s".formatted(kind, name));
        }
        return file.path("external").asBoolean(false)
                ? file.path("name").asText(name)
                : Words.label(file.path("name").asText(name));
    }

    /** What a config or secret holds, for the hash by which its users notice a change; empty for an external one. */
    String fileContent(String kind, String name) {
        ObjectNode file = (kind.equals("config")
                        ? project.resources().configs()
                        : project.resources().secrets())
                .get(name);
        return file == null ? "" : file.path("content").asText("");
    }

    private void files(String kind, Map<String, ObjectNode> all) {
        all.forEach((name, each) -> {
            Fields fields = new Fields(each, kind + "s." + name, this::note);
            fields.take("content");
            fields.take("file");
            fields.take("environment");
            fields.take("name");
            fields.take("labels");
            if (!fields.flag("external")) {
                ObjectNode object =
                        object("v1", kind.equals("config") ? "ConfigMap" : "Secret", fileObject(kind, name));
                object.putObject(kind.equals("config") ? "data" : "stringData")
                        .put(name, each.path("content").asText());
                shared.add(object);
            }
            fields.close();
        });
    }

    /** The name of the claim of a named volume. */
    String claim(String volume) {
        ObjectNode declared = project.resources().volumes().get(volume);
        String name = declared == null ? volume : declared.path("name").asText(volume);
        return declared != null && declared.path("external").asBoolean(false) ? name : Words.label(name);
    }

    private void claims() {
        Set<String> used = new LinkedHashSet<>();
        project.services()
                .values()
                .forEach(service -> service.path("volumes").forEach(each -> {
                    if (each.path("type").asText().equals("volume") && each.has("source")) {
                        used.add(each.path("source").asText());
                    }
                }));
        project.resources().volumes().forEach((name, each) -> {
            Fields fields = new Fields(each, "volumes." + name, this::note);
            fields.take("name");
            JsonNode labels = fields.take("labels");
            if (!fields.text("driver").orElse("local").equals("local")) {
                note("volumes.%s.driver: the cluster's default StorageClass takes its place".formatted(name));
            }
            if (!fields.flag("external") && used.contains(name)) {
                ObjectNode claim = object("v1", "PersistentVolumeClaim", claim(name));
                ObjectNode spec = claim.putObject("spec");
                spec.putArray("accessModes").add("ReadWriteOnce");
                spec.putObject("resources")
                        .putObject("requests")
                        .put("storage", labels.path("kompose.volume.size").asText(DEFAULT_SIZE));
                shared.add(claim);
            }
            fields.close();
        });
    }

    /** The networks of a service. */
    Set<String> networks(String service) {
        Set<String> networks = new LinkedHashSet<>();
        service(service).path("networks").fieldNames().forEachRemaining(networks::add);
        if (networks.isEmpty()) {
            networks.add(DEFAULT_NETWORK);
        }
        return networks;
    }

    /** Whether there are services that do not meet on some network: these are kept apart by policies. */
    boolean isDivided() {
        return project.services().keySet().stream()
                        .map(this::networks)
                        .distinct()
                        .count()
                > 1;
    }

    /** The label of the pods on a network. */
    static String networkLabel(String network) {
        return "network.compose.shiplog.io/" + Words.label(network);
    }

    private List<ObjectNode> policies() {
        project.resources().networks().forEach((name, each) -> {
            Fields fields = new Fields(each, "networks." + name, this::note);
            fields.take("name");
            fields.take("labels");
            fields.take("attachable");
            if (!List.of("bridge", "overlay").contains(fields.text("driver").orElse("bridge"))) {
                note("networks.%s.driver: all pods share the cluster's network".formatted(name));
            }
            if (fields.flag("internal")) {
                note("networks.%s.internal: its services still reach the outside".formatted(name));
            }
            if (fields.flag("external")) {
                note("networks.%s.external: only services of this project count as its members".formatted(name));
            }
            fields.close();
        });
        if (!isDivided()) {
            return List.of();
        }
        Set<String> networks = new LinkedHashSet<>();
        project.services().keySet().forEach(each -> networks.addAll(networks(each)));
        List<ObjectNode> policies = new ArrayList<>();
        for (String network : networks) {
            ObjectNode policy = object(
                    "networking.k8s.io/v1", "NetworkPolicy", Words.label(project.name() + "-" + network + "-network"));
            ObjectNode spec = policy.putObject("spec");
            ObjectNode members =
                    JSON.objectNode().put(Conversion.PROJECT, project.name()).put(networkLabel(network), "true");
            spec.putObject("podSelector").set("matchLabels", members);
            spec.putArray("policyTypes").add("Ingress");
            ArrayNode from = spec.putArray("ingress").addObject().putArray("from");
            from.addObject().putObject("podSelector").set("matchLabels", members.deepCopy());
            policies.add(policy);
        }
        project.services().forEach((name, service) -> {
            ArrayNode ports = JSON.arrayNode();
            Map<String, Boolean> seen = new HashMap<>();
            service.path("ports").forEach(each -> {
                if (seen.put(
                                each.path("target").asText()
                                        + each.path("protocol").asText(),
                                true)
                        == null) {
                    ports.addObject()
                            .put("port", each.path("target").asInt())
                            .put("protocol", ServiceNetwork.protocol(each));
                }
            });
            if (!ports.isEmpty()) {
                ObjectNode policy = object("networking.k8s.io/v1", "NetworkPolicy", label(name) + "-published");
                ObjectNode spec = policy.putObject("spec");
                spec.putObject("podSelector").set("matchLabels", selector(name));
                spec.putArray("policyTypes").add("Ingress");
                spec.putArray("ingress").addObject().set("ports", ports);
                policies.add(policy);
            }
        });
        return policies;
    }

    /** A text as the beginning of its SHA-256: enough to tell a change. */
    static String hash(String text) {
        try {
            byte[] digest =
                    java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return java.util.HexFormat.of().formatHex(digest, 0, 8);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
