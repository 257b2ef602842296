package io.shiplog.node.stream;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** SPDY as Kubernetes' clients send it, in any cut; and ports forwarded over it. */
class SpdyConnectionTest {
    private static final PortForward.Places UNLIMITED = places(Integer.MAX_VALUE);

    private static PortForward.Places places(int most) {
        Semaphore semaphore = new Semaphore(most);
        return new PortForward.Places() {
            @Override
            public boolean enter() {
                return semaphore.tryAcquire();
            }

            @Override
            public void leave() {
                semaphore.release();
            }
        };
    }

    private final EmbeddedChannel client = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));

    private byte[] encoded(SpdyFrame frame) {
        client.writeOutbound(frame);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuf out = client.readOutbound(); out != null; out = client.readOutbound()) {
            bytes.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
        }
        return bytes.toByteArray();
    }

    private byte[] opening(int id, Map<String, String> headers) {
        DefaultSpdySynStreamFrame open = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        headers.forEach((name, value) -> open.headers().set(name, value));
        return encoded(open);
    }

    private byte[] data(int id, byte[] bytes, boolean last) {
        return encoded(new DefaultSpdyDataFrame(id, Unpooled.copiedBuffer(bytes)).setLast(last));
    }

    private static InputStream cut(byte[] bytes, SplittableRandom random) {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        return new InputStream() {
            @Override
            public int read() {
                return in.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return in.read(into, offset, Math.min(length, 1 + random.nextInt(random.nextBoolean() ? 20 : 5_000)));
            }
        };
    }

    @RepeatedTest(30)
    void streamsComeOutAsTheyWentInHoweverTheyAreCut() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Map<Integer, ByteArrayOutputStream> sent = new HashMap<>();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int id = 1; id < 20; id += 2) {
            sent.put(id, new ByteArrayOutputStream());
            wire.writeBytes(opening(id, Map.of("streamtype", "data", "requestid", Integer.toString(id))));
        }
        for (int i = 0; i < 100; i++) {
            int id = 1 + 2 * random.nextInt(10);
            byte[] bytes = new byte[random.nextInt(random.nextInt(8) == 0 ? 40_000 : 100)];
            random.nextBytes(bytes);
            requireNonNull(sent.get(id)).writeBytes(bytes);
            wire.writeBytes(data(id, bytes, false));
        }
        sent.keySet().forEach(id -> wire.writeBytes(data(id, new byte[0], true)));
        Map<Integer, ByteArrayOutputStream> got = new HashMap<>();
        Map<Integer, String> ended = new HashMap<>();
        ByteArrayOutputStream answers = new ByteArrayOutputStream();

        new SpdyConnection(cut(wire.toByteArray(), random), answers, () -> {}).read((stream, headers) -> {
            assertEquals("data", headers.get("streamtype"));
            got.put(stream.id(), new ByteArrayOutputStream());
            return new SpdyConnection.Receiver() {
                @Override
                public void data(byte[] bytes) {
                    got.get(stream.id()).writeBytes(bytes);
                }

                @Override
                public void end() {
                    ended.put(stream.id(), headers.get("requestid"));
                }
            };
        });

        sent.forEach((id, bytes) -> {
            assertArrayEquals(bytes.toByteArray(), requireNonNull(got.get(id)).toByteArray(), "seed " + seed);
            assertEquals(Integer.toString(id), ended.get(id), "seed " + seed);
        });
        client.writeInbound(Unpooled.wrappedBuffer(answers.toByteArray()));
        for (int id = 1; id < 20; id += 2) {
            SpdySynReplyFrame reply = client.readInbound();
            assertEquals(id, reply.streamId());
            assertTrue(!reply.headers().isEmpty(), "Go's reader expects a block of headers");
        }
    }

    @Test
    void aClientThatSendsToHalfAConnectionIsCut() {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(opening(1, Map.of("streamtype", "data", "requestid", "0", "port", "80")));
        wire.writeBytes(data(1, new byte[] {1}, false));
        AtomicBoolean closed = new AtomicBoolean();

        PortForward.run(
                new SpdyConnection(
                        new ByteArrayInputStream(wire.toByteArray()),
                        new ByteArrayOutputStream(),
                        () -> closed.set(true)),
                "web",
                port -> {
                    throw new AssertionError("no connection");
                },
                UNLIMITED,
                ping -> () -> {},
                Duration.ofHours(1));

        assertTrue(closed.get());
    }

    @Test
    void halvesThatNeverMeetAreFew() {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int id = 1; id < 400; id += 2) {
            wire.writeBytes(opening(id, Map.of("streamtype", "error", "requestid", "r" + id, "port", "80")));
        }
        AtomicInteger cuts = new AtomicInteger();

        PortForward.run(
                new SpdyConnection(
                        new ByteArrayInputStream(wire.toByteArray()),
                        new ByteArrayOutputStream(),
                        cuts::incrementAndGet),
                "web",
                port -> {
                    throw new AssertionError("no connection");
                },
                UNLIMITED,
                ping -> () -> {},
                Duration.ofHours(1));

        assertTrue(cuts.get() > 1, "cut before the client ended");
    }

    @Test
    void aPingIsAnswered() throws IOException {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        byte[] ping = encoded(new DefaultSpdyPingFrame(7));
        new SpdyConnection(new ByteArrayInputStream(ping), answers, () -> {}).read((stream, headers) -> {
            throw new AssertionError("no stream");
        });

        client.writeInbound(Unpooled.wrappedBuffer(answers.toByteArray()));
        assertEquals(7, ((SpdyPingFrame) client.readInbound()).id());
    }

    @Test
    void whatIsNotSpdyEndsTheConnection() {
        byte[] anotherVersion = {(byte) 0x80, 9, 0, 1, 0, 0, 0, 0};
        SpdyConnection connection =
                new SpdyConnection(new ByteArrayInputStream(anotherVersion), new ByteArrayOutputStream(), () -> {});

        assertThrows(
                IOException.class,
                () -> connection.read((stream, headers) -> {
                    throw new AssertionError("no stream");
                }));
    }

    /** A connection of a port-forward to a server that answers with what it got, and one to a port where nothing listens. */
    @Test
    void aPortIsForwardedAndARefusalIsExplained() throws Exception {
        try (ServerSocket echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ServerSocket front = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = echo.accept()) {
                    byte[] all = socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write(all);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            Thread.ofVirtual().start(() -> {
                try {
                    Socket socket = front.accept();
                    PortForward.run(
                            new SpdyConnection(socket.getInputStream(), socket.getOutputStream(), socket),
                            "shop/web",
                            port -> {
                                if (port != 80) {
                                    throw new java.net.ConnectException("Connection refused");
                                }
                                return new Socket(InetAddress.getLoopbackAddress(), echo.getLocalPort());
                            },
                            UNLIMITED,
                            ping -> () -> {},
                            Duration.ofHours(1));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (Socket kubectl = new Socket(InetAddress.getLoopbackAddress(), front.getLocalPort())) {
                kubectl.getOutputStream()
                        .write(opening(1, Map.of("streamtype", "error", "port", "80", "requestid", "0")));
                kubectl.getOutputStream()
                        .write(opening(3, Map.of("streamtype", "data", "port", "80", "requestid", "0")));
                kubectl.getOutputStream().write(data(3, "hello".getBytes(StandardCharsets.US_ASCII), true));
                assertEquals("hello", stream(kubectl, 3));
                kubectl.getOutputStream()
                        .write(opening(5, Map.of("streamtype", "error", "port", "81", "requestid", "1")));
                kubectl.getOutputStream()
                        .write(opening(7, Map.of("streamtype", "data", "port", "81", "requestid", "1")));
                String refusal = stream(kubectl, 5);
                assertTrue(
                        refusal.equals(
                                "error forwarding port 81 to pod shop/web: failed to connect to localhost:81 inside the pod: Connection refused"),
                        refusal);
            }
        }
    }

    /** Given a user who has all connections of the node that one user may have / when another is forwarded / then it is refused in words. */
    @Test
    void aConnectionBeyondThePlacesOfItsUserIsRefused() throws Exception {
        PortForward.Places full = places(1);
        assertTrue(full.enter());
        try (ServerSocket front = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    Socket socket = front.accept();
                    PortForward.run(
                            new SpdyConnection(socket.getInputStream(), socket.getOutputStream(), socket),
                            "shop/web",
                            port -> {
                                throw new AssertionError("no connection");
                            },
                            full,
                            ping -> () -> {},
                            Duration.ofHours(1));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (Socket kubectl = new Socket(InetAddress.getLoopbackAddress(), front.getLocalPort())) {
                kubectl.getOutputStream()
                        .write(opening(1, Map.of("streamtype", "error", "port", "80", "requestid", "0")));
                kubectl.getOutputStream()
                        .write(opening(3, Map.of("streamtype", "data", "port", "80", "requestid", "0")));
                String refusal = stream(kubectl, 1);
                assertTrue(refusal.endsWith("too many connections to pods of this node are open"), refusal);
            }
        }
        full.leave();
        assertTrue(full.enter(), "a refused connection takes no place and gives none back");
        assertTrue(!full.enter());
    }

    /** What comes on a stream, up to its end. */
    private String stream(Socket socket, int id) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] piece = new byte[1_000];
        while (true) {
            for (Object next = client.readInbound(); next != null; next = client.readInbound()) {
                if (next instanceof SpdyDataFrame data && data.streamId() == id) {
                    text.append(data.content().toString(StandardCharsets.UTF_8));
                    if (data.isLast()) {
                        return text.toString();
                    }
                }
            }
            int count = socket.getInputStream().read(piece);
            if (count < 0) {
                throw new IOException("cut after: " + text);
            }
            client.writeInbound(Unpooled.copiedBuffer(piece, 0, count));
        }
    }
}
