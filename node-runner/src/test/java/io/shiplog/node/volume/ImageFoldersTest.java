package io.shiplog.node.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.PlainContainer;
import io.shiplog.node.engine.memory.InMemoryEngine;
import io.shiplog.node.image.SavedImages;
import io.shiplog.node.image.SavedImages.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of an image are there while a container mounts them. */
class ImageFoldersTest {
    private static final String ID = "sha256:0123";
    private static final Map<String, String> NODE = Map.of("node", "a");

    @TempDir
    Path root;

    private final InMemoryEngine engine = new InMemoryEngine(() -> Instant.EPOCH);
    private ImageFolders images;

    @BeforeEach
    void make() throws IOException {
        engine.addImage("i", "");
        engine.archive(ID, SavedImages.of(new Layer().file("f", "text")));
        images = new ImageFolders(root, engine, NODE);
    }

    private List<String> folders() throws IOException {
        try (Stream<Path> list = Files.list(root.resolve("images"))) {
            return list.map(path -> path.getFileName().toString()).toList();
        }
    }

    private String container(String label) {
        return engine.create(PlainContainer.of("c", "i")
                .labelled(Map.of("node", "a", ImageFolders.LABEL, label))
                .request());
    }

    @Test
    void theyAreWrittenOnceForAllContainers() throws IOException {
        try (ImageFolders.Hold one = images.hold(Map.of("v", ID, "w", ID))) {
            Path folder = one.folder("v");
            engine.archive(ID, new byte[0]);

            try (ImageFolders.Hold other = images.hold(Map.of("x", ID))) {
                assertEquals(folder, other.folder("x"));
            }
            assertEquals(ID, one.label());
            assertEquals("text", Files.readString(folder.resolve("f")));
        }
        assertEquals(List.of("0123"), folders());
    }

    @Test
    void onlyRootGetsThere() throws IOException {
        images.hold(Map.of("v", ID)).close();

        assertEquals(0700, (int) Files.getAttribute(root.resolve("images"), "unix:mode") & 0777);
    }

    @Test
    void theyStayWhileAContainerIsStartedOrExists() throws IOException {
        String container;
        try (ImageFolders.Hold hold = images.hold(Map.of("v", ID))) {
            images.collect();
            assertEquals(List.of("0123"), folders());
            container = container(hold.label());
        }
        images.collect();
        assertEquals(List.of("0123"), folders());

        engine.remove(container);
        images.collect();
        assertEquals(List.of(), folders());
    }

    @Test
    void aRunnerThatStartsAgainKnowsThemByTheLabels() throws IOException {
        try (ImageFolders.Hold hold = images.hold(Map.of("v", ID))) {
            container(hold.label());
        }
        Files.createDirectories(root.resolve("images/.new-1/layers"));

        ImageFolders again = new ImageFolders(root, engine, NODE);
        again.removeRemains();
        again.collect();

        assertEquals(List.of("0123"), folders());
    }

    @Test
    void anArchiveThatIsBrokenIsRefusedAndLeavesNothing() throws IOException {
        engine.archive(ID, SavedImages.of(new Layer().file("../out", "x")));

        EngineException no = assertThrows(EngineException.class, () -> images.hold(Map.of("v", ID)));

        assertEquals(EngineException.Why.REFUSED, no.why());
        assertTrue(String.valueOf(no.getMessage()).startsWith("ImageVolumeMountFailed: "), no.getMessage());
        assertEquals(List.of(), folders());
        assertFalse(Files.exists(root.resolve("out")));
        engine.archive(ID, SavedImages.of(new Layer().file("f", "text")));
        images.hold(Map.of("v", ID)).close();
        images.collect();
        assertEquals(List.of(), folders(), "the start that failed holds nothing");
    }

    @Test
    void anImageThatIsGoneIsNoImage() {
        EngineException no = assertThrows(EngineException.class, () -> images.hold(Map.of("v", "sha256:0")));

        assertEquals(EngineException.Why.NO_IMAGE, no.why());
    }

    @Test
    void anEngineThatDoesNotAnswerLosesNothing() throws IOException {
        images.hold(Map.of("v", ID)).close();
        engine.away(true);

        images.collect();

        assertEquals(List.of("0123"), folders());
    }
}
