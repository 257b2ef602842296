package io.shiplog.node.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.transport.DockerHttpClient;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.ContainerEngine.LogReader;
import io.shiplog.node.engine.ContainerEngine.LogRequest;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container's log once. The stream is read directly: docker-java passes on parts of messages without their boundaries,
 * which binary output cannot be put together from.
 */
final class DockerLogs {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int MAX_ERROR_BYTES = 16 * 1024;

    private final DockerHttpClient http;
    private final String url;

    /** @param id known to the engine */
    DockerLogs(DockerHttpClient http, String apiVersion, String id) {
        this.http = http;
        this.url = "/v%s/containers/%s/logs?stdout=1&stderr=1&timestamps=1".formatted(apiVersion, id);
    }

    /**
     * Passes on the requested part of the log.
     *
     * @throws IOException from the reader
     * @throws EngineException GONE, UNREACHABLE, or REFUSED with the engine's message
     */
    void read(LogRequest request, LogReader reader) throws IOException {
        Instant since = request.since();
        int tail = request.tail();
        if (tail <= 0) {
            read(request.follow(), since, tail, reader);
            return;
        }
        // Docker counts messages and Kubernetes counts lines, so their start is determined first.
        LastLines last = new LastLines(tail);
        read(false, since, tail == Integer.MAX_VALUE ? -1 : tail + 1, last);
        long most = request.follow() ? Long.MAX_VALUE : tail;
        Instant first = last.first();
        if (first != null && last.certain) {
            read(request.follow(), first, -1, new Window(reader, 0, most));
        } else {
            long[] lines = {0};
            read(false, since, -1, (timestamp, line) -> {
                lines[0] += timestamp.isEmpty() ? 0 : 1;
                return true;
            });
            read(request.follow(), since, -1, new Window(reader, Math.max(0, lines[0] - tail), most));
        }
    }

    /** Finds the time of the first of the last lines. */
    private static final class LastLines implements LogReader {
        private final int count;
        private final Deque<String> starts = new ArrayDeque<>();
        /** False if lines cannot be told by their time: some are longer than a message, or begin at the same moment. */
        private boolean certain = true;

        private LastLines(int count) {
            this.count = count;
        }

        @Override
        public boolean onLine(String timestamp, byte[] line) {
            certain &= line.length < LogDecoder.PIECE_BYTES;
            if (!timestamp.isEmpty()) {
                starts.addLast(timestamp);
                if (starts.size() > count) {
                    String dropped = starts.removeFirst();
                    certain &= !dropped.equals(starts.peekFirst());
                }
            }
            return true;
        }

        private @Nullable Instant first() {
            String first = starts.peekFirst();
            return first == null ? null : Instant.parse(first);
        }
    }

    /** Passes on lines after the first {@code skip}, at most {@code most} of them. */
    private static final class Window implements LogReader {
        private final LogReader reader;
        private long skip;
        private long most;
        /** Whether the current line is passed on. */
        private boolean passing;

        private Window(LogReader reader, long skip, long most) {
            this.reader = reader;
            this.skip = skip;
            this.most = most;
        }

        @Override
        public boolean onLine(String timestamp, byte[] line) throws IOException {
            if (!timestamp.isEmpty()) {
                if (skip == 0 && most == 0) {
                    return false;
                }
                passing = skip == 0;
                if (passing) {
                    most--;
                } else {
                    skip--;
                }
            }
            return !passing || reader.onLine(timestamp, line);
        }
    }

    /** @param tail messages, -1 for all */
    private void read(boolean follow, @Nullable Instant since, int tail, LogReader reader) throws IOException {
        // Docker's filter would cut a long line; whole seconds are asked for, and lines filtered by their start.
        String query = (follow ? "&follow=1" : "")
                + (since == null ? "" : "&since=" + since.getEpochSecond())
                + (tail < 0 ? "" : "&tail=" + tail);
        DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.GET)
                .path(url + query)
                .build();
        try (DockerHttpClient.Response response = execute(request)) {
            InputStream body = response.getBody();
            if (response.getStatusCode() >= 400) {
                throw new EngineException(
                        response.getStatusCode() == 404 ? Why.GONE : Why.REFUSED,
                        error(body.readNBytes(MAX_ERROR_BYTES)));
            }
            interruptibly(new FutureTask<>(() -> {
                copy(body, new LogDecoder(since == null ? reader : new Since(since, reader)));
                return null;
            }));
        }
    }

    private DockerHttpClient.Response execute(DockerHttpClient.Request request) {
        try {
            return http.execute(request);
        } catch (RuntimeException e) {
            throw DockerEngine.refused(e);
        }
    }

    private static String error(byte[] body) {
        try {
            JsonNode message = Json.MAPPER.readTree(body).path("message");
            return message.asText("the engine refused to show the log");
        } catch (IOException e) {
            return "the engine refused to show the log";
        }
    }

    /** On a thread of its own: an interrupt of this one ends the read, since the response is closed. */
    private static void interruptibly(FutureTask<?> copying) throws IOException {
        Thread.ofVirtual().name("container-log").start(copying);
        try {
            copying.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static void copy(InputStream body, LogDecoder decoder) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        while (true) {
            int count;
            try {
                count = body.read(chunk);
            } catch (IOException e) {
                throw new EngineException(Why.UNREACHABLE, "the log was cut off: " + e.getMessage(), e);
            }
            if (count < 0) {
                decoder.end();
                return;
            }
            if (!decoder.take(chunk, count)) {
                return;
            }
        }
    }

    /** Leaves out lines that began earlier, whole. */
    private static final class Since implements LogReader {
        private final Instant since;
        private final LogReader reader;
        private boolean omitted;

        private Since(Instant since, LogReader reader) {
            this.since = since;
            this.reader = reader;
        }

        @Override
        public boolean onLine(String timestamp, byte[] line) throws IOException {
            if (!timestamp.isEmpty()) {
                omitted = Instant.parse(timestamp).isBefore(since);
            }
            return omitted || reader.onLine(timestamp, line);
        }
    }
}
