package io.shiplog.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.reference.UnresolvedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The types of a hostPath volume: what must be there, or is made.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types">hostPath volume types</a>
 */
final class HostPaths {
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final int CHAR_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private HostPaths() {}

    static void check(JsonNode hostPath) throws UnresolvedException, IOException {
        Path path = Path.of(hostPath.path("path").asText());
        String type = hostPath.path("type").asText("");
        switch (type) {
            case "" -> {
                // As the kubelet with Docker: a missing path becomes a folder.
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                }
            }
            case "DirectoryOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                    Files.setPosixFilePermissions(path, AtomicFolder.permissions(0755));
                }
                must(Files.isDirectory(path), path, "directory");
            }
            case "Directory" -> must(Files.isDirectory(path), path, "directory");
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                    Files.setPosixFilePermissions(path, AtomicFolder.permissions(0644));
                }
                must(Files.isRegularFile(path), path, "file");
            }
            case "File" -> must(Files.isRegularFile(path), path, "file");
            case "Socket" -> must(is(path, SOCKET), path, "socket file");
            case "CharDevice" -> must(is(path, CHAR_DEVICE), path, "character device");
            case "BlockDevice" -> must(is(path, BLOCK_DEVICE), path, "block device");
            default -> throw new UnresolvedException("hostPath type check failed: " + type + " is not a type");
        }
    }

    private static boolean is(Path path, int fileType) throws IOException {
        return Files.exists(path) && ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == fileType;
    }

    private static void must(boolean holds, Path path, String what) throws UnresolvedException {
        if (!holds) {
            throw new UnresolvedException("hostPath type check failed: " + path + " is not a " + what);
        }
    }
}
