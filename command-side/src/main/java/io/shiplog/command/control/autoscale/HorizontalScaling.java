package io.shiplog.command.control.autoscale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Command;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Scale;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.usage.UsageSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Scales targets to what their metrics ask for, within bounds, windows and policies, and says in conditions why.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/horizontal.go">horizontal.go</a>
 */
public final class HorizontalScaling implements Controller {
    private static final ResourceType AUTOSCALERS = new ResourceType("autoscaling", "horizontalpodautoscalers");
    private static final String NAME = "horizontal-pod-autoscaler";

    /** A new autoscaler is first looked at after Kubernetes' {@code --horizontal-pod-autoscaler-sync-period}. */
    static final Duration SYNC_PERIOD = Duration.ofSeconds(15);

    /** The kinds with a number of replicas, by group and kind. */
    private static final Map<String, ResourceType> TARGETS = Map.of(
            "apps/Deployment", Types.DEPLOYMENTS,
            "apps/ReplicaSet", Types.REPLICA_SETS,
            "apps/StatefulSet", Types.STATEFUL_SETS,
            "/ReplicationController", Types.REPLICATION_CONTROLLERS);

    private static final int REMEMBERED = 4096;
    private static final Memo<LabelSelector> SELECTORS = new Memo<>(REMEMBERED, HorizontalScaling::selector);
    private static final Memo<TargetKey> TARGET_KEYS = new Memo<>(
            REMEMBERED,
            each -> new TargetKey(target(each, each.json().tree().path("spec").path("scaleTargetRef"))));

    private final UsageSource usages;
    private final Map<ObjectKey, Remembered> memories = new ConcurrentHashMap<>();

    /** A new size and why. */
    private record Rescale(int size, String reason) {}

    private record TargetKey(@Nullable ObjectKey key) {}

    private record Remembered(String uid, ScalingMemory memory) {}

    /** @param usages the reading by which plans are made; something else keeps it new */
    public HorizontalScaling(UsageSource usages) {
        this.usages = usages;
    }

    /** Of a target's pods: labels or a selector, by its kind. */
    private static LabelSelector selector(StoredObject scaled) {
        JsonNode selector = scaled.json().tree().path("spec").path("selector");
        return scaled.key().type().equals(Types.REPLICATION_CONTROLLERS)
                ? LabelSelector.ofLabels(selector)
                : LabelSelector.of(selector);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(AUTOSCALERS).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(AUTOSCALERS)) {
            replan.accept(key);
        } else if (TARGETS.containsValue(key.type())) {
            image.list(AUTOSCALERS, key.namespace()).stream()
                    .filter(each -> key.equals(
                            target(each, each.json().tree().path("spec").path("scaleTargetRef"))))
                    .forEach(each -> replan.accept(each.key()));
        }
    }

    /** The key of a target; null for a kind without replicas. */
    private static @Nullable ObjectKey target(StoredObject autoscaler, JsonNode reference) {
        ResourceType type =
                TARGETS.get(group(reference) + "/" + reference.path("kind").asText());
        return type == null
                ? null
                : ObjectKey.of(
                        type,
                        autoscaler.key().namespace(),
                        reference.path("name").asText());
    }

    private static String group(JsonNode reference) {
        String version = reference.path("apiVersion").asText();
        int slash = version.indexOf('/');
        return slash < 0 ? "" : version.substring(0, slash);
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        if (stored == null || stored.deleting()) {
            memories.remove(key);
            return Plan.NOTHING;
        }
        JsonNode tree = stored.json().tree();
        Duration wait = firstLook(tree, now);
        if (wait.isPositive()) {
            return Plan.later(wait);
        }
        JsonNode reference = tree.path("spec").path("scaleTargetRef");
        ObjectKey target = target(stored, reference);
        StoredObject scaled = target == null ? null : image.get(target);
        ScalingStatus status = new ScalingStatus(tree, now);
        List<Step> steps = new ArrayList<>();
        if (scaled == null || target == null) {
            String why = target == null
                    ? "no matches for kind \"%s\" in group \"%s\""
                            .formatted(reference.path("kind").asText(), group(reference))
                    : "%s \"%s\" not found".formatted(target.type().qualified(), target.name());
            status.able(
                    false, "FailedGetScale", "the HPA controller was unable to get the target's current scale: " + why);
            status.warning("FailedGetScale", why);
        } else {
            int current = scaled.json().tree().path("spec").path("replicas").asInt(1);
            status.able(true, "SucceededGetScale", "the HPA controller was able to get the target's current scale");
            Rescale rescale = decided(image, stored, scaled, status, current, now);
            if (rescale != null) {
                status.rescaled(rescale.size());
                steps.add(scale(tree, scaled, rescale));
            }
            if (rescale != null || !status.failed()) {
                status.sizes(current, rescale == null ? current : rescale.size());
            } else {
                status.current(current);
            }
        }
        Command change = StatusChange.of(stored, tree.path("status"), status.done());
        if (change != null) {
            steps.add(Step.of(change, status.event(NAME)));
        }
        return new Plan(steps, SYNC_PERIOD);
    }

    /** What is done about a target; null if nothing. */
    private @Nullable Rescale decided(
            Image image, StoredObject autoscaler, StoredObject scaled, ScalingStatus status, int current, Instant now) {
        JsonNode spec = autoscaler.json().tree().path("spec");
        Limits.Sizes sizes = new Limits.Sizes(
                current,
                spec.path("minReplicas").asInt(1),
                spec.path("maxReplicas").asInt());
        ScalingMemory memory = memory(autoscaler, current, now);
        memory.sees(current);
        if (current == 0) {
            status.active(
                    false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
            return null;
        }
        Rescale rescale = outOfBounds(sizes);
        if (rescale == null) {
            rescale = byMetrics(image, autoscaler, scaled, status, sizes, memory, now);
        }
        if (rescale != null) {
            memory.plans(current, rescale.size(), now);
        }
        return rescale;
    }

    private ScalingMemory memory(StoredObject autoscaler, int current, Instant now) {
        Remembered held = memories.get(autoscaler.key());
        if (held == null || !held.uid().equals(autoscaler.uid())) {
            held = new Remembered(autoscaler.uid(), new ScalingMemory(current, now));
            memories.put(autoscaler.key(), held);
        }
        return held.memory();
    }

    private static @Nullable Rescale outOfBounds(Limits.Sizes sizes) {
        if (sizes.current() > sizes.most()) {
            return new Rescale(sizes.most(), "Current number of replicas above Spec.MaxReplicas");
        }
        return sizes.current() < sizes.least()
                ? new Rescale(sizes.least(), "Current number of replicas below Spec.MinReplicas")
                : null;
    }

    private @Nullable Rescale byMetrics(
            Image image,
            StoredObject autoscaler,
            StoredObject scaled,
            ScalingStatus status,
            Limits.Sizes sizes,
            ScalingMemory memory,
            Instant now) {
        JsonNode spec = autoscaler.json().tree().path("spec");
        LabelSelector selector = SELECTORS.of(scaled);
        List<StoredObject> pods = image.list(Types.PODS, scaled.key().namespace()).stream()
                .filter(pod -> !selector.isEmpty() && selector.matches(pod.labels()))
                .toList();
        String others = othersOf(image, autoscaler, pods);
        if (!others.isEmpty()) {
            String why = "pods by selector %s are controlled by multiple HPAs: [%s]"
                    .formatted(
                            Scale.of(scaled.json().tree())
                                    .path("status")
                                    .path("selector")
                                    .asText(),
                            others);
            status.active(false, "AmbiguousSelector", why);
            status.warning("AmbiguousSelector", why);
            return null;
        }
        MetricProposals proposals = MetricProposals.of(spec, sizes.current(), pods, usages.current(), now);
        status.metrics(proposals.statuses());
        MetricProposals.Failure failure = proposals.failure();
        if (failure != null) {
            status.warning(failure.reason(), failure.message());
        }
        if (proposals.none()) {
            status.active(
                    false,
                    failure == null ? "FailedComputeMetricsReplicas" : failure.reason(),
                    "the HPA was unable to compute the replica count: " + (failure == null ? "" : failure.message()));
            return null;
        }
        status.active(
                true,
                "ValidMetricFound",
                "the HPA was able to successfully calculate a replica count from " + proposals.metric());
        Limits limits = Limits.of(spec, sizes, proposals.replicas(), memory, now);
        status.limits(limits);
        if (limits.replicas() == sizes.current()) {
            return null;
        }
        return new Rescale(
                limits.replicas(),
                proposals.replicas() > sizes.current()
                        ? proposals.metric() + " above target"
                        : proposals.replicas() < sizes.current() ? "All metrics below target" : "");
    }

    /** The autoscalers that scale these pods, this one among them; empty if there is no other. */
    private static String othersOf(Image image, StoredObject autoscaler, List<StoredObject> pods) {
        Set<Map<String, String>> labels = new HashSet<>();
        pods.forEach(pod -> labels.add(pod.labels()));
        Set<String> names = new TreeSet<>();
        for (StoredObject other : image.list(AUTOSCALERS, autoscaler.key().namespace())) {
            ObjectKey target = TARGET_KEYS.of(other).key();
            StoredObject scaled = target == null ? null : image.get(target);
            LabelSelector selector = scaled == null ? null : SELECTORS.of(scaled);
            if (selector != null && !selector.isEmpty() && labels.stream().anyMatch(selector::matches)) {
                names.add("{%s %s}".formatted(other.key().name(), other.key().namespace()));
            }
        }
        return names.size() > 1 ? String.join(" ", names) : "";
    }

    /** How long until the first look at a new autoscaler; not positive when it is due or was taken. */
    private static Duration firstLook(JsonNode autoscaler, Instant now) {
        Instant created = Conditions.parse(autoscaler.path("metadata").path("creationTimestamp"));
        boolean seen = !autoscaler.path("status").path("conditions").isEmpty();
        return seen || created == null ? Duration.ZERO : Duration.between(now, created.plus(SYNC_PERIOD));
    }

    private static Step scale(JsonNode autoscaler, StoredObject scaled, Rescale rescale) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.putObject("spec").put("replicas", rescale.size());
        String what = "New size: %d; reason: %s".formatted(rescale.size(), rescale.reason());
        return Step.of(
                        Edits.patchUnchanged(scaled, patch),
                        ObjectEvent.normal(Regarding.object(autoscaler), "SuccessfulRescale", what, NAME))
                .withEventIfRefused(warning(autoscaler, "FailedRescale", what + "; error: "));
    }

    private static ObjectEvent warning(JsonNode autoscaler, String reason, String message) {
        return ObjectEvent.warning(Regarding.object(autoscaler), reason, message, NAME);
    }
}
