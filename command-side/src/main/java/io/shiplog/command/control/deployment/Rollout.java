package io.shiplog.command.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.command.control.view.LabelSelector;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.kind.IntOrPercent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment as its controller sees it.
 *
 * @param replicas the desired number of pods
 * @param rolling RollingUpdate; else Recreate
 * @param maxSurge how many pods more than desired there may be; 0 unless rolling
 * @param maxUnavailable how many of the desired pods may be missing
 * @param progressDeadline how long a rollout may stand still, or null for no limit
 */
record Rollout(
        StoredObject stored,
        JsonNode tree,
        int replicas,
        boolean rolling,
        int maxSurge,
        int maxUnavailable,
        boolean paused,
        int minReadySeconds,
        int historyLimit,
        @Nullable Duration progressDeadline,
        LabelSelector selector,
        JsonNode template) {
    private static final int DEFAULT_HISTORY = 10;
    private static final int DEFAULT_DEADLINE_SECONDS = 600;
    private static final JsonNode DEFAULT_SHARE = TextNode.valueOf("25%");

    static Rollout of(StoredObject stored) {
        JsonNode tree = stored.json().tree();
        JsonNode spec = tree.path("spec");
        int replicas = spec.path("replicas").asInt(1);
        boolean rolling = !spec.path("strategy").path("type").asText().equals("Recreate");
        JsonNode update = spec.path("strategy").path("rollingUpdate");
        int surge = rolling ? share(update.path("maxSurge"), replicas, true) : 0;
        int unavailable = rolling ? share(update.path("maxUnavailable"), replicas, false) : 0;
        if (rolling && surge == 0 && unavailable == 0) {
            unavailable = 1; // Otherwise nothing could progress.
        }
        int deadline = spec.path("progressDeadlineSeconds").asInt(DEFAULT_DEADLINE_SECONDS);
        return new Rollout(
                stored,
                tree,
                replicas,
                rolling,
                surge,
                Math.min(unavailable, replicas),
                spec.path("paused").asBoolean(),
                spec.path("minReadySeconds").asInt(0),
                spec.path("revisionHistoryLimit").asInt(DEFAULT_HISTORY),
                deadline == Integer.MAX_VALUE ? null : Duration.ofSeconds(deadline),
                LabelSelector.of(spec.path("selector")),
                spec.path("template"));
    }

    /** A number, or a percentage of the replicas. */
    private static int share(JsonNode value, int replicas, boolean roundUp) {
        return IntOrPercent.of(value.isValueNode() ? value : DEFAULT_SHARE, replicas, roundUp);
    }

    String name() {
        return stored.key().name();
    }

    String namespace() {
        return stored.key().namespace();
    }

    long generation() {
        return tree.path("metadata").path("generation").asLong();
    }

    JsonNode status() {
        return tree.path("status");
    }

    Map<String, String> annotations() {
        return LabelSelector.textMap(tree.path("metadata").path("annotations"));
    }

    Regarding regarding() {
        return Regarding.object(tree);
    }

    OwnerRef asOwner() {
        return OwnerRef.controlledBy("apps/v1", "Deployment", name(), stored.uid());
    }
}
