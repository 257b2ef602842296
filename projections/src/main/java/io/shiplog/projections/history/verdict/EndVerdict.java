package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.history.diff.FieldDiff;
import io.shiplog.projections.history.text.ChangeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why an object is gone, or is terminating. */
final class EndVerdict {
    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final ResourceType PODS = ResourceType.core("pods");

    private final Evidence evidence;
    private final Chain chain;

    EndVerdict(Evidence evidence, Chain chain) {
        this.evidence = evidence;
        this.chain = chain;
    }

    /** Empty if the object's end was not requested. */
    Optional<String> line() {
        Optional<PastChange> gone = chain.newest(event -> event.type().removes());
        Optional<PastChange> asked = chain.newest(event -> event.type().is(ChangeType.DELETION_REQUESTED))
                .or(() -> gone);
        if (asked.isEmpty() || gone.isEmpty() && !isLast(asked.get())) {
            return Optional.empty();
        }
        String why = why(asked.get());
        if (gone.isPresent()) {
            return Optional.of(capital(why) + ".");
        }
        List<String> finalizers = finalizers(asked.get().event());
        return Optional.of("Is being deleted: " + why
                + (finalizers.isEmpty() ? "" : "; waits on the finalizers " + String.join(", ", finalizers)) + ".");
    }

    /** The same name may exist again. */
    private boolean isLast(PastChange asked) {
        return chain.newest(event -> event.type().creates())
                .map(made -> made.event().revision() < asked.event().revision())
                .orElse(true);
    }

    private List<String> finalizers(Event asked) {
        Event newest = chain.own().isEmpty() ? asked : chain.own().getLast().event();
        List<String> finalizers = new ArrayList<>();
        for (JsonNode each : newest.object().tree().path("metadata").path("finalizers")) {
            finalizers.add(Words.line(each.asText()));
        }
        return finalizers;
    }

    /** How the object of an event was removed, in lower case: {@code evicted by dana (#840)}. */
    String why(PastChange asked) {
        Event event = asked.event();
        if (Users.asked(event)) {
            return EventVerb.EVICT.is(event.verb())
                    ? "evicted by " + Words.by(event) + draining(event)
                    : "deleted by " + Words.by(event);
        }
        Optional<PastChange> cause = chain.cause(asked);
        Optional<PastChange> root = chain.root(asked);
        return switch (ChangeText.actor(event.actor())) {
            case "replicaset-controller", "replication-controller" -> fewer(event, root);
            case "daemon-set-controller", "statefulset-controller" -> ofSet(event, cause, root);
            case "deployment-controller" -> "cleaned up as an old revision by " + Words.by(event);
            case "namespace-controller" ->
                "deleted with its namespace " + event.key().namespace() + whichWas(root);
            case "generic-garbage-collector" -> withOwner(event, cause, root);
            case "taint-eviction-controller" -> "evicted from " + node(event) + taint(cause);
            case "system:kube-scheduler" ->
                "preempted on " + node(event)
                        + cause.map(each -> " to make room for "
                                        + Words.name(each.event().key()) + ", whose priority is higher")
                                .orElse("")
                        + " (#" + event.revision() + ")";
            case "pod-garbage-collector" ->
                cause.filter(each -> each.event().key().type().equals(NODES))
                        .map(each -> "deleted since its "
                                + Words.name(each.event().key()) + " was removed by " + Words.by(each.event()))
                        .orElse("deleted since its node is gone, by " + Words.by(event));
            // The token of a ServiceAccount, the EndpointSlices of a Service: they end with what they are made for.
            default ->
                root.filter(EndVerdict::isDeletion)
                        .map(each -> "deleted with " + Words.name(each.event().key()) + whichWas(root))
                        .orElse("deleted by " + Words.by(event));
        };
    }

    private static boolean isDeletion(PastChange change) {
        return change.event().type().ends();
    }

    /** The user deleted the owner's owner. */
    private static String withOwner(Event event, Optional<PastChange> cause, Optional<PastChange> root) {
        Optional<PastChange> deletion = root.filter(EndVerdict::isDeletion);
        return "deleted with "
                + deletion.map(each -> Words.name(each.event().key())).orElseGet(() -> owner(cause, event))
                + whichWas(deletion);
    }

    /** A drain cordons the node first. */
    private String draining(Event eviction) {
        String node = eviction.node() == null
                ? eviction.object().tree().path("spec").path("nodeName").asText("")
                : eviction.node();
        if (node.isEmpty()) {
            return "";
        }
        return evidence.last(
                        ObjectKey.clusterScoped(NODES, node),
                        event -> event.revision() < eviction.revision()
                                && event.type().is(ChangeType.CORDONED, ChangeType.UNCORDONED))
                .filter(event ->
                        event.type().is(ChangeType.CORDONED) && event.actor().equals(eviction.actor()))
                .map(event -> ", who drained " + node + " (cordoned in #" + event.revision() + ")")
                .orElse("");
    }

    /** A pod that failed, a pod whose node no longer fits, an old revision; else a rollout or a smaller number. */
    private static String ofSet(Event event, Optional<PastChange> cause, Optional<PastChange> root) {
        if (!event.key().type().equals(PODS)) {
            return "cleaned up as an old revision by " + Words.by(event);
        }
        Optional<Event> changed = cause.map(PastChange::event);
        if (changed.filter(each -> each.key().type().equals(NODES)).isPresent()) {
            return "removed since its " + Words.name(changed.get().key()) + " no longer fits, after "
                    + Words.of(changed.get());
        }
        return changed.filter(each -> each.key().equals(event.key())).isPresent()
                ? "replaced after it " + changed.get().type().happened() + " (#"
                        + changed.get().revision() + ")"
                : fewer(event, root);
    }

    private static String fewer(Event event, Optional<PastChange> root) {
        if (root.isEmpty()) {
            return "scaled down by " + Words.by(event);
        }
        PastChange change = root.get();
        if (change.event().type().is(ChangeType.SCALED)) {
            return "scaled down by " + Words.by(change.event()) + replicas(change);
        }
        boolean template = FieldDiff.of(change).stream()
                .anyMatch(field -> field.path().toString().startsWith(".spec.template"));
        return template && !change.creates()
                ? "replaced by the rollout of " + Words.of(change.event()) + " (" + Words.change(change) + ")"
                : "scaled down by " + Words.by(event) + ", after " + Words.of(change.event());
    }

    private static String replicas(PastChange change) {
        for (FieldChange field : FieldDiff.of(change)) {
            if (field.path().toString().equals(".spec.replicas") && field.before() != null && field.after() != null) {
                return ", from " + field.before().asText() + " to "
                        + Words.count(field.after().asLong(), "replica");
            }
        }
        return "";
    }

    private static String whichWas(Optional<PastChange> root) {
        return root.map(each -> ", which " + Words.who(each.event()) + " deleted (#"
                        + each.event().revision() + ")")
                .orElse("");
    }

    private static String owner(Optional<PastChange> cause, Event event) {
        if (cause.isPresent()) {
            return Words.name(cause.get().event().key());
        }
        JsonNode reference =
                event.object().tree().path("metadata").path("ownerReferences").path(0);
        return "its owner " + Words.line(reference.path("kind").asText("")) + " "
                + Words.line(reference.path("name").asText(""));
    }

    private static String node(Event event) {
        return "node " + event.object().tree().path("spec").path("nodeName").asText("");
    }

    private static String taint(Optional<PastChange> cause) {
        if (cause.isEmpty()) {
            return " for a taint that it does not tolerate";
        }
        Event event = cause.get().event();
        JsonNode node = event.object().tree();
        for (JsonNode taint : node.path("spec").path("taints")) {
            if (taint.path("effect").asText().equals("NoExecute")) {
                String key = taint.path("key").asText();
                switch (key) {
                    case "node.kubernetes.io/unreachable" -> {
                        return ", which stopped reporting (#" + event.revision() + ")";
                    }
                    case "node.kubernetes.io/not-ready" -> {
                        return ", which is not ready (#" + event.revision() + ")";
                    }
                    default -> {
                        return " for the taint " + Words.line(key) + " that " + Words.of(event) + " put there";
                    }
                }
            }
        }
        return " after " + Words.of(event);
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
