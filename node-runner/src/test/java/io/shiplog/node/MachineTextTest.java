package io.shiplog.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MachineTextTest {
    @TempDir
    private Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void aNumberUnderProcSysIsReadWhole() {
        String max = Machine.text("/proc/sys/kernel/pid_max").strip();

        // Linux has never allowed fewer than 301.
        assertTrue(Integer.parseInt(max) > 300, max);
    }

    @Test
    void aLongFileIsReadWhole() throws IOException {
        String text = "0123456789".repeat(20_000);

        assertEquals(
                text,
                Machine.text(Files.writeString(folder.resolve("long"), text).toString()));
    }

    @Test
    void aFileThatIsNotThereIsEmpty() {
        assertEquals("", Machine.text(folder.resolve("none").toString()));
    }
}
