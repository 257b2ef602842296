package io.shiplog.projections.history;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.ChangeType;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A log as a test writes it down, event by event: by whom, when, because of what. */
public final class Chronicle {
    public static final ResourceType PODS = ResourceType.core("pods");
    public static final ResourceType DEPLOYMENTS = new ResourceType("apps", "deployments");
    public static final Instant START = Instant.parse("2026-11-22T03:00:00Z");

    private final InMemoryEventLog log;
    private final LogWriter writer;
    private Instant now = START;
    private String actor = "alice";
    private String verb = "update";
    private String command = "";
    private String correlation = "";
    private @Nullable String cause;
    private final Map<ObjectKey, Long> previous = new HashMap<>();
    private boolean older;

    public Chronicle() {
        this("events");
    }

    /** Of another shard. */
    public Chronicle(String shard) {
        log = new InMemoryEventLog(shard, Clock.fixed(START, ZoneOffset.UTC));
        writer = log.claim("", Duration.ofSeconds(1));
    }

    public InMemoryEventLog log() {
        return log;
    }

    public Map<String, EventLog> logs() {
        return Map.of(log.shard(), log);
    }

    public static ObjectKey pod(String name) {
        return ObjectKey.of(PODS, "shop", name);
    }

    public static ObjectKey deployment(String name) {
        return ObjectKey.of(DEPLOYMENTS, "shop", name);
    }

    /** Sets the writer's clock; backwards, too. */
    public Chronicle at(String time) {
        now = Instant.parse("2026-11-22T" + time + "Z");
        return this;
    }

    public Chronicle by(String user) {
        actor = user;
        return this;
    }

    public Chronicle asking(String what) {
        verb = what;
        return this;
    }

    /** The next events are written as by a version that did not know {@code ce_previous}. */
    public Chronicle byAnOlderVersion() {
        older = true;
        return this;
    }

    /** The next events are caused by this command of a user. */
    public Chronicle command(String id) {
        command = id;
        correlation = id;
        cause = null;
        return this;
    }

    /** The next events are caused by a process manager that saw an event. */
    public Chronicle because(long revision, String root) {
        command = "";
        cause = "events/" + revision;
        correlation = root;
        return this;
    }

    public long created(ObjectKey key, String json) {
        return write(key, ChangeType.CREATED.word(), json);
    }

    public long modified(ObjectKey key, String json) {
        return write(key, "modified", json);
    }

    public long deleted(ObjectKey key, String json) {
        return write(key, ChangeType.DELETED.word(), json);
    }

    /** Appends an event and gives its revision. */
    public long write(ObjectKey key, String happened, String json) {
        long revision = writer.lastRevision() + 1;
        long before = happened.equals(ChangeType.CREATED.word()) ? 0 : previous.getOrDefault(key, 0L);
        previous.put(key, revision);
        Event event = writer.append(new EventDraft(
                        new EventHead(
                                revision,
                                older ? null : (Long) before,
                                key,
                                EventType.of(
                                        "",
                                        key.type()
                                                .resource()
                                                .substring(
                                                        0, key.type().resource().length() - 1),
                                        happened),
                                "/subject/" + key.name(),
                                null,
                                now,
                                new Origin(
                                        actor,
                                        null,
                                        verb,
                                        command.isEmpty() ? "command-" + revision : command,
                                        cause,
                                        correlation.isEmpty() ? "command-" + revision : correlation)),
                        Json.of(json.replace('\'', '"'))))
                .toCompletableFuture()
                .join();
        return event.revision();
    }
}
