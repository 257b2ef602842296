package io.shiplog.docker.pki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Private files, replaced atomically and durably. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Writes a file with mode 0600 by renaming a new one over it. */
    public static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            for (ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)); left.hasRemaining(); ) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /**
     * The text of a key file. Bytes that are no ASCII are kept, for the parser to refuse.
     *
     * @throws IllegalStateException if it is no regular file: reading a pipe would wait for a writer
     */
    static String read(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IllegalStateException(
                    file + " is not a regular file: restore your copy of it. Nothing was changed.");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /** The refusal of a key file that exists, but cannot be what it should be. */
    static IllegalStateException damaged(Path file, String why, @Nullable Throwable cause) {
        return new IllegalStateException(
                "%s is damaged (%s): restore your copy of it. Nothing was changed.".formatted(file, why), cause);
    }

    /**
     * Creates a file with mode 0600, and its folder, unless it exists. Of two processes that call this at the same time one wins;
     * no process ever sees a partial file.
     */
    static void createIfMissing(Path file, String text) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
        try {
            write(fresh, text);
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            return;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
