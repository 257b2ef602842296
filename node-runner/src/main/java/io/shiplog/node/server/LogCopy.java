package io.shiplog.node.server;

import io.shiplog.node.engine.ContainerEngine.LogReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Copies a log to a client, line by line, up to the requested limit. */
final class LogCopy implements LogReader {
    private final OutputStream out;
    private final LogOptions options;
    private long room;

    LogCopy(OutputStream out, LogOptions options) {
        this.out = out;
        this.options = options;
        this.room = options.limitBytes() < 0 ? Long.MAX_VALUE : options.limitBytes();
    }

    @Override
    public boolean onLine(String timestamp, byte[] line) throws IOException {
        if (options.timestamps() && !timestamp.isEmpty()) {
            write((timestamp + " ").getBytes(StandardCharsets.US_ASCII));
        }
        write(line);
        if (options.follow()) {
            out.flush();
        }
        return room > 0;
    }

    private void write(byte[] bytes) throws IOException {
        int length = (int) Math.min(room, bytes.length);
        out.write(bytes, 0, length);
        room -= length;
    }
}
