package io.shiplog.node.path;

import io.shiplog.node.path.Linux.ErrnoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file or folder that was opened, and stays the same one whatever becomes of its path. Paths below it are walked by the kernel,
 * which refuses to leave it even while somebody swaps folders for links.
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

    /** How links below an opened folder are taken. */
    public enum Links {
        /** No link is followed: for folders that a pod may write to. */
        REFUSED(Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS),
        /** Links are followed as long as they stay below: for folders that the node alone writes. */
        BENEATH(Linux.RESOLVE_BENEATH);

        private final long resolve;

        Links(long resolve) {
            this.resolve = resolve;
        }
    }

    /** The type of a file, as {@code stat} has it. */
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
     * Opens a path of the machine. The machine's own links are followed, those of {@code /proc} to other processes' files are not.
     *
     * @throws IOException if it is not there, or the kernel is older than 5.6
     */
    public static OpenPath of(String path) throws IOException {
        return new OpenPath(
                Linux.openat2(Linux.AT_FDCWD, absolute(path), Linux.O_PATH, 0, Linux.RESOLVE_NO_MAGICLINKS));
    }

    private static String absolute(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    /**
     * Opens a folder of the machine, and makes it and those above it where they are missing.
     *
     * @param mode permission bits of those that are made
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

    /** Opens a file of the machine, and makes an empty one if there is none. */
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
     * Opens what is below this folder.
     *
     * @param path relative, parts divided by slashes
     * @throws IOException if it is not there, or the way to it leaves this folder
     */
    public OpenPath below(String path, Links links) throws IOException {
        return new OpenPath(Linux.openat2(fd, path, Linux.O_PATH, 0, links.resolve));
    }

    /**
     * Opens what is below this folder; folders on the way that are missing are made.
     *
     * @param mode permission bits of the folders that are made
     * @throws IOException if the way leaves this folder, or ends at a file before the path does
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
            // Made by another meanwhile, or a link that leads nowhere: opening it tells.
            return below(name, links);
        }
        OpenPath made = below(name, links);
        made.permit(mode);
        return made;
    }

    /** The umask of this process has taken bits away. */
    private void permit(int mode) throws IOException {
        try {
            Files.setAttribute(handle(), "unix:mode", mode);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A path that leads this process to what was opened, and nowhere else. */
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

    /** Reads what was opened, if it is a plain file: anything else could keep the reader for ever. */
    public InputStream read() throws IOException {
        if (!is(Type.FILE)) {
            throw new IOException("not a plain file");
        }
        return Files.newInputStream(handle());
    }

    /** Where it is now, for people and tests; it may be elsewhere a moment later. */
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
