package io.shiplog.docker.bench;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A long history of generated objects: half of them ConfigMaps, half of them Pods, of about 2 KB, created first and then
 * changed at random, some deleted and recreated. Each event but the first names a recent one as its cause.
 */
final class LongLog {
    /** The namespace of the objects. */
    static final String NAMESPACE = "past";

    private static final Duration CLAIM_LIMIT = Duration.ofSeconds(30);
    private static final Duration BETWEEN_EVENTS = Duration.ofMillis(80);
    private static final int FURTHEST_CAUSE = 1_000;
    private static final int EVENTS_OF_A_COMMAND = 20;
    private static final int USERS = 20;
    private static final int ONE_OF_SO_MANY_DELETES = 200;
    private static final int LINES = 24;

    private final Random random = new Random(1);
    private final long events;
    private final Instant start;
    private final long[] previous;

    /** @param objects the number of objects */
    LongLog(long events, int objects, Instant end) {
        this.events = events;
        this.start = end.minus(BETWEEN_EVENTS.multipliedBy(events));
        this.previous = new long[objects];
    }

    /** The name of an object by its number; even ones are ConfigMaps, odd ones Pods. */
    static String name(int number) {
        return "object-%06d".formatted(number);
    }

    /** The path of an object by its number. */
    static String path(int number) {
        return "/api/v1/namespaces/" + NAMESPACE + "/" + plural(number) + "/" + name(number);
    }

    private static String plural(int number) {
        return number % 2 == 0 ? "configmaps" : "pods";
    }

    /** Writes everything, and returns when the last event is durable. */
    void write(EventLog log) throws InterruptedException {
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        CompletableFuture<Event> last = CompletableFuture.failedFuture(new LogUnavailableException("no events"));
        for (long revision = writer.lastRevision() + 1; revision <= events; revision++) {
            CompletionStage<Event> appended = writer.append(draft(revision));
            last = appended.toCompletableFuture();
        }
        try {
            Event newest = last.get();
            if (newest.revision() != events) {
                throw new LogUnavailableException("the log ends at " + newest.revision());
            }
        } catch (ExecutionException e) {
            throw new LogUnavailableException("the log could not be written: " + e.getCause(), e);
        } finally {
            writer.close();
        }
    }

    private EventDraft draft(long revision) {
        int number = revision <= previous.length ? (int) revision - 1 : random.nextInt(previous.length);
        boolean made = previous[number] == 0;
        boolean gone = !made && random.nextInt(ONE_OF_SO_MANY_DELETES) == 0;
        String kind = number % 2 == 0 ? "configmap" : "pod";
        EventDraft draft = new EventDraft(
                new EventHead(
                        revision,
                        previous[number],
                        ObjectKey.of(ResourceType.core(plural(number)), NAMESPACE, name(number)),
                        EventType.of(
                                "",
                                kind,
                                made ? ChangeType.CREATED.word() : gone ? ChangeType.DELETED.word() : "modified"),
                        path(number),
                        null,
                        start.plus(BETWEEN_EVENTS.multipliedBy(revision)),
                        new Origin(
                                "user-" + random.nextInt(USERS),
                                null,
                                (made ? EventVerb.CREATE : gone ? EventVerb.DELETE : EventVerb.UPDATE).word(),
                                "command-" + revision,
                                cause(revision),
                                "command-" + (revision - revision % EVENTS_OF_A_COMMAND + 1))),
                object(number, revision));
        previous[number] = gone ? 0 : revision;
        return draft;
    }

    private @Nullable String cause(long revision) {
        return revision == 1 ? null : "events/" + Math.max(1, revision - 1 - random.nextInt(FURTHEST_CAUSE));
    }

    private Json object(int number, long revision) {
        String metadata = """
                "metadata":{"name":"%s","namespace":"%s","uid":"00000000-0000-4000-8000-%012d","resourceVersion":"%d",\
                "creationTimestamp":"%s","labels":{"app":"app-%d"}}""".formatted(name(number), NAMESPACE, number, revision, start, number % 100);
        return Json.of(number % 2 == 0 ? """
                        {"apiVersion":"v1","kind":"ConfigMap",%s,"data":{"text":"%s"}}""".formatted(metadata, text()) : """
                        {"apiVersion":"v1","kind":"Pod",%s,"spec":{"schedulerName":"bench-none","containers":[{"name":"main",\
                        "image":"bench:none","env":[{"name":"TEXT","value":"%s"}]}]},"status":{"phase":"Pending"}}""".formatted(metadata, text()));
    }

    /** Text that compresses like configuration: similar lines, with something new in each. */
    private String text() {
        String[] lines = new String[LINES];
        Arrays.setAll(
                lines,
                i -> "server.%02d.connection.timeout=%08x # for the upstream pool of this zone"
                        .formatted(i, random.nextInt()));
        return String.join("\\n", lines);
    }
}
