package io.shiplog.docker.home;

import io.shiplog.docker.pki.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A stored number of nodes. There are two: the desired number, which {@code up --nodes} writes and a running cluster follows,
 * and the running number, which the cluster writes.
 *
 * @param count 0 or more
 * @param obstacle for the running number: why it is not the desired one; empty if it is
 */
public record NodeCount(int count, String obstacle) {
    /** The default number. */
    public static final int DEFAULT = 1;

    public NodeCount {
        if (count < 0) {
            throw new IllegalArgumentException(count + " nodes");
        }
    }

    public static NodeCount of(int count) {
        return new NodeCount(count, "");
    }

    /** The desired number; {@link #DEFAULT} if none was set. */
    public static int wanted(ShiplogHome home) {
        return read(home.wantedNodesFile()).map(NodeCount::count).orElse(DEFAULT);
    }

    public static void want(ShiplogHome home, int count) {
        of(count).write(home.wantedNodesFile());
    }

    /** The number of nodes that the running cluster has started; empty if none runs. */
    public static Optional<NodeCount> running(ShiplogHome home) {
        return read(home.runningNodesFile());
    }

    /** Publishes the running number to other processes. */
    public void publish(ShiplogHome home) {
        write(home.runningNodesFile());
    }

    private static Optional<NodeCount> read(Path file) {
        try {
            String[] lines = Files.readString(file).strip().split("\n", 2);
            return Optional.of(new NodeCount(Integer.parseInt(lines[0].strip()), lines.length > 1 ? lines[1] : ""));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    file + " is damaged: write the number of nodes into it, or remove it and give --nodes", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file) {
        try {
            PrivateFile.write(file, obstacle.isEmpty() ? count + "\n" : count + "\n" + obstacle + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
