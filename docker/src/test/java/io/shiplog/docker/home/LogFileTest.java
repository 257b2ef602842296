package io.shiplog.docker.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a detached process: bounded in size and in rate. */
class LogFileTest {
    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong();

    private Path log() {
        return folder.resolve("shiplog.log");
    }

    private PrintStream stream(long maxBytes) throws IOException {
        return new LogFile(log(), maxBytes, now::get).stream();
    }

    @Test
    void aLineIsInTheFileAtOnce() throws IOException {
        PrintStream out = stream(1_000);

        out.println("one");
        out.print("half a line");

        assertEquals(List.of("one"), Files.readAllLines(log()));
    }

    @Test
    void aFileThatIsFullIsRotatedAndTheOldestDeleted() throws IOException {
        PrintStream out = stream(10);

        for (int i = 0; i < 6; i++) {
            out.println("line " + i);
        }

        assertEquals("line 5\n", Files.readString(log()));
        assertEquals("line 4\n", Files.readString(folder.resolve("shiplog.log.1")));
        assertEquals("line 2\n", Files.readString(folder.resolve("shiplog.log.3")));
        assertFalse(Files.exists(folder.resolve("shiplog.log.4")));
    }

    @Test
    void aFloodIsLeftOutAndSaid() throws IOException {
        PrintStream out = stream(LogFile.MAX_BYTES);
        String line = "x".repeat(1023);

        for (int i = 0; i < 10_000; i++) {
            out.println(line);
        }
        long size = Files.size(log());
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        out.println("after");

        List<String> lines = Files.readAllLines(log());
        assertEquals(LogFile.BURST_BYTES, size);
        assertEquals("(7952 lines dropped: the log takes 32 KiB per second)", lines.get(lines.size() - 2));
        assertEquals("after", lines.getLast());
    }

    @Test
    void linesThatTheScriptWaitsForAreNeverDropped() throws IOException {
        PrintStream out = stream(LogFile.MAX_BYTES);
        for (int i = 0; i < 10_000; i++) {
            out.println("x".repeat(1023));
        }

        out.println("> Ready after 1.0 s");

        assertEquals("> Ready after 1.0 s", Files.readAllLines(log()).getLast());
    }

    @Test
    void aLongLineIsCutAndTheNextOneIsWhole() throws IOException {
        PrintStream out = stream(LogFile.MAX_BYTES);

        out.println("y".repeat(1 << 20));
        out.println("next");

        assertEquals("next", Files.readAllLines(log()).getLast());
        assertTrue(Files.size(log()) <= LogFile.MAX_LINE_BYTES + 5);
    }
}
