package io.shiplog.node.engine.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.node.engine.EngineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's stream decoded to lines, in chunks of any size. */
class LogDecoderTest {
    private static final int PIECE = LogDecoder.PIECE_BYTES;

    /** A line as it was written, and as it must come out. */
    private record Written(int stream, String timestamp, byte[] text) {
        @Override
        public String toString() {
            return stream + " " + timestamp + " " + text.length + " bytes " + Arrays.hashCode(text);
        }
    }

    private static String stamp(int line, int piece) {
        return "2026-11-28T02:%02d:%02d.%09dZ".formatted(line / 60 % 60, line % 60, piece);
    }

    /** Lines of all lengths around Docker's sizes, of any bytes but a line end, each stream's last one perhaps without an end. */
    private static List<Written> lines(Random random, int streams) {
        int[] lengths = {0, 1, 30, 31, 2000, PIECE - 1, PIECE, PIECE + 1, PIECE + 31, 2 * PIECE, 40_000, 50_000};
        List<Written> lines = new ArrayList<>();
        int count = 1 + random.nextInt(30);
        for (int i = 0; i < count; i++) {
            byte[] text = new byte[lengths[random.nextInt(lengths.length)] + 1];
            random.nextBytes(text);
            for (int at = 0; at < text.length; at++) {
                if (text[at] == '\n') {
                    text[at] = ' ';
                }
            }
            text[text.length - 1] = '\n';
            lines.add(new Written(1 + random.nextInt(streams), stamp(i, 0), text));
        }
        if (random.nextBoolean()) {
            byte[] text = lines.getLast().text();
            if (text.length > 1) {
                lines.set(
                        count - 1,
                        new Written(
                                lines.getLast().stream(),
                                lines.getLast().timestamp(),
                                Arrays.copyOf(text, text.length - 1)));
            }
        }
        return lines;
    }

    /** What Docker sends for a line: a message for each 16 KiB, longer where it replaces invalid bytes. */
    private static void send(Written line, int number, boolean framed, ByteArrayOutputStream to) throws IOException {
        byte[] text = line.text();
        int piece = 0;
        for (int at = 0; at < text.length; piece++) {
            int size = Math.min(text.length - at, PIECE + (at == 0 ? 0 : 7 * number));
            byte[] head =
                    ((piece == 0 ? line.timestamp() : stamp(number, piece)) + " ").getBytes(StandardCharsets.US_ASCII);
            if (framed) {
                to.write(ByteBuffer.allocate(8)
                        .put((byte) line.stream())
                        .putInt(4, head.length + size)
                        .array());
            }
            to.write(head);
            to.write(text, at, size);
            at += size;
        }
    }

    private static List<String> decoded(byte[] stream, Random random, int longestChunk) throws IOException {
        List<String> lines = new ArrayList<>();
        LogDecoder decoder = new LogDecoder(
                (timestamp, line) -> lines.add(timestamp + " " + line.length + " bytes " + Arrays.hashCode(line)));
        for (int at = 0; at < stream.length; ) {
            int size = Math.min(stream.length - at, 1 + random.nextInt(longestChunk));
            decoder.take(Arrays.copyOfRange(stream, at, at + size), size);
            at += size;
        }
        decoder.end();
        return lines;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyByteComesInItsLineWhateverTheChunks(boolean framed) throws IOException {
        for (int round = 0; round < 150; round++) {
            long seed = System.nanoTime() + round;
            Random random = new Random(seed);
            List<Written> lines = lines(random, framed ? 2 : 1);
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            for (int i = 0; i < lines.size(); i++) {
                send(lines.get(i), i, framed, stream);
            }

            List<String> got = decoded(stream.toByteArray(), random, random.nextBoolean() ? 40 : 100_000);

            assertEquals(
                    lines.stream().map(line -> line.toString().substring(2)).toList(), got, "seed " + seed);
        }
    }

    /** The two streams are joined to lines separately. */
    @Test
    void piecesOfTwoStreamsDoNotMix() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        send(new Written(1, stamp(1, 0), "x".repeat(PIECE).getBytes(StandardCharsets.US_ASCII)), 1, true, stream);
        send(new Written(2, stamp(2, 0), "error\n".getBytes(StandardCharsets.US_ASCII)), 2, true, stream);
        send(new Written(1, stamp(3, 0), "rest\n".getBytes(StandardCharsets.US_ASCII)), 3, true, stream);
        List<String> lines = new ArrayList<>();

        LogDecoder decoder = new LogDecoder((timestamp, line) -> lines.add(timestamp.substring(17, 19) + " "
                + new String(line, StandardCharsets.US_ASCII)
                        .replaceFirst("x+", "x*")
                        .strip()));
        decoder.take(stream.toByteArray(), stream.size());
        decoder.end();

        assertEquals(List.of("02 error", "01 x*rest"), lines);
    }

    @Test
    void aReaderThatHasEnoughGetsNoMore() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        send(new Written(1, stamp(1, 0), "one\n".getBytes(StandardCharsets.US_ASCII)), 1, true, stream);
        send(new Written(1, stamp(2, 0), "two\n".getBytes(StandardCharsets.US_ASCII)), 2, true, stream);
        List<String> lines = new ArrayList<>();

        LogDecoder decoder = new LogDecoder((timestamp, line) -> {
            lines.add(new String(line, StandardCharsets.US_ASCII));
            return false;
        });

        assertFalse(decoder.take(stream.toByteArray(), stream.size()));
        assertEquals(List.of("one\n"), lines);
    }

    @Test
    void anInvalidStreamIsRefused() {
        byte[] unknownStream = {1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 1, 'x'};
        LogDecoder decoder = new LogDecoder((timestamp, line) -> true);

        assertThrows(EngineException.class, () -> decoder.take(unknownStream, unknownStream.length));
        assertThrows(
                EngineException.class,
                () -> new LogDecoder((timestamp, line) -> true)
                        .take("7".repeat(100).getBytes(StandardCharsets.US_ASCII), 100));
    }

    /** Docker reports a broken log file on a stream of its own. */
    @Test
    void aReportOfDockerAboutTheLogIsAnError() throws IOException {
        byte[] report = "Error grabbing logs: invalid character".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.write(
                ByteBuffer.allocate(8).put((byte) 3).putInt(4, report.length).array());
        stream.write(report);
        LogDecoder decoder = new LogDecoder((timestamp, line) -> true);
        decoder.take(stream.toByteArray(), stream.size());

        assertEquals(
                "the log cannot be read: Error grabbing logs: invalid character",
                assertThrows(EngineException.class, decoder::end).getMessage());
    }
}
