package io.shiplog.node.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bind mounts of this machine's kernel. */
class BindsTest {
    @TempDir
    Path root;

    /** Not below the temporary folder: what deletes that would delete what a forgotten bind shows. */
    private final Path binds =
            Path.of("/run/shiplog-test-" + ProcessHandle.current().pid());

    private Path source;

    @BeforeEach
    void make() throws IOException {
        Assumptions.assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "mounting needs root");
        source = Files.createDirectory(root.resolve("source"));
        Files.writeString(source.resolve("file"), "here");
    }

    @AfterEach
    void unmount() {
        if (source != null) {
            Binds.removeAll(binds);
        }
    }

    private List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(binds.toString()))
                .toList();
    }

    @Test
    void anOpenedFileIsBoundEvenIfItsPathChanges() throws Exception {
        try (Binds one = new Binds(binds.resolve("one"));
                OpenPath opened = OpenPath.of(source.toString())) {
            Files.move(source, root.resolve("elsewhere"));
            Files.createSymbolicLink(source, Path.of("/etc"));

            String bound = one.bind(opened, Binding.Form.ALONE);

            assertEquals("here", Files.readString(Path.of(bound, "file")));
            assertFalse(Files.exists(Path.of(bound, "hostname")));
        }
        assertEquals(List.of(), mounts());
        assertEquals("here", Files.readString(root.resolve("elsewhere/file")));
        assertFalse(Files.exists(binds.resolve("one")));
    }

    @Test
    void contentIsReadOnlyAndItsProgramsCannotBeExecuted() throws Exception {
        try (Binds one = new Binds(binds.resolve("one"));
                OpenPath opened = OpenPath.of(source.toString())) {
            Path bound = Path.of(one.bind(opened, Binding.Form.CONTENT));

            assertThrows(FileSystemException.class, () -> Files.writeString(bound.resolve("file"), "there"));
            assertTrue(mounts().stream().anyMatch(mount -> mount.contains(bound + " ro,noexec")), mounts().toString());
        }
        Files.writeString(source.resolve("file"), "still writable");
    }

    @Test
    void readOnlyWithAllMountsBelowIsReadOnlyInThemToo() throws Exception {
        Path inner = Files.createDirectory(source.resolve("inner"));
        Path other = Files.createDirectory(root.resolve("other"));
        try (Binds setup = new Binds(binds.resolve("setup"));
                OpenPath opened = OpenPath.of(other.toString())) {
            Linux.mount(setup.bind(opened, Binding.Form.ALONE), inner.toString(), Linux.MS_BIND);
        }
        try (Binds one = new Binds(binds.resolve("one"));
                OpenPath opened = OpenPath.of(source.toString())) {
            Path plain = Path.of(one.bind(opened, Binding.Form.WITH_MOUNTS));
            Path readOnly = Path.of(one.bind(opened, Binding.Form.ALL_READ_ONLY));

            Files.writeString(plain.resolve("inner/file"), "x");
            assertEquals("x", Files.readString(readOnly.resolve("inner/file")));
            assertThrows(FileSystemException.class, () -> Files.writeString(readOnly.resolve("inner/file"), "y"));
        } finally {
            Linux.unmount(inner.toString(), Linux.MNT_DETACH);
        }
    }

    @Test
    void aFileIsBoundToo() throws Exception {
        try (Binds one = new Binds(binds.resolve("one"));
                OpenPath opened = OpenPath.of(source.resolve("file").toString())) {
            assertEquals("here", Files.readString(Path.of(one.bind(opened, Binding.Form.ALONE))));
        }
    }

    @Test
    void aBindOfTheWholeMachineShowsItsMountsAndNoOtherBindAndLeavesBothAlone() throws Exception {
        int before = Files.readAllLines(Path.of("/proc/self/mountinfo")).size();
        Binds first = new Binds(binds.resolve("one"));
        Binds second = new Binds(binds.resolve("two"));
        try (OpenPath machine = OpenPath.of("/")) {
            String shown = first.bind(machine, Binding.Form.WITH_MOUNTS);
            String two = second.bind(machine, Binding.Form.WITH_MOUNTS);

            assertTrue(Files.exists(Path.of(shown, "proc/self")));
            assertFalse(Files.exists(Path.of(two + shown, "proc")));
        }
        first.close();
        second.close();
        assertEquals(before, Files.readAllLines(Path.of("/proc/self/mountinfo")).size());
    }

    @Test
    void leftoversOfAKilledProcessAreRemovedButNotTheirTargets() throws Exception {
        Binds left = new Binds(binds.resolve("one"));
        try (OpenPath opened = OpenPath.of(source.toString())) {
            left.bind(opened, Binding.Form.WITH_MOUNTS);
        }

        Binds.removeAll(binds);

        assertEquals(List.of(), mounts());
        assertFalse(Files.exists(binds));
        assertEquals("here", Files.readString(source.resolve("file")));
    }

    @Test
    void aFileWithSomethingInItIsNeverRemoved() throws Exception {
        Path file = Files.createDirectories(binds.resolve("one")).resolve("precious");
        Files.writeString(file, "x");

        Binds.removeAll(binds);

        assertTrue(Files.exists(file));
        Files.delete(file);
    }
}
