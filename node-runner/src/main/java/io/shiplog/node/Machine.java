package io.shiplog.node;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.image.ImageGarbage;
import io.shiplog.node.pod.admission.Eviction;
import io.shiplog.node.status.NodeHealth;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Facts of the machine: sizes, identities, health. Reads only {@code /proc} and the disk. */
final class Machine {
    private static final long DISK_SHORT_BELOW = 2L << 30;
    private static final double DISK_SHORT_SHARE = 0.10;
    private static final int READ_BYTES = 64 * 1024;
    private static final double PIDS_SHORT_SHARE = 0.95;

    private final ContainerEngine engine;
    private final Path root;

    Machine(ContainerEngine engine, Path root) {
        this.engine = engine;
        this.root = root;
    }

    /**
     * A file's text, or the empty string if it cannot be read. In one large read: files under /proc/sys return a number
     * completely to the first read and nothing to a second one, and {@link Files#readString} begins with one byte if a file
     * claims to be empty.
     */
    static String text(String path) {
        try (FileInputStream in = new FileInputStream(path)) {
            byte[] first = new byte[READ_BYTES];
            int length = Math.max(0, in.read(first));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(first, 0, length);
            in.transferTo(all);
            return all.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Bytes of the disk with the node's directory. */
    long storageBytes() {
        try {
            return store().getTotalSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileStore store() throws IOException {
        Files.createDirectories(root);
        return Files.getFileStore(root);
    }

    /** The disk with a directory; empty if it cannot be read, as that of an engine on another machine. */
    static Optional<ImageGarbage.Disk> disk(String folder) {
        try {
            FileStore store = Files.getFileStore(Path.of(folder));
            return Optional.of(new ImageGarbage.Disk(store.getTotalSpace(), store.getUsableSpace()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    NodeHealth health() {
        OptionalLong available = memoryAvailable();
        return new NodeHealth(
                available.isPresent() && available.getAsLong() < Eviction.MEMORY_THRESHOLD,
                diskShort(),
                pidsShort(),
                engineTrouble());
    }

    /** Bytes of memory that programs could get; empty if the kernel does not say. */
    static OptionalLong memoryAvailable() {
        return text("/proc/meminfo")
                .lines()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst();
    }

    /** Little by both measures: a tenth of a large disk is enough, and so are two gibibytes of a small one. */
    private boolean diskShort() {
        try {
            FileStore store = store();
            return store.getUsableSpace() < DISK_SHORT_BELOW
                    && store.getUsableSpace() < store.getTotalSpace() * DISK_SHORT_SHARE;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean pidsShort() {
        String max = text("/proc/sys/kernel/pid_max").strip();
        String load = text("/proc/loadavg").strip();
        int slash = load.indexOf('/');
        if (max.isEmpty() || slash < 0) {
            return false;
        }
        long threads = Long.parseLong(load.substring(slash + 1).split(" ")[0]);
        return threads > Long.parseLong(max) * PIDS_SHORT_SHARE;
    }

    private String engineTrouble() {
        try {
            engine.info();
            return "";
        } catch (EngineException e) {
            return "container runtime is down: " + e.getMessage();
        }
    }
}
