package io.shiplog.docker.home;

import io.shiplog.docker.pki.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A number of nodes that the home remembers. There are two: how many are wanted, which {@code up --nodes} writes and a running cluster
 * follows, and how many run, which the cluster writes.
 *
 * @param count 0 or more
 * @param obstacle of those that run: why they are not as many as wanted; empty if they are
 */
public record NodeCount(int count, String obstacle) {
    /** What a machine gets that was never asked for a number. */
    public static final int DEFAULT = 1;

    public NodeCount {
        if (count < 0) {
            throw new IllegalArgumentException(count + " nodes");
        }
    }

    public static NodeCount of(int count) {
        return new NodeCount(count, "");
    }

    /** How many are wanted; {@link #DEFAULT} if no start said. */
    public static int wanted(ShiplogHome home) {
        return read(home.wantedNodesFile()).map(NodeCount::count).orElse(DEFAULT);
    }

    public static void want(ShiplogHome home, int count) {
        of(count).write(home.wantedNodesFile());
    }

    /** How many the running cluster has started; empty if none runs. */
    public static Optional<NodeCount> running(ShiplogHome home) {
        return read(home.runningNodesFile());
    }

    /** Tells other processes how many run. */
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
                    file + " is damaged: write the number of nodes into it, or remove it and say --nodes", e);
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
