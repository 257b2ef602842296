package io.shiplog.node.engine.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import io.shiplog.node.engine.ContainerEngine.EventReader;
import io.shiplog.node.engine.ContainerEngine.Subscription;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's event stream, reopened whenever it breaks: Docker may be restarted under the pods. */
final class DockerEvents implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(DockerEvents.class);
    private static final Duration REOPEN_AFTER = Duration.ofSeconds(1);

    private final DockerClient client;
    private final Map<String, String> labels;
    private final EventReader reader;
    private final Duration reopenAfter;
    private final Thread thread;
    private volatile boolean closed;

    private DockerEvents(DockerClient client, Map<String, String> labels, EventReader reader, Duration reopenAfter) {
        this.client = client;
        this.labels = labels;
        this.reader = reader;
        this.reopenAfter = reopenAfter;
        this.thread = Thread.ofVirtual().name("docker-events").unstarted(this::run);
    }

    static DockerEvents follow(DockerClient client, Map<String, String> labels, EventReader reader) {
        return follow(client, labels, reader, REOPEN_AFTER);
    }

    static DockerEvents follow(
            DockerClient client, Map<String, String> labels, EventReader reader, Duration reopenAfter) {
        DockerEvents events = new DockerEvents(client, labels, reader, reopenAfter);
        events.thread.start();
        return events;
    }

    private void run() {
        while (!closed) {
            try (Stream stream = new Stream()) {
                client.eventsCmd()
                        .withEventTypeFilter(EventType.CONTAINER)
                        .withEventFilter("start", "die", "destroy", "oom")
                        .withLabelFilter(labels)
                        .exec(stream)
                        .awaitAnswer();
                if (stream.open) {
                    // Events from before the stream was open are missing.
                    reader.onGap();
                }
                stream.awaitCompletion();
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.warn("Docker's event stream broke, opening it again: {}", DockerEngine.message(e));
            }
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(reopenAfter);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** {@link #awaitStarted} would wait forever if the engine does not answer, as while it is restarted. */
    private final class Stream extends ResultCallback.Adapter<Event> {
        private final CountDownLatch answered = new CountDownLatch(1);
        private volatile boolean open;

        @Override
        public void onStart(Closeable response) {
            super.onStart(response);
            open = true;
            answered.countDown();
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                answered.countDown();
            }
        }

        private void awaitAnswer() throws InterruptedException {
            answered.await();
        }

        @Override
        public void onNext(Event event) {
            if (event.getActor() != null && event.getActor().getId() != null) {
                Map<String, String> attributes = event.getActor().getAttributes();
                reader.onContainer(event.getActor().getId(), attributes == null ? Map.of() : attributes);
            }
        }
    }
}
