package io.shiplog.projections.live;

import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.Origin;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A cluster's log in a test: objects are created, changed and deleted, at times that the test sets. */
public final class Story {
    public static final ResourceType PODS = ResourceType.core("pods");
    public static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");
    public static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");

    /** The kinds of the story. */
    public static final KindCatalogue KINDS =
            KindCatalogue.EMPTY.with(kind(PODS)).with(kind(CONFIG_MAPS)).with(kind(LEASES));

    public static final Actor WATCHER = new Actor("watcher", List.of());
    public static final Instant START = Instant.parse("2026-11-22T03:00:00Z");

    private final Map<String, EventLog> logs = new LinkedHashMap<>();
    private final Map<String, LogWriter> writers = new TreeMap<>();
    private final Map<ObjectKey, Long> previous = new HashMap<>();
    private Instant now = START;

    public Story() {
        for (String shard : List.of("events", "leases")) {
            InMemoryEventLog log = new InMemoryEventLog(shard, Clock.fixed(START, ZoneOffset.UTC));
            logs.put(shard, log);
            writers.put(shard, log.claim("", Duration.ofSeconds(1)));
        }
    }

    public Map<String, EventLog> logs() {
        return logs;
    }

    public EventLog main() {
        return java.util.Objects.requireNonNull(logs.get("events"));
    }

    public Instant now() {
        return now;
    }

    /** Sets the writer's clock; backwards, too. */
    public Story at(String time) {
        now = Instant.parse("2026-11-22T" + time + "Z");
        return this;
    }

    public LiveImage live() {
        return live(SnapshotStore.NONE);
    }

    public LiveImage live(SnapshotStore snapshots) {
        return live(snapshots, KeyframeStore.NONE);
    }

    public LiveImage live(SnapshotStore snapshots, KeyframeStore keyframes) {
        return LiveImage.start(
                logs,
                KINDS,
                snapshots,
                keyframes,
                Progress.NONE,
                Clock.fixed(Instant.parse("2026-11-22T23:59:59Z"), ZoneOffset.UTC));
    }

    public static ObjectKey pod(String name) {
        return ObjectKey.of(PODS, "shop", name);
    }

    public static ObjectKey configMap(String name) {
        return ObjectKey.of(CONFIG_MAPS, "shop", name);
    }

    public static ObjectKey lease(String name) {
        return ObjectKey.of(LEASES, "kube-node-lease", name);
    }

    public long created(ObjectKey key, String... labels) {
        return write(key, "created", "", labels);
    }

    public long modified(ObjectKey key, String... labels) {
        return write(key, "modified", "", labels);
    }

    public long deleted(ObjectKey key, String... labels) {
        return write(key, "deleted", "", labels);
    }

    public long scheduled(ObjectKey key, String node, String... labels) {
        return write(key, "scheduled", node, labels);
    }

    /** An access event: its value is not the object, which stays as it is. */
    public long accessed(ObjectKey key) {
        LogWriter writer = java.util.Objects.requireNonNull(writers.get(shardOf(key.type())));
        long revision = writer.lastRevision() + 1;
        writer.append(new EventDraft(
                        new EventHead(
                                revision,
                                previous.getOrDefault(key, 0L),
                                key,
                                EventType.read("io.shiplog.core.pod.stream-opened.v2", key.type()),
                                "/api/v1/" + key.name(),
                                null,
                                now,
                                new Origin(
                                        "tester",
                                        null,
                                        "exec",
                                        "command-" + revision,
                                        null,
                                        "correlation-" + revision)),
                        Json.of("""
                        {"metadata":{"name":"%s","uid":"uid-%s","resourceVersion":"%d","annotations":{"shiplog.io/stream-opened":\
                        "{\\"stream\\":\\"exec\\",\\"container\\":\\"a\\",\\"command\\":[\\"ls\\"]}"}}}""".formatted(key.name(), key.name(), revision))))
                .toCompletableFuture()
                .join();
        return revision;
    }

    private long write(ObjectKey key, String happened, String node, String... labels) {
        LogWriter writer = java.util.Objects.requireNonNull(writers.get(shardOf(key.type())));
        long revision = writer.lastRevision() + 1;
        Json object = object(key, revision, node, labels);
        writer.append(new EventDraft(
                        new EventHead(
                                revision,
                                previous.getOrDefault(key, 0L),
                                key,
                                EventType.of("", "pod", happened),
                                "/api/v1/" + key.name(),
                                node.isEmpty() ? null : node,
                                now,
                                new Origin(
                                        "tester",
                                        null,
                                        "create",
                                        "command-" + revision,
                                        null,
                                        "correlation-" + revision)),
                        object))
                .toCompletableFuture()
                .join();
        if (happened.equals(ChangeType.DELETED.word())) {
            previous.remove(key);
        } else {
            previous.put(key, revision);
        }
        return revision;
    }

    public static Json object(ObjectKey key, long revision, String node, String... labels) {
        StringBuilder pairs = new StringBuilder();
        for (int i = 0; i < labels.length; i += 2) {
            pairs.append(i == 0 ? "" : ",").append("\"%s\":\"%s\"".formatted(labels[i], labels[i + 1]));
        }
        return Json.of("""
                {"apiVersion":"v1","metadata":{"name":"%s","namespace":"%s","uid":"uid-%s","resourceVersion":"%d",\
                "labels":{%s},"ownerReferences":[{"uid":"owner-%s"}]},\
                "spec":{"nodeName":"%s","containers":[{"name":"a"}]},"status":{"phase":"Pending"}}""".formatted(key.name(), key.namespace(), key.name(), revision, pairs, key.name(), node));
    }

    public static String shardOf(ResourceType type) {
        return type.equals(LEASES) ? "leases" : "events";
    }

    private static KindDescription kind(ResourceType type) {
        KindDescription.Draft kind =
                KindDescription.draft(type.group(), "v1", type.resource(), type.resource(), Scope.NAMESPACED);
        kind.shard(shardOf(type));
        return (type.equals(PODS) ? kind.fields("spec.nodeName", "status.phase") : kind).done();
    }
}
