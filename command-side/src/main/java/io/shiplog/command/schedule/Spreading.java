package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.Answer;
import io.shiplog.command.schedule.Filter.NodeCheck;
import io.shiplog.command.schedule.PluginArgs.Default;
import io.shiplog.command.schedule.PodDemand.Spread;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Topology spread, required and preferred.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/">Topology spread</a>
 */
final class Spreading {
    private static final String REASON = "node(s) didn't match pod topology spread constraints";
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";

    /** Kubernetes' default constraints let zones differ by five and hosts by three. */
    private static final int ZONE_SKEW = 5;

    private static final int HOST_SKEW = 3;
    private static final List<Default> OF_KUBERNETES =
            List.of(new Default(HOSTNAME, HOST_SKEW), new Default(ZONE, ZONE_SKEW));

    /** The raw score of a node without the topology labels of a pod's constraints. */
    static final double IGNORED = -1;

    private static final Answer NO_LABEL = Answer.never(REASON + " (missing required label)");
    private static final Answer TOO_MANY = Answer.notNow(REASON);

    private Spreading() {}

    /** The filter: constraints with {@code DoNotSchedule}. */
    static NodeCheck check(PodDemand pod, ClusterView view) {
        List<Spread> duties = pod.spreads().stream().filter(Spread::must).toList();
        Tally[] tallies = new Tally[duties.size()];
        long[] most = new long[duties.size()];
        for (int i = 0; i < tallies.length; i++) {
            Spread duty = duties.get(i);
            tallies[i] = view.tally(query(pod, duty, duties));
            long least = tallies[i].presentDomains() < duty.minDomains() ? 0 : tallies[i].least();
            most[i] = least + duty.maxSkew() - (duty.selector().matches(pod.labels()) ? 1 : 0);
        }
        return (at, node) -> {
            for (int i = 0; i < tallies.length; i++) {
                if (tallies[i].domain(at) == Domains.NONE) {
                    return NO_LABEL;
                }
                if (tallies[i].at(at) > most[i]) {
                    return TOO_MANY;
                }
            }
            return Answer.PASSES;
        };
    }

    /** Matching pods, on the nodes that count for the constraint and have the labels of all. */
    private static Query query(PodDemand pod, Spread spread, List<Spread> together) {
        return new Query(
                spread.topologyKey(),
                new Query.Selected(pod.key().namespace(), spread.selector()),
                Query.Nodes.of(pod, spread, together));
    }

    /**
     * The raw score of nodes that fit: the number of matching pods in their domains. By constraints with {@code
     * ScheduleAnyway}; for a pod without constraints by defaults, which spread pods of one owner.
     *
     * @param defaults null for Kubernetes' own
     */
    static double[] crowds(@Nullable List<Default> defaults, PodDemand pod, int[] nodes, ClusterView view) {
        List<Spread> wishes =
                pod.spreads().stream().filter(each -> !each.must()).toList();
        double[] raw = new double[nodes.length];
        for (Spread wish : wishes) {
            Domains domains = view.table().domains(wish.topologyKey());
            for (int i = 0; i < nodes.length; i++) {
                raw[i] = domains.of(nodes[i]) == Domains.NONE ? IGNORED : raw[i];
            }
        }
        for (Spread wish : wishes) {
            add(view.tally(query(pod, wish, wishes)), wish.maxSkew(), nodes, raw);
        }
        if (wishes.isEmpty() && pod.spreads().isEmpty() && !pod.owner().isEmpty()) {
            for (Default each : defaults == null ? OF_KUBERNETES : defaults) {
                Query siblings = new Query(each.topologyKey(), new Query.Owned(pod.owner()), Query.Nodes.ALL);
                add(view.tally(siblings), each.maxSkew(), nodes, raw);
            }
        }
        for (int i = 0; i < raw.length; i++) {
            raw[i] = raw[i] == IGNORED ? IGNORED : Math.round(raw[i]);
        }
        return raw;
    }

    /**
     * Adds what the pods in the domain of each node weigh. The fewer domains these nodes have, the less one more pod in one of them
     * weighs.
     */
    private static void add(Tally tally, int maxSkew, int[] nodes, double[] raw) {
        BitSet domains = new BitSet(tally.size());
        for (int i = 0; i < nodes.length; i++) {
            if (raw[i] != IGNORED && tally.domain(nodes[i]) != Domains.NONE) {
                domains.set(tally.domain(nodes[i]));
            }
        }
        double weight = Math.log(domains.cardinality() + 2.0);
        for (int i = 0; i < nodes.length; i++) {
            if (raw[i] != IGNORED && tally.domain(nodes[i]) != Domains.NONE) {
                raw[i] += tally.at(nodes[i]) * weight + (maxSkew - 1);
            }
        }
    }
}
