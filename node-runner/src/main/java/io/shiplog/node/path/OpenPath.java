package io.shiplog.node.path;

import io.shiplog.node.path.Linux.ErrnoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An opened file or directory, which stays the same whatever happens to its path. The kernel resolves paths below it and
 * refuses to leave it, even while directories are swapped for links.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class OpenPath implements AutoCloseable {
    private static final int FILE_TYPE = 0170000;
    private static final int PERMISSIONS = 07777;

    private final int fd;
    private boolean closed;

    private OpenPath(int fd) {
        this.fd = fd;
    }

    /** How links below an opened directory are resolved. */
    public enum Links {
        /** No link is followed: for directories that a pod may write to. */
        REFUSED(Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS),
        /** Links are followed inside the directory: for directories that only the node writes. */
        BENEATH(Linux.RESOLVE_BENEATH),
        /** Links are followed as if the directory were the root: for the files of an image. */
        IN_ROOT(Linux.RESOLVE_IN_ROOT | Linux.RESOLVE_NO_MAGICLINKS);

        private final long resolve;

        Links(long resolve) {
            this.resolve = resolve;
        }
    }

    /** The type of a file, as in {@code stat}. */
    public enum Type {
        FOLDER(0040000),
        FILE(0100000),
        SOCKET(0140000),
        CHARACTER_DEVICE(0020000),
        BLOCK_DEVICE(0060000);

        private final int bits;

        Type(int bits) {
            this.bits = bits;
        }
    }

    /**
     * Opens a path of the machine. The machine's own links are followed, those in {@code /proc} to other processes' files are
     * not.
     *
     * @throws IOException if it is missing, or the kernel is older than 5.6
     */
    public static OpenPath of(String path) throws IOException {
        return new OpenPath(
                Linux.openat2(Linux.AT_FDCWD, absolute(path), Linux.O_PATH, 0, Linux.RESOLVE_NO_MAGICLINKS));
    }

    private static String absolute(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    /**
     * Opens a directory of the machine, and creates it and its parents if missing.
     *
     * @param mode permission bits of created directories
     */
    public static OpenPath folder(String path, int mode) throws IOException {
        try {
            return of(path);
        } catch (ErrnoException e) {
            int slash = trimmed(path).lastIndexOf('/');
            if (e.errno() != Linux.ENOENT || slash < 0) {
                throw e;
            }
            try (OpenPath parent = folder(trimmed(path).substring(0, slash + 1), mode)) {
                return parent.childFolder(trimmed(path).substring(slash + 1), mode, Links.REFUSED);
            }
        }
    }

    /** Opens a file of the machine, and creates an empty one if it is missing. */
    public static OpenPath file(String path, int mode) throws IOException {
        try {
            return of(path);
        } catch (ErrnoException e) {
            int slash = trimmed(path).lastIndexOf('/');
            if (e.errno() != Linux.ENOENT || slash < 0) {
                throw e;
            }
            String name = trimmed(path).substring(slash + 1);
            try (OpenPath parent = of(trimmed(path).substring(0, slash + 1))) {
                Linux.close(Linux.openat2(
                        parent.fd, name, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, mode, Links.REFUSED.resolve));
                OpenPath made = parent.below(name, Links.REFUSED);
                made.permit(mode);
                return made;
            }
        }
    }

    private static String trimmed(String path) {
        return absolute(path).replaceAll("/+$", "");
    }

    /**
     * Opens a path below this directory.
     *
     * @param path relative, parts separated by slashes
     * @throws IOException if it is missing, or leaves this directory
     */
    public OpenPath below(String path, Links links) throws IOException {
        return new OpenPath(Linux.openat2(fd, path, Linux.O_PATH, 0, links.resolve));
    }

    /**
     * Opens a path below this directory, and creates missing parent directories.
     *
     * @param mode permission bits of created directories
     * @throws IOException if the path leaves this directory, or has a file as a parent
     */
    public OpenPath belowOrMade(String path, int mode, Links links) throws IOException {
        try {
            return below(path, links);
        } catch (ErrnoException e) {
            if (e.errno() != Linux.ENOENT) {
                throw e;
            }
        }
        OpenPath at = below(".", links);
        for (String name : path.split("/+")) {
            try (OpenPath parent = at) {
                at = parent.childFolder(name, mode, links);
            }
        }
        return at;
    }

    private OpenPath childFolder(String name, int mode, Links links) throws IOException {
        try {
            return below(name, links);
        } catch (ErrnoException e) {
            if (e.errno() != Linux.ENOENT) {
                throw e;
            }
        }
        try {
            Linux.mkdirat(fd, name, mode);
        } catch (ErrnoException e) {
            if (e.errno() != Linux.EEXIST) {
                throw e;
            }
            // Created by another process meanwhile, or a dangling link: opening it decides.
            return below(name, links);
        }
        OpenPath made = below(name, links);
        made.permit(mode);
        return made;
    }

    /** The umask of this process has removed bits. */
    private void permit(int mode) throws IOException {
        try {
            Files.setAttribute(handle(), "unix:mode", mode);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A path for this process to the opened file, and nothing else. */
    Path handle() {
        return Path.of("/proc/self/fd/" + fd);
    }

    /** Whether it is of this type. */
    public boolean is(Type type) throws IOException {
        return (mode() & FILE_TYPE) == type.bits;
    }

    /** Its permission bits. */
    public int permissions() throws IOException {
        return mode() & PERMISSIONS;
    }

    private int mode() throws IOException {
        return (int) Files.getAttribute(handle(), "unix:mode");
    }

    /**
     * Reads the end of the opened file, if it is a regular file: anything else could block the reader forever.
     *
     * @return at most {@code maxBytes}
     */
    public byte[] end(int maxBytes) throws IOException {
        if (!is(Type.FILE)) {
            throw new IOException("not a plain file");
        }
        try (SeekableByteChannel file = Files.newByteChannel(handle())) {
            file.position(Math.max(0, file.size() - maxBytes));
            ByteBuffer bytes = ByteBuffer.allocate(maxBytes);
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {
                // Until it is full or the file ends.
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    /** Its current path, for messages and tests; it may change at any time. */
    public String place() throws IOException {
        return Files.readSymbolicLink(handle()).toString();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Linux.close(fd);
        }
    }
}
