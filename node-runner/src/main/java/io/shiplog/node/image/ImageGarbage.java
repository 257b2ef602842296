package io.shiplog.node.image;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.Image;
import io.shiplog.node.engine.EngineException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes images that no container has, the least recently used first, when the disk with the images is {@value #HIGH_PERCENT}% full, until
 * {@value #LOW_PERCENT}% are used. Only images that the node itself has pulled.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/#container-image-lifecycle">Container image lifecycle</a>
 */
public final class ImageGarbage {
    /** How often to look. */
    public static final Duration EVERY = Duration.ofMinutes(5);

    static final int HIGH_PERCENT = 85;
    static final int LOW_PERCENT = 80;
    /** A newer image may have been pulled for a container that is about to start. */
    static final Duration MIN_AGE = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(ImageGarbage.class);
    private static final int ALL_PERCENT = 100;

    private final ContainerEngine engine;
    private final PulledImages pulled;
    private final String usedByLabel;
    private final Supplier<Optional<Disk>> disk;
    private final Supplier<Instant> now;
    private final Map<String, Use> uses = new HashMap<>();

    /** The disk with the images, in bytes. */
    public record Disk(long capacity, long available) {
        private long usedPercent() {
            return ALL_PERCENT - available * ALL_PERCENT / Math.max(1, capacity);
        }
    }

    /** When an image was first seen, and last seen with a container; both by this process. */
    private record Use(Instant firstDetected, Instant lastUsed) {}

    /**
     * @param usedByLabel the label of containers with the ids of images that they have besides their own, separated by commas
     * @param disk empty if it is not on this machine
     */
    public ImageGarbage(
            ContainerEngine engine,
            PulledImages pulled,
            String usedByLabel,
            Supplier<Optional<Disk>> disk,
            Supplier<Instant> now) {
        this.engine = engine;
        this.pulled = pulled;
        this.usedByLabel = usedByLabel;
        this.disk = disk;
        this.now = now;
    }

    /** Looks once. An engine that does not answer is asked the next time. */
    public void collect() {
        try {
            Instant begin = now.get();
            List<String> unused = detect(begin);
            Optional<Disk> before = disk.get();
            if (before.isPresent() && before.get().usedPercent() >= HIGH_PERCENT) {
                free(unused, begin);
            }
        } catch (EngineException e) {
            LOG.warn("unused images were not looked for: {}", e.getMessage());
        }
    }

    /** The images that no container has, the least recently used first. */
    private List<String> detect(Instant begin) {
        Map<String, String> ids = new HashMap<>();
        for (String reference : pulled.all()) {
            Optional<Image> image = engine.image(reference);
            if (image.isPresent()) {
                ids.put(reference, image.get().id());
            } else {
                pulled.remove(reference);
            }
        }
        // Of all clusters, and of the machine's user.
        Set<String> used = used(engine.list(Map.of()));
        uses.keySet().retainAll(ids.keySet());
        ids.forEach((reference, id) -> uses.compute(
                reference,
                (each, use) -> new Use(
                        use == null ? begin : use.firstDetected(),
                        used.contains(id) ? begin : use == null ? Instant.EPOCH : use.lastUsed())));
        return ids.keySet().stream()
                .filter(reference -> !used.contains(ids.get(reference)))
                .sorted(Comparator.comparing(
                                (String reference) -> use(reference).lastUsed())
                        .thenComparing(reference -> use(reference).firstDetected())
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private Use use(String reference) {
        return uses.getOrDefault(reference, new Use(Instant.EPOCH, Instant.EPOCH));
    }

    private Set<String> used(Collection<Container> containers) {
        Set<String> used = new HashSet<>();
        for (Container container : containers) {
            used.add(container.imageId());
            used.addAll(Arrays.asList(container.label(usedByLabel).split(",")));
        }
        return used;
    }

    private void free(List<String> unused, Instant begin) {
        for (String reference : unused) {
            if (Duration.between(use(reference).firstDetected(), begin).compareTo(MIN_AGE) < 0) {
                continue;
            }
            try {
                engine.removeImage(reference);
                pulled.remove(reference);
                LOG.info("removed the unused image {}", reference);
            } catch (EngineException e) {
                if (e.why() == EngineException.Why.UNREACHABLE) {
                    throw e;
                }
                LOG.warn("the unused image {} could not be removed: {}", reference, e.getMessage());
            }
            if (disk.get().map(after -> after.usedPercent() <= LOW_PERCENT).orElse(true)) {
                return;
            }
        }
        LOG.warn(
                "Insufficient free disk space on the node's image filesystem: failed to free sufficient space by deleting unused images");
    }
}
