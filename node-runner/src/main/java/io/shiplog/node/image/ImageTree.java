package io.shiplog.node.image;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.Nullable;

/**
 * The files of an image: its layers, one upon the other. A name of a layer is never looked up on a disk, and the parent of every item is a
 * directory of this tree: a layer cannot lead out of it through a link.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">Image layer filesystem changeset</a>
 */
final class ImageTree {
    /** More files than any image needs: each takes memory. */
    static final int MAX_ITEMS = 1_000_000;
    /** Levels of directories. */
    static final int MAX_DEPTH = 500;

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int PERMISSIONS = 07777;
    private static final Attributes PLAIN_FOLDER = new Attributes(0755, 0, 0, Instant.EPOCH);

    private final Folder root = new Folder(PLAIN_FOLDER, -1);
    private int items;

    /** @param mode permission bits */
    record Attributes(int mode, long user, long group, Instant modified) {
        private static Attributes of(TarArchiveEntry entry) {
            return new Attributes(
                    entry.getMode() & PERMISSIONS,
                    entry.getLongUserId(),
                    entry.getLongGroupId(),
                    entry.getLastModifiedTime().toInstant());
        }
    }

    /** A directory, a file or a link. */
    sealed interface Item {
        /** The layer that it comes from. */
        int layer();
    }

    /** A directory; its names are plain file names. */
    static final class Folder implements Item {
        private final Map<String, Item> items = new TreeMap<>();
        private Attributes attributes;
        private int layer;

        private Folder(Attributes attributes, int layer) {
            this.attributes = attributes;
            this.layer = layer;
        }

        Map<String, Item> items() {
            return items;
        }

        Attributes attributes() {
            return attributes;
        }

        @Override
        public int layer() {
            return layer;
        }
    }

    /**
     * A file. Hard links are one file in several directories.
     *
     * @param place the entry of the layer with its content
     */
    record File(int layer, int place, Attributes attributes) implements Item {}

    /** A symbolic link, which leads wherever its target says. */
    record Link(int layer, String target, Attributes attributes) implements Item {}

    Folder root() {
        return root;
    }

    /**
     * Puts a layer upon those before it. Devices and pipes are left out: nothing can open them in a volume.
     *
     * @param layer 0 for the lowest
     * @param entries all of the layer, in its order
     * @throws IOException if it is no layer: a name leads out of it, a hard link has no target, or it is too large
     */
    void apply(int layer, List<TarArchiveEntry> entries) throws IOException {
        for (TarArchiveEntry entry : entries) {
            removeHidden(layer, names(entry.getName()));
        }
        for (int place = 0; place < entries.size(); place++) {
            TarArchiveEntry entry = entries.get(place);
            List<String> names = names(entry.getName());
            if (names.isEmpty()) {
                root.attributes = Attributes.of(entry);
            } else if (!names.getLast().startsWith(WHITEOUT)) {
                put(layer, place, entry, names);
            }
        }
    }

    private void removeHidden(int layer, List<String> names) {
        if (names.isEmpty() || !names.getLast().startsWith(WHITEOUT)) {
            return;
        }
        Item above = find(names.subList(0, names.size() - 1));
        if (!(above instanceof Folder folder)) {
            return;
        }
        if (names.getLast().equals(OPAQUE)) {
            folder.items.values().removeIf(item -> item.layer() < layer);
        } else {
            folder.items.remove(names.getLast().substring(WHITEOUT.length()));
        }
    }

    private void put(int layer, int place, TarArchiveEntry entry, List<String> names) throws IOException {
        Folder folder = folder(layer, names.subList(0, names.size() - 1));
        String name = names.getLast();
        if (entry.isDirectory()) {
            Folder made = child(layer, folder, name);
            made.attributes = Attributes.of(entry);
            made.layer = layer;
        } else if (entry.isSymbolicLink()) {
            add(folder, name, new Link(layer, entry.getLinkName(), Attributes.of(entry)));
        } else if (entry.isLink()) {
            Item target = find(names(entry.getLinkName()));
            if (target == null || target instanceof Folder) {
                throw new IOException("the hard link %s has no target".formatted(entry.getName()));
            }
            add(folder, name, target);
        } else if (hasContent(entry)) {
            add(folder, name, new File(layer, place, Attributes.of(entry)));
        }
    }

    /** The library's own question is also true of devices. */
    static boolean hasContent(TarArchiveEntry entry) {
        return entry.isFile()
                && !entry.isLink()
                && !entry.isSymbolicLink()
                && !entry.isBlockDevice()
                && !entry.isCharacterDevice()
                && !entry.isFIFO();
    }

    private void add(Folder folder, String name, Item item) throws IOException {
        if (folder.items.put(name, item) == null && ++items > MAX_ITEMS) {
            throw new IOException("the image has more than %d files".formatted(MAX_ITEMS));
        }
    }

    private Folder folder(int layer, List<String> names) throws IOException {
        Folder at = root;
        for (String name : names) {
            at = child(layer, at, name);
        }
        return at;
    }

    /** A directory of this name: anything else of the name is replaced. */
    private Folder child(int layer, Folder folder, String name) throws IOException {
        if (folder.items.get(name) instanceof Folder found) {
            return found;
        }
        Folder made = new Folder(PLAIN_FOLDER, layer);
        add(folder, name, made);
        return made;
    }

    private @Nullable Item find(List<String> names) {
        Item at = root;
        for (String name : names) {
            Item next = at instanceof Folder folder ? folder.items.get(name) : null;
            if (next == null) {
                return null;
            }
            at = next;
        }
        return at;
    }

    private static List<String> names(String path) throws IOException {
        List<String> names = Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
        if (names.contains("..") || path.indexOf('\0') >= 0) {
            throw new IOException("the name %s leads out of its layer".formatted(path.replace("\0", "\\0")));
        }
        if (names.size() > MAX_DEPTH) {
            throw new IOException("more than %d levels of directories".formatted(MAX_DEPTH));
        }
        return names;
    }
}
