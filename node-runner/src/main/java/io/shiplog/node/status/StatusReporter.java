package io.shiplog.node.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.node.pod.port.StatusSink;
import io.shiplog.node.pod.port.TaskClock;
import io.shiplog.node.pod.status.ResizeStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports pod statuses to the cluster. Only the newest status of each pod is kept, and one command per pod is in flight: after
 * an outage the cluster gets the present and not the past.
 */
public final class StatusReporter implements StatusSink {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final CommandPort commands;
    private final Actor actor;
    private final TaskClock clock;
    private final Map<String, Report> byUid = new HashMap<>();

    public StatusReporter(CommandPort commands, Actor actor, TaskClock clock) {
        this.commands = commands;
        this.actor = actor;
        this.clock = clock;
    }

    /** The pending report of one pod. */
    private static final class Report {
        private final ObjectKey key;
        private final String uid;
        private @Nullable ObjectNode newest;
        private boolean finish;
        private boolean onItsWay;
        private Duration retry = FIRST_RETRY;

        Report(ObjectKey key, String uid) {
            this.key = key;
            this.uid = uid;
        }
    }

    @Override
    public synchronized void report(ObjectKey key, String uid, ObjectNode status) {
        Report report = byUid.computeIfAbsent(uid, id -> new Report(key, id));
        report.newest = status;
        next(report);
    }

    @Override
    public synchronized void finish(ObjectKey key, String uid) {
        Report report = byUid.computeIfAbsent(uid, id -> new Report(key, id));
        report.finish = true;
        next(report);
    }

    private void next(Report report) {
        if (report.onItsWay) {
            return;
        }
        ObjectNode status = report.newest;
        if (status != null) {
            report.newest = null;
            send(report, patch(report, status), status);
        } else if (report.finish) {
            send(report, new DeleteObject(report.key, new Preconditions(report.uid, null), 0L, null), null);
        } else {
            byUid.remove(report.uid);
        }
    }

    /**
     * A patch and not a replacement: conditions set by others stay, and those of a resize go when it is over. The uid protects another pod with
     * the same name.
     */
    private static Command patch(Report report, ObjectNode status) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.putObject("metadata").put("uid", report.uid);
        ObjectNode reported = status.deepCopy();
        ArrayNode conditions = reported.withArrayProperty("conditions");
        Set<String> has = new HashSet<>();
        conditions.forEach(condition -> has.add(condition.path("type").asText()));
        for (String type : List.of(ResizeStatus.PENDING, ResizeStatus.IN_PROGRESS)) {
            if (!has.contains(type)) {
                conditions.addObject().put("$patch", "delete").put("type", type);
            }
        }
        patch.set("status", reported);
        return new PatchObject(report.key, "status", PatchType.STRATEGIC_MERGE, Json.of(patch), FieldValidation.IGNORE);
    }

    private void send(Report report, Command command, @Nullable ObjectNode status) {
        report.onItsWay = true;
        // Never under a lock: the command port may call anything, including code that waits for this lock.
        clock.run(() -> commands.send(CommandRequest.byUser(actor, command))
                .whenComplete((result, error) -> clock.run(() -> answered(report, status, result, error))));
    }

    private synchronized void answered(
            Report report, @Nullable ObjectNode status, @Nullable CommandResult result, @Nullable Throwable error) {
        if (error != null || result == null || temporary(result)) {
            retry(report, status);
            return;
        }
        report.onItsWay = false;
        report.retry = FIRST_RETRY;
        if (result instanceof CommandResult.Refused refused && !expected(refused)) {
            LOG.warn(
                    "status of pod {} was refused: {}",
                    report.key,
                    refused.refusal().message());
        }
        if (status == null) {
            report.finish = false;
        }
        next(report);
    }

    private void retry(Report report, @Nullable ObjectNode status) {
        if (report.newest == null) {
            report.newest = status;
        }
        Duration wait = report.retry;
        Duration doubled = wait.multipliedBy(2);
        report.retry = doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
        clock.after(wait, () -> {
            synchronized (this) {
                report.onItsWay = false;
                next(report);
            }
        });
    }

    private static boolean temporary(CommandResult result) {
        return result instanceof CommandResult.Refused refused
                && switch (refused.refusal().reason().retry()) {
                    case LATER, WITH_NEXT_WRITER, AFTER_FAULT -> true;
                    case NEVER, WITH_NEWER_STATE -> false;
                };
    }

    /** The pod is gone, or another one has its name: there is nothing to report. */
    private static boolean expected(CommandResult.Refused refused) {
        return refused.refusal().reason().retry() == Refusal.Retry.WITH_NEWER_STATE;
    }
}
