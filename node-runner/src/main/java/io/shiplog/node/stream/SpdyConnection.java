package io.shiplog.node.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyHeaders;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's end of SPDY/3.1 as Kubernetes' clients speak it: they open streams, both sides write, and flow control is the
 * connection's, since their library sends no window updates. Frames are Netty's; one thread reads, any thread writes.
 *
 * @see <a href="https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/">SPDY/3.1</a>
 * @see <a href="https://github.com/moby/spdystream">spdystream</a>
 */
public final class SpdyConnection {
    /** More streams than a port-forward of many connections has. */
    private static final int MAX_STREAMS = 512;

    private static final int READ_BYTES = 32 * 1024;
    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 2 * 1024;
    /** Decoded at once: compressed headers of many streams are larger than they look. */
    private static final int MAX_DECODED_BYTES = 1024;

    private static final int COMPRESSION_LEVEL = 6;
    private static final int WINDOW_BITS = 15;
    private static final int MEMORY_LEVEL = 8;
    private static final int DATA_HEADER_BYTES = 8;
    private static final int FLAG_LAST = 1;
    private static final int PING_BYTES = 12;
    private static final int GO_AWAY_BYTES = 16;

    private final InputStream in;
    private final OutputStream out;
    private final Closeable connection;
    private final EmbeddedChannel reading = new EmbeddedChannel(codec());
    private final EmbeddedChannel encoding = new EmbeddedChannel(codec());
    private final ReentrantLock writing = new ReentrantLock();
    private final byte[] frame = new byte[DATA_HEADER_BYTES + MAX_CHUNK_BYTES];
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private int lastStream;
    private int lastPing;

    /** Takes what comes on a stream, on the reading thread: while it blocks, nothing is read. */
    public interface Receiver {
        /** Bytes of the client. */
        void data(byte[] bytes) throws IOException;

        /** The client sends no more on this stream. */
        void end() throws IOException;
    }

    /** Takes the streams that the client opens, on the reading thread. */
    @FunctionalInterface
    public interface Opened {
        /**
         * A stream was opened.
         *
         * @param headers by their names in lower case
         * @return takes what comes on it
         */
        Receiver stream(Stream stream, Map<String, String> headers);
    }

    /**
     * @param connection is closed at the end
     */
    public SpdyConnection(InputStream in, OutputStream out, Closeable connection) {
        this.in = in;
        this.out = out;
        this.connection = connection;
    }

    private static SpdyFrameCodec codec() {
        return new SpdyFrameCodec(
                SpdyVersion.SPDY_3_1,
                MAX_CHUNK_BYTES,
                MAX_HEADER_BYTES,
                COMPRESSION_LEVEL,
                WINDOW_BITS,
                MEMORY_LEVEL,
                false);
    }

    /** A stream that the client has opened. */
    public final class Stream {
        private final int id;
        private Receiver receiver = new Receiver() {
            @Override
            public void data(byte[] bytes) {}

            @Override
            public void end() {}
        };
        private boolean ended;

        private Stream(int id) {
            this.id = id;
        }

        /** Its number. */
        public int id() {
            return id;
        }

        /** Sends bytes; blocks while the client does not read. */
        public void write(byte[] bytes, int length) throws IOException {
            int at = 0;
            while (at < length) {
                int count = Math.min(MAX_CHUNK_BYTES, length - at);
                send(bytes, at, count, false);
                at += count;
            }
        }

        /** Nothing follows from this side. Idempotent. */
        public void end() throws IOException {
            send(new byte[0], 0, 0, true);
        }

        private void send(byte[] bytes, int offset, int length, boolean last) throws IOException {
            writing.lock();
            try {
                if (ended) {
                    return;
                }
                ended = last;
                number(frame, 0, id);
                number(frame, Integer.BYTES, length);
                frame[Integer.BYTES] = (byte) (last ? FLAG_LAST : 0);
                System.arraycopy(bytes, offset, frame, DATA_HEADER_BYTES, length);
                out.write(frame, 0, DATA_HEADER_BYTES + length);
                out.flush();
            } finally {
                writing.unlock();
            }
        }

        /** Gives the stream up, in both directions. */
        public void reset() throws IOException {
            streams.remove(id);
            SpdyConnection.this.send(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.CANCEL));
        }

        /** Forgets the stream after its end: what still comes is skipped. */
        public void forget() {
            streams.remove(id);
        }
    }

    private static void number(byte[] bytes, int at, int number) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (number >>> Byte.SIZE * (Integer.BYTES - 1 - i));
        }
    }

    /**
     * Reads until the client closes.
     *
     * @throws IOException if the client is gone, or what comes is not SPDY
     */
    public void read(Opened opened) throws IOException {
        byte[] bytes = new byte[READ_BYTES];
        try {
            while (readOnce(bytes, opened)) {
                continue;
            }
        } finally {
            reading.finishAndReleaseAll();
        }
    }

    private boolean readOnce(byte[] bytes, Opened opened) throws IOException {
        int count = in.read(bytes);
        if (count < 0) {
            return false;
        }
        for (int at = 0; at < count; at += MAX_DECODED_BYTES) {
            if (!take(bytes, at, Math.min(MAX_DECODED_BYTES, count - at), opened)) {
                return false;
            }
        }
        return true;
    }

    private boolean take(byte[] bytes, int from, int count, Opened opened) throws IOException {
        decode(bytes, from, count);
        for (Object next = reading.readInbound(); next != null; next = reading.readInbound()) {
            try {
                if (next instanceof SpdyGoAwayFrame) {
                    return false;
                }
                if (next instanceof SpdyFrame known) {
                    take(known, opened);
                }
            } finally {
                ReferenceCountUtil.release(next);
            }
        }
        return true;
    }

    /** Netty throws invalid SPDY as an unchecked or undeclared exception. */
    private void decode(byte[] bytes, int from, int count) throws IOException {
        try {
            reading.writeInbound(Unpooled.copiedBuffer(bytes, from, count));
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void take(SpdyFrame next, Opened opened) throws IOException {
        switch (next) {
            case SpdySynStreamFrame open -> open(open, opened);
            case SpdyDataFrame data -> {
                Stream stream = streams.get(data.streamId());
                if (stream != null && data.content().isReadable()) {
                    stream.receiver.data(ByteBufUtil.getBytes(data.content()));
                }
                ended(data, stream);
            }
            case SpdyRstStreamFrame reset -> {
                Stream stream = streams.remove(reset.streamId());
                if (stream != null) {
                    stream.receiver.end();
                }
            }
            case SpdyPingFrame ping -> {
                if (ping.id() % 2 != 0) {
                    ping(ping.id());
                }
            }
            default -> {} // settings and window updates: nothing to do
        }
    }

    private static void ended(SpdyStreamFrame frame, @org.jspecify.annotations.Nullable Stream stream)
            throws IOException {
        if (frame.isLast() && stream != null) {
            stream.receiver.end();
        }
    }

    private void open(SpdySynStreamFrame open, Opened opened) throws IOException {
        if (open.isInvalid() || open.isTruncated() || streams.size() >= MAX_STREAMS) {
            throw new ProtocolException("a stream that cannot be opened");
        }
        Map<String, String> headers = new java.util.HashMap<>();
        SpdyHeaders all = open.headers();
        all.names()
                .forEach(
                        name -> headers.put(name.toString().toLowerCase(java.util.Locale.ROOT), all.getAsString(name)));
        Stream stream = new Stream(open.streamId());
        lastStream = Math.max(lastStream, open.streamId());
        streams.put(stream.id, stream);
        stream.receiver = opened.stream(stream, headers);
        DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(stream.id);
        // Netty writes no block at all for no headers, which Go's reader takes for a cut frame.
        reply.headers().set("server", "shiplog");
        send(reply);
        ended(open, stream);
    }

    private void send(SpdyFrame control) throws IOException {
        writing.lock();
        try {
            encoding.writeOutbound(control);
            for (ByteBuf bytes = encoding.readOutbound(); bytes != null; bytes = encoding.readOutbound()) {
                try {
                    out.write(ByteBufUtil.getBytes(bytes));
                } finally {
                    bytes.release();
                }
            }
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    /** Sends a sign of life. No effect while something else is being sent. */
    public void ping() throws IOException {
        if (writing.tryLock()) {
            try {
                lastPing += 2;
                ping(lastPing);
            } finally {
                writing.unlock();
            }
        }
    }

    private void ping(int id) throws IOException {
        byte[] ping = new byte[PING_BYTES];
        number(ping, 0, 0x80030006);
        number(ping, Integer.BYTES, Integer.BYTES);
        number(ping, 2 * Integer.BYTES, id);
        raw(ping);
    }

    /** Says that no more streams are taken. */
    public void goAway() throws IOException {
        byte[] away = new byte[GO_AWAY_BYTES];
        number(away, 0, 0x80030007);
        number(away, Integer.BYTES, 2 * Integer.BYTES);
        number(away, 2 * Integer.BYTES, lastStream);
        raw(away);
    }

    private void raw(byte[] bytes) throws IOException {
        writing.lock();
        try {
            out.write(bytes);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    /** Closes the connection at once. */
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            // It is gone, as wanted.
            return;
        }
    }
}
