package io.shiplog.node.engine.docker;

import io.shiplog.node.engine.ContainerEngine.LogReader;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Decodes Docker's log stream to lines. Chunks may have any size and end anywhere: in a header, in a timestamp, in a line.
 *
 * <p>Docker sends a log as messages, each with a timestamp in front. A line of more than 16 KiB is several messages, of which only
 * the last has the line end. Without a terminal each message is a frame with a header. With a terminal there are no frames: a
 * message ends with its line, or where 16 KiB or more of it are followed by the next timestamp.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach">Stream
 *     format</a>
 */
final class LogDecoder {
    /** Docker's size of a message before it is stored; invalid UTF-8 makes it longer. */
    static final int PIECE_BYTES = 16 * 1024;
    /** A line is passed on as one up to this length; the rest of a longer one follows without a timestamp. */
    static final int MAX_JOINED_BYTES = 1024 * 1024;

    private static final int HEADER_BYTES = 8;
    private static final int MAX_REPORT_BYTES = 1024;
    private static final int STDERR = 2;
    /** The stream on which Docker reports that it could not read the log. */
    private static final int SYSTEM_ERROR = 3;
    /** A timestamp and the space after it; digits stand for digits. */
    private static final byte[] STAMP = "0000-00-00T00:00:00.000000000Z ".getBytes(StandardCharsets.US_ASCII);

    private final LogReader reader;
    private final Map<Integer, Line> lines = new HashMap<>();
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerBytes;
    private int stream;
    private long left;
    private boolean begun;
    private boolean framed;
    private boolean enough;

    /** @param reader stops the decoder by returning false */
    LogDecoder(LogReader reader) {
        this.reader = reader;
    }

    /**
     * Takes the next bytes of the stream.
     *
     * @return false if the reader has enough
     * @throws IOException from the reader
     * @throws EngineException if the stream is malformed, or reports that the log cannot be read
     */
    boolean take(byte[] chunk, int length) throws IOException {
        if (!begun && length > 0) {
            begun = true;
            // Without frames the first byte is a digit of a timestamp.
            framed = chunk[0] <= SYSTEM_ERROR;
        }
        if (!framed) {
            line(0).take(chunk, 0, length);
            return !enough;
        }
        for (int at = 0; at < length && !enough; ) {
            if (headerBytes < HEADER_BYTES) {
                header[headerBytes++] = chunk[at++];
                if (headerBytes == HEADER_BYTES) {
                    beginFrame();
                }
            } else {
                int part = (int) Math.min(left, length - at);
                line(stream).take(chunk, at, part);
                at += part;
                left -= part;
            }
            if (headerBytes == HEADER_BYTES && left == 0) {
                headerBytes = 0;
            }
        }
        return !enough;
    }

    private void beginFrame() {
        stream = header[0];
        left = 0;
        for (int i = HEADER_BYTES - 4; i < HEADER_BYTES; i++) {
            left = left << 8 | header[i] & 0xff;
        }
        if (stream < 0 || stream > SYSTEM_ERROR) {
            throw new EngineException(Why.REFUSED, "malformed log stream: no stream has the number " + stream);
        }
        line(stream).beginMessage();
    }

    /**
     * The stream has ended: passes on what has no line end.
     *
     * @throws IOException from the reader
     * @throws EngineException if the stream reported that the log cannot be read
     */
    void end() throws IOException {
        for (int each = 0; each <= STDERR; each++) {
            if (lines.containsKey(each)) {
                line(each).handOver(line(each).length);
            }
        }
        if (lines.containsKey(SYSTEM_ERROR)) {
            throw new EngineException(
                    Why.REFUSED, "the log cannot be read: " + line(SYSTEM_ERROR).text());
        }
    }

    private Line line(int of) {
        return lines.computeIfAbsent(of, Line::new);
    }

    /** The unfinished line of one stream. */
    private final class Line {
        private final int of;
        private byte[] text = new byte[256];
        private int length;
        /** Bytes of the message so far, without its timestamp. */
        private long messageBytes;

        private boolean inStamp;
        private int stampBytes;
        private final byte[] stamp = new byte[64];
        private String timestamp = "";
        private boolean inLine;

        Line(int of) {
            this.of = of;
            beginMessage();
        }

        void beginMessage() {
            // Reports about the log itself have no timestamp.
            inStamp = of != SYSTEM_ERROR;
            stampBytes = 0;
            messageBytes = 0;
        }

        void take(byte[] chunk, int from, int count) throws IOException {
            int end = from + count;
            for (int at = from; at < end && !enough; ) {
                if (inStamp) {
                    stamp(chunk[at++]);
                    continue;
                }
                int next = at;
                while (next < end && chunk[next] != '\n' && (framed || chunk[next] != ' ')) {
                    next++;
                }
                next = Math.min(end, next + 1);
                append(chunk, at, next - at);
                at = next;
                byte last = chunk[next - 1];
                if (of == SYSTEM_ERROR) {
                    length = Math.min(length, MAX_REPORT_BYTES);
                    continue;
                }
                if (last == '\n') {
                    handOver(length);
                    inLine = false;
                    if (!framed) {
                        beginMessage();
                    }
                } else if (!framed && last == ' ' && endsWithStamp()) {
                    length -= STAMP.length;
                    messageBytes = 0;
                } else if (length >= MAX_JOINED_BYTES + STAMP.length) {
                    handOver(MAX_JOINED_BYTES);
                }
            }
        }

        private void stamp(byte b) {
            if (b == ' ') {
                inStamp = false;
                if (!inLine) {
                    inLine = true;
                    timestamp = new String(stamp, 0, stampBytes, StandardCharsets.US_ASCII);
                }
            } else if (stampBytes == stamp.length) {
                throw new EngineException(Why.REFUSED, "malformed log stream: a message has no timestamp");
            } else {
                stamp[stampBytes++] = b;
            }
        }

        private void append(byte[] chunk, int from, int count) {
            if (text.length < length + count) {
                text = Arrays.copyOf(text, Math.max(length + count, 2 * text.length));
            }
            System.arraycopy(chunk, from, text, length, count);
            length += count;
            messageBytes += count;
        }

        private boolean endsWithStamp() {
            if (messageBytes < PIECE_BYTES + STAMP.length || length < STAMP.length) {
                return false;
            }
            for (int i = 0; i < STAMP.length; i++) {
                byte b = text[length - STAMP.length + i];
                if (STAMP[i] == '0' ? b < '0' || b > '9' : b != STAMP[i]) {
                    return false;
                }
            }
            return true;
        }

        /** Passes on the first bytes of the line. */
        private void handOver(int count) throws IOException {
            if (count == 0 || enough) {
                return;
            }
            byte[] part = Arrays.copyOf(text, count);
            System.arraycopy(text, count, text, 0, length - count);
            length -= count;
            String at = timestamp;
            timestamp = "";
            enough = !reader.onLine(at, part);
        }

        String text() {
            return new String(text, 0, length, StandardCharsets.UTF_8).strip();
        }
    }
}
