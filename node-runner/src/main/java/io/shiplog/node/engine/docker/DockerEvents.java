package io.shiplog.node.engine.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import io.shiplog.node.engine.ContainerEngine.EventReader;
import io.shiplog.node.engine.ContainerEngine.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's event stream, reopened whenever it breaks: Docker may be restarted under the pods. */
final class DockerEvents implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(DockerEvents.class);
    private static final Duration REOPEN_AFTER = Duration.ofSeconds(1);

    private final DockerClient client;
    private final Map<String, String> labels;
    private final EventReader reader;
    private final Thread thread;
    private volatile boolean closed;

    private DockerEvents(DockerClient client, Map<String, String> labels, EventReader reader) {
        this.client = client;
        this.labels = labels;
        this.reader = reader;
        this.thread = Thread.ofVirtual().name("docker-events").unstarted(this::run);
    }

    static DockerEvents follow(DockerClient client, Map<String, String> labels, EventReader reader) {
        DockerEvents events = new DockerEvents(client, labels, reader);
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
                        .awaitStarted();
                // Events from before the stream was open are missing.
                reader.onGap();
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
            Thread.sleep(REOPEN_AFTER);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private final class Stream extends ResultCallback.Adapter<Event> {
        @Override
        public void onNext(Event event) {
            if (event.getActor() != null && event.getActor().getId() != null) {
                Map<String, String> attributes = event.getActor().getAttributes();
                reader.onContainer(event.getActor().getId(), attributes == null ? Map.of() : attributes);
            }
        }
    }
}
