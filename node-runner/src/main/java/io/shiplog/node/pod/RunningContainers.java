package io.shiplog.node.pod;

import io.shiplog.events.kind.Quantity;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.stats.RunningPod;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What runs of a pod, for its metrics. Pure. */
final class RunningContainers {
    private RunningContainers() {}

    /** The pod with its containers that run; null if none does. */
    static @Nullable RunningPod of(DesiredPod pod, ObservedPod seen) {
        List<RunningPod.RunningContainer> running = new ArrayList<>();
        for (DesiredContainer each : pod.allContainers()) {
            Container run = seen.newest(each.name());
            if (run != null && run.running()) {
                running.add(new RunningPod.RunningContainer(
                        each.name(),
                        run.id(),
                        run.pid(),
                        run.startedAt() == null ? run.createdAt() : run.startedAt(),
                        each.image(),
                        amount(each, "memory").longValue(),
                        amount(each, "cpu").milliValue()));
            }
        }
        Container sandbox = seen.sandbox();
        return running.isEmpty()
                ? null
                : new RunningPod(
                        pod.key().namespace(),
                        pod.key().name(),
                        pod.uid(),
                        seen.startTime(),
                        sandbox != null && sandbox.running() ? sandbox.pid() : 0,
                        running);
    }

    private static Quantity amount(DesiredContainer container, String resource) {
        Quantity limit = Quantity.parseOrNull(
                container.tree().path("resources").path("limits").path(resource).asText(""));
        return limit == null ? Quantity.ZERO : limit;
    }
}
