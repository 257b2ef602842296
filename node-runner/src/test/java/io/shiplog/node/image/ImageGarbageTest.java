package io.shiplog.node.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.engine.PlainContainer;
import io.shiplog.node.engine.memory.InMemoryEngine;
import io.shiplog.node.image.ImageGarbage.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unused images go when the disk is full, the least recently used first, and no others. */
class ImageGarbageTest {
    private static final String LABEL = "volumes";
    /** Of a disk of 100 bytes. */
    private static final long OF_EACH_IMAGE = 3;

    @TempDir
    Path root;

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final InMemoryEngine engine = new InMemoryEngine(() -> now);
    private PulledImages pulled;
    private ImageGarbage garbage;
    private long usedByOthers;

    @BeforeEach
    void make() {
        pulled = new PulledImages(root);
        garbage = new ImageGarbage(engine, pulled, LABEL, () -> Optional.of(disk()), () -> now);
        for (String image : new String[] {"a", "b", "c"}) {
            engine.addImage(image, "");
            pulled.add(image);
        }
        engine.addImage("users", "");
    }

    private Disk disk() {
        long images = Set.of("a", "b", "c").stream()
                .filter(each -> engine.image(each).isPresent())
                .count();
        return new Disk(100, 100 - usedByOthers - images * OF_EACH_IMAGE);
    }

    private void seenLongAgo() {
        garbage.collect();
        now = now.plus(ImageGarbage.MIN_AGE);
    }

    private String left() {
        StringBuilder left = new StringBuilder();
        for (String image : new String[] {"a", "b", "c", "users"}) {
            left.append(engine.image(image).isPresent() ? image + " " : "");
        }
        return left.toString().strip();
    }

    @Test
    void belowTheHighMarkAllStay() {
        usedByOthers = 75;
        seenLongAgo();

        garbage.collect();

        assertEquals("a b c users", left());
    }

    @Test
    void atTheHighMarkAsManyGoAsBringItToTheLowOne() {
        usedByOthers = 76;
        seenLongAgo();

        garbage.collect();

        assertEquals("c users", left(), "82 percent are not yet enough, 79 are");
        assertEquals(Set.of("c"), pulled.all());
    }

    @Test
    void imagesThatTheNodeDidNotPullStayHoweverFullTheDiskIs() {
        usedByOthers = 100;
        seenLongAgo();

        garbage.collect();

        assertEquals("users", left());
    }

    @Test
    void theLeastRecentlyUsedGoesFirst() {
        String container = engine.create(PlainContainer.of("x", "a").request());
        usedByOthers = 80;
        garbage.collect();
        engine.remove(container);
        now = now.plus(ImageGarbage.MIN_AGE);
        usedByOthers = 76;

        garbage.collect();

        assertEquals("a users", left());
    }

    @Test
    void anImageOfAContainerStaysWhetherItRunsOrNotOrMountsIt() {
        engine.create(PlainContainer.of("x", "a").request());
        engine.create(PlainContainer.of("y", "users")
                .labelled(Map.of(LABEL, "sha256:b"))
                .request());
        usedByOthers = 100;
        seenLongAgo();

        garbage.collect();

        assertEquals("a b users", left());
    }

    @Test
    void anImageThatWasJustPulledWaitsForItsContainer() {
        usedByOthers = 100;
        garbage.collect();
        now = now.plus(ImageGarbage.MIN_AGE).minus(Duration.ofMillis(1));

        garbage.collect();

        assertEquals("a b c users", left());
    }

    @Test
    void anEngineThatDoesNotAnswerIsAskedAgain() {
        usedByOthers = 100;
        seenLongAgo();
        engine.away(true);
        garbage.collect();
        engine.away(false);

        assertEquals("a b c users", left());
        garbage.collect();
        assertEquals("users", left());
    }

    @Test
    void whatWasPulledIsKnownAfterARestart() throws Exception {
        pulled.add("a");
        pulled.remove("b");

        assertEquals(Set.of("a", "c"), new PulledImages(root).all());
        assertTrue(Files.exists(root.resolve("pulled-images")));
        assertFalse(Files.exists(root.resolve("pulled-images.new")));
    }
}
