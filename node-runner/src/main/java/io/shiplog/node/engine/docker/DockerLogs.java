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
import org.jspecify.annotations.Nullable;

/**
 * One reading of a container's log. Docker hands over frames, each a line (or 16 KiB of one) behind its timestamp; containers with
 * a terminal send a bare stream instead, cut anywhere, which is put back into lines here.
 */
final class DockerLogs extends ResultCallback.Adapter<Frame> {
    private final LogReader reader;
    private final @Nullable Instant since;
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private volatile @Nullable IOException failure;
    private volatile boolean enough;

    private DockerLogs(LogReader reader, @Nullable Instant since) {
        this.reader = reader;
        this.since = since;
    }

    static void read(DockerClient client, String id, LogRequest request, LogReader reader) throws IOException {
        LogContainerCmd command = client.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withTimestamps(true)
                .withFollowStream(request.follow());
        Instant since = request.since();
        if (since != null) {
            // Docker takes whole seconds here; the rest is cut off line by line.
            command.withSince((int) since.getEpochSecond());
        }
        if (request.tail() >= 0) {
            command.withTail(request.tail());
        }
        DockerLogs logs = new DockerLogs(reader, since);
        try {
            command.exec(logs).awaitCompletion();
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
        if (frame.getStreamType() == StreamType.RAW) {
            for (byte b : frame.getPayload()) {
                unfinished.write(b);
                if (b == '\n') {
                    line(unfinished.toByteArray());
                    unfinished.reset();
                }
            }
        } else {
            line(frame.getPayload());
        }
    }

    private void line(byte[] stamped) {
        int space = 0;
        while (space < stamped.length && stamped[space] != ' ') {
            space++;
        }
        if (enough || space == stamped.length) {
            return;
        }
        String timestamp = new String(stamped, 0, space, StandardCharsets.US_ASCII);
        if (since != null && Instant.parse(timestamp).isBefore(since)) {
            return;
        }
        byte[] text = java.util.Arrays.copyOfRange(stamped, space + 1, stamped.length);
        try {
            if (!reader.onLine(timestamp, text)) {
                stop();
            }
        } catch (IOException e) {
            failure = e;
            stop();
        }
    }

    private void stop() {
        enough = true;
        try {
            close();
        } catch (IOException e) {
            // The reader has what it wanted.
            return;
        }
    }
}
