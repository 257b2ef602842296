package io.shiplog.node.stream;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's end of a WebSocket. One thread reads messages piece by piece, however long they are; any thread writes.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455</a>
 */
public final class WebSocket implements Closeable {
    /** The normal end. */
    public static final int NORMAL = 1000;

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int MAX_16 = 0xffff;
    private static final int MAX_HEADER_BYTES = 10;
    private static final int MASK_BYTES = 4;
    private static final int PROTOCOL_ERROR = 1002;
    /** A frame up to here leaves in one write. */
    private static final int FRAME_BYTES = 64 * 1024;

    private final InputStream in;
    private final OutputStream out;
    private final Closeable connection;
    private final ReentrantLock writing = new ReentrantLock();
    private final byte[] frame = new byte[FRAME_BYTES];
    private boolean closeSent;

    private final byte[] mask = new byte[MASK_BYTES];
    private int maskAt;
    private long left;
    private boolean last = true;
    private boolean text;

    /**
     * @param in buffered
     * @param out not buffered
     * @param connection is closed at the end
     */
    public WebSocket(InputStream in, OutputStream out, Closeable connection) {
        this.in = in;
        this.out = out;
        this.connection = connection;
    }

    /** The {@code Sec-WebSocket-Accept} for a client's {@code Sec-WebSocket-Key}. */
    public static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Goes to the next message; what is left of the current one is skipped.
     *
     * @return false if the client has closed
     * @throws IOException if the connection is gone, or what comes is no WebSocket
     */
    public boolean next() throws IOException {
        byte[] skipped = new byte[MAX_CONTROL_BYTES];
        while (read(skipped, 0, skipped.length) >= 0) {
            continue;
        }
        return header(true);
    }

    /** Whether the current message is text. */
    boolean isText() {
        return text;
    }

    /** Reads bytes of the current message; -1 at its end. */
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (left == 0) {
            if (last) {
                return -1;
            }
            if (!header(false)) {
                throw new EOFException("closed within a message");
            }
        }
        int count = in.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("cut off within a frame");
        }
        for (int i = offset; i < offset + count; i++) {
            bytes[i] ^= mask[maskAt++ & MASK_BYTES - 1];
        }
        left -= count;
        return count;
    }

    private boolean header(boolean first) throws IOException {
        while (true) {
            int start = in.read();
            if (start < 0) {
                throw new EOFException("the client is gone");
            }
            int lengths = byteOrEnd();
            int opcode = start & OPCODE;
            boolean control = opcode >= CLOSE;
            long length = length(lengths & LENGTH);
            if ((start & RESERVED) != 0
                    || (lengths & MASKED) == 0
                    || length < 0
                    || control && ((start & FIN) == 0 || length > MAX_CONTROL_BYTES)) {
                throw broken("a frame that no client sends");
            }
            for (int i = 0; i < MASK_BYTES; i++) {
                mask[i] = (byte) byteOrEnd();
            }
            maskAt = 0;
            if (!control) {
                boolean begins = opcode == TEXT || opcode == BINARY;
                if (begins != first || !begins && opcode != CONTINUATION) {
                    throw broken("a frame out of turn");
                }
                text = begins ? opcode == TEXT : text;
                left = length;
                last = (start & FIN) != 0;
                return true;
            }
            if (!control(opcode, (int) length)) {
                return false;
            }
        }
    }

    private boolean control(int opcode, int length) throws IOException {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (byteOrEnd() ^ mask[i & MASK_BYTES - 1]);
        }
        switch (opcode) {
            case PING -> send(PONG, -1, payload, 0, length);
            case CLOSE -> {
                sendClose(length < 2 ? NORMAL : (payload[0] & 0xff) << Byte.SIZE | payload[1] & 0xff);
                return false;
            }
            case PONG -> {}
            default -> throw broken("an unknown frame");
        }
        return true;
    }

    private long length(int first) throws IOException {
        int bytes = first == LENGTH_16 ? 2 : first == LENGTH_64 ? Long.BYTES : 0;
        long length = bytes == 0 ? first : 0;
        for (int i = 0; i < bytes; i++) {
            length = length << Byte.SIZE | byteOrEnd();
        }
        return length;
    }

    private int byteOrEnd() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("cut off within a frame");
        }
        return next;
    }

    private ProtocolException broken(String what) throws IOException {
        sendClose(PROTOCOL_ERROR);
        return new ProtocolException(what);
    }

    /**
     * Sends a message; blocks while the client does not read.
     *
     * @param prefix a byte before all others, or -1
     */
    public void send(boolean asText, int prefix, byte[] bytes, int offset, int length) throws IOException {
        send(asText ? TEXT : BINARY, prefix, bytes, offset, length);
    }

    private void send(int opcode, int prefix, byte[] bytes, int offset, int length) throws IOException {
        writing.lock();
        try {
            if (!closeSent) {
                write(opcode, prefix, bytes, offset, length);
            }
        } finally {
            writing.unlock();
        }
    }

    private void write(int opcode, int prefix, byte[] bytes, int offset, int length) throws IOException {
        int all = length + (prefix < 0 ? 0 : 1);
        int at = 0;
        frame[at++] = (byte) (FIN | opcode);
        if (all < LENGTH_16) {
            frame[at++] = (byte) all;
        } else {
            boolean brief = all <= MAX_16;
            frame[at++] = (byte) (brief ? LENGTH_16 : LENGTH_64);
            for (int shift = brief ? Byte.SIZE : Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                frame[at++] = (byte) ((long) all >>> shift);
            }
        }
        if (prefix >= 0) {
            frame[at++] = (byte) prefix;
        }
        if (length <= FRAME_BYTES - MAX_HEADER_BYTES - 1) {
            System.arraycopy(bytes, offset, frame, at, length);
            out.write(frame, 0, at + length);
        } else {
            out.write(frame, 0, at);
            out.write(bytes, offset, length);
        }
        out.flush();
    }

    /** Sends a ping, so that no proxy closes an idle connection. No effect while something else is being sent. */
    public void ping() throws IOException {
        if (writing.tryLock()) {
            try {
                if (!closeSent) {
                    write(PING, -1, new byte[0], 0, 0);
                }
            } finally {
                writing.unlock();
            }
        }
    }

    /** Sends that no message follows. The client answers, and {@link #next} then says false. */
    public void sendClose(int code) throws IOException {
        writing.lock();
        try {
            if (!closeSent) {
                write(CLOSE, -1, new byte[] {(byte) (code >>> Byte.SIZE), (byte) code}, 0, 2);
                closeSent = true;
            }
        } finally {
            writing.unlock();
        }
    }

    /** Closes the connection at once. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            // It is gone, as wanted.
            return;
        }
    }
}
