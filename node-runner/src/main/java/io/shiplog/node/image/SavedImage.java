package io.shiplog.node.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Writes the files of an image, as the engine saves it, into a directory: exactly what its layers have, with owners, permissions, times,
 * symbolic and hard links.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/image/save/">docker image save</a>
 */
public final class SavedImage {
    private static final int MAX_MANIFEST_BYTES = 16 << 20;
    private static final String MANIFEST = "manifest.json";
    private static final int BUFFER = 1 << 16;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final Path scratch;
    private final Map<String, Path> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    private SavedImage(Path scratch) {
        this.scratch = scratch;
    }

    /**
     * @param saved the engine's archive
     * @param scratch an empty directory for the layers; what it has afterwards can be deleted
     * @param target an empty directory that no one else can enter yet
     * @throws IOException if the archive is not understood, or the disk is full
     */
    public static void write(InputStream saved, Path scratch, Path target) throws IOException {
        try {
            new SavedImage(scratch).write(saved, target);
        } catch (InvalidPathException e) {
            throw new IOException("a name that this machine cannot have: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("the archive is damaged: " + e.getMessage(), e);
        }
    }

    private void write(InputStream saved, Path target) throws IOException {
        spool(saved);
        List<Path> layers = layers();
        ImageTree tree = new ImageTree();
        for (int layer = 0; layer < layers.size(); layer++) {
            tree.apply(layer, entries(layers.get(layer)));
        }
        Map<Integer, Map<Integer, List<Path>>> places = new HashMap<>();
        make(tree.root(), target, places);
        for (int layer = 0; layer < layers.size(); layer++) {
            fill(layers.get(layer), places.getOrDefault(layer, Map.of()));
        }
        finish(tree.root(), target);
    }

    /** Under numbers, not under the archive's names. */
    private void spool(InputStream saved) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new BufferedInputStream(saved, BUFFER))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isSymbolicLink()) {
                    // A layer that is the same as another one.
                    links.put(
                            entry.getName(),
                            Path.of(entry.getName())
                                    .resolveSibling(entry.getLinkName())
                                    .normalize()
                                    .toString());
                } else if (ImageTree.hasContent(entry)) {
                    Path file = scratch.resolve(Integer.toString(files.size()));
                    Files.copy(tar, file);
                    files.put(entry.getName(), file);
                }
            }
        }
    }

    private List<Path> layers() throws IOException {
        Path manifest = file(MANIFEST);
        if (Files.size(manifest) > MAX_MANIFEST_BYTES) {
            throw new IOException("the image's manifest is too large");
        }
        JsonNode images = Json.MAPPER.readTree(Files.readString(manifest, StandardCharsets.UTF_8));
        if (images.size() != 1) {
            throw new IOException("the archive has %d images instead of one".formatted(images.size()));
        }
        List<Path> layers = new ArrayList<>();
        for (JsonNode layer : images.path(0).path("Layers")) {
            layers.add(file(layer.asText()));
        }
        return layers;
    }

    private Path file(String name) throws IOException {
        Path file = files.get(links.getOrDefault(name, name));
        if (file == null) {
            throw new IOException("the image's archive lacks " + name);
        }
        return file;
    }

    private static TarArchiveInputStream open(Path layer) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(Files.newInputStream(layer), BUFFER);
        bytes.mark(2);
        int magic = (bytes.read() << 8) | bytes.read();
        bytes.reset();
        return new TarArchiveInputStream(magic == GZIP_MAGIC ? new GZIPInputStream(bytes, BUFFER) : bytes);
    }

    private static List<TarArchiveEntry> entries(Path layer) throws IOException {
        List<TarArchiveEntry> entries = new ArrayList<>();
        try (TarArchiveInputStream tar = open(layer)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entries.size() == ImageTree.MAX_ITEMS) {
                    throw new IOException("a layer has more than %d files".formatted(ImageTree.MAX_ITEMS));
                }
                entries.add(entry);
            }
        }
        return entries;
    }

    /** Makes the directories and links, and tells where the files go. */
    private static void make(ImageTree.Folder folder, Path at, Map<Integer, Map<Integer, List<Path>>> places)
            throws IOException {
        for (Map.Entry<String, ImageTree.Item> entry : folder.items().entrySet()) {
            Path path = at.resolve(entry.getKey());
            switch (entry.getValue()) {
                case ImageTree.Folder below -> {
                    Files.createDirectory(path);
                    make(below, path, places);
                }
                case ImageTree.Link link -> {
                    Files.createSymbolicLink(path, Path.of(link.target()));
                    own(path, link.attributes());
                }
                case ImageTree.File file ->
                    places.computeIfAbsent(file.layer(), layer -> new HashMap<>())
                            .computeIfAbsent(file.place(), place -> new ArrayList<>())
                            .add(path);
            }
        }
    }

    private static void fill(Path layer, Map<Integer, List<Path>> places) throws IOException {
        if (places.isEmpty()) {
            return;
        }
        try (TarArchiveInputStream tar = open(layer)) {
            int place = 0;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                List<Path> paths = places.getOrDefault(place++, List.of());
                if (!paths.isEmpty()) {
                    Path first = paths.getFirst();
                    Files.copy(tar, first);
                    for (Path other : paths.subList(1, paths.size())) {
                        Files.createLink(other, first);
                    }
                }
            }
        }
    }

    /** Last, since a directory may be read-only. */
    private static void finish(ImageTree.Folder folder, Path at) throws IOException {
        for (Map.Entry<String, ImageTree.Item> entry : folder.items().entrySet()) {
            Path path = at.resolve(entry.getKey());
            switch (entry.getValue()) {
                case ImageTree.Folder below -> finish(below, path);
                case ImageTree.File file -> permit(path, file.attributes());
                case ImageTree.Link ignored -> {}
            }
        }
        permit(at, folder.attributes());
    }

    private static void permit(Path path, ImageTree.Attributes attributes) throws IOException {
        // The owner first: a change of it takes special bits away.
        own(path, attributes);
        Files.setAttribute(path, "unix:mode", attributes.mode(), LinkOption.NOFOLLOW_LINKS);
        Files.setLastModifiedTime(path, FileTime.from(attributes.modified()));
    }

    private static void own(Path path, ImageTree.Attributes attributes) throws IOException {
        Files.setAttribute(path, "unix:uid", (int) attributes.user(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", (int) attributes.group(), LinkOption.NOFOLLOW_LINKS);
    }
}
