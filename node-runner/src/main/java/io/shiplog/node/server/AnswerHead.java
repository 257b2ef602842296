package io.shiplog.node.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;

/**
 * The head of a pod's answer, with the line ends that HTTP prescribes: many servers end lines without a carriage return, which Go's client takes and
 * Netty's does not.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-2.2">RFC 9112, message parsing</a>
 */
final class AnswerHead {
    /** As the gateway's own limit. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int SWITCHING = 101;
    private static final int STATUS_FROM = 9;
    private static final int STATUS_TO = 12;

    private AnswerHead() {}

    /**
     * Copies the heads of interim answers, and that of the final one or of an upgrade. The body follows in the stream.
     *
     * @param in buffered
     * @throws ProtocolException if it is longer than the limit
     */
    static void copy(InputStream in, OutputStream out) throws IOException {
        int left = MAX_BYTES;
        int status;
        do {
            StringBuilder line = new StringBuilder();
            boolean first = true;
            status = 0;
            boolean within = true;
            while (within) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException("cut off within a head");
                }
                if (--left < 0) {
                    throw new ProtocolException("a head without an end");
                }
                if (next != '\n') {
                    line.append((char) next);
                    continue;
                }
                if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
                    line.setLength(line.length() - 1);
                }
                status = first ? status(line.toString()) : status;
                first = false;
                within = !line.isEmpty();
                out.write(line.append("\r\n").toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                line.setLength(0);
            }
        } while (status > 0 && status / 100 == 1 && status != SWITCHING);
        out.flush();
    }

    /** 0 if the line is no status line: the gateway will say so. */
    private static int status(String line) {
        boolean is = line.startsWith("HTTP/1.")
                && line.length() >= STATUS_TO
                && line.substring(STATUS_FROM, STATUS_TO).matches("[0-9]{3}");
        return is ? Integer.parseInt(line.substring(STATUS_FROM, STATUS_TO)) : 0;
    }
}
