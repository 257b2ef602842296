package io.shiplog.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.path.OpenPath;
import io.shiplog.node.path.OpenPath.Type;
import io.shiplog.node.reference.UnresolvedException;
import java.io.IOException;

/**
 * Opens the path of a hostPath volume: its type is checked, or it is created.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types">hostPath volume types</a>
 */
final class HostPaths {
    private static final int FOLDER_MODE = 0755;
    private static final int FILE_MODE = 0644;

    private HostPaths() {}

    /** @throws UnresolvedException if nothing of that type exists; the message is the kubelet's */
    static OpenPath open(JsonNode hostPath) throws UnresolvedException {
        String path = hostPath.path("path").asText();
        String type = hostPath.path("type").asText("");
        return switch (type) {
            // As the kubelet with Docker: a missing path is created as a directory.
            case "" -> opened(path, () -> OpenPath.folder(path, FOLDER_MODE));
            case "DirectoryOrCreate" ->
                checked(path, () -> OpenPath.folder(path, FOLDER_MODE), Type.FOLDER, "directory");
            case "Directory" -> checked(path, () -> OpenPath.of(path), Type.FOLDER, "directory");
            case "FileOrCreate" -> checked(path, () -> OpenPath.file(path, FILE_MODE), Type.FILE, "file");
            case "File" -> checked(path, () -> OpenPath.of(path), Type.FILE, "file");
            case "Socket" -> checked(path, () -> OpenPath.of(path), Type.SOCKET, "socket file");
            case "CharDevice" -> checked(path, () -> OpenPath.of(path), Type.CHARACTER_DEVICE, "character device");
            case "BlockDevice" -> checked(path, () -> OpenPath.of(path), Type.BLOCK_DEVICE, "block device");
            default -> throw new UnresolvedException("hostPath type check failed: " + type + " is not a type");
        };
    }

    private interface Opening {
        OpenPath open() throws IOException;
    }

    private static OpenPath opened(String path, Opening opening) throws UnresolvedException {
        try {
            return opening.open();
        } catch (IOException e) {
            throw new UnresolvedException("hostPath " + path + " cannot be opened: " + e.getMessage());
        }
    }

    /** A missing path fails the type check too. */
    private static OpenPath checked(String path, Opening opening, Type type, String what) throws UnresolvedException {
        String not = "hostPath type check failed: " + path + " is not a " + what;
        OpenPath opened;
        try {
            opened = opening.open();
        } catch (IOException e) {
            throw new UnresolvedException(not + ": " + e.getMessage());
        }
        try {
            if (opened.is(type)) {
                return opened;
            }
        } catch (IOException e) {
            opened.close();
            throw new UnresolvedException(not + ": " + e.getMessage());
        }
        opened.close();
        throw new UnresolvedException(not);
    }
}
