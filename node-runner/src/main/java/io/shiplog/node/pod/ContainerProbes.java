package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod.Health;
import io.shiplog.node.pod.port.PodEvents;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.pod.port.TaskClock;
import io.shiplog.node.probe.Answer;
import io.shiplog.node.probe.ProbeSettings;
import io.shiplog.node.probe.ProbeTally;
import io.shiplog.node.probe.ProbeTally.Verdict;
import io.shiplog.node.probe.Prober.Purpose;
import io.shiplog.node.probe.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one run of a container. The startup probe runs first and alone; a failed liveness or startup probe is not
 * repeated, since the container is about to be restarted.
 */
final class ContainerProbes {
    /** The three probes. */
    enum Kind {
        STARTUP("startupProbe", "Startup", "startup"),
        LIVENESS("livenessProbe", "Liveness", "liveness"),
        READINESS("readinessProbe", "Readiness", "readiness");

        private final String field;
        private final String title;
        private final String word;

        Kind(String field, String title, String word) {
            this.field = field;
            this.title = title;
            this.word = word;
        }
    }

    private final PodPorts ports;
    private final DesiredPod pod;
    private final DesiredContainer container;
    private final Target target;
    private final PodProbes.HealthReader reader;
    private final Map<Kind, ProbeTally> tallies = new EnumMap<>(Kind.class);
    private final Map<Kind, TaskClock.Pending> alarms = new EnumMap<>(Kind.class);
    private Health health;
    private boolean closed;
    private boolean onlyReadiness;

    ContainerProbes(
            PodPorts ports,
            DesiredPod pod,
            DesiredContainer container,
            Target target,
            Health first,
            PodProbes.HealthReader reader) {
        this.ports = ports;
        this.pod = pod;
        this.container = container;
        this.target = target;
        this.health = first;
        this.reader = reader;
    }

    synchronized Health health() {
        return health;
    }

    /** @param startedAt the start of initial delays */
    synchronized void begin(Instant startedAt) {
        reader.onHealth(container.name(), health);
        for (Kind kind : Kind.values()) {
            if (container.has(kind.field)) {
                Instant first = startedAt.plus(settings(kind).initialDelay());
                ask(kind, Duration.between(ports.clock().now(), first));
            }
        }
    }

    /** The pod is terminating: probes may still mark it unready, but nothing restarts it. */
    synchronized void onlyReadiness() {
        onlyReadiness = true;
    }

    synchronized void close() {
        closed = true;
        alarms.values().forEach(TaskClock.Pending::cancel);
    }

    private JsonNode probe(Kind kind) {
        return container.tree().path(kind.field);
    }

    private ProbeSettings settings(Kind kind) {
        return ProbeSettings.of(probe(kind));
    }

    private void ask(Kind kind, Duration delay) {
        alarms.put(kind, ports.clock().after(delay.isNegative() ? Duration.ZERO : delay, () -> probeNow(kind)));
    }

    private void probeNow(Kind kind) {
        synchronized (this) {
            if (closed || (onlyReadiness && kind != Kind.READINESS) || over(kind)) {
                return;
            }
            if (!health.started() && kind != Kind.STARTUP) {
                ask(kind, settings(kind).period());
                return;
            }
        }
        Answer answer = ports.asker()
                .ask(target, probe(kind), Purpose.PROBE, settings(kind).timeout());
        Health next;
        synchronized (this) {
            if (closed) {
                return;
            }
            next = count(kind, answer);
            if (!over(kind)) {
                ask(kind, settings(kind).period());
            }
            if (next.equals(health)) {
                next = null;
            } else {
                health = next;
            }
        }
        record(kind, answer, next);
    }

    private void record(Kind kind, Answer answer, @Nullable Health next) {
        if (!answer.success() || !answer.message().isEmpty()) {
            ports.events()
                    .record(
                            pod,
                            container.fieldPath(),
                            PodEvents.Kind.WARNING,
                            answer.success() ? "ProbeWarning" : "Unhealthy",
                            kind.title
                                    + (answer.success() ? " probe warning: " : " probe failed: ")
                                    + answer.message());
        }
        if (next != null) {
            reader.onHealth(container.name(), next);
        }
    }

    /** Whether the probe is finished. */
    private boolean over(Kind kind) {
        return health.unhealthy() != null || (kind == Kind.STARTUP && health.started());
    }

    private Health count(Kind kind, Answer answer) {
        ProbeTally tally = tallies.getOrDefault(kind, ProbeTally.NONE).after(answer);
        tallies.put(kind, tally);
        Verdict verdict = tally.verdict(settings(kind));
        String id = health.containerId();
        return switch (verdict) {
            case UNDECIDED -> health;
            case PASSED ->
                switch (kind) {
                    case STARTUP -> new Health(id, true, health.ready(), null);
                    case LIVENESS -> health;
                    case READINESS -> new Health(id, health.started(), true, health.unhealthy());
                };
            case FAILED ->
                switch (kind) {
                    case STARTUP, LIVENESS ->
                        new Health(
                                id,
                                health.started(),
                                health.ready(),
                                "Container %s failed %s probe, will be restarted"
                                        .formatted(container.name(), kind.word));
                    case READINESS -> new Health(id, health.started(), false, health.unhealthy());
                };
        };
    }
}
