package io.shiplog.command.kind.apps;

import static io.shiplog.events.kind.MetaColumns.number;
import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.LabelSelectors;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.object.LabelSelector;
import java.util.ArrayList;
import java.util.List;

/** The columns of {@code kubectl get} for Deployments, ReplicaSets and ReplicationControllers. */
public final class WorkloadColumns {
    static final Column CONTAINERS = wide(
            "Containers", "Names of each container in the template.", (object, now) -> ofContainers(object, "name"));
    static final Column IMAGES = wide(
            "Images",
            "Images referenced by each container in the template.",
            (object, now) -> ofContainers(object, "image"));

    // Two numbers are called texts, as in Kubernetes.
    static final List<Column> DEPLOYMENT = List.of(
            MetaColumns.NAME,
            text(
                    "Ready",
                    "Number of the pod with ready state",
                    (object, now) ->
                            count(object, "status", "readyReplicas") + "/" + count(object, "spec", "replicas")),
            text(
                    "Up-to-date",
                    "Total number of non-terminated pods targeted by this deployment that have the desired template spec.",
                    (object, now) -> count(object, "status", "updatedReplicas")),
            text(
                    "Available",
                    "Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this"
                            + " deployment.",
                    (object, now) -> count(object, "status", "availableReplicas")),
            MetaColumns.AGE,
            CONTAINERS,
            IMAGES,
            wide(
                    "Selector",
                    "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected"
                            + " by this deployment. It must match the pod template's labels.",
                    (object, now) -> LabelSelector.of(object.path("spec").path("selector"))
                            .text()));

    static final List<Column> REPLICA_SET = replicated(
            "Selector is a label query over pods that should match the replica count.",
            (object, now) -> LabelSelectors.textOrNone(object.path("spec").path("selector")));

    static final List<Column> REPLICATION_CONTROLLER = replicated(
            "Selector is a label query over pods that should match the Replicas count.",
            (object, now) -> MetaColumns.labels(object.path("spec").path("selector")));

    private WorkloadColumns() {}

    private static List<Column> replicated(String selectorDescription, Column.Cell selector) {
        return List.of(
                MetaColumns.NAME,
                number(
                        "Desired",
                        "Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and"
                                + " unspecified. Defaults to 1.",
                        (object, now) -> count(object, "spec", "replicas")),
                number(
                        "Current",
                        "Replicas is the most recently observed number of non-terminating pods.",
                        (object, now) -> count(object, "status", "replicas")),
                number(
                        "Ready",
                        "The number of non-terminating pods targeted by this controller with a Ready Condition.",
                        (object, now) -> count(object, "status", "readyReplicas")),
                MetaColumns.AGE,
                CONTAINERS,
                IMAGES,
                wide("Selector", selectorDescription, selector));
    }

    private static int count(JsonNode object, String part, String field) {
        return object.path(part).path(field).asInt();
    }

    private static String ofContainers(JsonNode object, String field) {
        return ofTemplate(object.path("spec").path("template"), field);
    }

    /** A field of each container of a template: {@code name} or {@code image}. */
    public static String ofTemplate(JsonNode template, String field) {
        List<String> values = new ArrayList<>();
        for (JsonNode container : template.path("spec").path("containers")) {
            values.add(container.path(field).asText());
        }
        return String.join(",", values);
    }
}
