package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A running watch as a test reads it: event by event, never longer than some seconds for one. */
final class Watching implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;
    private static final String END = "end";

    private final HttpResponse<InputStream> response;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Watching(HttpResponse<InputStream> response) {
        this.response = response;
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                lines.add(line);
            }
        } catch (IOException e) {
            // closed by the test, or cut by the server: either way the end
        }
        lines.add(END);
    }

    int code() {
        return response.statusCode();
    }

    /** The next event. */
    JsonNode next() {
        String line = line();
        if (line.equals(END)) {
            throw new AssertionError("the watch ended");
        }
        return Json.of(line).tree();
    }

    /** The next event as {@code TYPE name}. */
    String brief() {
        JsonNode event = next();
        return event.path("type").asText() + " "
                + event.path("object").path("metadata").path("name").asText("-");
    }

    void ends() {
        assertEquals(END, line());
    }

    /** The next line as it came. */
    String line() {
        try {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no event within " + PATIENCE_SECONDS + " s");
            }
            return line;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
