package io.shiplog.node.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.image.SavedImages.Layer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of an image are those of its layers, and lie in its directory. */
class SavedImageTest {
    @TempDir
    Path root;

    private Path files;

    @BeforeEach
    void make() throws IOException {
        files = Files.createDirectory(root.resolve("files"));
    }

    private void write(byte[] archive) throws IOException {
        Path layers = Files.createTempDirectory(root, "layers");
        SavedImage.write(new ByteArrayInputStream(archive), layers, files);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> walk = Files.walk(files)) {
            return walk.filter(path -> !path.equals(files))
                    .map(path -> files.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    private String text(String name) throws IOException {
        return Files.readString(files.resolve(name));
    }

    private int mode(String name) throws IOException {
        return (int) Files.getAttribute(files.resolve(name), "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    @Test
    void aFileHasItsContentModeTimeAndNames() throws IOException {
        write(SavedImages.of(new Layer()
                .folder("bin", 0755)
                .file("bin/tool", 04755, "run")
                .hardLink("bin/other", "bin/tool")
                .link("bin/absolute", "/bin/tool")
                .folder("closed", 0500)
                .file("closed/file", 0400, "x")
                .device("null")));

        assertEquals(List.of("bin", "bin/absolute", "bin/other", "bin/tool", "closed", "closed/file"), names());
        assertEquals("run", text("bin/tool"));
        assertEquals(04755, mode("bin/tool"));
        assertEquals(0500, mode("closed"));
        assertEquals(0400, mode("closed/file"));
        assertEquals(
                1_000_000_000_000L,
                Files.getLastModifiedTime(files.resolve("bin")).toMillis());
        assertTrue(Files.isSameFile(files.resolve("bin/tool"), files.resolve("bin/other")));
        assertEquals(Path.of("/bin/tool"), Files.readSymbolicLink(files.resolve("bin/absolute")));
    }

    @Test
    void aHigherLayerReplacesAndTakesAway() throws IOException {
        Layer low = new Layer()
                .folder("a", 0755)
                .file("a/one", "1")
                .file("a/two", "2")
                .folder("b", 0755)
                .file("b/old", "old")
                .file("c", "a file");
        Layer high = new Layer()
                .file("a/two", "second")
                .gone("a", "one")
                .file("b/new", "new")
                .file("b/.wh..wh..opq", "")
                .folder("c", 0700)
                .file("c/now", "a directory");

        write(SavedImages.of(low, high));

        assertEquals(List.of("a", "a/two", "b", "b/new", "c", "c/now"), names());
        assertEquals("second", text("a/two"));
    }

    @Test
    void aFileThatWasTakenAwayMayComeAgain() throws IOException {
        write(SavedImages.of(new Layer().file("f", "1"), new Layer().gone(".", "f"), new Layer().file("f", "3")));

        assertEquals("3", text("f"));
    }

    @Test
    void layersOfARegistryAreCompressed() throws IOException {
        write(SavedImages.compressed(new Layer().file("f", "1"), new Layer().file("g", "2")));

        assertEquals("1", text("f"));
        assertEquals("2", text("g"));
    }

    @Test
    void aLinkOfALowerLayerLeadsNoHigherOneOut() throws IOException {
        Path outside = Files.createDirectory(root.resolve("outside"));

        write(SavedImages.of(new Layer().link("a", outside.toString()), new Layer().file("a/file", "x")));

        assertFalse(Files.exists(outside.resolve("file")));
        assertEquals("x", text("a/file"));
        assertTrue(Files.isDirectory(files.resolve("a"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aLinkThatReplacesADirectoryIsNotFollowed() throws IOException {
        Path outside = Files.createDirectory(root.resolve("outside"));
        int before = (int) Files.getAttribute(outside, "unix:mode");

        write(SavedImages.of(
                new Layer().folder("a", 0700).file("a/x", "1"),
                new Layer().link("a", outside.toString()).hardLink("b", "a")));

        assertEquals(outside, Files.readSymbolicLink(files.resolve("a")));
        assertEquals(before, Files.getAttribute(outside, "unix:mode"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "a/.."})
    void aNameThatLeadsOutIsRefused(String name) {
        IOException no = assertThrows(IOException.class, () -> write(SavedImages.of(new Layer().file(name, "x"))));

        assertEquals("the name " + name + " leads out of its layer", no.getMessage());
        assertFalse(Files.exists(root.resolve("out")));
    }

    @Test
    void aHardLinkToWhatIsNotThereIsRefused() {
        IOException no =
                assertThrows(IOException.class, () -> write(SavedImages.of(new Layer().hardLink("a", "/etc/passwd"))));

        assertEquals("the hard link a has no target", no.getMessage());
    }

    @Test
    void directoriesWithoutEndAreRefused() {
        String deep = "d/".repeat(ImageTree.MAX_DEPTH) + "file";

        assertThrows(IOException.class, () -> write(SavedImages.of(new Layer().file(deep, "x"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no archive", "[]"})
    void whatIsNoArchiveIsRefused(String text) {
        assertThrows(IOException.class, () -> write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
