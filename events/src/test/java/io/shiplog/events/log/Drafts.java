package io.shiplog.events.log;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Events to append in tests: ConfigMaps and Pods without decisions. */
public final class Drafts {
    private static final Instant START = Instant.parse("2026-11-22T03:12:00.123456Z");

    private Drafts() {}

    /** A ConfigMap made at a revision. */
    public static EventDraft configMap(long revision, String name) {
        return configMap(revision, name, 0);
    }

    /** A ConfigMap made at a revision, with some payload. */
    public static EventDraft configMap(long revision, String name, int payload) {
        ObjectKey key = ObjectKey.of(ResourceType.core("configmaps"), "shop", name);
        Json object = Json.of("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","namespace":"shop","resourceVersion":"%d"},"data":{"k":"%s"}}""".formatted(name, revision, payload(payload)));
        return draft(revision, key, EventType.of("", "configmap", "created"), null, null, object);
    }

    /** The content of a ConfigMap of that payload: long enough not to occur in random text. */
    public static String payload(int characters) {
        return "x".repeat(characters);
    }

    /** Any draft. */
    public static EventDraft draft(
            long revision,
            ObjectKey key,
            EventType type,
            @Nullable String causationId,
            @Nullable String node,
            Json object) {
        return new EventDraft(
                new EventHead(
                        revision,
                        0L,
                        key,
                        type,
                        "/api/v1/namespaces/%s/%s/%s"
                                .formatted(key.namespace(), key.type().resource(), key.name()),
                        node,
                        START.plusSeconds(revision),
                        new Origin("alice", null, "create", "command-" + revision, causationId, "correlation-1")),
                object);
    }

    /** Appends one ConfigMap and waits for it. */
    public static Event append(LogWriter writer, String name) throws Exception {
        return writer.append(configMap(writer.lastRevision() + 1, name))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    /** Appends some ConfigMaps and waits for the last one. */
    public static List<Event> append(LogWriter writer, int count) throws Exception {
        List<java.util.concurrent.CompletableFuture<Event>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long revision = writer.lastRevision() + 1;
            answers.add(writer.append(configMap(revision, "cm-" + revision)).toCompletableFuture());
        }
        List<Event> events = new ArrayList<>();
        for (var answer : answers) {
            events.add(answer.get(30, TimeUnit.SECONDS));
        }
        return events;
    }
}
