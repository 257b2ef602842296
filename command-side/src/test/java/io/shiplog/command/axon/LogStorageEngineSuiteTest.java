package io.shiplog.command.axon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.Origin;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.axonframework.eventsourcing.eventstore.StorageEngineTestSuite;
import org.axonframework.eventsourcing.eventstore.TaggedEventMessage;
import org.axonframework.messaging.core.EmptyApplicationContext;
import org.axonframework.messaging.core.MessageType;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;
import org.axonframework.messaging.core.unitofwork.SimpleUnitOfWorkFactory;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventhandling.GenericEventMessage;
import org.axonframework.messaging.eventstreaming.Tag;

/** Axon's own suite of what a storage engine must do, over the log in memory. */
class LogStorageEngineSuiteTest extends StorageEngineTestSuite<LogStorageEngine> {
    private static final ResourceType NOTES = new ResourceType("test.shiplog.io", "notes");

    @Override
    protected LogStorageEngine buildStorageEngine() {
        EventLog log = new InMemoryEventLog("events", Clock.systemUTC());
        LogWriter writer = log.claim("", Duration.ofSeconds(1));
        return new LogStorageEngine(
                log,
                new LogStorageEngine.Appending() {
                    @Override
                    public long nextRevision() {
                        return writer.lastRevision() + 1;
                    }

                    @Override
                    public CompletableFuture<Event> append(EventDraft draft) {
                        return writer.append(draft).toCompletableFuture();
                    }
                },
                new Notes());
    }

    @Override
    protected ProcessingContext processingContext() {
        ProcessingContext[] context = new ProcessingContext[1];
        new SimpleUnitOfWorkFactory(EmptyApplicationContext.INSTANCE)
                .create("suite")
                .executeWithResult(open -> {
                    context[0] = open;
                    return new CompletableFuture<>();
                });
        return context[0];
    }

    /** The suite's messages have their own text and tags, so they are stored in the log as small objects with both. */
    private static final class Notes implements EventCodec {
        @Override
        public EventDraft encode(TaggedEventMessage<?> message, long revision) {
            EventMessage event = message.event();
            ObjectNode note = JsonNodeFactory.instance.objectNode();
            note.put("text", String.valueOf(event.payload()));
            note.put("type", event.type().toString());
            ArrayNode tags = note.putArray("tags");
            message.tags().forEach(tag -> tags.addObject().put("key", tag.key()).put("value", tag.value()));
            ObjectNode metadata = note.putObject("metadata");
            event.metadata().forEach(metadata::put);
            return new EventDraft(
                    new EventHead(
                            revision,
                            0L,
                            ObjectKey.clusterScoped(NOTES, event.identifier()),
                            EventType.of("", "note", "created"),
                            "",
                            null,
                            event.timestamp(),
                            new Origin("suite", null, "create", event.identifier(), null, event.identifier())),
                    Json.of(note));
        }

        @Override
        public EventMessage decode(Event event) {
            var note = event.object().tree();
            Map<String, String> metadata = new java.util.HashMap<>();
            note.path("metadata")
                    .properties()
                    .forEach(each -> metadata.put(each.getKey(), each.getValue().asText()));
            return new GenericEventMessage(
                    event.commandId(),
                    MessageType.fromString(note.path("type").asText()),
                    note.path("text").asText(),
                    metadata,
                    event.time());
        }

        @Override
        public Set<Tag> tags(Event event) {
            Set<Tag> tags = new HashSet<>();
            event.object()
                    .tree()
                    .path("tags")
                    .forEach(tag -> tags.add(
                            new Tag(tag.path("key").asText(), tag.path("value").asText())));
            return tags;
        }
    }
}
