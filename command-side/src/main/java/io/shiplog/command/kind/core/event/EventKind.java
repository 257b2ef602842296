package io.shiplog.command.kind.core.event;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.FieldPath;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Events, in the form of the core group. An Event with an {@code eventTime} is a new one and must be complete; one written as
 * {@code events.k8s.io} must be new, and only its series may change.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/events.go">events.go</a>
 */
public final class EventKind implements Kind {
    /** Maximum bytes of a reporting instance, an action and a reason. */
    private static final int MAX_WORD_BYTES = 128;

    private static final int MAX_NOTE_BYTES = 1024;

    /** Fields that an update as {@code events.k8s.io} may not change, in Kubernetes' order. */
    private static final List<String> FIXED = List.of(
            "involvedObject",
            "reason",
            "message",
            "source",
            "firstTimestamp",
            "lastTimestamp",
            "count",
            "type",
            "eventTime",
            "action",
            "related",
            "reportingComponent",
            "reportingInstance");

    private final boolean strict;

    /** @param strict the rules for clients of {@code events.k8s.io} */
    public EventKind(boolean strict) {
        this.strict = strict;
    }

    @Override
    public KindDescription description() {
        KindDescription.Draft draft = KindDescription.draft(
                        strict ? "events.k8s.io" : "", "v1", "Event", "events", Scope.NAMESPACED)
                .columns(EventColumns.ALL)
                .shortNames("ev")
                .shard("happenings")
                .fields("reason", "type");
        if (strict) {
            draft.storedAs(ResourceType.core("events"), new EventForms());
        }
        for (String part : List.of("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")) {
            draft.field((strict ? "regarding." : "involvedObject.") + part, FieldPath.of("involvedObject." + part));
        }
        return strict
                ? draft.field("reportingController", FieldPath.of("reportingComponent"))
                        .done()
                : draft.fields("reportingComponent")
                        .field("source", FieldPath.of("source.component", "reportingComponent"))
                        .done();
    }

    @Override
    public List<String> nameErrors(String name) {
        return strict ? Names.subdomain(name) : Names.pathSegment(name);
    }

    @Override
    public boolean validatesMetadataLast() {
        return !strict;
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public void validate(ObjectNode event, FieldErrors errors) {
        String namespace = Trees.namespace(event);
        String involved = text(event, "involvedObject", "namespace");
        boolean fresh = event.hasNonNull("eventTime");
        boolean fits = involved.isEmpty()
                ? Trees.oneOf(namespace, "", "default") || fresh && namespace.equals("kube-system")
                : fresh || involved.equals(namespace);
        if (!fits) {
            errors.invalid("involvedObject.namespace", involved, "does not match event.namespace");
        }
        if (fresh) {
            complete(event, errors);
        }
    }

    private static void complete(ObjectNode event, FieldErrors errors) {
        String controller = text(event, "reportingComponent");
        if (controller.isEmpty()) {
            errors.required("reportingController", "");
        }
        Checks.each(Names.qualified(controller), "reportingController", controller, errors);
        for (String field : List.of("reportingInstance", "action", "reason")) {
            if (text(event, field).isEmpty()) {
                errors.required(field, "");
            }
            atMost(MAX_WORD_BYTES, text(event, field), field, errors);
        }
        atMost(MAX_NOTE_BYTES, text(event, "message"), "message", errors);
    }

    private static void atMost(int bytes, String text, String field, FieldErrors errors) {
        if (text.getBytes(StandardCharsets.UTF_8).length > bytes) {
            errors.invalid(field, "", "can have at most " + bytes + " characters");
        }
    }

    @Override
    public void validateCreate(ObjectNode event, FieldErrors errors) {
        if (!strict) {
            return;
        }
        series(event, errors);
        if (!event.hasNonNull("eventTime")) {
            errors.required("eventTime", "");
        }
        String type = text(event, "type");
        if (!Trees.oneOf(type, "Normal", "Warning")) {
            errors.invalid("type", "", "has invalid value: " + type);
        }
        for (String old : List.of("firstTimestamp", "lastTimestamp", "count", "source")) {
            JsonNode value = event.path(old);
            boolean unset = value.isMissingNode()
                    || value.isNull()
                    || value.isContainerNode() && value.isEmpty()
                    || value.isNumber() && value.asInt() == 0;
            if (!unset) {
                errors.invalid(old, "", "needs to be unset");
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode event, ObjectNode old, FieldErrors errors) {
        if (!strict) {
            return;
        }
        if (!Checks.same(event.path("series"), old.path("series"))) {
            series(event, errors);
        }
        for (String field : FIXED) {
            String shown = field.equals("reportingComponent") ? "reportingController" : field;
            if (event.path(field).isTextual() || old.path(field).isTextual()) {
                Checks.immutableText(event.path(field), old.path(field), shown, errors);
            } else {
                Checks.immutable(event.path(field), old.path(field), shown, errors);
            }
        }
    }

    private static void series(ObjectNode event, FieldErrors errors) {
        JsonNode series = event.path("series");
        if (!series.isObject()) {
            return;
        }
        if (series.path("count").asInt() < 2) {
            errors.invalid("series.count", "", "should be at least 2");
        }
        if (!series.hasNonNull("lastObservedTime")) {
            errors.required("series.lastObservedTime", "");
        }
    }
}
