package io.shiplog.node.engine.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.shiplog.node.engine.ContainerEngine.LogReader;
import io.shiplog.node.engine.ContainerEngine.LogRequest;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container's log once. Docker splits lines into pieces of 16 KiB, each with the line's timestamp; only the last one
 * ends the line. docker-java splits the pieces arbitrarily. Here they are joined to lines again.
 */
final class DockerLogs extends ResultCallback.Adapter<Frame> {
    /** Docker's own size of a piece. */
    private static final int PIECE_BYTES = 16 * 1024;
    /** A line is passed on as one up to this length; the rest of a longer one follows without a timestamp. */
    private static final int MAX_JOINED_BYTES = 1024 * 1024;

    private final LogReader reader;
    private final @Nullable Instant since;
    private final Map<StreamType, Line> lines = new EnumMap<>(StreamType.class);
    private volatile @Nullable IOException failure;
    private volatile boolean enough;

    /** The received part of one stream's unfinished line. */
    private static final class Line {
        private final ByteArrayOutputStream stamp = new ByteArrayOutputStream();
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private boolean inStamp = true;
        private int pieceBytes;
        private boolean begun;
        private String timestamp = "";
    }

    private DockerLogs(LogReader reader, @Nullable Instant since) {
        this.reader = reader;
        this.since = since;
    }

    static void read(DockerClient client, String id, LogRequest request, LogReader reader) throws IOException {
        if (request.tail() <= 0) {
            read(client, id, request.follow(), request.since(), request.tail(), reader);
            return;
        }
        // Docker counts pieces and Kubernetes counts lines: the start time of the last lines is determined first.
        LastLines last = new LastLines(request.tail());
        read(
                client,
                id,
                false,
                request.since(),
                request.tail() + 1L > Integer.MAX_VALUE ? -1 : request.tail() + 1,
                last);
        if (last.sawLongLine || last.before > 0) {
            last = new LastLines(request.tail());
            read(client, id, false, request.since(), -1, last);
        }
        if (!last.starts.isEmpty()) {
            read(client, id, request.follow(), Instant.parse(last.starts.peekFirst()), -1, last.from(reader));
        } else {
            read(client, id, request.follow(), request.since(), request.follow() ? -1 : 0, reader);
        }
    }

    /** Records the start of the last lines. */
    private static final class LastLines implements LogReader {
        private final int count;
        private final Deque<String> starts = new ArrayDeque<>();
        private boolean sawLongLine;
        /** Earlier lines with the same timestamp as the first of the last lines. */
        private int before;

        private LastLines(int count) {
            this.count = count;
        }

        @Override
        public boolean onLine(String timestamp, byte[] line) {
            sawLongLine |= line.length >= PIECE_BYTES;
            if (timestamp.isEmpty()) {
                return true;
            }
            starts.addLast(timestamp);
            if (starts.size() > count) {
                String dropped = starts.removeFirst();
                before = dropped.equals(starts.peekFirst()) ? before + 1 : 0;
            }
            return true;
        }

        private LogReader from(LogReader reader) {
            int[] left = {before};
            return (timestamp, line) -> {
                if (left[0] > 0 && !timestamp.isEmpty()) {
                    left[0]--;
                    return true;
                }
                return reader.onLine(timestamp, line);
            };
        }
    }

    private static void read(
            DockerClient client, String id, boolean follow, @Nullable Instant since, int tail, LogReader reader)
            throws IOException {
        LogContainerCmd command = client.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withTimestamps(true)
                .withFollowStream(follow);
        if (since != null) {
            // Docker takes whole seconds here; the rest is filtered line by line.
            command.withSince((int) since.getEpochSecond());
        }
        if (tail >= 0) {
            command.withTail(tail);
        }
        DockerLogs logs = new DockerLogs(reader, since);
        try {
            command.exec(logs).awaitCompletion();
            logs.lines.values().forEach(logs::handOver);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!logs.enough) {
                throw new EngineException(Why.REFUSED, DockerEngine.message(e), e);
            }
        } finally {
            logs.close();
        }
        IOException failure = logs.failure;
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void onNext(Frame frame) {
        if (enough) {
            return;
        }
        Line line = lines.computeIfAbsent(frame.getStreamType(), any -> new Line());
        for (byte b : frame.getPayload()) {
            take(line, b);
        }
    }

    private void take(Line line, byte b) {
        if (line.inStamp) {
            stamp(line, b);
            return;
        }
        line.text.write(b);
        line.pieceBytes++;
        // A piece ends with its line, or at its maximum size.
        line.inStamp = b == '\n' || line.pieceBytes == PIECE_BYTES;
        if (b == '\n') {
            handOver(line);
            line.begun = false;
        } else if (line.text.size() >= MAX_JOINED_BYTES) {
            handOver(line);
        }
    }

    private static void stamp(Line line, byte b) {
        if (b != ' ') {
            line.stamp.write(b);
            return;
        }
        if (!line.begun) {
            line.begun = true;
            line.timestamp = line.stamp.toString(StandardCharsets.US_ASCII);
        }
        line.stamp.reset();
        line.inStamp = false;
        line.pieceBytes = 0;
    }

    private void handOver(Line line) {
        byte[] text = line.text.toByteArray();
        String timestamp = line.timestamp;
        line.text.reset();
        if (text.length == 0 || enough || tooOld(line)) {
            return;
        }
        line.timestamp = "";
        try {
            if (!reader.onLine(timestamp, text)) {
                stop();
            }
        } catch (IOException e) {
            failure = e;
            stop();
        }
    }

    /** The rest of a line that is too old keeps its timestamp, and is omitted with it. */
    private boolean tooOld(Line line) {
        return since != null
                && !line.timestamp.isEmpty()
                && Instant.parse(line.timestamp).isBefore(since);
    }

    private void stop() {
        enough = true;
        try {
            close();
        } catch (IOException e) {
            // The reader has stopped.
            return;
        }
    }
}
