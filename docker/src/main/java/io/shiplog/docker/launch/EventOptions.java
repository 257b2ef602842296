package io.shiplog.docker.launch;

import io.shiplog.command.control.ControllersConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How long Event objects stay: in the cluster, named as in kube-apiserver, and in the log.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver</a>
 */
final class EventOptions {
    @Option(
            names = "--event-ttl",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description =
                    "how long 'kubectl get events' shows an Event after it happened last, such as 1h30m; 0, as with "
                            + "kube-apiserver: until somebody deletes it. Give it at every start (default: 1h0m0s)")
    private Duration ttl = ControllersConfig.EVENT_TTL;

    @Option(
            names = "--event-history",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description =
                    "how long the log holds Events, those that are gone as well, for /at/… and subscribers; 0: for "
                            + "ever. Give it at every start (default: 168h, or as long as --event-ttl if that is longer)")
    private Optional<Duration> history = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** After which time they go; empty for never. */
    Optional<Duration> ttl() {
        return limit(ttl);
    }

    /**
     * The cluster's shards, that of the Events with its retention.
     *
     * @throws ParameterException if the log would lose Events that are still there
     */
    List<ShardConfig> shards() {
        ShardConfig usual = ShardConfig.happenings();
        Optional<Duration> retention =
                history.map(EventOptions::limit).orElseGet(() -> longer(usual.retention(), ttl()));
        if (!retention.equals(longer(retention, ttl()))) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    "the log must hold Events for as long as they live: --event-history must be no shorter than --event-ttl, "
                            + "or be left out");
        }
        return List.of(ShardConfig.events(), ShardConfig.leases(), new ShardConfig(usual.name(), retention));
    }

    private static Optional<Duration> limit(Duration given) {
        return given.isZero() ? Optional.empty() : Optional.of(given);
    }

    /** The longer one; nothing is longer than empty, which is for ever. */
    private static Optional<Duration> longer(Optional<Duration> a, Optional<Duration> b) {
        return a.flatMap(one -> b.map(other -> one.compareTo(other) >= 0 ? one : other));
    }
}
