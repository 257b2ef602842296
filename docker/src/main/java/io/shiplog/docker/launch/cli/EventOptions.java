package io.shiplog.docker.launch.cli;

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
 * How long Event objects stay: in the cluster, with kube-apiserver's option, and in the log.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver</a>
 */
public final class EventOptions {
    @Option(
            names = "--event-ttl",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description =
                    "how long 'kubectl get events' shows an Event after its last occurrence, such as 1h30m; 0, as in "
                            + "kube-apiserver: until it is deleted. Not remembered (default: 1h0m0s)")
    private Duration ttl = ControllersConfig.EVENT_TTL;

    @Option(
            names = "--event-history",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "how long the log keeps Events, including expired ones, for /at/… and subscribers; 0: "
                    + "forever. Not remembered (default: 168h, or --event-ttl if that is longer)")
    private Optional<Duration> history = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** The TTL; empty for none. */
    public Optional<Duration> ttl() {
        return limit(ttl);
    }

    /**
     * The cluster's shards, with the retention of Events.
     *
     * @throws ParameterException if the log would lose Events that still exist
     */
    public List<ShardConfig> shards() {
        ShardConfig usual = ShardConfig.eventObjects();
        Optional<Duration> retention =
                history.map(EventOptions::limit).orElseGet(() -> longer(usual.retention(), ttl()));
        if (!retention.equals(longer(retention, ttl()))) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    "the log must keep Events for as long as they exist: --event-history must not be shorter than --event-ttl, "
                            + "or be omitted");
        }
        return List.of(ShardConfig.events(), ShardConfig.leases(), new ShardConfig(usual.name(), retention));
    }

    private static Optional<Duration> limit(Duration given) {
        return given.isZero() ? Optional.empty() : Optional.of(given);
    }

    /** The longer one; empty means forever. */
    private static Optional<Duration> longer(Optional<Duration> a, Optional<Duration> b) {
        return a.flatMap(one -> b.map(other -> one.compareTo(other) >= 0 ? one : other));
    }
}
