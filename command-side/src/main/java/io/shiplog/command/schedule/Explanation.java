package io.shiplog.command.schedule;

import io.shiplog.command.schedule.NodeVerdict.PluginScore;
import io.shiplog.command.schedule.Placement.Choice;
import io.shiplog.command.schedule.Placement.OnNode;
import io.shiplog.command.schedule.Placement.Unschedulable;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scheduling decision with its reasons. The scheduler decides by computing one, so an explanation is always the decision
 * itself: the same pod in the same cluster gives the same.
 *
 * @param nodes the verdict about each node that was looked at, by name: of very many not all are
 * @param preemption the verdicts about nodes considered for preemption, if the pod fits no node
 * @param placement the result
 */
public record Explanation(
        ObjectKey pod, List<NodeVerdict> nodes, List<PreemptionVerdict> preemption, Placement placement) {
    public Explanation {
        nodes = List.copyOf(nodes);
        preemption = List.copyOf(preemption);
    }

    /**
     * The scheduler's decision for a pod on the state of this image. To explain a past decision, pass the image of the revision
     * before the pod's {@code scheduled} event: it contains bindings in flight. Changes in the milliseconds between the
     * scheduler's view and its binding may be missing from the decision.
     *
     * @return empty if there is no such pod; a pod with a node is treated as if it had none
     */
    public static Optional<Explanation> of(Image image, ObjectKey pod) {
        StoredObject stored = image.get(pod);
        if (stored == null) {
            return Optional.empty();
        }
        ClusterView view = ClusterView.of(image);
        return Optional.of(of(PodDemand.of(stored), stored.node() == null ? view : view.without(pod)));
    }

    static Explanation of(PodDemand pod, ClusterView view) {
        Profile profile = view.profiles().of(pod.scheduler());
        Feasibility feasibility = Feasibility.of(pod, view);
        Search search = search(pod, view, feasibility, profile);
        List<NodeState> nodes = search.nodes();
        List<List<Objection>> objections = search.objections();
        List<NodeState> fitting = search.fitting();
        String nominated = view.nominated(pod.key());
        boolean nominatedFits = fitting.stream().anyMatch(node -> node.name().equals(nominated));
        Iterator<List<PluginScore>> scores = nominatedFits || fitting.size() < 2
                ? Collections.nCopies(fitting.size(), List.<PluginScore>of()).iterator()
                : scores(profile, pod, fitting, view).iterator();
        List<NodeVerdict> verdicts = new ArrayList<>(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            String node = nodes.get(i).name();
            boolean fits = objections.get(i).isEmpty();
            verdicts.add(new NodeVerdict(
                    node, objections.get(i), fits ? scores.next() : List.of(), TieBreaker.of(pod, node)));
        }
        if (nominated != null && nominatedFits) {
            return new Explanation(pod.key(), verdicts, List.of(), new OnNode(nominated, Choice.NOMINATED));
        }
        if (!fitting.isEmpty()) {
            return new Explanation(pod.key(), verdicts, List.of(), best(verdicts));
        }
        if (view.nodes().isEmpty()) {
            return new Explanation(pod.key(), verdicts, List.of(), new Unschedulable(FitError.NO_NODES, false));
        }
        Preemption.Result result = Preemption.of(pod, view, verdicts);
        return new Explanation(pod.key(), verdicts, result.verdicts(), result.placement());
    }

    /** The nodes that were looked at, what each is objected to, and those that fit; by name. */
    private record Search(List<NodeState> nodes, List<List<Objection>> objections, List<NodeState> fitting) {}

    /**
     * Looks at all nodes; of very many only at as many as give enough that fit, from a place on that depends on the pod.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/scheduler-perf-tuning/">Scheduler Performance Tuning</a>
     */
    private static Search search(PodDemand pod, ClusterView view, Feasibility feasibility, Profile profile) {
        List<NodeState> all = view.nodes();
        int enough = view.nominated(pod.key()) == null ? profile.enough(all.size()) : all.size();
        int start = enough == all.size() ? 0 : (int) Math.floorMod(TieBreaker.of(pod, ""), (long) all.size());
        int fit = 0;
        List<@Nullable List<Objection>> ofNode = new ArrayList<>(Collections.nCopies(all.size(), null));
        int looked = 0;
        while (looked < all.size() && fit < enough) {
            int at = (start + looked++) % all.size();
            List<Objection> objections = feasibility.objections(all.get(at));
            ofNode.set(at, objections);
            fit += objections.isEmpty() ? 1 : 0;
        }
        List<NodeState> nodes = new ArrayList<>(looked);
        List<List<Objection>> objections = new ArrayList<>(looked);
        List<NodeState> fitting = new ArrayList<>(fit);
        for (int i = 0; i < all.size(); i++) {
            List<Objection> objected = ofNode.get(i);
            if (objected != null) {
                nodes.add(all.get(i));
                objections.add(objected);
                if (objected.isEmpty()) {
                    fitting.add(all.get(i));
                }
            }
        }
        return new Search(nodes, objections, fitting);
    }

    /** For each node that fits, in their order. */
    private static List<List<PluginScore>> scores(
            Profile profile, PodDemand pod, List<NodeState> fitting, ClusterView view) {
        List<List<PluginScore>> scores = new ArrayList<>(fitting.size());
        fitting.forEach(node -> scores.add(new ArrayList<>(profile.scores().size())));
        for (Score score : profile.scores()) {
            double[] raw = score.raw().of(pod, fitting, view);
            int[] scaled = score.scale().of(raw);
            for (int i = 0; i < raw.length; i++) {
                scores.get(i).add(new PluginScore(score.name(), raw[i], scaled[i], score.weight()));
            }
        }
        return scores;
    }

    private static OnNode best(List<NodeVerdict> verdicts) {
        List<NodeVerdict> fitting = verdicts.stream().filter(NodeVerdict::fits).toList();
        int most = fitting.stream().mapToInt(NodeVerdict::total).max().orElse(0);
        List<NodeVerdict> best =
                fitting.stream().filter(each -> each.total() == most).toList();
        NodeVerdict chosen = best.stream()
                .max(Comparator.comparingLong(NodeVerdict::tieBreaker))
                .orElseThrow();
        return new OnNode(
                chosen.node(),
                fitting.size() == 1 ? Choice.ONLY_ONE : best.size() == 1 ? Choice.SCORE : Choice.TIE_BREAKER);
    }
}
