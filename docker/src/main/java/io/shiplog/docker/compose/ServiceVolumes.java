package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The volumes, temporary file systems, configs and secrets of a service as volumes of its pod. */
final class ServiceVolumes {
    private final Converter converter;
    private final Fields fields;
    private final ArrayNode volumes = Converter.JSON.arrayNode();
    private final ArrayNode mounts = Converter.JSON.arrayNode();
    private final Map<String, String> names = new HashMap<>();
    private final StringBuilder contents = new StringBuilder();
    private boolean claims;

    ServiceVolumes(Converter converter, Fields fields) {
        this.converter = converter;
        this.fields = fields;
    }

    /** Gives the container its mounts. */
    void mount(ObjectNode container) {
        fields.take("volumes").forEach(this::volume);
        for (JsonNode each : fields.take("tmpfs")) {
            String[] parts = each.asText().split(":", 2);
            memory(parts[0], parts.length == 2 ? size(parts[1]) : Optional.empty(), fields.path("tmpfs"));
        }
        fields.text("shm_size").ifPresent(size -> memory("/dev/shm", Optional.of(size), fields.path("shm_size")));
        fields.take("configs").forEach(each -> file("config", each));
        fields.take("secrets").forEach(each -> file("secret", each));
        fields.drop("volumes_from", "name the volumes of the other service instead");
        if (!mounts.isEmpty()) {
            container.set("volumeMounts", mounts);
        }
    }

    /** Gives the pod its volumes. */
    void declare(ObjectNode pod) {
        if (!volumes.isEmpty()) {
            pod.set("volumes", volumes);
        }
    }

    /** Whether one of them is a claim, which two pods do not write at once. */
    boolean hasClaims() {
        return claims;
    }

    /** A hash of the contents of configs and secrets: pods are replaced when it changes. Empty if there are none. */
    Optional<String> hash() {
        return contents.isEmpty() ? Optional.empty() : Optional.of(Converter.hash(contents.toString()));
    }

    private static Optional<String> size(String options) {
        return List.of(options.split(",")).stream()
                .filter(each -> each.startsWith("size="))
                .map(each -> each.substring("size=".length()))
                .findFirst();
    }

    private ObjectNode mount(String volume, String target) {
        return mounts.addObject().put("name", volume).put("mountPath", target);
    }

    /** A new volume of the pod, or the one that already stands for the same source. */
    private String declared(String source, String wanted, java.util.function.Consumer<ObjectNode> content) {
        String known = names.get(source);
        if (known != null) {
            return known;
        }
        String base = Words.label(wanted);
        String name = base;
        for (int i = 2; names.containsValue(name); i++) {
            String suffix = "-" + i;
            name = base.substring(0, Math.min(base.length(), 63 - suffix.length())) + suffix;
        }
        names.put(source, name);
        content.accept(volumes.addObject().put("name", name));
        return name;
    }

    private void volume(JsonNode each) {
        Fields volume = new Fields(each, fields.path("volumes"), converter::note);
        String type = volume.take("type").asText("volume");
        String source = volume.take("source").asText("");
        String target = volume.take("target").asText();
        boolean readOnly = volume.flag("read_only");
        volume.take("consistency");
        switch (type) {
            case "bind" -> {
                Fields bind = volume.nested("bind");
                bind.take("create_host_path");
                bind.take("selinux");
                Path file = Path.of(source).getFileName();
                String name = declared(
                        "bind:" + source,
                        file == null ? "root" : "host-" + file,
                        spec -> spec.putObject("hostPath").put("path", source));
                ObjectNode mount = mount(name, target);
                bind.text("propagation").ifPresent(propagation -> propagation(mount, propagation));
                bind.close();
                readOnly(mount, readOnly);
            }
            case "volume" -> {
                Fields options = volume.nested("volume");
                Optional<String> subpath = options.text("subpath");
                options.take("nocopy");
                options.close();
                String name = source.isEmpty()
                        ? declared("anonymous:" + target, "data" + target, spec -> spec.putObject("emptyDir"))
                        : declared(
                                "volume:" + source,
                                source,
                                spec -> spec.putObject("persistentVolumeClaim")
                                        .put("claimName", converter.claim(source)));
                claims |= !source.isEmpty();
                ObjectNode mount = mount(name, target);
                subpath.ifPresent(path -> mount.put("subPath", path));
                readOnly(mount, readOnly);
            }
            case "tmpfs" -> {
                Fields options = volume.nested("tmpfs");
                memory(target, options.text("size"), volume.path("tmpfs"));
                options.close();
            }
            default ->
                converter.note("%s: a volume of type %s has no equivalent".formatted(fields.path("volumes"), type));
        }
        volume.close();
    }

    private static void readOnly(ObjectNode mount, boolean readOnly) {
        if (readOnly) {
            mount.put("readOnly", true);
        }
    }

    private void propagation(ObjectNode mount, String propagation) {
        switch (propagation) {
            case "shared", "rshared" -> mount.put("mountPropagation", "Bidirectional");
            case "slave", "rslave" -> mount.put("mountPropagation", "HostToContainer");
            case "private", "rprivate" -> {}
            default ->
                converter.note("%s: the option '%s' has no equivalent".formatted(fields.path("volumes"), propagation));
        }
    }

    private void memory(String target, Optional<String> size, String path) {
        String name = declared("memory:" + target, "tmp" + target, spec -> {
            ObjectNode folder = spec.putObject("emptyDir").put("medium", "Memory");
            size.ifPresent(text -> folder.put("sizeLimit", Words.quantity(text, path)));
        });
        mount(name, target);
    }

    private void file(String kind, JsonNode each) {
        Fields file = new Fields(each, fields.path(kind + "s"), converter::note);
        String source = file.take("source").asText();
        String target = file.text("target").orElse(kind.equals("config") ? "/" + source : source);
        String path = target.startsWith("/") ? target : "/run/secrets/" + target;
        Optional<String> mode = Optional.of(file.take("mode"))
                .filter(bits -> !bits.isMissingNode())
                .map(bits -> bits.isTextual() ? Words.octal(bits.asText(), file.path("mode")) : bits.asText());
        file.drop("uid", "files of a volume belong to root");
        file.drop("gid", "files of a volume belong to root");
        file.close();
        String object = converter.fileObject(kind, source);
        String name = declared(kind + ":" + source + ":" + mode.orElse(""), kind + "-" + source, spec -> {
            ObjectNode content = kind.equals("config")
                    ? spec.putObject("configMap").put("name", object)
                    : spec.putObject("secret").put("secretName", object);
            mode.ifPresent(
                    bits -> content.put("defaultMode", Words.number(Converter.JSON.textNode(bits), file.path("mode"))));
        });
        mount(name, path).put("subPath", source).put("readOnly", true);
        contents.append(kind).append(' ').append(source).append('\0').append(converter.fileContent(kind, source));
    }
}
