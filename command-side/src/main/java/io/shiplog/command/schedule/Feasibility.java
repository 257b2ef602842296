package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.Answer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a pod fits a node of a view. It must fit with the present pods, and also with nominated pods of equal or higher
 * priority, since these may not arrive.
 */
final class Feasibility {
    private final Prepared[] filters;
    private final ClusterView view;
    private final ClusterView expected;
    /** The filters in the view with nominated pods; none if there are none. */
    private final Prepared[] expecting;

    /** A filter with its preparation for the pod in a view. */
    private record Prepared(String name, Filter.NodeCheck check) {}

    @SuppressWarnings("ReferenceEquality") // the same view means no nominated pods
    private Feasibility(PodDemand pod, ClusterView view) {
        this.filters = prepared(pod, view);
        this.view = view;
        this.expected = view.expectedBy(pod);
        this.expecting = expected == view ? new Prepared[0] : prepared(pod, expected);
    }

    static Feasibility of(PodDemand pod, ClusterView view) {
        return new Feasibility(pod, view);
    }

    @SuppressWarnings("ReferenceEquality") // a constant
    private static Prepared[] prepared(PodDemand pod, ClusterView view) {
        List<Prepared> prepared = new ArrayList<>();
        for (Filter filter : view.profiles().of(pod.scheduler()).filters()) {
            Filter.NodeCheck check =
                    filter.applies().test(pod) ? filter.forPod().apply(pod, view) : Filter.ALL_PASS;
            if (check != Filter.ALL_PASS) {
                prepared.add(new Prepared(filter.name(), check));
            }
        }
        return prepared.toArray(Prepared[]::new);
    }

    /**
     * The first objection against a node, in the filters' order, which is the one that decides; null if the pod fits.
     *
     * @param at the node's position in the view
     */
    @Nullable Objection first(int at) {
        Objection later = expecting.length == 0 ? null : first(expecting, at, expected);
        return later == null ? first(filters, at, view) : later;
    }

    private static @Nullable Objection first(Prepared[] filters, int at, ClusterView view) {
        NodeState node = view.table().at(at);
        for (Prepared filter : filters) {
            Answer answer = filter.check().of(at, node);
            if (!answer.passes()) {
                return objection(filter, answer);
            }
        }
        return null;
    }

    /**
     * All objections against a node, in the filters' order; none if the pod fits.
     *
     * @param at the node's position in the view
     */
    List<Objection> all(int at) {
        List<Objection> later = expecting.length == 0 ? List.of() : all(expecting, at, expected);
        return later.isEmpty() ? all(filters, at, view) : later;
    }

    private static List<Objection> all(Prepared[] filters, int at, ClusterView view) {
        NodeState node = view.table().at(at);
        List<Objection> objections = new ArrayList<>();
        for (Prepared filter : filters) {
            Answer answer = filter.check().of(at, node);
            if (!answer.passes()) {
                objections.add(objection(filter, answer));
            }
        }
        return objections;
    }

    private static Objection objection(Prepared filter, Answer answer) {
        return new Objection(filter.name(), answer.reasons(), answer.resolvable());
    }
}
