package io.shiplog.node.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The paths of a volume's files. Admission refuses most bad ones; those that it lets through are cleaned or refused here. Pure.
 *
 * @see <a href="https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter">the kubelet's AtomicWriter</a>
 */
final class FilePaths {
    private static final int MAX_PATH_BYTES = 4096;
    private static final int MAX_NAME_BYTES = 255;

    private FilePaths() {}

    /**
     * The same files, by clean paths: {@code a} for {@code ./a/}.
     *
     * @throws IOException if a path is not below the volume, or is both a file and a directory
     */
    static <F> Map<String, F> clean(Map<String, F> named) throws IOException {
        TreeMap<String, F> files = new TreeMap<>();
        for (Map.Entry<String, F> file : named.entrySet()) {
            files.put(clean(file.getKey()), file.getValue());
        }
        for (String path : files.keySet()) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                if (files.containsKey(path.substring(0, slash))) {
                    throw new IOException("invalid paths \"%s\" and \"%s\": the first would be a file and a directory"
                            .formatted(path.substring(0, slash), path));
                }
            }
        }
        return files;
    }

    private static String clean(String path) throws IOException {
        if (path.isEmpty()) {
            throw new IOException("invalid path: must not be empty: \"\"");
        }
        if (path.startsWith("/")) {
            throw invalid("must be relative path", path);
        }
        if (bytes(path) > MAX_PATH_BYTES) {
            throw new IOException("invalid path: must be less than or equal to " + MAX_PATH_BYTES + " characters");
        }
        List<String> names = new ArrayList<>();
        for (String name : path.split("/")) {
            if (name.equals("..")) {
                throw invalid("must not contain '..'", path);
            }
            if (bytes(name) > MAX_NAME_BYTES) {
                throw new IOException(
                        "invalid path: filenames must be less than or equal to " + MAX_NAME_BYTES + " characters");
            }
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        if (names.isEmpty() || path.indexOf('\0') >= 0) {
            throw invalid("must name a file below the volume", path);
        }
        if (names.getFirst().startsWith("..")) {
            throw invalid("must not start with '..'", path);
        }
        return String.join("/", names);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static IOException invalid(String why, String path) {
        return new IOException("invalid path: " + why + ": " + path.replaceAll("\\p{Cntrl}", "?"));
    }
}
