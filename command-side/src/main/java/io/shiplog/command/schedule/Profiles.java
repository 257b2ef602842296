package io.shiplog.command.schedule;

import io.shiplog.command.control.loop.Backoff;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of the scheduler. It is an object of the cluster, so that a past decision is repeated with the configuration of its
 * time: the KubeSchedulerConfiguration, as JSON, in a ConfigMap. Without it, or if it is invalid, the default applies.
 *
 * @param byName at least one
 * @param backoff of pods that fit no node
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/">Scheduler Configuration</a>
 */
public record Profiles(Map<String, Profile> byName, Backoff backoff) {
    /** The ConfigMap with the configuration. */
    public static final ObjectKey CONFIG_MAP = ObjectKey.of(Types.CONFIG_MAPS, "kube-system", "kube-scheduler");
    /** The entry of the ConfigMap's data. */
    public static final String ENTRY = "config.json";

    static final Profiles DEFAULT = new Profiles(
            Map.of(Profile.DEFAULT_NAME, Profile.DEFAULT), new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10)));

    private static final Logger LOG = LoggerFactory.getLogger(Profiles.class);
    private static final int REMEMBERED = 16;
    private static final Memo<Profiles> MEMO = new Memo<>(REMEMBERED, Profiles::read);

    public Profiles {
        byName = Map.copyOf(byName);
    }

    /** Those of an image. */
    static Profiles of(Image image) {
        return of(image.get(CONFIG_MAP));
    }

    /** Those of a stored ConfigMap; null for none. */
    static Profiles of(@Nullable StoredObject configMap) {
        return configMap == null ? DEFAULT : MEMO.of(configMap);
    }

    private static Profiles read(StoredObject configMap) {
        String text = configMap.json().tree().path("data").path(ENTRY).asText();
        try {
            return SchedulerConfig.read(Json.of(text).tree());
        } catch (RuntimeException e) {
            LOG.error("{}: {} is invalid, the default profile applies: {}", CONFIG_MAP, ENTRY, e.getMessage());
            return DEFAULT;
        }
    }

    /** Whether this scheduler is responsible for pods of a {@code schedulerName}. */
    boolean has(String schedulerName) {
        return byName.containsKey(schedulerName);
    }

    /** The profile of a {@code schedulerName}; the default for one of another scheduler. */
    Profile of(String schedulerName) {
        return byName.getOrDefault(schedulerName, Profile.DEFAULT);
    }
}
