package io.shiplog.command.control;

import io.shiplog.command.bootstrap.BootstrapConfig;
import io.shiplog.command.control.certificates.ClusterAuthority;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The configuration of controllers.
 *
 * @param active whether this process holds the writer's claim now: only then do they work. Cheap, called often
 * @param shardOf the shard of a type, from the kind's description
 * @param bootstrap the configuration of a fresh cluster's objects
 * @param authority the cluster's, by which pods trust the API server, and which signs CertificateSigningRequests
 * @param tokens how the tokens in Secrets are signed
 * @param networks where addresses come from
 * @param nodeMonitorGrace how long a node may be silent before it counts as lost
 * @param eventTtl how long an Event object stays after its last change; empty: until it is deleted
 */
public record ControllersConfig(
        BooleanSupplier active,
        Function<ResourceType, String> shardOf,
        BootstrapConfig bootstrap,
        ClusterAuthority authority,
        TokenConfig tokens,
        ClusterNetworks networks,
        Duration nodeMonitorGrace,
        Optional<Duration> eventTtl) {
    /** Kubernetes' own default of {@code --node-monitor-grace-period}, since 1.32. */
    public static final Duration NODE_MONITOR_GRACE = Duration.ofSeconds(50);

    /** Kubernetes' own default of {@code --event-ttl}. */
    public static final Duration EVENT_TTL = Duration.ofHours(1);
}
