package io.shiplog.command.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.kind.check.IntOrPercent;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment as its controller sees it.
 *
 * @param replicas the desired number of pods
 */
record Rollout(StoredObject stored, JsonNode tree, int replicas, Pace pace, LabelSelector selector) {
    private static final int DEFAULT_HISTORY = 10;
    private static final int DEFAULT_DEADLINE_SECONDS = 600;
    private static final JsonNode DEFAULT_SHARE = TextNode.valueOf("25%");

    /**
     * How pods are replaced.
     *
     * @param rolling RollingUpdate; else Recreate
     * @param maxSurge how many pods more than desired there may be; 0 unless rolling
     * @param maxUnavailable how many of the desired pods may be missing
     */
    record Pace(boolean rolling, int maxSurge, int maxUnavailable) {}

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
        return new Rollout(
                stored,
                tree,
                replicas,
                new Pace(rolling, surge, Math.min(unavailable, replicas)),
                LabelSelector.of(spec.path("selector")));
    }

    boolean rolling() {
        return pace.rolling();
    }

    int maxSurge() {
        return pace.maxSurge();
    }

    int maxUnavailable() {
        return pace.maxUnavailable();
    }

    private JsonNode spec() {
        return tree.path("spec");
    }

    boolean paused() {
        return spec().path("paused").asBoolean();
    }

    int minReadySeconds() {
        return spec().path("minReadySeconds").asInt(0);
    }

    int historyLimit() {
        return spec().path("revisionHistoryLimit").asInt(DEFAULT_HISTORY);
    }

    /** How long a rollout may stand still, or null for no limit. */
    @Nullable Duration progressDeadline() {
        int seconds = spec().path("progressDeadlineSeconds").asInt(DEFAULT_DEADLINE_SECONDS);
        return seconds == Integer.MAX_VALUE ? null : Duration.ofSeconds(seconds);
    }

    JsonNode template() {
        return spec().path("template");
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
