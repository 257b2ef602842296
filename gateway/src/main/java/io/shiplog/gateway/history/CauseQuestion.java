package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.cause.CauseStep;
import io.shiplog.projections.history.cause.Causes;
import io.shiplog.projections.history.cause.ContainerEnd;
import io.shiplog.projections.history.verdict.Evidence;
import io.shiplog.projections.history.verdict.Verdict;
import io.shiplog.projections.image.Image;
import java.util.List;

/** {@code Cause}: what led to an object or a change, from the users' commands on. */
final class CauseQuestion implements Question {
    private static final ResourceType PODS = ResourceType.core("pods");

    private final LogHistory history;
    private final Moments moments;
    private final Decisions decisions;

    CauseQuestion(LogHistory history, Moments moments, Decisions decisions) {
        this.history = history;
        this.moments = moments;
        this.decisions = decisions;
    }

    @Override
    public Checked<ObjectNode> answer(Asked asked) {
        boolean byChange = asked.spec().has("change");
        if (byChange == asked.spec().has("object")) {
            return Checked.bad("spec: exactly one of object and change must be specified");
        }
        return byChange ? ofChange(asked) : ofObject(asked);
    }

    private Checked<ObjectNode> ofObject(Asked asked) {
        return asked.object("object")
                .then(object -> asked.at().then(moment -> {
                    Past past = new Past(history, object.kind().shard());
                    return moments.to(past, moment).then(upTo -> {
                        List<CauseStep> steps =
                                Causes.ofObject(past, asked.kinds()::byKind, object.key(), object.uid(), upTo);
                        if (steps.stream().noneMatch(step -> isSeen(step, asked))) {
                            return Checked.refused(Refusal.notFound(object.served()));
                        }
                        ObjectNode status = Json.MAPPER.createObjectNode();
                        say(status, Verdict.of(evidence(past, upTo, asked), object.key(), steps));
                        status.setAll(status(steps, asked));
                        if (object.key().type().equals(PODS) && steps.stream().noneMatch(CauseQuestion::placesOrEnds)) {
                            decisions
                                    .ifHeld(upTo, object.key())
                                    .ifPresent(decision -> status.set("scheduling", decision));
                        }
                        return Checked.ok(status);
                    });
                }));
    }

    /** A step that is unknown names no object, and is shown. */
    private static boolean isSeen(CauseStep step, Asked asked) {
        return switch (step) {
            case CauseStep.Known known -> asked.access().test(known.change().event());
            case CauseStep.Unknown unknown -> true;
        };
    }

    private static boolean placesOrEnds(CauseStep step) {
        return step instanceof CauseStep.Known(PastChange change, CauseStep.Part part)
                && part == CauseStep.Part.OBJECT
                && (change.event().type().is(ChangeType.SCHEDULED)
                        || change.event().type().removes());
    }

    private Checked<ObjectNode> ofChange(Asked asked) {
        String text = asked.spec().path("change").asText("");
        if (!text.matches("[1-9][0-9]{0,17}")) {
            return Checked.bad("spec.change: Invalid value: \"%s\": a revision, as in \"1234\"".formatted(text));
        }
        Past past = new Past(history, Image.MAIN_SHARD);
        long revision = Long.parseLong(text);
        Event event = past.event(revision).orElse(null);
        if (event == null) {
            return Checked.refused(missing(past.span(), revision));
        }
        if (!asked.namespace().isEmpty()
                && !asked.namespace().equals(event.key().namespace())) {
            return Checked.refused(Refusal.notFound(ObjectKey.of(ChangeKind.TYPE, asked.namespace(), text)));
        }
        Refusal refusal = asked.access().refusal(event);
        if (refusal != null) {
            return Checked.refused(refusal);
        }
        List<CauseStep> steps = Causes.ofChange(past, asked.kinds()::byKind, revision);
        ObjectNode status = Json.MAPPER.createObjectNode();
        say(status, Verdict.ofChange(evidence(past, revision, asked), steps));
        status.setAll(status(steps, asked));
        return Checked.ok(status);
    }

    private static void say(ObjectNode status, String verdict) {
        if (!verdict.isEmpty()) {
            status.put("verdict", verdict);
        }
    }

    private Evidence evidence(Past past, long upTo, Asked asked) {
        Image image = past.shard().equals(Image.MAIN_SHARD) ? decisions.image(upTo) : Image.EMPTY;
        return new Evidence(past, asked.kinds()::byKind, image, upTo, asked.access(), asked.access()::sees);
    }

    private static Refusal missing(LogHistory.Span span, long revision) {
        if (revision > span.newest()) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "revision %d is in the future: the newest revision is %d".formatted(revision, span.newest()));
        }
        return revision < span.oldest()
                ? Refusal.of(
                        Reason.EXPIRED,
                        "revision %d is no longer in the log: its revisions are %d to %d"
                                .formatted(revision, span.oldest(), span.newest()))
                : Refusal.notFound(ObjectKey.of(ChangeKind.TYPE, "", Long.toString(revision)));
    }

    private ObjectNode status(List<CauseStep> steps, Asked asked) {
        ObjectNode status = Json.MAPPER.createObjectNode();
        ArrayNode chain = status.putArray("chain");
        for (CauseStep step : steps) {
            switch (step) {
                case CauseStep.Known known -> {
                    if (asked.access().test(known.change().event())) {
                        chain.add(known(known));
                    }
                }
                case CauseStep.Unknown unknown -> chain.add(unknown(unknown));
            }
        }
        return status;
    }

    private ObjectNode known(CauseStep.Known step) {
        Event event = step.change().event();
        ObjectNode change = ChangeView.of(step.change());
        change.remove(List.of("apiVersion", "kind", "metadata", "record"));
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("part", step.part().word());
        json.put("shard", event.shard());
        json.put("revision", Long.toString(event.revision()));
        json.put("what", event.type().happened());
        json.setAll(change);
        if (step.part() == CauseStep.Part.TOLD) {
            JsonNode told = event.object().tree();
            json.put("reason", told.path("reason").asText(""));
            json.put("message", told.path("message").asText(told.path("note").asText("")));
        } else if (event.type().creates() || event.type().removes()) {
            json.remove("fields"); // the object's name is enough
        }
        ended(step.change(), json);
        if (event.type().is(ChangeType.SCHEDULED)) {
            decisions.ifHeld(event.revision() - 1, event.key()).ifPresent(decision -> json.set("scheduling", decision));
        }
        return json;
    }

    /** The ends of a pod's containers that the event is the first to report. */
    private static void ended(PastChange change, ObjectNode json) {
        if (!change.event().key().type().equals(PODS) || change.event().type().creates()) {
            return;
        }
        for (ContainerEnd end : ContainerEnd.firstReportedBy(change)) {
            ObjectNode entry = json.withArray("ended").addObject();
            entry.put("container", end.container()).put("reason", end.reason()).put("exitCode", end.exitCode());
            if (end.signal() != 0) {
                entry.put("signal", end.signal());
            }
            entry.put("how", end.how());
            if (!end.message().isEmpty()) {
                entry.put("message", end.message());
            }
            if (!end.finishedAt().isEmpty()) {
                entry.put("finishedAt", end.finishedAt());
            }
        }
    }

    private static ObjectNode unknown(CauseStep.Unknown step) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("part", CauseStep.Part.CAUSE.word());
        json.put("shard", step.shard());
        json.put("revision", Long.toString(step.revision()));
        json.put(
                "unreadable",
                step.isCut()
                        ? "no longer in the log, which was cut behind this revision"
                        : "the record of this revision cannot be decoded; it is quarantined and skipped");
        return json;
    }
}
