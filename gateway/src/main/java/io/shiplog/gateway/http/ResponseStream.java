package io.shiplog.gateway.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * A body that is sent as fast as its client reads it. What waits for a client that does not read is one piece, however large the
 * body is: its parts stay what they are, the bytes that images share. Other requests of the same event loop get their turn between
 * pieces. Lives on the exchange's event loop.
 */
public final class ResponseStream implements FrameSink {
    private static final int PIECE_BYTES = 64 * 1024;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final Source source;
    private final Deque<byte[]> parts = new ArrayDeque<>();
    /** How much of the first part has left. */
    private int sent;

    /** Whether the frames are messages. */
    private boolean prefixed;

    private long bytes;
    private boolean waiting;
    private boolean ending;

    /** Where the parts come from. */
    @FunctionalInterface
    public interface Source {
        /**
         * Adds the next parts, or ends the stream.
         *
         * @return false if there are none now
         */
        boolean next(ResponseStream to);
    }

    public ResponseStream(Exchange exchange, Source source) {
        this.exchange = exchange;
        this.response = exchange.response();
        this.source = source;
    }

    /** Sends the head of a body whose length is not known; a client considers a watch open only then. */
    static ResponseStream opened(Exchange exchange, BooleanSupplier source) {
        boolean messages = exchange.accepted().text() == Accepted.Text.PROTOBUF;
        String type =
                messages ? Accepted.Text.PROTOBUF.contentType() + ";stream=watch" : Accepted.Text.JSON.contentType();
        exchange.head(200, type).setChunked(true);
        var unused = exchange.response().writeHead();
        ResponseStream stream = new ResponseStream(exchange, to -> source.getAsBoolean());
        stream.prefixed = messages;
        return stream;
    }

    /** Sends bytes that are at hand; their number is in the head. */
    static void send(Exchange exchange, byte[] body) {
        exchange.response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
        ResponseStream stream = new ResponseStream(exchange, to -> false);
        stream.add(body);
        stream.end();
        stream.pump();
    }

    /** Sends head and body; a body of one piece with its length in the head, which a client may then read at once. */
    public void send(int code, CharSequence contentType) {
        fill();
        exchange.head(code, contentType);
        if (ending && bytes <= PIECE_BYTES) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(bytes));
        } else {
            response.setChunked(true);
        }
        if (exchange.request().method() == HttpMethod.HEAD) {
            var unused = response.end();
        } else {
            pump();
        }
    }

    /** Adds a part behind all others. It must not change any more. */
    public void add(byte[] part) {
        if (part.length > 0) {
            parts.addLast(part);
            bytes += part.length;
        }
    }

    /** A message says where it ends only by its length before it, in four bytes. */
    @Override
    public void frame(byte[]... frame) {
        if (prefixed) {
            int length = 0;
            for (byte[] part : frame) {
                length += part.length;
            }
            add(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
        }
        for (byte[] part : frame) {
            add(part);
        }
    }

    /** No part comes any more: the answer ends when all have left. */
    @Override
    public void end() {
        ending = true;
    }

    @Override
    public boolean isWaiting() {
        return waiting;
    }

    /** Bytes of the parts that are here and have not left. */
    long left() {
        return bytes;
    }

    @Override
    public void pump() {
        if (waiting || response.ended() || response.closed()) {
            return;
        }
        if (response.writeQueueFull()) {
            waiting = true;
            response.drainHandler(drained -> {
                response.drainHandler(null);
                waiting = false;
                exchange.guarded(this::pump);
            });
            return;
        }
        fill();
        boolean last = ending && bytes <= PIECE_BYTES;
        boolean full = bytes >= PIECE_BYTES;
        if (last) {
            var unused = bytes == 0 ? response.end() : response.end(piece());
        } else if (bytes > 0) {
            var unused = response.write(piece());
        }
        if (full && !last) {
            exchange.context().runOnContext(turn -> exchange.guarded(this::pump));
        }
    }

    private void fill() {
        boolean more = true;
        while (more && !ending && bytes < PIECE_BYTES) {
            more = source.next(this);
        }
    }

    /** The next piece: a slice of a large part as it is, many small ones together. */
    private Buffer piece() {
        int length = (int) Math.min(bytes, PIECE_BYTES);
        bytes -= length;
        byte[] first = parts.getFirst();
        if (first.length - sent >= length) {
            Buffer slice = BufferInternal.buffer(Unpooled.wrappedBuffer(first, sent, length));
            take(length);
            return slice;
        }
        byte[] piece = new byte[length];
        int filled = 0;
        while (filled < length) {
            byte[] part = parts.getFirst();
            int taken = Math.min(part.length - sent, length - filled);
            System.arraycopy(part, sent, piece, filled, taken);
            filled += taken;
            take(taken);
        }
        return Exchange.buffer(piece);
    }

    private void take(int length) {
        sent += length;
        if (sent == parts.getFirst().length) {
            parts.removeFirst();
            sent = 0;
        }
    }
}
