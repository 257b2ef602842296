package io.shiplog.docker.launch.cli;

import io.shiplog.command.control.ControllersConfig;
import java.time.Duration;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Node monitoring, with kube-controller-manager's options.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/">kube-controller-manager</a>
 */
public final class MonitorOption {
    /** Two heartbeats: a single late one must not cost a node its pods. */
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    @Option(
            names = "--node-monitor-grace-period",
            paramLabel = "DURATION",
            converter = Period.class,
            description = "how long a node may be silent before it counts as lost, such as 90s or 2m (default: 50s)")
    private Duration grace = ControllersConfig.NODE_MONITOR_GRACE;

    /** How long a node may be silent before it counts as lost. */
    public Duration grace() {
        return grace;
    }

    /** Longer than the interval of heartbeats. */
    static final class Period extends DurationConverter {
        @Override
        public Duration convert(String text) {
            Duration period = super.convert(text);
            if (period.compareTo(SHORTEST) <= 0) {
                throw new TypeConversionException("'%s': the heartbeat interval of nodes is 10 s".formatted(text));
            }
            return period;
        }
    }
}
