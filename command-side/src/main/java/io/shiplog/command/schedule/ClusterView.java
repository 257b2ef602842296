package io.shiplog.command.schedule;

import io.shiplog.command.control.view.Memo;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.Change;
import io.shiplog.projections.Image;
import io.shiplog.projections.StoredObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * The nodes and what is on them. Immutable: a change gives the next view. The view of an image is the same whether it was made
 * from the image at once or change by change.
 */
final class ClusterView {
    static final ClusterView EMPTY = new ClusterView(TreePMap.empty(), HashTreePMap.empty(), 0);

    private static final int REMEMBERED = 4096;
    private static final Memo<NodeState.Offer> OFFERS = new Memo<>(REMEMBERED, NodeState.Offer::of);

    private final TreePMap<String, NodeState> nodes;
    /** Where each pod is, or is on its way to. */
    private final PMap<ObjectKey, String> places;
    /** How many pods there have wishes about their neighbours: where none has, nobody need be asked. */
    private final int choosy;

    private ClusterView(TreePMap<String, NodeState> nodes, PMap<ObjectKey, String> places, int choosy) {
        this.nodes = nodes;
        this.places = places;
        this.choosy = choosy;
    }

    static ClusterView of(Image image) {
        ClusterView view = EMPTY;
        for (StoredObject node : image.list(Types.NODES)) {
            view = view.node(node);
        }
        for (StoredObject pod : image.list(Types.PODS)) {
            view = view.pod(pod);
        }
        return view;
    }

    /** The view after a change of any object. */
    ClusterView evolve(Change change) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.NODES)) {
            return change.removes() ? with(state(key.name()).gone()) : node(change.after());
        }
        if (key.type().equals(Types.PODS)) {
            return change.removes() ? without(key) : pod(change.after());
        }
        return this;
    }

    /** The view in which a pod is on its way to a node. */
    ClusterView assume(PodDemand pod, String node) {
        ClusterView left = without(pod.key());
        return new ClusterView(
                left.nodes.plus(node, left.state(node).with(pod)),
                left.places.plus(pod.key(), node),
                left.choosy + choosiness(pod));
    }

    /** The view in which a pod is nowhere. */
    ClusterView without(ObjectKey key) {
        String place = places.get(key);
        PodDemand pod = place == null ? null : state(place).pods().get(key);
        if (place == null || pod == null) {
            return this;
        }
        return new ClusterView(nodes, places.minus(key), choosy - choosiness(pod))
                .with(state(place).without(key));
    }

    private static int choosiness(PodDemand pod) {
        return pod.neighbours().isEmpty() ? 0 : 1;
    }

    /** Whether any pod that has a place has wishes about its neighbours. */
    boolean anyChoosy() {
        return choosy > 0;
    }

    /** Nodes that exist, by name. */
    List<NodeState> nodes() {
        List<NodeState> known = new ArrayList<>(nodes.size());
        for (NodeState node : nodes.values()) {
            if (node.known()) {
                known.add(node);
            }
        }
        return known;
    }

    /** The node, or null if there is none. */
    @Nullable NodeState node(String name) {
        NodeState node = nodes.get(name);
        return node == null || !node.known() ? null : node;
    }

    private ClusterView node(StoredObject node) {
        NodeState before = state(node.key().name());
        NodeState.Offer offer = OFFERS.of(node);
        return before.known() && before.offer().equals(offer) ? this : with(before.offering(offer));
    }

    private ClusterView pod(StoredObject pod) {
        PodDemand demand = PodDemand.of(pod);
        String node = demand.node();
        return node == null ? this : demand.finished() ? without(pod.key()) : assume(demand, node);
    }

    private NodeState state(String name) {
        return nodes.getOrDefault(name, NodeState.unknown(name));
    }

    private ClusterView with(NodeState node) {
        return new ClusterView(
                node.isEmpty() ? nodes.minus(node.name()) : nodes.plus(node.name(), node), places, choosy);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterView view && nodes.equals(view.nodes) && places.equals(view.places);
    }

    @Override
    public int hashCode() {
        return 31 * nodes.hashCode() + places.hashCode();
    }

    @Override
    public String toString() {
        return nodes.toString();
    }
}
