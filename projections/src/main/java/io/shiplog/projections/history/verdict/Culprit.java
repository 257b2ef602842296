package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.history.diff.FieldDiff;
import io.shiplog.projections.history.diff.ValuePath;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import java.util.Optional;

/** The user's change that caused a pod's state: the newest change of the pod, or of its template's objects, that set a value. */
final class Culprit {
    private static final int MAX_OWNERS = 4;

    private final Evidence evidence;
    private final StoredObject pod;
    private final Chain chain;

    Culprit(Evidence evidence, StoredObject pod, Chain chain) {
        this.evidence = evidence;
        this.pod = pod;
        this.chain = chain;
    }

    /** The field of a pod's spec to look for. */
    enum Aspect {
        MEMORY_LIMIT,
        IMAGE,
        ANYTHING
    }

    /**
     * {@code  since dana's #405 lowered the memory limit from 64Mi}; empty if the log does not have it, or if it is a creation and
     * no single value is sought: what was there from the beginning explains nothing.
     *
     * @param container whose value it is; empty for the whole pod
     */
    String since(String container, Aspect aspect) {
        Owner owner = owner();
        return newest(owner, container, aspect)
                .filter(change -> aspect != Aspect.ANYTHING || !change.creates())
                .map(change -> " since " + said(change, owner, container, aspect))
                .orElse("");
    }

    /**
     * {@code  The last change of its spec: dana's #405 changed image …}: a sentence of its own after a message, which need not be
     * about that change. Empty if the log does not have one.
     */
    String lastChange() {
        Owner owner = owner();
        return newest(owner, "", Aspect.ANYTHING)
                .map(change -> " The last change of its spec: " + said(change, owner, "", Aspect.ANYTHING) + ".")
                .orElse("");
    }

    private Optional<PastChange> newest(Owner owner, String container, Aspect aspect) {
        return evidence.newest(
                owner.key(),
                owner.uid(),
                owner.before(),
                each -> Users.asked(each.event())
                        && (each.creates()
                                || !fields(each, owner, container, aspect).isEmpty()));
    }

    /** {@code dana's #405 lowered the memory limit from 64Mi}. */
    private static String said(PastChange change, Owner owner, String container, Aspect aspect) {
        return Words.of(change.event()) + " " + did(change, owner, container, aspect);
    }

    /** The object in which a user wrote the pod's spec, and the last revision that applies. */
    private record Owner(ObjectKey key, String uid, long before, ValuePath spec) {}

    private Owner owner() {
        ObjectKey key = pod.key();
        String uid = pod.uid();
        ValuePath spec = ValuePath.ROOT.member("spec");
        long before = Long.MAX_VALUE;
        JsonNode object = pod.json().tree();
        for (int depth = 0; depth < MAX_OWNERS; depth++) {
            JsonNode reference = object.path("metadata").path("ownerReferences").path(0);
            Optional<PastChange> made = chain.ofUid(reference.path("uid").asText("-"));
            if (made.isEmpty()) {
                break;
            }
            if (depth == 0) {
                before = firstRevision();
                spec = spec.member("template").member("spec");
            }
            Event event = made.get().event();
            key = event.key();
            uid = Words.uid(event);
            object = event.object().tree();
        }
        return new Owner(key, uid, before, spec);
    }

    private long firstRevision() {
        return chain.own().isEmpty()
                ? pod.revision()
                : chain.own().getFirst().event().revision();
    }

    private static List<FieldChange> fields(PastChange change, Owner owner, String container, Aspect aspect) {
        ValuePath sought = switch (aspect) {
            case MEMORY_LIMIT ->
                container(owner, container).member("resources").member("limits").member("memory");
            case IMAGE -> container(owner, container).member("image");
            case ANYTHING -> owner.spec();
        };
        return FieldDiff.of(change).stream()
                .filter(field -> field.path().touches(sought))
                .toList();
    }

    private static ValuePath container(Owner owner, String name) {
        return owner.spec().member("containers").item("name", name);
    }

    private static String did(PastChange change, Owner owner, String container, Aspect aspect) {
        if (change.creates()) {
            return "created " + Words.name(owner.key());
        }
        List<FieldChange> fields = fields(change, owner, container, aspect);
        FieldChange field = fields.getFirst();
        return switch (aspect) {
            case MEMORY_LIMIT -> limit(field);
            case IMAGE -> Words.field(field);
            case ANYTHING -> Words.field(field) + (fields.size() == 1 ? "" : " and " + (fields.size() - 1) + " more");
        };
    }

    private static String limit(FieldChange field) {
        String before = field.before() == null ? "" : field.before().asText("");
        String after = field.after() == null ? "" : field.after().asText("");
        Quantity was = Quantity.parseOrNull(before);
        Quantity is = Quantity.parseOrNull(after);
        if (was == null || is == null) {
            return "set the memory limit";
        }
        return (is.compareTo(was) < 0 ? "lowered" : "raised") + " the memory limit from " + Words.line(before);
    }
}
