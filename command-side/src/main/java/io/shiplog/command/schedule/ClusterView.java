package io.shiplog.command.schedule;

import io.shiplog.command.control.view.Types;
import io.shiplog.command.schedule.Crowds.Crowd;
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
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes and their pods. Immutable: a change gives the next view. The view of an image is the same whether it was built from
 * the image at once or change by change.
 */
final class ClusterView {
    static final ClusterView EMPTY = new ClusterView(
            new Placed(NodeTable.EMPTY, HashTreePMap.empty(), HashTreePMap.empty(), Crowds.NONE),
            Tallies.none(),
            TreePMap.empty(),
            HashTreePMap.empty(),
            Storage.EMPTY,
            HashTreePMap.empty(),
            Profiles.DEFAULT);

    private static final String NOMINATED = "status.nominatedNodeName";
    private static final int REMEMBERED = 4096;
    private static final Memo<NodeOffer> OFFERS =
            new Memo<>(REMEMBERED, node -> NodeOffer.of(node.json().tree()));

    private final Placed placed;
    /** Counts of the placed pods by domain, each kept from the first decision on that asks for it. */
    private final Tallies tallies;
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

    /**
     * The nodes and the pods on them, bound or assumed.
     *
     * @param missing nodes without an object that pods are bound to
     * @param places the node of each pod
     * @param crowds the pods by template
     */
    private record Placed(
            NodeTable nodes, PMap<String, NodeState> missing, PMap<ObjectKey, String> places, Crowds crowds) {
        NodeState state(String name) {
            NodeState node = nodes.get(name);
            return node == null ? missing.getOrDefault(name, NodeState.unknown(name)) : node;
        }

        Placed with(NodeState node) {
            return node.known()
                    ? new Placed(nodes.with(node), missing.minus(node.name()), places, crowds)
                    : new Placed(
                            nodes.without(node.name()),
                            node.isEmpty() ? missing.minus(node.name()) : missing.plus(node.name(), node),
                            places,
                            crowds);
        }

        @Nullable PodDemand pod(ObjectKey key) {
            String place = places.get(key);
            return place == null ? null : state(place).pods().get(key);
        }
    }

    /** A pod nominated to a node, once its victims are gone. */
    record Nomination(PodDemand pod, String node) {}

    private static final Logger LOG = LoggerFactory.getLogger(ClusterView.class);

    private ClusterView(
            Placed placed,
            Tallies tallies,
            TreePMap<ObjectKey, Nomination> nominations,
            PMap<String, Map<String, String>> namespaces,
            Storage storage,
            PMap<ObjectKey, BudgetView> budgets,
            Profiles profiles) {
        this.placed = placed;
        this.tallies = tallies;
        this.nominations = nominations;
        this.namespaces = namespaces;
        this.storage = storage;
        this.budgets = budgets;
        this.profiles = profiles;
    }

    static ClusterView of(Image image) {
        ClusterView view = EMPTY.withStorage(Storage.of(image)).withProfiles(Profiles.of(image));
        view = view.withAll(image.list(Types.NAMESPACES), ClusterView::namespace);
        view = view.withAll(
                image.list(Types.DISRUPTION_BUDGETS),
                (before, budget) -> before.withBudgets(before.budgets.plus(budget.key(), BudgetView.of(budget))));
        view = view.withAll(image.list(Types.NODES), ClusterView::node);
        return view.withAll(image.list(Types.PODS), ClusterView::pod);
    }

    /** The view with objects; one that cannot be read is left out, and does not keep the others out. */
    private ClusterView withAll(
            Collection<StoredObject> objects, BiFunction<ClusterView, StoredObject, ClusterView> with) {
        ClusterView view = this;
        for (StoredObject object : objects) {
            try {
                view = with.apply(view, object);
            } catch (RuntimeException | StackOverflowError e) {
                LOG.error("the scheduler cannot read {}", object.key(), e);
            }
        }
        return view;
    }

    /** The view after a change of any object. */
    ClusterView evolve(Change change) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.NODES)) {
            return change.removes() ? with(placed.state(key.name()).gone()) : node(change.after());
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
        PodDemand before = placed.pod(pod.key());
        if (before != null && node.equals(placed.places().get(pod.key())) && sameCrowd(before, pod)) {
            ClusterView left = denominate(pod.key());
            return before.equals(pod)
                    ? left
                    : left.withPlaced(placed.with(placed.state(node).with(pod)), tallies);
        }
        ClusterView left = without(pod.key());
        Placed there = left.placed.with(left.placed.state(node).with(pod));
        return left.moved(there, pod, node, 1);
    }

    private static boolean sameCrowd(PodDemand before, PodDemand after) {
        return before.deleting() == after.deleting()
                && before.labels().equals(after.labels())
                && before.owner().equals(after.owner())
                && before.others().equals(after.others());
    }

    /** The view with a placed pod preempted by one of higher priority. */
    ClusterView evict(ObjectKey key) {
        String place = placed.places().get(key);
        PodDemand pod = placed.pod(key);
        return place == null || pod == null ? this : assume(pod.evicted(), place);
    }

    /** The view with a pod on no node and without a nomination. */
    ClusterView without(ObjectKey key) {
        ClusterView left = denominate(key);
        String place = placed.places().get(key);
        PodDemand pod = placed.pod(key);
        return place == null || pod == null
                ? left
                : left.moved(placed.with(placed.state(place).without(key)), pod, place, -1);
    }

    /** The view with one more or one less pod on a node, whose state there is the next one already. */
    private ClusterView moved(Placed next, PodDemand pod, String node, int more) {
        Crowd crowd = Crowd.of(pod);
        PMap<ObjectKey, String> places = placed.places();
        return withPlaced(
                new Placed(
                        next.nodes(),
                        next.missing(),
                        more > 0 ? places.plus(pod.key(), node) : places.minus(pod.key()),
                        placed.crowds().moved(crowd, node, more)),
                tallies.moved(crowd, next.nodes().position(node), more, this));
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

    /** A pod on a node, bound or assumed; null if it is on none. */
    @Nullable PodDemand placed(ObjectKey key) {
        return placed.pod(key);
    }

    Crowds crowds() {
        return placed.crowds();
    }

    /** The number of pods of a query, by domain. */
    Tally tally(Query query) {
        return tallies.of(query, this);
    }

    /** The tallies that decisions have asked for. */
    List<Tally> tallies() {
        return tallies.kept();
    }

    /** The labels of a namespace; none if there is no such namespace. */
    Map<String, String> labelsOf(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    /** Nodes that exist, by name. */
    List<NodeState> nodes() {
        return placed.nodes().all();
    }

    /** Nodes that exist, by position. */
    NodeTable table() {
        return placed.nodes();
    }

    /** The node, or null if there is none. */
    @Nullable NodeState node(String name) {
        return placed.nodes().get(name);
    }

    private ClusterView node(StoredObject node) {
        NodeState before = placed.state(node.key().name());
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

    /** The view with another state of a node. The tallies stand as long as the layout of the nodes does. */
    @SuppressWarnings("ReferenceEquality") // a layout is its identity
    private ClusterView with(NodeState node) {
        Placed next = placed.with(node);
        boolean stands = next.nodes().layout() == placed.nodes().layout();
        return withPlaced(next, stands ? tallies : Tallies.none());
    }

    private ClusterView withPlaced(Placed next, Tallies counts) {
        return new ClusterView(next, counts, nominations, namespaces, storage, budgets, profiles);
    }

    private ClusterView withNominations(TreePMap<ObjectKey, Nomination> next) {
        return new ClusterView(placed, tallies, next, namespaces, storage, budgets, profiles);
    }

    private ClusterView withNamespaces(PMap<String, Map<String, String>> next) {
        return new ClusterView(placed, Tallies.none(), nominations, next, storage, budgets, profiles);
    }

    private ClusterView withStorage(Storage next) {
        return new ClusterView(placed, tallies, nominations, namespaces, next, budgets, profiles);
    }

    private ClusterView withBudgets(PMap<ObjectKey, BudgetView> next) {
        return new ClusterView(placed, tallies, nominations, namespaces, storage, next, profiles);
    }

    private ClusterView withProfiles(Profiles next) {
        return new ClusterView(placed, tallies, nominations, namespaces, storage, budgets, next);
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
                && placed.equals(view.placed)
                && nominations.equals(view.nominations)
                && namespaces.equals(view.namespaces)
                && storage.equals(view.storage)
                && budgets.equals(view.budgets);
    }

    @Override
    public int hashCode() {
        return Objects.hash(placed, nominations, namespaces, storage, budgets);
    }

    @Override
    public String toString() {
        return placed + " " + nominations;
    }
}
