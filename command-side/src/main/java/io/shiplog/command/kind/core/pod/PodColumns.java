package io.shiplog.command.kind.core.pod;

import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.textOr;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.MetaColumns;
import java.util.List;

/** The columns of {@code kubectl get pods}. */
public final class PodColumns {
    static final List<Column> ALL = List.of(
            MetaColumns.NAME,
            text(
                    "Ready",
                    "The aggregate readiness state of this pod for accepting traffic.",
                    (pod, now) -> PodSummary.of(pod).ready()),
            text(
                    "Status",
                    "The aggregate status of the containers in this pod.",
                    (pod, now) -> PodSummary.of(pod).reason()),
            text(
                    "Restarts",
                    "The number of times the containers in this pod have been restarted and when the last container in this"
                            + " pod has restarted.",
                    (pod, now) -> PodSummary.of(pod).restarts(now)),
            MetaColumns.AGE,
            wide(
                    "IP",
                    "podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.",
                    (pod, now) ->
                            textOr(pod.path("status").path("podIPs").path(0).path("ip"), MetaColumns.NONE)),
            wide(
                    "Node",
                    "NodeName indicates in which node this pod is scheduled.",
                    (pod, now) -> textOr(pod.path("spec").path("nodeName"), MetaColumns.NONE)),
            wide(
                    "Nominated Node",
                    "nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled"
                            + " right away.",
                    (pod, now) -> textOr(pod.path("status").path("nominatedNodeName"), MetaColumns.NONE)),
            wide(
                    "Readiness Gates",
                    "If specified, all readiness gates will be evaluated for pod readiness.",
                    (pod, now) -> readinessGates(pod)));

    private PodColumns() {}

    private static String readinessGates(JsonNode pod) {
        JsonNode gates = pod.path("spec").path("readinessGates");
        if (gates.isEmpty()) {
            return MetaColumns.NONE;
        }
        int open = 0;
        for (JsonNode gate : gates) {
            String type = gate.path("conditionType").asText();
            open += PodSummary.isTrue(pod.path("status").path("conditions"), type) ? 1 : 0;
        }
        return open + "/" + gates.size();
    }
}
