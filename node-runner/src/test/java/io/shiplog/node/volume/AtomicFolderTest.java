package io.shiplog.node.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.volume.AtomicFolder.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that change all at once. */
class AtomicFolderTest {
    /** So many that deleting them takes longer than swapping their folder. */
    private static final int RACED_FILES = 20_000;

    @TempDir
    Path root;

    private static Payload text(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8), 0640);
    }

    @Test
    void filesAreThereWithTheirModesAndChangeTogether() throws IOException {
        Path at = root.resolve("v");
        AtomicFolder folder = new AtomicFolder(at);

        assertTrue(folder.write(Map.of("a", text("1"), "deep/b", text("2"))));
        assertEquals("1", Files.readString(at.resolve("a")));
        assertEquals("2", Files.readString(at.resolve("deep/b")));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(at.resolve("a"))));

        assertTrue(folder.write(Map.of("a", text("3"), "c", text("4"))));
        assertEquals("3", Files.readString(at.resolve("a")));
        assertEquals("4", Files.readString(at.resolve("c")));
        assertFalse(Files.exists(at.resolve("deep"), LinkOption.NOFOLLOW_LINKS));
        try (Stream<Path> entries = Files.list(at)) {
            assertEquals(4, entries.count(), "a, c, ..data and one dated folder");
        }
    }

    @Test
    void aFolderThatBecomesALinkWhileItIsDeletedLeadsNowhere() throws Exception {
        Path inner = Files.createDirectories(root.resolve("v/a"));
        Path outside = Files.createDirectory(root.resolve("outside"));
        for (int file = 0; file < RACED_FILES; file++) {
            Files.createFile(inner.resolve("f" + file));
            Files.createFile(outside.resolve("f" + file));
        }
        Thread swapping = Thread.ofPlatform().start(() -> {
            while (count(inner) == RACED_FILES) {
                Thread.onSpinWait();
            }
            try {
                Files.move(inner, root.resolve("moved"));
                Files.createSymbolicLink(inner, outside);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        try {
            AtomicFolder.delete(root.resolve("v"));
        } catch (IOException e) {
            // As it should be: what was a folder is a link. The next try deletes the link.
        }
        swapping.join();

        assertEquals(RACED_FILES, count(outside));
        AtomicFolder.delete(root.resolve("v"));
        assertEquals(RACED_FILES, count(outside));
        assertFalse(Files.exists(root.resolve("v")));
    }

    private static int count(Path folder) {
        String[] names = folder.toFile().list();
        return names == null ? 0 : names.length;
    }

    @Test
    void theSameFilesAgainChangeNothing() throws IOException {
        AtomicFolder folder = new AtomicFolder(root);
        folder.write(Map.of("a", text("1")));
        Path before = Files.readSymbolicLink(root.resolve("..data"));

        assertFalse(folder.write(Map.of("a", text("1"))));

        assertEquals(before, Files.readSymbolicLink(root.resolve("..data")));
    }

    @Test
    void anotherModeIsAChange() {
        AtomicFolder folder = new AtomicFolder(root);
        folder.write(Map.of("a", text("1")));

        assertTrue(folder.write(Map.of("a", new Payload("1".getBytes(StandardCharsets.UTF_8), 0600))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "a/../x", "/etc/x", ".", "./", "", "..x", "./..x/y", "a\0b"})
    void aPathThatIsNoFileBelowTheFolderIsRefused(String path) throws IOException {
        AtomicFolder folder = new AtomicFolder(root.resolve("v"));
        folder.write(Map.of("kept", text("1")));
        long before = entries();

        UncheckedIOException no =
                assertThrows(UncheckedIOException.class, () -> folder.write(Map.of(path, text("evil"))));

        assertTrue(String.valueOf(no.getCause()).contains("invalid path"), no.toString());
        assertTrue(Files.exists(root.resolve("v/kept")));
        assertFalse(Files.exists(root.resolve("x")));
        assertEquals(before, entries());
    }

    @Test
    void namesAndPathsHaveLinuxLimits() {
        AtomicFolder folder = new AtomicFolder(root.resolve("v"));

        assertTrue(folder.write(Map.of("x".repeat(255), text("1"))));
        assertThrows(UncheckedIOException.class, () -> folder.write(Map.of("x".repeat(256), text("1"))));
        assertThrows(UncheckedIOException.class, () -> folder.write(Map.of("ä".repeat(128), text("1"))));
        assertThrows(UncheckedIOException.class, () -> folder.write(Map.of("x/".repeat(2048) + "y", text("1"))));
    }

    @Test
    void aPathMaySayTheSameInOtherWords() throws IOException {
        AtomicFolder folder = new AtomicFolder(root.resolve("v"));

        folder.write(Map.of("./c/", text("1"), "x//y/./z", text("2")));

        assertEquals("1", Files.readString(root.resolve("v/c")));
        assertEquals("2", Files.readString(root.resolve("v/x/y/z")));
        assertFalse(folder.write(Map.of("c", text("1"), "x/y/z", text("2"))), "nothing changed");
    }

    @Test
    void aFileThatWouldBeADirectoryTooIsRefusedAndNothingIsLeft() throws IOException {
        AtomicFolder folder = new AtomicFolder(root.resolve("v"));
        folder.write(Map.of("kept", text("1")));
        long before = entries();

        UncheckedIOException no = assertThrows(
                UncheckedIOException.class, () -> folder.write(Map.of("a", text("1"), "./a//b", text("2"))));

        assertEquals(
                "java.io.IOException: invalid paths \"a\" and \"a/b\": the first would be a file and a directory",
                no.getMessage());
        assertEquals(before, entries());
    }

    /** A disk error in the middle, here a link that cannot be replaced. */
    @Test
    void aWriteThatFailsLeavesNothing() throws IOException {
        AtomicFolder folder = new AtomicFolder(root.resolve("v"));
        Files.createDirectories(root.resolve("v/..data/in the way"));
        long before = entries();

        for (int i = 0; i < 3; i++) {
            assertThrows(UncheckedIOException.class, () -> folder.write(Map.of("a", text("1"))));
        }

        assertEquals(before, entries());
    }

    private long entries() throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve("v"))) {
            return entries.count();
        }
    }
}
