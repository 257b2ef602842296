package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.Answer;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a pod fits a node of a view. It must fit with the present pods, and also with nominated pods of equal or higher
 * priority, since these may not arrive.
 */
final class Feasibility {
    private final List<Prepared> filters;
    private final ClusterView expected;
    /** The filters in the view with nominated pods; none if there are none. */
    private final List<Prepared> expecting;

    /** A filter with its preparation for the pod in a view. */
    private record Prepared(String name, Filter.NodeCheck check) {}

    @SuppressWarnings("ReferenceEquality") // the same view means no nominated pods
    private Feasibility(PodDemand pod, ClusterView view) {
        this.filters = prepared(pod, view);
        this.expected = view.expectedBy(pod);
        this.expecting = expected == view ? List.of() : prepared(pod, expected);
    }

    static Feasibility of(PodDemand pod, ClusterView view) {
        return new Feasibility(pod, view);
    }

    private static List<Prepared> prepared(PodDemand pod, ClusterView view) {
        return view.profiles().of(pod.scheduler()).filters().stream()
                .filter(filter -> filter.applies().test(pod))
                .map(filter -> new Prepared(filter.name(), filter.forPod().apply(pod, view)))
                .toList();
    }

    /**
     * All objections against a node, in the filters' order; none if the pod fits.
     *
     * @param node of the view
     */
    List<Objection> objections(NodeState node) {
        NodeState later = expecting.isEmpty() ? null : expected.node(node.name());
        List<Objection> objections = later == null ? List.of() : objections(expecting, later);
        return objections.isEmpty() ? objections(filters, node) : objections;
    }

    private static List<Objection> objections(List<Prepared> filters, NodeState node) {
        List<Objection> objections = List.of();
        for (Prepared filter : filters) {
            Answer answer = filter.check().of(node);
            if (!answer.passes()) {
                objections = objections.isEmpty() ? new ArrayList<>() : objections;
                objections.add(new Objection(filter.name(), answer.reasons(), answer.resolvable()));
            }
        }
        return objections;
    }
}
