package io.shiplog.node.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that a node has brought to its machine, by their references, in the file {@code pulled-images} of its directory: only those does
 * it ever remove. Others may belong to the machine's user.
 */
public final class PulledImages {
    private static final Logger LOG = LoggerFactory.getLogger(PulledImages.class);

    private final Path file;

    /** @param root the node's directory */
    public PulledImages(Path root) {
        this.file = root.toAbsolutePath().resolve("pulled-images");
    }

    /** All of them; empty if the file cannot be read, which is logged. */
    public synchronized Set<String> all() {
        try {
            return Files.exists(file) ? new LinkedHashSet<>(Files.readAllLines(file)) : Set.of();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} cannot be read, so that no image is removed: {}", file, e.toString());
            return Set.of();
        }
    }

    /** Records an image that was not on the machine before. What cannot be recorded is logged, and the image stays. */
    public synchronized void add(String reference) {
        Set<String> all = new LinkedHashSet<>(all());
        if (all.add(reference)) {
            write(all);
        }
    }

    /** Forgets an image that is removed. */
    public synchronized void remove(String reference) {
        Set<String> all = new LinkedHashSet<>(all());
        if (all.remove(reference)) {
            write(all);
        }
    }

    private void write(Set<String> all) {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.getParent());
            Files.write(next, all);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", file, e.toString());
        }
    }
}
