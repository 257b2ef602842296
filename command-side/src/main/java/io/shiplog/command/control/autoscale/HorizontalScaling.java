package io.shiplog.command.control.autoscale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Scales targets that are outside of their bounds, and says in conditions that there are no metrics to scale by.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/horizontal.go">horizontal.go</a>
 */
public final class HorizontalScaling implements Controller {
    private static final ResourceType AUTOSCALERS = new ResourceType("autoscaling", "horizontalpodautoscalers");
    private static final String NAME = "horizontal-pod-autoscaler";
    private static final String ABLE = "AbleToScale";
    private static final String ACTIVE = "ScalingActive";

    /** A new autoscaler is first looked at after Kubernetes' {@code --horizontal-pod-autoscaler-sync-period}. */
    static final Duration SYNC_PERIOD = Duration.ofSeconds(15);

    /** The kinds with a number of replicas, by group and kind. */
    private static final Map<String, ResourceType> TARGETS = Map.of(
            "apps/Deployment", Types.DEPLOYMENTS,
            "apps/ReplicaSet", Types.REPLICA_SETS,
            "apps/StatefulSet", Types.STATEFUL_SETS,
            "/ReplicationController", Types.REPLICATION_CONTROLLERS);

    /** A new size and why. */
    private record Rescale(int size, String reason) {}

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
        List<Step> steps = new ArrayList<>();
        ObjectNode status =
                tree.path("status") instanceof ObjectNode old ? old.deepCopy() : Json.MAPPER.createObjectNode();
        ArrayNode conditions = Conditions.without(status.path("conditions"), "");
        ObjectEvent event = null;
        if (scaled == null || target == null) {
            String why = target == null
                    ? "no matches for kind \"%s\" in group \"%s\""
                            .formatted(reference.path("kind").asText(), group(reference))
                    : "%s \"%s\" not found".formatted(target.type().qualified(), target.name());
            conditions = with(
                    conditions,
                    ABLE,
                    "False",
                    "FailedGetScale",
                    "the HPA controller was unable to get the target's current scale: " + why,
                    now);
            event = warning(tree, "FailedGetScale", why);
        } else {
            int current = scaled.json().tree().path("spec").path("replicas").asInt(1);
            Rescale rescale = rescale(tree.path("spec"), current);
            conditions = with(
                    conditions,
                    ABLE,
                    "True",
                    rescale == null ? "SucceededGetScale" : "SucceededRescale",
                    rescale == null
                            ? "the HPA controller was able to get the target's current scale"
                            : "the HPA controller was able to update the target scale to " + rescale.size(),
                    now);
            if (rescale != null) {
                steps.add(scale(tree, scaled, rescale));
                status.put("lastScaleTime", Conditions.time(now));
            } else {
                ObjectNode inactive = inactive(tree.path("spec"), current, now);
                conditions = Conditions.with(conditions, inactive);
                event = warning(
                        tree,
                        inactive.path("reason").asText(),
                        inactive.path("message").asText());
            }
            int size = rescale == null ? current : rescale.size();
            status.put("currentReplicas", current).put("desiredReplicas", size);
        }
        status.put(
                "observedGeneration", tree.path("metadata").path("generation").asLong());
        if (!status.has("desiredReplicas")) {
            status.put("desiredReplicas", 0);
        }
        status.set("conditions", conditions);
        Command change = StatusChange.of(stored, tree.path("status"), status);
        if (change != null) {
            steps.add(Step.of(change, event));
        }
        return Plan.of(steps);
    }

    /** How long until the first look at a new autoscaler; not positive when it is due or was taken. */
    private static Duration firstLook(JsonNode autoscaler, Instant now) {
        Instant created = Conditions.parse(autoscaler.path("metadata").path("creationTimestamp"));
        boolean seen = !autoscaler.path("status").path("conditions").isEmpty();
        return seen || created == null ? Duration.ZERO : Duration.between(now, created.plus(SYNC_PERIOD));
    }

    /** The size within the bounds; null if it is, or if zero replicas switch scaling off. */
    private static @Nullable Rescale rescale(JsonNode spec, int current) {
        int most = spec.path("maxReplicas").asInt();
        int least = spec.path("minReplicas").asInt(1);
        if (current == 0 && least != 0) {
            return null;
        }
        if (current > most) {
            return new Rescale(most, "Current number of replicas above Spec.MaxReplicas");
        }
        return current < least ? new Rescale(least, "Current number of replicas below Spec.MinReplicas") : null;
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

    /** Why a target within its bounds keeps its size. */
    private static ObjectNode inactive(JsonNode spec, int current, Instant now) {
        if (current == 0) {
            return Conditions.condition(
                    ACTIVE,
                    "False",
                    "ScalingDisabled",
                    "scaling is disabled since the replica count of the target is zero",
                    now);
        }
        JsonNode metric = spec.path("metrics").path(0);
        String type = metric.path("type").asText("Resource");
        String api = switch (type) {
            case "External" -> "external.metrics.k8s.io";
            case "Object", "Pods" -> "custom.metrics.k8s.io";
            default -> "metrics.k8s.io";
        };
        return Conditions.condition(
                ACTIVE,
                "False",
                "FailedGet" + type + "Metric",
                "the HPA was unable to compute the replica count: unable to fetch metrics: this cluster does not serve "
                        + api,
                now);
    }

    private static ArrayNode with(
            ArrayNode conditions, String type, String status, String reason, String message, Instant now) {
        return Conditions.with(conditions, Conditions.condition(type, status, reason, message, now));
    }

    private static ObjectEvent warning(JsonNode autoscaler, String reason, String message) {
        return ObjectEvent.warning(Regarding.object(autoscaler), reason, message, NAME);
    }
}
