package io.shiplog.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class PauseImageTest {
    private static final byte[] PROGRAM = new byte[1_500];

    @Test
    void theContextHasTheProgramAsAnExecutable() throws IOException {
        byte[] context = PauseImage.context(PROGRAM);

        List<String> entries = new ArrayList<>();
        byte[] program = {};
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(context))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.add("%s %o".formatted(entry.getName(), entry.getMode() & 0777));
                program = tar.readAllBytes();
            }
        }
        assertEquals(List.of("Dockerfile 644", "pause 755"), entries);
        assertArrayEquals(PROGRAM, program);
    }

    @Test
    void theSameProgramGivesTheSameBytes() {
        assertArrayEquals(PauseImage.context(PROGRAM), PauseImage.context(PROGRAM));
    }
}
