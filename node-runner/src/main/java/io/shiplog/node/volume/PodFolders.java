package io.shiplog.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.path.Binding;
import io.shiplog.node.path.Binds;
import io.shiplog.node.path.OpenPath;
import io.shiplog.node.path.OpenPath.Links;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.node.volume.AtomicFolder.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
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
 * The directories of a node's pods: {@code <root>/pods/<uid>/volumes/<kind>/<name>}, in the kubelet's layout. The path of a
 * volume follows from the pod, so nothing must be remembered.
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
    private final ClaimedVolumes claimed;

    /**
     * @param root the node's directory
     * @param bindRoot where volumes are bind mounted while a container starts: outside directories that users delete
     * @param memoryVolumePrefix name prefix of the engine's memory volumes
     * @param claimed the volumes of claims
     */
    public PodFolders(Path root, Path bindRoot, String memoryVolumePrefix, ClaimedVolumes claimed) {
        this.root = root.toAbsolutePath();
        this.bindRoot = bindRoot;
        this.memoryVolumePrefix = memoryVolumePrefix;
        this.claimed = claimed;
    }

    /** Creates memory volumes through the engine. */
    @FunctionalInterface
    public interface MemoryVolumes {
        void create(String name, @Nullable Long maxBytes);
    }

    private Path folder(String uid) {
        return root.resolve("pods").resolve(uid);
    }

    /**
     * Creates or updates a pod's volumes.
     *
     * @param pod the whole object
     * @throws UnresolvedException if one cannot be created now; the message is that of Kubernetes' FailedMount
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

    private void prepare(JsonNode pod, String uid, JsonNode asked, VolumeContents contents, MemoryVolumes memory)
            throws IOException, UnresolvedException {
        String name = asked.path("name").asText();
        @Nullable Integer group = fsGroup(pod);
        try {
            JsonNode volume = claimed.resolve(pod, asked);
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
            } else if (isOwnFolder(volume)) {
                emptyDir(Path.of(source(uid, volume)), group);
            } else if (volume.hasNonNull("hostPath")) {
                HostPaths.open(volume.path("hostPath")).close();
            } else if (volume.hasNonNull("image")) {
                // Pulled when a container starts that mounts it, as in the kubelet.
                return;
            } else {
                throw new UnresolvedException("this kind of volume is not supported by this node");
            }
        } catch (UnresolvedException | IOException | UncheckedIOException | InvalidPathException e) {
            throw new UnresolvedException("MountVolume.SetUp failed for volume \"%s\" : %s".formatted(name, why(e)));
        }
    }

    private static @Nullable String why(Exception e) {
        if (e instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return why(unchecked.getCause());
        }
        // Its message is often only a path.
        return e instanceof FileSystemException ? e.getClass().getSimpleName() + ": " + e.getMessage() : e.getMessage();
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
            // Only root may change the owner; otherwise the pod sees them with the same permissions as others.
            LOG.warn("fsGroup {} could not be set on {}: {}", group, folder, e.getMessage());
        }
    }

    private static boolean inMemory(JsonNode volume) {
        return volume.path("emptyDir").path("medium").asText("").equals("Memory");
    }

    /** Whether it is a folder below the node's directory, which no container can move. */
    private static boolean isOwnFolder(JsonNode volume) {
        return volume.path("hostPath").path(ClaimedVolumes.OWN_FOLDER).asBoolean(false);
    }

    /** The location of a volume: a path on the machine, or the name of an engine volume. */
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
     * The source of a mount.
     *
     * @param place a path on the machine, or the name of an engine volume
     * @param readOnly regardless of the mount: a container never changes content that comes from the cluster's objects
     */
    public record MountSource(String place, boolean readOnly) {}

    /**
     * How the mounts below a volume are mounted.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/#recursive-read-only-mounts">Recursive read-only mounts</a>
     */
    public enum Reading {
        /** As they are. */
        PLAIN,
        /** Read-only where the kernel can. */
        READ_ONLY_IF_POSSIBLE,
        /** Read-only. */
        ALL_READ_ONLY
    }

    /**
     * How a container mounts a volume.
     *
     * @param binding for paths outside the node's own directories
     * @param images the images that it mounts
     */
    public record MountContext(Binding binding, ImageFolders.Hold images, Reading reading) {
        /** Mounts below volumes stay as they are. */
        public MountContext(Binding binding, ImageFolders.Hold images) {
            this(binding, images, Reading.PLAIN);
        }

        /** The same with another reading. */
        public MountContext with(Reading other) {
            return new MountContext(binding, images, other);
        }
    }

    /** Where the volumes of one run of a container are bind mounted while it starts; close it afterwards. */
    public Binds binds(String uid, String container, int attempt) {
        return new Binds(bindRoot.resolve("%s_%s_%d".formatted(uid, container, attempt)));
    }

    /**
     * The source for a {@code volumeMount}. A hostPath, and any path below a volume, is opened first: the opened file is bind
     * mounted, since a container may change the path.
     *
     * @param subPath below the volume, already expanded; empty for all of it
     * @param how what the container's mounts have in common
     * @throws UnresolvedException if there is no such volume, or the path below it leads out of it
     * @throws EngineException REFUSED if the path is missing in an image
     */
    public MountSource mountSource(JsonNode pod, String volumeName, String subPath, MountContext how)
            throws UnresolvedException {
        String uid = pod.path("metadata").path("uid").asText();
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            if (volume.path("name").asText().equals(volumeName)) {
                if (volume.hasNonNull("image")) {
                    return new MountSource(imagePlace(volumeName, subPath, how), false);
                }
                JsonNode resolved = claimed.resolve(pod, volume);
                boolean readOnly = VolumeContents.fills(resolved)
                        || resolved.path("readOnly").asBoolean(false);
                return new MountSource(place(uid, resolved, subPath, how), readOnly);
            }
        }
        throw new UnresolvedException("volume \"" + volumeName + "\" not found");
    }

    /** The mount itself is read-only and without programs: the engine would set only the first of its own. */
    private static String imagePlace(String name, String subPath, MountContext how) {
        try (OpenPath opened = OpenPath.of(how.images().folder(name).toString());
                OpenPath at = opened.below(subPath.isEmpty() ? "." : subPath, Links.IN_ROOT)) {
            if (!at.is(OpenPath.Type.FOLDER)) {
                throw new IOException("not a directory");
            }
            return how.binding().bind(at, Binding.Form.CONTENT);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Why.REFUSED,
                    "ImageVolumeMountFailed: subPath \"%s\" of image volume \"%s\" cannot be mounted: %s"
                            .formatted(subPath, name, e.getMessage()),
                    e);
        }
    }

    private String place(String uid, JsonNode volume, String subPath, MountContext how) throws UnresolvedException {
        String name = volume.path("name").asText();
        boolean ofHost = volume.hasNonNull("hostPath") && !isOwnFolder(volume);
        if (inMemory(volume) && how.reading() == Reading.ALL_READ_ONLY) {
            throw new UnresolvedException(
                    "volume \"%s\" requested recursive read-only mode, but it is not supported in memory"
                            .formatted(name));
        }
        if (subPath.isEmpty() && !ofHost && (how.reading() == Reading.PLAIN || inMemory(volume))) {
            // The node's own directories lead there, which no container can change.
            return source(uid, volume);
        }
        if (inMemory(volume)) {
            throw new UnresolvedException("subPath is not supported on volume \"" + name + "\" in memory");
        }
        try (OpenPath opened = ofHost ? HostPaths.open(volume.path("hostPath")) : OpenPath.of(source(uid, volume))) {
            if (subPath.isEmpty()) {
                return bindWhole(opened, how);
            }
            // The node's own volumes consist of links; in all others a link may be the container's.
            Links links = VolumeContents.fills(volume) ? Links.BENEATH : Links.REFUSED;
            try (OpenPath below = opened.belowOrMade(subPath, opened.permissions(), links)) {
                return how.binding().bind(below, Binding.Form.ALONE);
            }
        } catch (IOException e) {
            throw new UnresolvedException(
                    subPath.isEmpty()
                            ? "hostPath volume \"%s\" cannot be mounted: %s".formatted(name, e.getMessage())
                            : "subPath \"%s\" of volume \"%s\" cannot be mounted: %s"
                                    .formatted(subPath, name, e.getMessage()));
        }
    }

    private static String bindWhole(OpenPath opened, MountContext how) throws IOException {
        if (how.reading() == Reading.PLAIN) {
            return how.binding().bind(opened, Binding.Form.WITH_MOUNTS);
        }
        try {
            return how.binding().bind(opened, Binding.Form.ALL_READ_ONLY);
        } catch (IOException e) {
            if (how.reading() == Reading.ALL_READ_ONLY) {
                throw e;
            }
            LOG.debug("this kernel has no recursive read-only mounts: {}", e.getMessage());
            return how.binding().bind(opened, Binding.Form.WITH_MOUNTS);
        }
    }

    /** The memory volumes: mounted into the sandbox too, so that they outlive each single container. */
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

    /** Writes one of the files shared by a pod's containers, as {@code etc-hosts}. In place: it may be mounted already. */
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

    /** The path of a file of {@link #write}. */
    public Path path(String uid, String name) {
        return folder(uid).resolve(name);
    }

    /** The termination message file of a container's run; created if it is missing. */
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

    /** The termination message of a container's run, its last {@code maxBytes}; empty if there is none. */
    public String readTerminationMessage(String uid, String container, int attempt, int maxBytes) {
        String file =
                root.relativize(terminationMessagePath(uid, container, attempt)).toString();
        try (OpenPath at = OpenPath.of(root.toString());
                OpenPath words = at.below(file, Links.REFUSED)) {
            return new String(words.end(maxBytes), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** The directory of the node's seccomp profiles, which its administrator fills. */
    public Path seccompProfiles() {
        return root.resolve("seccomp");
    }

    /** Removes the bind mounts of a process that was killed while a container started. */
    public void removeBinds() {
        Binds.removeAll(bindRoot);
    }

    /** Removes everything of the pod. What cannot be removed is left and logged. */
    public void remove(String uid) {
        try {
            AtomicFolder.delete(folder(uid));
        } catch (IOException e) {
            LOG.warn("folder of pod {} could not be removed: {}", uid, e.toString());
        }
    }

    /** Removes all directories of all pods of the node. */
    public void removeAll() {
        try {
            AtomicFolder.delete(root);
        } catch (IOException e) {
            LOG.warn("{} could not be removed: {}", root, e.toString());
        }
    }
}
