package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Crowds.Crowd;
import io.shiplog.command.schedule.PodDemand.Neighbour;
import io.shiplog.command.schedule.PodDemand.Spread;
import io.shiplog.command.schedule.PodDemand.Weighted;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.placement.NodeTerms;
import io.shiplog.events.placement.Taint;
import io.shiplog.events.placement.Toleration;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a term of affinity or spread asks of the cluster: how many of these pods there are in each domain of a topology key. Pods of
 * one template ask the same, so that the answer can be kept.
 *
 * @param nodes the nodes on which pods count
 */
record Query(String topologyKey, Which pods, Nodes nodes) {

    /** Which pods are counted. */
    sealed interface Which {
        /** How often each pod of a crowd counts; 0 if it does not. */
        int times(Crowd crowd, ClusterView view);
    }

    /** Pods of a namespace that a spread constraint selects. Terminating pods do not count. */
    record Selected(String namespace, LabelSelector selector) implements Which {
        @Override
        public int times(Crowd crowd, ClusterView view) {
            return crowd.namespace().equals(namespace) && !crowd.deleting() && selector.matches(crowd.labels()) ? 1 : 0;
        }
    }

    /** Pods of one owner. Terminating pods do not count. */
    record Owned(String owner) implements Which {
        @Override
        public int times(Crowd crowd, ClusterView view) {
            return crowd.owner().equals(owner) && !crowd.deleting() ? 1 : 0;
        }
    }

    /** Pods that all of these terms select. */
    record Near(List<Neighbour> terms) implements Which {
        @Override
        public int times(Crowd crowd, ClusterView view) {
            for (Neighbour term : terms) {
                if (!term.selects(crowd, view)) {
                    return 0;
                }
            }
            return 1;
        }
    }

    /** Pods with a required affinity term. */
    record Requiring(Neighbour term) implements Which {
        @Override
        public int times(Crowd crowd, ClusterView view) {
            return Collections.frequency(crowd.near(), term);
        }
    }

    /** Pods with a required anti-affinity term. */
    record Refusing(Neighbour term) implements Which {
        @Override
        public int times(Crowd crowd, ClusterView view) {
            return Collections.frequency(crowd.far(), term);
        }
    }

    /** Pods with a preferred term. */
    record Preferring(Weighted term) implements Which {
        @Override
        public int times(Crowd crowd, ClusterView view) {
            return Collections.frequency(crowd.wishes(), term);
        }
    }

    /**
     * The nodes on which pods count.
     *
     * @param keys the labels that a node must have
     * @param selector labels and values that it must have
     * @param required node affinity that it must match; null for none
     * @param tolerations of which it may not have an untolerated taint; null if taints do not matter
     */
    record Nodes(
            List<String> keys,
            Map<String, String> selector,
            @Nullable NodeTerms required,
            @Nullable List<Toleration> tolerations) {
        static final Nodes ALL = new Nodes(List.of(), Map.of(), null, null);

        /** The nodes that count for one of a pod's constraints, by its nodeAffinityPolicy and nodeTaintsPolicy. */
        static Nodes of(PodDemand pod, Spread spread, List<Spread> together) {
            return new Nodes(
                    together.stream()
                            .map(Spread::topologyKey)
                            .distinct()
                            .sorted()
                            .toList(),
                    spread.honorsAffinity() ? pod.needs().nodeSelector() : Map.of(),
                    spread.honorsAffinity() ? pod.needs().required() : null,
                    spread.honorsTaints() ? pod.needs().tolerations() : null);
        }

        /** Their positions; null for all. */
        @Nullable BitSet of(NodeTable table) {
            if (equals(ALL)) {
                return null;
            }
            BitSet counted = new BitSet(table.size());
            for (int at = 0; at < table.size(); at++) {
                if (has(table.at(at))) {
                    counted.set(at);
                }
            }
            return counted;
        }

        private boolean has(NodeState node) {
            for (String key : keys) {
                if (!node.labels().containsKey(key)) {
                    return false;
                }
            }
            return node.labels().entrySet().containsAll(selector.entrySet())
                    && (required == null || required.matches(node.name(), node.labels()))
                    && (tolerations == null || tolerates(tolerations, node));
        }

        private static boolean tolerates(List<Toleration> tolerations, NodeState node) {
            for (Taint taint : node.offer().taints()) {
                if (taint.preventsScheduling() && tolerations.stream().noneMatch(each -> each.tolerates(taint))) {
                    return false;
                }
            }
            return true;
        }
    }
}
