package io.shiplog.docker.broker;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Monitors the free space of a directory's disk. Checks at most ten times a second, however often it is called. */
final class DiskReserve {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final File directory;
    private final long reserveBytes;
    private volatile long lookedAtNanos = System.nanoTime() - BETWEEN_LOOKS.toNanos();
    private volatile Optional<String> refusal = Optional.empty();

    DiskReserve(Path directory, long reserveBytes) {
        this.directory = directory.toFile();
        this.reserveBytes = reserveBytes;
    }

    Optional<String> refusal() {
        long now = System.nanoTime();
        if (now - lookedAtNanos >= BETWEEN_LOOKS.toNanos()) {
            lookedAtNanos = now;
            refusal = look();
        }
        return refusal;
    }

    private Optional<String> look() {
        long free = directory.getUsableSpace();
        return free >= reserveBytes
                ? Optional.empty()
                : Optional.of("no space left for the log: %d MiB are free in %s, %d MiB must stay free"
                        .formatted(free >> 20, directory, reserveBytes >> 20));
    }
}
