package io.shiplog.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.node.path.Binding;
import io.shiplog.node.path.Binds;
import io.shiplog.node.path.OpenPath;
import io.shiplog.node.path.OpenPath.Links;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.node.volume.AtomicFolder.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of a node's pods: {@code <root>/pods/<uid>/volumes/<kind>/<name>}, as the kubelet lays them out. Where a volume lies
 * follows from the pod alone, so nothing must be remembered.
 */
public final class PodFolders {
    private static final Logger LOG = LoggerFactory.getLogger(PodFolders.class);
    private static final int PRIVATE = 0750;
    private static final int OPEN = 0777;
    private static final int GROUP_READS = 0440;
    private static final int SET_GID_OPEN = 02777;

    private final Path root;
    private final Path bindRoot;
    private final String memoryVolumePrefix;

    /**
     * @param root the node's folder
     * @param bindRoot where volumes are bound while a container starts: not in a folder that people delete
     * @param memoryVolumePrefix begins the names of volumes in memory, which are the engine's
     */
    public PodFolders(Path root, Path bindRoot, String memoryVolumePrefix) {
        this.root = root.toAbsolutePath();
        this.bindRoot = bindRoot;
        this.memoryVolumePrefix = memoryVolumePrefix;
    }

    /** Makes volumes in memory: the engine's affair. */
    @FunctionalInterface
    public interface MemoryVolumes {
        void create(String name, @Nullable Long maxBytes);
    }

    private Path folder(String uid) {
        return root.resolve("pods").resolve(uid);
    }

    /**
     * Makes a pod's volumes, or brings them up to date.
     *
     * @param pod the whole object
     * @throws UnresolvedException if one cannot be made now; the message is the one of Kubernetes' FailedMount
     */
    public void prepare(JsonNode pod, VolumeContents contents, MemoryVolumes memory) throws UnresolvedException {
        String uid = pod.path("metadata").path("uid").asText();
        try {
            Files.createDirectories(folder(uid));
            Files.setPosixFilePermissions(folder(uid), AtomicFolder.permissions(PRIVATE));
            for (JsonNode volume : pod.path("spec").path("volumes")) {
                prepare(pod, uid, volume, contents, memory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void prepare(JsonNode pod, String uid, JsonNode volume, VolumeContents contents, MemoryVolumes memory)
            throws IOException, UnresolvedException {
        String name = volume.path("name").asText();
        @Nullable Integer group = fsGroup(pod);
        try {
            if (VolumeContents.fills(volume)) {
                Path at = Path.of(source(uid, volume));
                new AtomicFolder(at).write(readableBy(group, contents.of(volume)));
                own(at, group);
            } else if (inMemory(volume)) {
                String limit = volume.path("emptyDir").path("sizeLimit").asText("");
                memory.create(
                        source(uid, volume),
                        limit.isEmpty() ? null : Quantity.parse(limit).longValue());
            } else if (!volume.path("emptyDir").path("medium").asText("").isEmpty()) {
                throw new UnresolvedException("unknown storage medium \""
                        + volume.path("emptyDir").path("medium").asText() + "\"");
            } else if (volume.has("emptyDir")) {
                emptyDir(Path.of(source(uid, volume)), group);
            } else if (volume.hasNonNull("hostPath")) {
                HostPaths.open(volume.path("hostPath")).close();
            } else {
                throw new UnresolvedException("this kind of volume is not supported by this node");
            }
        } catch (UnresolvedException | IOException | UncheckedIOException | InvalidPathException e) {
            throw new UnresolvedException("MountVolume.SetUp failed for volume \"%s\" : %s".formatted(name, why(e)));
        }
    }

    private static @Nullable String why(Exception e) {
        return e instanceof UncheckedIOException unchecked && unchecked.getCause() != null
                ? unchecked.getCause().getMessage()
                : e.getMessage();
    }

    private static void emptyDir(Path at, @Nullable Integer group) throws IOException {
        if (Files.isDirectory(at)) {
            return;
        }
        Files.createDirectories(at);
        Files.setPosixFilePermissions(at, AtomicFolder.permissions(OPEN));
        if (group != null) {
            own(at, group);
            Files.setAttribute(at, "unix:mode", SET_GID_OPEN);
        }
    }

    private static @Nullable Integer fsGroup(JsonNode pod) {
        JsonNode group = pod.path("spec").path("securityContext").path("fsGroup");
        return group.isNumber() ? group.asInt() : null;
    }

    private static Map<String, Payload> readableBy(@Nullable Integer group, Map<String, Payload> files) {
        if (group == null) {
            return files;
        }
        Map<String, Payload> readable = new HashMap<>();
        files.forEach((path, file) -> readable.put(path, new Payload(file.bytes(), file.mode() | GROUP_READS)));
        return readable;
    }

    private static void own(Path folder, @Nullable Integer group) throws IOException {
        if (group == null) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.toList()) {
                Files.setAttribute(path, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            // Only root may give files away; the pod then sees them as others do.
            LOG.warn("fsGroup {} could not be set on {}: {}", group, folder, e.getMessage());
        }
    }

    private static boolean inMemory(JsonNode volume) {
        return volume.path("emptyDir").path("medium").asText("").equals("Memory");
    }

    /** Where a volume lies: a path on the machine, or the name of a volume of the engine. */
    private String source(String uid, JsonNode volume) {
        String name = volume.path("name").asText();
        if (volume.hasNonNull("hostPath")) {
            return volume.path("hostPath").path("path").asText();
        }
        if (inMemory(volume)) {
            return memoryVolumePrefix + uid + "-" + name;
        }
        String kind = volume.hasNonNull("configMap")
                ? "kubernetes.io~configmap"
                : volume.hasNonNull("secret")
                        ? "kubernetes.io~secret"
                        : volume.hasNonNull("downwardAPI")
                                ? "kubernetes.io~downward-api"
                                : volume.hasNonNull("projected")
                                        ? "kubernetes.io~projected"
                                        : "kubernetes.io~empty-dir";
        return folder(uid).resolve("volumes").resolve(kind).resolve(name).toString();
    }

    /**
     * What is mounted.
     *
     * @param place a path on the machine, or the name of a volume of the engine
     * @param readOnly whatever the mount says: what is filled from the cluster's objects is never the container's to change
     */
    public record MountSource(String place, boolean readOnly) {}

    /** Where the volumes of one run of a container are bound while it starts; to be closed once it has. */
    public Binds binds(String uid, String container, int attempt) {
        return new Binds(bindRoot.resolve("%s_%s_%d".formatted(uid, container, attempt)));
    }

    /**
     * What to mount for a {@code volumeMount}. A hostPath, and whatever is below a volume, is opened first: what was opened is bound,
     * since a container may swap what a path leads to.
     *
     * @param subPath below the volume, already expanded; empty for all of it
     * @throws UnresolvedException if there is no such volume, or the path below it leads out of it
     */
    public MountSource mountSource(JsonNode pod, String volumeName, String subPath, Binding binding)
            throws UnresolvedException {
        String uid = pod.path("metadata").path("uid").asText();
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            if (volume.path("name").asText().equals(volumeName)) {
                return new MountSource(place(uid, volume, subPath, binding), VolumeContents.fills(volume));
            }
        }
        throw new UnresolvedException("volume \"" + volumeName + "\" not found");
    }

    private String place(String uid, JsonNode volume, String subPath, Binding binding) throws UnresolvedException {
        String name = volume.path("name").asText();
        boolean ofHost = volume.hasNonNull("hostPath");
        if (subPath.isEmpty() && !ofHost) {
            // The node's own folders lead there, which no container can change.
            return source(uid, volume);
        }
        if (inMemory(volume)) {
            throw new UnresolvedException("subPath is not supported on volume \"" + name + "\" in memory");
        }
        try (OpenPath opened = ofHost ? HostPaths.open(volume.path("hostPath")) : OpenPath.of(source(uid, volume))) {
            if (subPath.isEmpty()) {
                return binding.bind(opened, true);
            }
            // The node's own volumes consist of links; in all others a link may be the container's.
            Links links = VolumeContents.fills(volume) ? Links.BENEATH : Links.REFUSED;
            try (OpenPath below = opened.belowOrMade(subPath, opened.permissions(), links)) {
                return binding.bind(below, false);
            }
        } catch (IOException e) {
            throw new UnresolvedException(
                    subPath.isEmpty()
                            ? "hostPath volume \"%s\" cannot be mounted: %s".formatted(name, e.getMessage())
                            : "subPath \"%s\" of volume \"%s\" cannot be mounted: %s"
                                    .formatted(subPath, name, e.getMessage()));
        }
    }

    /** The volumes in memory: mounted into the sandbox too, so that they outlive each single container. */
    public List<String> memoryVolumes(JsonNode pod) {
        String uid = pod.path("metadata").path("uid").asText();
        return Stream.of(pod.path("spec").path("volumes"))
                .flatMap(list -> {
                    List<JsonNode> volumes = new java.util.ArrayList<>();
                    list.forEach(volumes::add);
                    return volumes.stream();
                })
                .filter(PodFolders::inMemory)
                .map(volume -> source(uid, volume))
                .toList();
    }

    /** Writes one of the files that every container of a pod sees, as {@code etc-hosts}. In place: it may be mounted already. */
    public Path write(String uid, String name, String text) {
        Path file = path(uid, name);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, AtomicFolder.permissions(0644));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where {@link #write} puts a file. */
    public Path path(String uid, String name) {
        return folder(uid).resolve(name);
    }

    /** The file in which a run of a container may leave its last words; made if it is not there. */
    public Path terminationMessage(String uid, String container, int attempt) {
        Path file = terminationMessagePath(uid, container, attempt);
        try {
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.createFile(file);
                Files.setPosixFilePermissions(file, AtomicFolder.permissions(0666));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path terminationMessagePath(String uid, String container, int attempt) {
        return folder(uid).resolve("containers").resolve(container).resolve(Integer.toString(attempt));
    }

    /** What a run of a container left as its last words, at most {@code maxBytes} of it; empty if nothing. */
    public String readTerminationMessage(String uid, String container, int attempt, int maxBytes) {
        String file =
                root.relativize(terminationMessagePath(uid, container, attempt)).toString();
        try (OpenPath at = OpenPath.of(root.toString());
                OpenPath words = at.below(file, Links.REFUSED);
                InputStream in = words.read()) {
            return new String(in.readNBytes(maxBytes), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Removes the binds that a process left that was killed while a container started. */
    public void removeBinds() {
        Binds.removeAll(bindRoot);
    }

    /** Removes all that the pod had, if it is still there. What cannot be removed is left and told. */
    public void remove(String uid) {
        try {
            AtomicFolder.delete(folder(uid));
        } catch (IOException e) {
            LOG.warn("folder of pod {} could not be removed: {}", uid, e.toString());
        }
    }

    /** Removes all folders of all pods of the node. */
    public void removeAll() {
        try {
            AtomicFolder.delete(root);
        } catch (IOException e) {
            LOG.warn("{} could not be removed: {}", root, e.toString());
        }
    }
}
