package io.shiplog.node.stream;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.ContainerSession.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client of an exec or attach that speaks SPDY, as kubectl did before 1.31: a stream for each of stdin, stdout, stderr, the status and
 * the sizes of the terminal, named by a header.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/cri-streaming/pkg/streaming/remotecommand/httpstream.go">remotecommand</a>
 */
public final class SpdyClient implements ClientStreams {
    /** The oldest client that still has {@code v4}'s status is Kubernetes 1.5. */
    public static final String PROTOCOL = "v4.channel.k8s.io";

    /** As the kubelet's {@code streamCreationTimeout}. */
    private static final long PATIENCE_SECONDS = 30;

    private static final int MAX_SIZE_BYTES = 1024;

    /** Streams of other types are ignored. */
    private static final Set<String> TYPES = Set.of("stdin", "stdout", "stderr", "error", "resize");

    private final SpdyConnection connection;
    private final Map<String, SpdyConnection.Stream> streams = new ConcurrentHashMap<>();
    private final CountDownLatch missing;

    /** @param wanted tells how many streams the client will open */
    public SpdyClient(SpdyConnection connection, Streams wanted) {
        this.connection = connection;
        int count = 1;
        for (boolean each : new boolean[] {wanted.stdin(), wanted.stdout(), wanted.stderr(), wanted.terminal()}) {
            count += each ? 1 : 0;
        }
        this.missing = new CountDownLatch(count);
    }

    @Override
    public void receive(Input input) throws IOException {
        connection.read((stream, headers) -> {
            String type = headers.getOrDefault("streamtype", "");
            if (TYPES.contains(type) && streams.putIfAbsent(type, stream) == null) {
                missing.countDown();
            }
            return switch (type) {
                case "stdin" -> new Stdin(input);
                case "resize" -> new Sizes(input);
                default -> new Nothing();
            };
        });
    }

    private record Nothing() implements SpdyConnection.Receiver {
        @Override
        public void data(byte[] bytes) {}

        @Override
        public void end() {}
    }

    private record Stdin(Input input) implements SpdyConnection.Receiver {
        @Override
        public void data(byte[] bytes) throws IOException {
            input.stdin(bytes, 0, bytes.length);
        }

        @Override
        public void end() throws IOException {
            input.endStdin();
        }
    }

    /** A line of JSON for each size. */
    private static final class Sizes implements SpdyConnection.Receiver {
        private final Input input;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Sizes(Input input) {
            this.input = input;
        }

        @Override
        public void data(byte[] bytes) throws IOException {
            for (byte each : bytes) {
                if (each != '\n') {
                    line.write(each);
                } else {
                    resize();
                    line.reset();
                }
                if (line.size() > MAX_SIZE_BYTES) {
                    throw new ProtocolException("the size of a terminal has no end");
                }
            }
        }

        private void resize() throws IOException {
            try {
                JsonNode size = Json.MAPPER.readTree(line.toByteArray());
                int columns = size.path("Width").asInt();
                int rows = size.path("Height").asInt();
                if (columns > 0 && rows > 0) {
                    input.resize(columns, rows);
                }
            } catch (JacksonException e) {
                throw new ProtocolException("the size of a terminal is not JSON");
            }
        }

        @Override
        public void end() {}
    }

    /** Waits for the client's streams: they are opened one after the other, and output may come before they are. */
    private SpdyConnection.@Nullable Stream stream(String type) throws IOException {
        try {
            if (!missing.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new ProtocolException("timed out waiting for client to create streams");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return streams.get(type);
    }

    @Override
    public void output(boolean error, byte[] bytes, int length) throws IOException {
        SpdyConnection.Stream stream = stream(error ? "stderr" : "stdout");
        if (stream != null) {
            stream.write(bytes, length);
        }
    }

    @Override
    public void end(ExitStatus status) throws IOException {
        SpdyConnection.Stream error = stream("error");
        if (error != null) {
            byte[] bytes = status.status().toString().getBytes(StandardCharsets.UTF_8);
            error.write(bytes, bytes.length);
        }
        for (SpdyConnection.Stream each : streams.values()) {
            each.end();
        }
        connection.goAway();
    }

    @Override
    public void ping() throws IOException {
        connection.ping();
    }

    @Override
    public void close() {
        connection.close();
    }
}
