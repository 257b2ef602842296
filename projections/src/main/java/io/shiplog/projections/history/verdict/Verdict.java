package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.cause.CauseStep;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The verdict about an object in one or two lines: its state, the reason, and whose change caused it. It uses only the log and
 * the image of the moment, as far as the reader has access.
 */
public final class Verdict {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final int MAX_LINES = 2;

    private final Evidence evidence;
    private final Chain chain;

    private Verdict(Evidence evidence, Chain chain) {
        this.evidence = evidence;
        this.chain = chain;
    }

    /**
     * Why an object is in its state, or is gone.
     *
     * @param steps what led to the object, of {@link io.shiplog.projections.history.cause.Causes}
     * @return lines joined by a newline; empty if there is nothing to say
     */
    public static String of(Evidence evidence, ObjectKey key, Iterable<CauseStep> steps) {
        Verdict verdict = new Verdict(evidence, evidence.chain(steps));
        List<String> lines = verdict.lines(key);
        return String.join("\n", lines.subList(0, Math.min(lines.size(), MAX_LINES)));
    }

    /** The user's command that caused an event; empty if the reader has no access. */
    public static String ofChange(Evidence evidence, Iterable<CauseStep> steps) {
        Chain chain = evidence.chain(steps);
        if (chain.own().isEmpty()) {
            return "";
        }
        PastChange change = chain.own().getLast();
        if (Users.asked(change.event())) {
            return Words.who(change.event()) + " asked for it"
                    + (change.creates() ? "." : ": " + said(change).replaceFirst("^, who ", "") + ".");
        }
        return chain.root(change)
                .map(root -> "Follows from " + Words.of(root.event()) + ", who " + Words.done(root) + ".")
                .orElse("No user's command is its cause: " + Words.who(change.event()) + " reported it.");
    }

    private List<String> lines(ObjectKey key) {
        if (chain.own().isEmpty()) {
            return List.of();
        }
        String uid = Words.uid(chain.own().getLast().event());
        StoredObject there = evidence.get(key);
        StoredObject object = there != null && there.uid().equals(uid) ? there : null;
        Optional<String> end = new EndVerdict(evidence, chain).line();
        if (end.isPresent() || object == null) {
            List<String> lines = new ArrayList<>(end.stream().toList());
            if (object != null && key.type().equals(ResourceType.core("namespaces"))) {
                namespaceWaits(object.json().tree()).ifPresent(lines::add);
            }
            return lines;
        }
        return switch (key.type().qualified()) {
            case "pods" -> new PodVerdict(evidence, object, chain).lines();
            case "deployments.apps" -> deployment(object);
            case "replicasets.apps", "replicationcontrollers" -> replicas(object);
            case "statefulsets.apps", "daemonsets.apps" -> new SetVerdict(this, evidence).lines(object);
            case "persistentvolumeclaims" -> List.of(new ClaimVerdict(evidence).line(object));
            case "horizontalpodautoscalers.autoscaling" -> ScalerVerdict.lines(object);
            case "services" -> service(object);
            case "nodes" -> node(object);
            case "jobs.batch" -> new JobVerdict(evidence, object).ofJob(since(".spec.suspend"));
            case "cronjobs.batch" -> new JobVerdict(evidence, object).ofCronJob(since(".spec.suspend"));
            default -> List.of(written());
        };
    }

    private static Optional<String> namespaceWaits(JsonNode namespace) {
        for (String type : List.of("NamespaceFinalizersRemaining", "NamespaceContentRemaining")) {
            JsonNode condition = Words.condition(namespace, type);
            if (condition.path("status").asText().equals("True")) {
                return Optional.of(
                        "It waits: " + Words.message(condition.path("message").asText("")));
            }
        }
        return Optional.empty();
    }

    /** Who created it, and who changed it last. */
    private String written() {
        Optional<PastChange> made = chain.newest(event -> event.type().creates());
        Optional<PastChange> changed = chain.own().reversed().stream()
                .filter(change -> !change.creates() && Users.asked(change.event()))
                .findFirst();
        String text =
                made.map(change -> "Created by " + Words.by(change.event())).orElse("There");
        return text
                + changed.map(change -> "; last changed by " + Words.by(change.event()) + said(change))
                        .orElse("")
                + ".";
    }

    private static String said(PastChange change) {
        boolean secret = change.event().key().type().equals(ResourceType.core("secrets"));
        return ", who " + (secret ? "changed it" : Words.change(change));
    }

    private List<String> deployment(StoredObject object) {
        JsonNode tree = object.json().tree();
        JsonNode status = tree.path("status");
        long wanted = tree.path("spec").path("replicas").asLong(1);
        long updated = status.path("updatedReplicas").asLong(0);
        long available = status.path("availableReplicas").asLong(0);
        long all = status.path("replicas").asLong(0);
        if (wanted == 0) {
            return List.of("Wants no pods" + since(".spec.replicas") + ".");
        }
        boolean complete = updated >= wanted && available >= wanted && all <= wanted;
        if (complete) {
            return List.of((wanted == 1 ? "Its pod is available" : "All " + wanted + " pods are available")
                    + since(".spec.template") + ".");
        }
        List<String> lines = new ArrayList<>();
        // A pod's own cause is better than the last change of the template.
        Optional<String> why = worst(evidence.podsBelow(object)).or(() -> failure(tree));
        if (tree.path("spec").path("paused").asBoolean()) {
            lines.add("Paused" + since(".spec.paused") + ": " + updated + " of " + Words.count(wanted, "pod")
                    + " updated.");
        } else {
            List<StoredObject> sets = evidence.dependents(object).stream()
                    .filter(set -> set.key().type().resource().equals("replicasets"))
                    .toList();
            boolean rolling = sets.size() > 1 && (updated < wanted || all > wanted || available < wanted);
            long ready = readyOfNewest(sets, tree);
            lines.add(
                    rolling
                            ? "The rollout" + since(".spec.template") + " is not complete: " + ready + " of "
                                    + Words.count(wanted, "new pod") + " ready, " + available + " available in all."
                            : available + " of " + Words.count(wanted, "pod") + " available"
                                    + (why.isPresent() ? "" : since(".spec.template")) + ".");
        }
        why.ifPresent(lines::add);
        return lines;
    }

    private static long readyOfNewest(List<StoredObject> sets, JsonNode deployment) {
        String revision = revision(deployment);
        return sets.stream()
                .map(set -> set.json().tree())
                .filter(set -> revision(set).equals(revision))
                .mapToLong(set -> set.path("status").path("readyReplicas").asLong(0))
                .sum();
    }

    private static String revision(JsonNode object) {
        return object.path("metadata")
                .path("annotations")
                .path("deployment.kubernetes.io/revision")
                .asText("");
    }

    private List<String> replicas(StoredObject object) {
        JsonNode tree = object.json().tree();
        long wanted = tree.path("spec").path("replicas").asLong(1);
        long ready = tree.path("status").path("readyReplicas").asLong(0);
        List<String> lines = new ArrayList<>();
        if (wanted == 0) {
            lines.add("Wants no pods" + scaled() + ".");
        } else if (ready >= wanted) {
            lines.add((wanted == 1 ? "Its pod is ready" : "All " + wanted + " pods are ready") + scaled() + ".");
        } else {
            Optional<String> why = worst(evidence.podsBelow(object)).or(() -> failure(tree));
            lines.add(ready + " of " + Words.count(wanted, "pod") + " ready" + (why.isPresent() ? "" : scaled()) + ".");
            why.ifPresent(lines::add);
        }
        return lines;
    }

    private String scaled() {
        return chain.newest(event -> event.type().is(ChangeType.SCALED, ChangeType.CREATED))
                .flatMap(chain::root)
                .map(root -> " since " + Words.of(root.event()) + " (" + Words.change(root) + ")")
                .orElse("");
    }

    /** Why no pod can be created: quota, admission. */
    private static Optional<String> failure(JsonNode tree) {
        String message = Words.condition(tree, "ReplicaFailure").path("message").asText("");
        return message.isEmpty() ? Optional.empty() : Optional.of("Pods are refused: " + Words.message(message));
    }

    /** {@code  since dana's #405 changed image …}, for the newest user's change below a path. */
    String since(String path) {
        for (PastChange change : chain.own().reversed()) {
            boolean about = change.creates()
                    || io.shiplog.projections.history.diff.FieldDiff.of(change).stream()
                            .anyMatch(field -> field.path().toString().startsWith(path));
            if (about && Users.asked(change.event())) {
                return " since " + Words.of(change.event()) + " " + Words.change(change);
            }
        }
        return "";
    }

    /** The verdict about the newest unhealthy pod; empty if there is none. */
    Optional<String> worst(List<StoredObject> pods) {
        return pods.stream()
                .filter(pod -> !pod.deleting() && !Words.isTrue(pod.json().tree(), "Ready"))
                .max(Comparator.comparingLong(StoredObject::revision))
                .map(pod -> "Pod " + pod.key().name() + ": "
                        + lower(new PodVerdict(evidence, pod, evidence.why(pod))
                                .lines()
                                .getFirst()));
    }

    private static String lower(String text) {
        return text.startsWith("OOM") || text.isEmpty()
                ? text
                : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private List<String> service(StoredObject object) {
        JsonNode spec = object.json().tree().path("spec");
        JsonNode selector = spec.path("selector");
        if (spec.path("type").asText().equals("ExternalName")) {
            return List.of("Stands for " + Words.line(spec.path("externalName").asText("")) + since(".spec") + ".");
        }
        if (selector.isEmpty()) {
            return List.of("Has no selector: its endpoints are the EndpointSlices that users create.");
        }
        Map<String, String> labels = new java.util.TreeMap<>();
        selector.properties()
                .forEach(each -> labels.put(each.getKey(), each.getValue().asText()));
        if (evidence.hidesSome(PODS, object.key().namespace())) {
            return List.of("Sends to pods with the labels " + Words.line(labels.toString()) + since(".spec.selector")
                    + ", which you may not read.");
        }
        List<StoredObject> pods = evidence.list(PODS, object.key().namespace()).stream()
                .filter(pod -> pod.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
        if (pods.isEmpty()) {
            return List.of("No endpoints: no pod has the labels " + Words.line(labels.toString())
                    + since(".spec.selector") + ".");
        }
        long ready = pods.stream()
                .filter(pod -> !pod.deleting() && Words.isTrue(pod.json().tree(), "Ready"))
                .count();
        List<String> lines = new ArrayList<>();
        lines.add(
                ready == 0
                        ? "No ready endpoints: " + Words.count(pods.size(), "pod") + " selected, none ready."
                        : Words.count(ready, "ready endpoint") + " of " + Words.count(pods.size(), "selected pod")
                                + ".");
        if (ready < pods.size()) {
            worst(pods).ifPresent(lines::add);
        }
        return lines;
    }

    private List<String> node(StoredObject object) {
        JsonNode tree = object.json().tree();
        JsonNode ready = Words.condition(tree, "Ready");
        String cordoned = tree.path("spec").path("unschedulable").asBoolean()
                ? chain.newest(event -> event.type().is(ChangeType.CORDONED))
                        .map(change -> "Cordoned by " + Words.by(change.event()) + ".")
                        .orElse("Cordoned.")
                : null;
        List<String> lines = new ArrayList<>();
        lines.add(
                switch (ready.path("status").asText("")) {
                    case "True" -> "Ready" + revision(ChangeType.READY) + ".";
                    case "Unknown" -> "Stopped reporting" + revision(ChangeType.UNREADY) + ".";
                    case "False" ->
                        "Not ready" + revision(ChangeType.UNREADY) + ": "
                                + Words.message(ready.path("message").asText("")) + ".";
                    default -> "Has not reported yet.";
                });
        add(lines, cordoned);
        return lines;
    }

    private static void add(List<String> lines, @Nullable String line) {
        if (line != null) {
            lines.add(line);
        }
    }

    private String revision(ChangeType type) {
        return chain.newest((Event event) -> event.type().is(type))
                .map(change -> " since #" + change.event().revision())
                .orElse("");
    }
}
