package io.shiplog.command.schedule;

import io.shiplog.command.control.view.Types;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * The nodes and their pods. Immutable: a change gives the next view. The view of an image is the same whether it was built from
 * the image at once or change by change.
 */
final class ClusterView {
    static final ClusterView EMPTY = new ClusterView(
            TreePMap.empty(),
            HashTreePMap.empty(),
            TreePMap.empty(),
            HashTreePMap.empty(),
            Storage.EMPTY,
            HashTreePMap.empty(),
            Profiles.DEFAULT,
            Crowds.NONE);

    private static final String NOMINATED = "status.nominatedNodeName";
    private static final int REMEMBERED = 4096;
    private static final Memo<NodeOffer> OFFERS =
            new Memo<>(REMEMBERED, node -> NodeOffer.of(node.json().tree()));

    private final TreePMap<String, NodeState> nodes;
    /** The node of each pod, bound or assumed. */
    private final PMap<ObjectKey, String> places;
    /** Pods nominated to a node. */
    private final TreePMap<ObjectKey, Nomination> nominations;
    /** Labels of the namespaces, for pod affinity. */
    private final PMap<String, Map<String, String>> namespaces;
    /** Claims, volumes and their classes. */
    private final Storage storage;
    /** Disruption budgets, for preemption. */
    private final PMap<ObjectKey, BudgetView> budgets;
    /** The scheduler's configuration. */
    private final Profiles profiles;
    /** The nodes that exist: made when first asked for, since a decision asks often. */
    private @Nullable List<NodeState> existing;
    /** The placed pods by template, for pod affinity and spread. */
    private final Crowds crowds;

    /** A pod nominated to a node, once its victims are gone. */
    record Nomination(PodDemand pod, String node) {}

    private ClusterView(
            TreePMap<String, NodeState> nodes,
            PMap<ObjectKey, String> places,
            TreePMap<ObjectKey, Nomination> nominations,
            PMap<String, Map<String, String>> namespaces,
            Storage storage,
            PMap<ObjectKey, BudgetView> budgets,
            Profiles profiles,
            Crowds crowds) {
        this.nodes = nodes;
        this.places = places;
        this.nominations = nominations;
        this.namespaces = namespaces;
        this.storage = storage;
        this.budgets = budgets;
        this.profiles = profiles;
        this.crowds = crowds;
    }

    static ClusterView of(Image image) {
        ClusterView view = EMPTY.withStorage(Storage.of(image)).withProfiles(Profiles.of(image));
        for (StoredObject namespace : image.list(Types.NAMESPACES)) {
            view = view.namespace(namespace);
        }
        for (StoredObject budget : image.list(Types.DISRUPTION_BUDGETS)) {
            view = view.withBudgets(view.budgets.plus(budget.key(), BudgetView.of(budget)));
        }
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
        if (key.type().equals(Types.NAMESPACES)) {
            return change.removes() ? withNamespaces(namespaces.minus(key.name())) : namespace(change.after());
        }
        if (key.type().equals(Types.DISRUPTION_BUDGETS)) {
            return withBudgets(
                    change.removes() ? budgets.minus(key) : budgets.plus(key, BudgetView.of(change.after())));
        }
        if (key.equals(Profiles.CONFIG_MAP)) {
            return withProfiles(Profiles.of(change.removes() ? null : change.after()));
        }
        Storage next = storage.evolve(change);
        return next == storage ? this : withStorage(next);
    }

    /** The view with a pod assumed on a node. */
    ClusterView assume(PodDemand pod, String node) {
        ClusterView left = without(pod.key());
        return new ClusterView(
                left.nodes.plus(node, left.state(node).with(pod)),
                left.places.plus(pod.key(), node),
                left.nominations,
                namespaces,
                storage,
                budgets,
                profiles,
                left.crowds.with(pod, node));
    }

    /** The view with a placed pod preempted by one of higher priority. */
    ClusterView evict(ObjectKey key) {
        String place = places.get(key);
        PodDemand pod = place == null ? null : state(place).pods().get(key);
        return place == null || pod == null ? this : assume(pod.evicted(), place);
    }

    /** The view with a pod on no node and without a nomination. */
    ClusterView without(ObjectKey key) {
        ClusterView left = denominate(key);
        String place = places.get(key);
        PodDemand pod = place == null ? null : state(place).pods().get(key);
        if (place == null || pod == null) {
            return left;
        }
        return new ClusterView(
                        nodes,
                        places.minus(key),
                        left.nominations,
                        namespaces,
                        storage,
                        budgets,
                        profiles,
                        crowds.without(pod, place))
                .with(state(place).without(key));
    }

    /** The view with a pod nominated to a node. */
    ClusterView nominate(PodDemand pod, String node) {
        return withNominations(nominations.plus(pod.key(), new Nomination(pod, node)));
    }

    /** The view without a pod's nomination. */
    ClusterView denominate(ObjectKey key) {
        return nominations.containsKey(key) ? withNominations(nominations.minus(key)) : this;
    }

    /** The nominated node of a pod, or null. */
    @Nullable String nominated(ObjectKey key) {
        Nomination nomination = nominations.get(key);
        return nomination == null ? null : nomination.node();
    }

    /** Nominated pods of lower priority on one node. */
    List<PodDemand> nominatedBelow(PodDemand pod, String node) {
        return nominations.values().stream()
                .filter(each -> each.node().equals(node) && each.pod().priority() < pod.priority())
                .map(Nomination::pod)
                .toList();
    }

    /** The view for a pod: nominated pods of equal or higher priority count as placed. This view if there are none. */
    ClusterView expectedBy(PodDemand pod) {
        ClusterView view = this;
        for (Nomination each : nominations.values()) {
            boolean first =
                    each.pod().priority() >= pod.priority() && !each.pod().key().equals(pod.key());
            view = first && node(each.node()) != null ? view.assume(each.pod(), each.node()) : view;
        }
        return view;
    }

    Crowds crowds() {
        return crowds;
    }

    /** Whether any placed pod has pod affinity. */
    boolean anyPodAffinity() {
        return crowds.withAffinity() > 0;
    }

    /** The labels of a namespace; none if there is no such namespace. */
    Map<String, String> labelsOf(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    /** Nodes that exist, by name. */
    List<NodeState> nodes() {
        List<NodeState> known = existing;
        if (known == null) {
            known = nodes.values().stream().filter(NodeState::known).toList();
            existing = known;
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
        NodeOffer offer = OFFERS.of(node);
        return before.known() && before.offer().equals(offer) ? this : with(before.offering(offer));
    }

    /** The view with a pod as stored. */
    ClusterView pod(StoredObject pod) {
        PodDemand demand = PodDemand.of(pod);
        if (demand.finished()) {
            return without(pod.key());
        }
        String node = demand.node();
        if (node != null) {
            return assume(demand, node);
        }
        String nominated = pod.fields().getOrDefault(NOMINATED, "");
        return nominated.isEmpty() || demand.deleting() ? denominate(pod.key()) : nominate(demand, nominated);
    }

    private ClusterView namespace(StoredObject namespace) {
        String name = namespace.key().name();
        return namespace.labels().equals(namespaces.get(name))
                ? this
                : withNamespaces(namespaces.plus(name, namespace.labels()));
    }

    private NodeState state(String name) {
        return nodes.getOrDefault(name, NodeState.unknown(name));
    }

    private ClusterView with(NodeState node) {
        return new ClusterView(
                node.isEmpty() ? nodes.minus(node.name()) : nodes.plus(node.name(), node),
                places,
                nominations,
                namespaces,
                storage,
                budgets,
                profiles,
                crowds);
    }

    private ClusterView withNominations(TreePMap<ObjectKey, Nomination> next) {
        return new ClusterView(nodes, places, next, namespaces, storage, budgets, profiles, crowds);
    }

    private ClusterView withNamespaces(PMap<String, Map<String, String>> next) {
        return new ClusterView(nodes, places, nominations, next, storage, budgets, profiles, crowds);
    }

    private ClusterView withStorage(Storage next) {
        return new ClusterView(nodes, places, nominations, namespaces, next, budgets, profiles, crowds);
    }

    private ClusterView withBudgets(PMap<ObjectKey, BudgetView> next) {
        return new ClusterView(nodes, places, nominations, namespaces, storage, next, profiles, crowds);
    }

    private ClusterView withProfiles(Profiles next) {
        return new ClusterView(nodes, places, nominations, namespaces, storage, budgets, next, crowds);
    }

    Profiles profiles() {
        return profiles;
    }

    /** All disruption budgets. */
    Collection<BudgetView> budgets() {
        return budgets.values();
    }

    Storage storage() {
        return storage;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterView view
                && nodes.equals(view.nodes)
                && places.equals(view.places)
                && nominations.equals(view.nominations)
                && namespaces.equals(view.namespaces)
                && storage.equals(view.storage)
                && budgets.equals(view.budgets);
    }

    @Override
    public int hashCode() {
        return Objects.hash(nodes, places, nominations, namespaces, storage, budgets);
    }

    @Override
    public String toString() {
        return nodes + " " + nominations;
    }
}
