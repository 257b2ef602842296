package io.shiplog.node.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames in any cut, and what is none. */
class WebSocketTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    private WebSocket reading(InputStream in) {
        return new WebSocket(in, sent, () -> {});
    }

    private WebSocket reading(byte[] bytes) {
        return reading(new ByteArrayInputStream(bytes));
    }

    /** A client's frame. */
    static byte[] frame(boolean last, int opcode, byte[] payload, SplittableRandom random) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write((last ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >>> shift));
            }
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        frame.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ mask[i % 4]);
        }
        return frame.toByteArray();
    }

    /** Gives bytes in pieces of random lengths. */
    private record Pieces(InputStream in, SplittableRandom random) {
        InputStream stream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    return in.read();
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    return in.read(bytes, offset, Math.min(length, 1 + random.nextInt(50)));
                }
            };
        }
    }

    @RepeatedTest(50)
    void messagesComeOutAsTheyWentInHoweverTheyAreCut() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> messages = new ArrayList<>();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        int pings = 0;
        for (int i = 0; i < 10; i++) {
            byte[] message = new byte[random.nextInt(4) == 0 ? random.nextInt(70_000) : random.nextInt(200)];
            random.nextBytes(message);
            messages.add(message);
            int at = 0;
            boolean first = true;
            do {
                int end = random.nextBoolean() ? message.length : at + random.nextInt(message.length - at + 1);
                wire.writeBytes(
                        frame(end == message.length, first ? 2 : 0, Arrays.copyOfRange(message, at, end), random));
                if (random.nextInt(4) == 0) {
                    wire.writeBytes(frame(true, 9, new byte[] {1, 2}, random));
                    pings++;
                }
                first = false;
                at = end;
            } while (at < message.length);
        }
        wire.writeBytes(frame(true, 8, new byte[] {3, (byte) 232}, random));

        WebSocket socket = reading(new Pieces(new ByteArrayInputStream(wire.toByteArray()), random).stream());
        for (byte[] message : messages) {
            assertTrue(socket.next(), "seed " + seed);
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            byte[] piece = new byte[1 + random.nextInt(5_000)];
            for (int n = socket.read(piece, 0, piece.length); n >= 0; n = socket.read(piece, 0, piece.length)) {
                read.write(piece, 0, n);
            }
            assertArrayEquals(message, read.toByteArray(), "seed " + seed);
        }
        assertFalse(socket.next(), "seed " + seed);
        String answers = HexFormat.of().formatHex(sent.toByteArray());
        assertEquals("8a020102".repeat(pings) + "880203e8", answers, "seed " + seed);
    }

    @Test
    void whatIsLeftOfAMessageIsSkipped() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(frame(true, 2, new byte[500], random));
        wire.writeBytes(frame(true, 1, new byte[] {7}, random));
        WebSocket socket = reading(wire.toByteArray());

        assertTrue(socket.next());
        assertFalse(socket.isText());
        assertTrue(socket.next());
        assertTrue(socket.isText());
        byte[] one = new byte[9];
        assertEquals(1, socket.read(one, 0, 9));
        assertEquals(7, one[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 200_000})
    void whatIsSentIsOneFrame(int length) throws IOException {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 5);

        reading(new byte[0]).send(false, 2, bytes, 0, length);

        byte[] frame = sent.toByteArray();
        int all = length + 1;
        int head = all < 126 ? 2 : all < 65_536 ? 4 : 10;
        assertEquals(head + all, frame.length);
        assertEquals((byte) 0x82, frame[0]);
        assertEquals(2, frame[head]);
        assertEquals(all < 126 ? all : all < 65_536 ? 126 : 127, frame[1]);
        assertTrue(length == 0 || frame[frame.length - 1] == 5);
    }

    /** No mask; reserved bits; a continuation of nothing; a long ping; a ping in parts; an unknown opcode; a length below nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "820100",
                "c28100000000aa",
                "808100000000aa",
                "89fe00ff00000000",
                "098000000000",
                "8b8000000000",
                "82ffffffffffffffffff00000000"
            })
    void whatIsNoFrameEndsTheConnection(String hex) throws IOException {
        WebSocket socket = reading(HexFormat.of().parseHex(hex));

        assertThrows(ProtocolException.class, socket::next);
        assertEquals("880203ea", HexFormat.of().formatHex(sent.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "82", "8285", "828500000000aa"})
    void aCutIsSeen(String hex) {
        WebSocket socket = reading(HexFormat.of().parseHex(hex));

        assertThrows(EOFException.class, () -> {
            while (socket.next()) {
                byte[] piece = new byte[9];
                while (socket.read(piece, 0, 9) >= 0) {
                    continue;
                }
            }
        });
    }

    @Test
    void nothingIsSentBehindAClose() throws IOException {
        WebSocket socket = reading(new byte[0]);
        socket.sendClose(WebSocket.NORMAL);
        socket.send(false, 1, new byte[] {1}, 0, 1);
        socket.ping();

        assertEquals("880203e8", HexFormat.of().formatHex(sent.toByteArray()));
    }

    /** The example of the RFC. */
    @Test
    void aKeyIsAccepted() {
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocket.accept("dGhlIHNhbXBsZSBub25jZQ=="));
    }
}
