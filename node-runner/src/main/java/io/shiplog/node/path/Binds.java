package io.shiplog.node.path;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bind mounts of opened files, in a directory that only root can enter. They exist while the engine creates and starts one
 * container, which has its own mounts afterwards. The directory is an unbindable, private mount: a bind of {@code /} does not
 * copy the others, and mounts and unmounts here are not visible elsewhere.
 */
public final class Binds implements Binding, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Binds.class);
    private static final String MOUNTS = "/proc/self/mountinfo";
    private static final int MOUNT_POINT = 4;

    private final Path folder;
    private int count;

    /** @param folder created when needed; owned by this object */
    public Binds(Path folder) {
        this.folder = folder;
    }

    @Override
    public String bind(OpenPath opened, Form form) throws IOException {
        if (count == 0) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            String self = folder.toString();
            Linux.mount(self, self, Linux.MS_BIND);
            Linux.mount(null, self, Linux.MS_PRIVATE);
            Linux.mount(null, self, Linux.MS_UNBINDABLE);
        }
        Path target = folder.resolve(Integer.toString(count++));
        if (opened.is(OpenPath.Type.FOLDER)) {
            Files.createDirectory(target);
        } else {
            Files.createFile(target);
        }
        boolean withMounts = form == Form.WITH_MOUNTS || form == Form.ALL_READ_ONLY;
        String place = target.toString();
        Linux.mount(opened.handle().toString(), place, Linux.MS_BIND | (withMounts ? Linux.MS_REC : 0));
        switch (form) {
            case ALONE, WITH_MOUNTS -> {}
            case ALL_READ_ONLY -> Linux.setMount(place, Linux.AT_RECURSIVE, Linux.MOUNT_ATTR_RDONLY);
            case CONTENT -> Linux.setMount(place, 0, Linux.MOUNT_ATTR_RDONLY | Linux.MOUNT_ATTR_NOEXEC);
        }
        return place;
    }

    @Override
    public void close() {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            remove(folder);
        }
    }

    /**
     * Removes all bind mounts below a directory, and the directory: the remains of a killed process.
     *
     * @param folder may be missing
     */
    public static void removeAll(Path folder) {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            remove(folder);
        }
    }

    private static void remove(Path folder) {
        try {
            for (String mount : mountsBelow(folder)) {
                if (mountsBelow(folder).contains(mount)) {
                    // Private first: otherwise unmounting a copy of a shared mount would unmount the original's
                    // children.
                    Linux.mount(null, mount, Linux.MS_REC | Linux.MS_PRIVATE);
                    Linux.unmount(mount, Linux.MNT_DETACH);
                }
            }
            if (mountsBelow(folder).isEmpty()) {
                removeEmpty(folder);
            }
        } catch (IOException e) {
            LOG.warn("binds in {} could not be removed: {}", folder, e.getMessage());
        }
    }

    /** The mount points at and below a directory, parents before children. */
    private static List<String> mountsBelow(Path folder) throws IOException {
        String self = folder.toString();
        return Files.readAllLines(Path.of(MOUNTS)).stream()
                .map(line -> line.split(" ", -1)[MOUNT_POINT])
                .filter(point -> point.equals(self) || point.startsWith(self + "/"))
                .sorted()
                .toList();
    }

    /** Only if empty: no file with content is ever deleted here. */
    private static void removeEmpty(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    removeEmpty(entry);
                }
            }
        } else if (Files.size(path) > 0) {
            return;
        }
        Files.delete(path);
    }
}
