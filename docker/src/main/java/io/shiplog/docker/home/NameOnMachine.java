package io.shiplog.docker.home;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster's name on this machine. Containers and rules carry the cluster's name, so a second cluster of the same name would
 * take them over.
 */
public final class NameOnMachine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NameOnMachine.class);

    private final Path file;
    private final @Nullable FileChannel channel;

    private NameOnMachine(Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes a name until it is closed, or the process ends.
     *
     * @param home of the cluster that takes it
     * @throws IllegalStateException if a running cluster has it; the message names its home, and what to do
     */
    public static NameOnMachine take(String cluster, ShiplogHome home) {
        Path file = file(cluster);
        try {
            // Any user may create a link there: it is not followed, and another user's file is not this cluster's lock.
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (!owner(file).equals(owner(Path.of("/proc/self")))) {
                channel.close();
                throw new IOException(file + " is another user's");
            }
            if (!locked(channel)) {
                channel.close();
                throw new IllegalStateException(
                        "the cluster '%s' of %s is running on this machine: a second cluster needs another name, --cluster NAME, and other networks, --pod-cidr and --service-cidr"
                                .formatted(cluster, Files.readString(file)));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(home.folder().toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8)));
            return new NameOnMachine(file, channel);
        } catch (IOException e) {
            // A link, another user's file, or a missing directory: the name cannot be checked, which does not prevent
            // the
            // start.
            LOG.warn("cannot check whether another cluster '{}' runs on this machine: {}", cluster, e.toString());
            return new NameOnMachine(file, null);
        }
    }

    private static Object owner(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static Path file(String cluster) {
        return Path.of(System.getProperty("java.io.tmpdir"), "shiplog-" + cluster + ".lock");
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held in this process
        }
    }

    /** Releases the name. */
    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} is left behind, without effect on the name: {}", file, e.toString());
        }
    }
}
