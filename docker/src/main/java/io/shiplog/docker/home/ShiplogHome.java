package io.shiplog.docker.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of one cluster on this machine: {@code $SHIPLOG_HOME}.
 *
 * @param folder absolute
 */
public record ShiplogHome(Path folder) {
    public ShiplogHome {
        folder = folder.toAbsolutePath().normalize();
    }

    public Path pidFile() {
        return folder.resolve("shiplog.pid");
    }

    public Path settingsFile() {
        return folder.resolve("cluster.json");
    }

    /** The desired number of nodes: see {@link NodeCount}. */
    Path wantedNodesFile() {
        return folder.resolve("nodes.wanted");
    }

    /** The running number of nodes. */
    public Path runningNodesFile() {
        return folder.resolve("nodes.running");
    }

    public Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    /** The directory of the kubectl plugin. */
    public Path plugins() {
        return folder.resolve("bin");
    }

    public Path pki() {
        return folder.resolve("pki");
    }

    /** The key-encryption keys, without which encrypted objects cannot be read. */
    public Path keyFile() {
        return pki().resolve("secrets.key");
    }

    /** The key of the MACs on the log's records, beside those that sign its heads. */
    public Path logKeyFile() {
        return pki().resolve("log.key");
    }

    /** The keys of the embedded broker and its clients. */
    public Path kafkaPki() {
        return pki().resolve("kafka");
    }

    /** The embedded broker's data: the log itself. */
    public Path kafka() {
        return folder.resolve("kafka");
    }

    /** The port that the embedded broker had last. */
    public Path kafkaPortFile() {
        return folder.resolve("kafka.port");
    }

    /** The bootstrap address of the embedded broker, {@code host:port}: for {@code ./shiplog log} and for subscribers. */
    public Path bootstrapFile() {
        return folder.resolve("kafka.bootstrap");
    }

    /** Volumes and files of a node's pods. */
    public Path node(String node) {
        return folder.resolve("nodes").resolve(node);
    }

    /** The directories of the what-if clusters of this one, by name. */
    public Path branches() {
        return folder.resolve("branches");
    }

    /** The directory of a branch. */
    public ShiplogHome branch(String name) {
        return new ShiplogHome(branches().resolve(name));
    }

    /** The process in the pid file, if it lives and is Shiplog. */
    public Optional<ProcessHandle> running() {
        try {
            long pid = Long.parseLong(Files.readString(pidFile()).strip());
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(ShiplogHome::isShiplog);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A crash leaves the pid file behind, and the number is reused in time. */
    private static boolean isShiplog(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains(PROGRAM);
        } catch (IOException e) {
            return process.info().command().orElse("java").contains("java");
        }
    }

    private static final String PROGRAM = "io.shiplog.docker.Shiplog";

    /** Creates the directory, or restricts it to its owner. */
    public ShiplogHome create() {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder + ": " + e.getMessage(), e);
        }
        return this;
    }

    /** Deletes everything: log, keys, settings. */
    public void delete() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
