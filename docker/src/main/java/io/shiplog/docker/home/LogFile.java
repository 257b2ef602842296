package io.shiplog.docker.home;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The log file of a detached process. It receives the process's output, rotates by size and accepts a limited number of bytes
 * per second, to protect the disk and the broker on it. A line is written completely or not at all.
 */
public final class LogFile {
    /** A larger file becomes {@code shiplog.log.1}. */
    static final long MAX_BYTES = 32L << 20;

    /** Older files than {@code shiplog.log.3} are deleted. */
    static final int KEPT = 3;

    /** The sustained rate. */
    static final int BYTES_PER_SECOND = 32 << 10;

    /** The burst after a quiet time. */
    static final int BURST_BYTES = 2 << 20;

    /** The rest of a longer line is dropped. */
    static final int MAX_LINE_BYTES = 16 << 10;

    /** Names the log file in the command line of a detached process. */
    private static final String PROPERTY = "io.shiplog.log";

    /** Lines for the user of the script, which waits for them; see {@code start_detached} there. */
    private static final byte[] FOR_THE_USER = "> ".getBytes(StandardCharsets.US_ASCII);

    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final Path path;
    private final long maxBytes;
    private final LongSupplier nanoTime;
    private OutputStream out;
    private long size;
    private double allowance = BURST_BYTES;
    private long counted;
    private long leftOut;

    LogFile(Path path, long maxBytes, LongSupplier nanoTime) throws IOException {
        this.path = path;
        this.maxBytes = maxBytes;
        this.nanoTime = nanoTime;
        this.out = open();
        this.size = Files.size(path);
        this.counted = nanoTime.getAsLong();
    }

    /**
     * Redirects standard output and error to the file that the script names, if any.
     *
     * @throws UncheckedIOException if the file cannot be opened
     */
    public static void takeOutput() {
        String path = System.getProperty(PROPERTY);
        if (path == null) {
            return;
        }
        try {
            LogFile file = new LogFile(Path.of(path), MAX_BYTES, System::nanoTime);
            System.setOut(file.stream());
            System.setErr(file.stream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A stream whose lines are written to this file. */
    PrintStream stream() {
        return new PrintStream(new Lines(), true, StandardCharsets.UTF_8);
    }

    private OutputStream open() throws IOException {
        return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private synchronized void take(byte[] line, int length) throws IOException {
        long now = nanoTime.getAsLong();
        allowance = Math.min(BURST_BYTES, allowance + (now - counted) / NANOS_PER_SECOND * BYTES_PER_SECOND);
        counted = now;
        boolean forTheUser = Arrays.equals(line, 0, Math.min(length, FOR_THE_USER.length), FOR_THE_USER, 0, 2);
        if (!forTheUser && allowance < length) {
            leftOut++;
            return;
        }
        if (leftOut > 0) {
            byte[] gap = "(%d lines dropped: the log takes %d KiB per second)%n"
                    .formatted(leftOut, BYTES_PER_SECOND >> 10)
                    .getBytes(StandardCharsets.UTF_8);
            leftOut = 0;
            write(gap, gap.length);
        }
        write(line, length);
    }

    private void write(byte[] line, int length) throws IOException {
        if (size > 0 && size + length > maxBytes) {
            rotate();
        }
        allowance -= length;
        size += length;
        out.write(line, 0, length);
    }

    private void rotate() throws IOException {
        out.close();
        for (int i = KEPT; i > 0; i--) {
            Path newer = i == 1 ? path : numbered(i - 1);
            if (Files.exists(newer)) {
                Files.move(newer, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        out = open();
        size = 0;
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    /** Collects a line. Guarded by its stream. */
    private final class Lines extends OutputStream {
        private final byte[] line = new byte[MAX_LINE_BYTES];
        private int length;

        @Override
        public synchronized void write(int b) throws IOException {
            if (b == '\n') {
                line[length++] = '\n';
                take(line, length);
                length = 0;
            } else if (length < MAX_LINE_BYTES - 1) {
                line[length++] = (byte) b;
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
            for (int i = offset; i < offset + count; i++) {
                write(bytes[i]);
            }
        }
    }
}
