package io.shiplog.docker.launch.assembly;

import io.shiplog.command.control.ControllersConfig;
import io.shiplog.events.json.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * What a user may set of the controllers and the scheduler.
 *
 * @param monitorGrace how long a node may be silent before it counts as lost
 * @param eventTtl how long Event objects stay; empty: until they are deleted
 * @param scheduler the scheduler's configuration; empty to leave the cluster's as it is
 */
public record ControllerSettings(Duration monitorGrace, Optional<Duration> eventTtl, Optional<Json> scheduler) {
    /** Kubernetes' defaults. */
    public static final ControllerSettings DEFAULT = new ControllerSettings(
            ControllersConfig.NODE_MONITOR_GRACE, Optional.of(ControllersConfig.EVENT_TTL), Optional.empty());

    /** The same with Event objects that stay. */
    public ControllerSettings keepingEvents() {
        return new ControllerSettings(monitorGrace, Optional.empty(), scheduler);
    }
}
