package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.Health;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.probe.Target;
import java.util.HashMap;
import java.util.Map;

/** The probes of a pod's running containers: one {@link ContainerProbes} per run. Used only by its actor. */
final class PodProbes {
    private final PodPorts ports;
    private final HealthReader reader;
    private final Map<String, ContainerProbes> byContainer = new HashMap<>();

    /** Receives probe results, on any thread. */
    @FunctionalInterface
    interface HealthReader {
        void onHealth(String container, Health health);
    }

    PodProbes(PodPorts ports, HealthReader reader) {
        this.ports = ports;
        this.reader = reader;
    }

    /** Starts probing what runs now, and stops probing the rest. */
    void follow(DesiredPod pod, ObservedPod seen) {
        for (DesiredContainer container : pod.allContainers()) {
            String name = container.name();
            Container run = seen.newest(name);
            PodAddress address = seen.address();
            boolean due = run != null
                    && run.running()
                    && address != null
                    && probed(container)
                    && !seen.isUnderWay(ObservedPod.starting(name));
            ContainerProbes probes = byContainer.get(name);
            if (probes != null
                    && (!due || run == null || !probes.health().containerId().equals(run.id()))) {
                probes.close();
                byContainer.remove(name);
            }
            if (due && run != null && address != null && !byContainer.containsKey(name)) {
                Target target = new Target(run.id(), address.ips().getFirst(), container.tree());
                byContainer.put(
                        name,
                        begin(pod, container, target, run, seen.notes(name).health()));
            }
            ContainerProbes current = byContainer.get(name);
            if (current != null && pod.ending()) {
                current.onlyReadiness();
            }
        }
    }

    private ContainerProbes begin(
            DesiredPod pod,
            DesiredContainer container,
            Target target,
            Container run,
            @org.jspecify.annotations.Nullable Health known) {
        Health first = known != null && known.containerId().equals(run.id())
                ? known
                : new Health(run.id(), !container.has("startupProbe"), !container.has("readinessProbe"), null);
        ContainerProbes probes = new ContainerProbes(ports, pod, container, target, first, reader);
        probes.begin(run.startedAt() == null ? ports.clock().now() : run.startedAt());
        return probes;
    }

    private static boolean probed(DesiredContainer container) {
        JsonNode tree = container.tree();
        return tree.hasNonNull("livenessProbe") || tree.hasNonNull("readinessProbe") || tree.hasNonNull("startupProbe");
    }

    void close() {
        byContainer.values().forEach(ContainerProbes::close);
        byContainer.clear();
    }
}
