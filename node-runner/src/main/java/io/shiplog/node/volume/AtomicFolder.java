package io.shiplog.node.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory whose files change atomically: they are in a dated directory to which the link {@code ..data} points, and a
 * change is a new dated directory and one rename of the link. Readers see all of the old or all of the new files.
 *
 * @see <a href="https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter">the kubelet's AtomicWriter</a>
 */
public final class AtomicFolder {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicFolder.class);
    private static final String DATA = "..data";
    private static final String NEW_DATA = "..data_tmp";
    /** Levels of directories that are deleted: each takes two file descriptors and a part of the stack meanwhile. */
    private static final int MAX_DEPTH = 2000;

    private final Path folder;

    /** @param folder created if it is missing */
    public AtomicFolder(Path folder) {
        this.folder = folder;
    }

    /** @param mode permission bits, as 0644 */
    public record Payload(byte[] bytes, int mode) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Payload that && mode == that.mode && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes) * 31 + mode;
        }
    }

    /**
     * Replaces the content by exactly these files.
     *
     * @param named by path relative to the directory, parts separated by slashes; {@code ./a/} names the file {@code a}
     * @return whether anything changed
     * @throws UncheckedIOException on an IO error, or if the paths cannot be files; the directory is then unchanged
     */
    public boolean write(Map<String, Payload> named) {
        try {
            Map<String, Payload> files = FilePaths.clean(named);
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, permissions(0755));
            Path before = current();
            if (before != null && holds(before, files)) {
                return false;
            }
            show(files);
            showNames(files.keySet());
            if (before != null) {
                delete(before);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a new dated directory and points the link to it. */
    private void show(Map<String, Payload> files) throws IOException {
        Path dated = Files.createTempDirectory(folder, "..");
        Path link = folder.resolve(NEW_DATA);
        try {
            Files.setPosixFilePermissions(dated, permissions(0755));
            for (Map.Entry<String, Payload> file : files.entrySet()) {
                place(dated, file.getKey(), file.getValue());
            }
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, dated.getFileName());
            Files.move(link, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // A pod that cannot start is tried again and again: each failure must leave nothing.
            Files.deleteIfExists(link);
            delete(dated);
            throw e;
        }
    }

    private @Nullable Path current() throws IOException {
        Path link = folder.resolve(DATA);
        return Files.isSymbolicLink(link) ? folder.resolve(Files.readSymbolicLink(link)) : null;
    }

    private static boolean holds(Path dated, Map<String, Payload> files) throws IOException {
        Set<String> present = new HashSet<>();
        try (Stream<Path> walk = Files.walk(dated)) {
            walk.filter(Files::isRegularFile)
                    .forEach(file -> present.add(dated.relativize(file).toString()));
        }
        if (!present.equals(files.keySet())) {
            return false;
        }
        for (Map.Entry<String, Payload> file : files.entrySet()) {
            Path at = dated.resolve(file.getKey());
            if (!Arrays.equals(Files.readAllBytes(at), file.getValue().bytes())
                    || !Files.getPosixFilePermissions(at)
                            .equals(permissions(file.getValue().mode()))) {
                return false;
            }
        }
        return true;
    }

    private static void place(Path dated, String path, Payload payload) throws IOException {
        Path at = dated.resolve(path).normalize();
        for (Path folder = dated; !folder.equals(at.getParent()); ) {
            folder = folder.resolve(folder.relativize(at).getName(0));
            Files.createDirectories(folder);
            // Regardless of the umask: containers run as any user.
            Files.setPosixFilePermissions(folder, permissions(0755));
        }
        Files.write(at, payload.bytes());
        Files.setPosixFilePermissions(at, permissions(payload.mode()));
    }

    /** A link for each name at the top, through {@code ..data}; links of removed names are deleted. */
    private void showNames(Set<String> paths) throws IOException {
        Set<String> names = new HashSet<>();
        paths.forEach(path -> names.add(Path.of(path).getName(0).toString()));
        for (String name : names) {
            Path link = folder.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    /** Permission bits as Java has them. */
    static Set<PosixFilePermission> permissions(int mode) {
        PosixFilePermission[] inOrder = {
            PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_READ
        };
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < inOrder.length; bit++) {
            if ((mode & (1 << bit)) != 0) {
                permissions.add(inOrder[bit]);
            }
        }
        return permissions;
    }

    /**
     * Deletes a directory with its content. Each directory is opened without following a link and emptied as what was opened: a
     * container that still runs may swap any of them for a link. No effect if it is missing.
     *
     * @throws IOException also if the file system cannot delete in opened directories; nothing is then deleted
     */
    static void delete(Path folder) throws IOException {
        Path name = folder.getFileName();
        Path parent = folder.toAbsolutePath().getParent();
        if (name == null || parent == null || !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> above = Files.newDirectoryStream(parent)) {
            if (!(above instanceof SecureDirectoryStream<Path> opened)) {
                throw new IOException("no directory can be deleted safely in " + parent);
            }
            deleteIn(opened, name, MAX_DEPTH);
        }
    }

    private static void deleteIn(SecureDirectoryStream<Path> parent, Path name, int depth) throws IOException {
        if (depth == 0) {
            throw new IOException("more than " + MAX_DEPTH + " levels of directories");
        }
        try {
            BasicFileAttributes attributes = parent.getFileAttributeView(
                            name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (!attributes.isDirectory()) {
                parent.deleteFile(name);
                return;
            }
            // Fails if it has become a link since.
            try (SecureDirectoryStream<Path> opened = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                for (Path entry : opened) {
                    deleteIn(opened, entry.getFileName(), depth - 1);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            parent.deleteDirectory(name);
        } catch (NoSuchFileException e) {
            LOG.debug("{} was deleted meanwhile", name, e);
        }
    }
}
