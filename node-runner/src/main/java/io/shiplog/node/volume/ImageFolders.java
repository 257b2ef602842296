package io.shiplog.node.volume;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import io.shiplog.node.image.SavedImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of images that pods mount as volumes: a directory per image id, {@code <root>/images/<id>}, made when a container first needs it
 * and removed when none has it. Which containers have it is in their labels; nothing else is remembered.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/image-volumes/">Use an image volume with a pod</a>
 */
public final class ImageFolders {
    /** The label of containers with image volumes: the ids of the images, separated by commas. */
    public static final String LABEL = "io.shiplog.image-volumes";

    private static final Logger LOG = LoggerFactory.getLogger(ImageFolders.class);
    private static final String ID = "sha256:";
    private static final String ID_PATTERN = "sha256:[0-9a-zA-Z./:_-]+";
    private static final int OWNER_ONLY = 0700;

    private final Path root;
    private final ContainerEngine engine;
    private final Map<String, String> labels;
    private final Map<String, Use> uses = new HashMap<>();

    /**
     * @param root the node's directory
     * @param labels of the node's containers
     */
    public ImageFolders(Path root, ContainerEngine engine, Map<String, String> labels) {
        this.root = root.toAbsolutePath().resolve("images");
        this.engine = engine;
        this.labels = Map.copyOf(labels);
    }

    /** How an image is used by starts of this process. */
    private static final class Use {
        private int held;
        private long starts;
    }

    /** The images of a container that is being started: they stay until this is closed, and afterwards while the container exists. */
    public final class Hold implements AutoCloseable {
        private final Map<String, String> idByVolume;

        private Hold(Map<String, String> idByVolume) {
            this.idByVolume = Map.copyOf(idByVolume);
        }

        /** The value of {@link #LABEL}; empty if there are none. */
        public String label() {
            return String.join(",", new TreeSet<>(idByVolume.values()));
        }

        /**
         * The directory of a volume's image.
         *
         * @throws EngineException REFUSED if the container mounts no image as this volume
         */
        Path folder(String volume) {
            String id = idByVolume.get(volume);
            if (id == null) {
                throw new EngineException(Why.REFUSED, "ImageVolumeMountFailed: there is no image of volume " + volume);
            }
            return at(id);
        }

        @Override
        public void close() {
            synchronized (ImageFolders.this) {
                idByVolume.values().forEach(id -> use(id).held--);
            }
        }
    }

    /**
     * Makes sure that the files of images are here. Blocks while one is written.
     *
     * @param idByVolume ids of images on the machine
     * @throws EngineException REFUSED if one cannot be written; the message is that of the runtime for CreateContainerError
     */
    public Hold hold(Map<String, String> idByVolume) {
        synchronized (this) {
            for (String id : idByVolume.values()) {
                Use use = use(id);
                use.held++;
                use.starts++;
            }
        }
        Hold hold = new Hold(idByVolume);
        try {
            new HashSet<>(idByVolume.values()).forEach(this::write);
            return hold;
        } catch (EngineException e) {
            hold.close();
            throw e;
        }
    }

    private synchronized Use use(String id) {
        return uses.computeIfAbsent(id, each -> new Use());
    }

    private Path at(String id) {
        if (!id.matches(ID_PATTERN)) {
            throw new EngineException(
                    Why.REFUSED, "ImageVolumeMountFailed: %s is not the id of an image".formatted(id));
        }
        return root.resolve(id.substring(ID.length()).replaceAll("[^0-9a-zA-Z]", "_"));
    }

    /** One image after the other: a second container waits for the first one's. */
    private void write(String id) {
        synchronized (use(id)) {
            Path folder = at(id);
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            try {
                makeRoot();
                writeNew(id, folder);
            } catch (IOException e) {
                throw new EngineException(
                        Why.REFUSED,
                        "ImageVolumeMountFailed: the files of image %s cannot be written: %s"
                                .formatted(id, e.getMessage()),
                        e);
            }
        }
    }

    private void makeRoot() throws IOException {
        Files.createDirectories(root);
        // Programs in it may have the set-user-id bit.
        Files.setPosixFilePermissions(root, AtomicFolder.permissions(OWNER_ONLY));
    }

    private void writeNew(String id, Path folder) throws IOException {
        Path building = Files.createTempDirectory(root, ".new-");
        try {
            Path files = Files.createDirectory(building.resolve("files"));
            Path layers = Files.createDirectory(building.resolve("layers"));
            engine.save(id, saved -> SavedImage.write(saved, layers, files));
            Files.move(files, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            AtomicFolder.delete(building);
        }
    }

    /** Removes the files of images that no container has. What cannot be removed is left for the next time, and logged. */
    public void collect() {
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            List<Path> folders = folders();
            Map<String, Long> startsBefore = starts();
            Set<Path> used = used(engine.list(labels));
            for (Path folder : folders) {
                Path unused = used.contains(folder) ? null : taken(folder, startsBefore);
                if (unused != null) {
                    AtomicFolder.delete(unused);
                }
            }
        } catch (IOException | EngineException e) {
            LOG.warn("image volumes in {} could not be removed: {}", root, e.toString());
        }
    }

    private List<Path> folders() throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().startsWith(".")) {
                    folders.add(entry);
                }
            }
        }
        return folders;
    }

    private synchronized Map<String, Long> starts() {
        Map<String, Long> starts = new HashMap<>();
        uses.forEach((id, use) -> starts.put(id, use.starts));
        return starts;
    }

    private Set<Path> used(Collection<Container> containers) {
        Set<Path> used = new HashSet<>();
        for (Container container : containers) {
            Arrays.stream(container.label(LABEL).split(","))
                    .filter(id -> id.matches(ID_PATTERN))
                    .forEach(id -> used.add(at(id)));
        }
        return used;
    }

    /** Moves an unused directory out of the way; null if a container was started with it since the list was made. */
    private synchronized @Nullable Path taken(Path folder, Map<String, Long> startsBefore) throws IOException {
        boolean needed = uses.entrySet().stream()
                .anyMatch(use -> at(use.getKey()).equals(folder)
                        && (use.getValue().held > 0
                                || use.getValue().starts != startsBefore.getOrDefault(use.getKey(), 0L)));
        if (needed) {
            return null;
        }
        Path old = Files.createTempDirectory(root, ".old-");
        return Files.move(folder, old.resolve("files"), StandardCopyOption.ATOMIC_MOVE)
                .getParent();
    }

    /** Removes what a process that was killed left behind: before the first container is started. */
    public void removeRemains() {
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, ".*")) {
            for (Path entry : entries) {
                AtomicFolder.delete(entry);
            }
        } catch (IOException e) {
            LOG.warn("remains in {} could not be removed: {}", root, e.toString());
        }
    }
}
