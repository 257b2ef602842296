package io.shiplog.command.schedule;

import io.shiplog.command.schedule.NodeVerdict.PluginScore;
import io.shiplog.command.schedule.Placement.Choice;
import io.shiplog.command.schedule.Placement.OnNode;
import io.shiplog.command.schedule.Placement.Unschedulable;
import io.shiplog.command.schedule.Preemption.Rejected;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run of filters and scores for a pod: a pure function of the pod and the view. The scheduler needs its placement; an explanation
 * also shows what it rests on. Of a rejected node only the first objection decides, so that the others are looked for only to explain.
 */
final class Decision {
    private final PodDemand pod;
    private final ClusterView view;
    private final Feasibility feasibility;
    private final Search search;
    /** Of the nodes that fit; none if there was no choice. */
    private final List<Scored> scores;

    private final Placement placement;
    private final List<PreemptionVerdict> preemption;

    /** What one plugin gives to each node that fits. */
    private record Scored(Score plugin, double[] raw, int[] scaled) {}

    /**
     * The nodes that were looked at, by position.
     *
     * @param looked whether a node was looked at; null for all
     * @param objections the first objection against a node that was looked at
     * @param fitting the positions of those that fit, ascending
     */
    private record Search(
            boolean @Nullable [] looked, @Nullable Objection[] objections, int[] fitting) {
        boolean has(int at) {
            return looked == null || looked[at];
        }
    }

    private Decision(PodDemand pod, ClusterView view) {
        this.pod = pod;
        this.view = view;
        this.feasibility = Feasibility.of(pod, view);
        Profile profile = view.profiles().of(pod.scheduler());
        this.search = search(profile);
        int[] fitting = search.fitting();
        String nominated = view.nominated(pod.key());
        int nominatedAt = nominated == null ? -1 : view.table().position(nominated);
        boolean nominatedFits = nominatedAt >= 0 && search.has(nominatedAt) && search.objections()[nominatedAt] == null;
        this.scores = nominatedFits || fitting.length < 2 ? List.of() : scores(profile, fitting);
        if (nominated != null && nominatedFits) {
            this.placement = new OnNode(nominated, Choice.NOMINATED);
            this.preemption = List.of();
        } else if (fitting.length > 0) {
            this.placement = best(fitting);
            this.preemption = List.of();
        } else if (view.table().size() == 0) {
            this.placement = new Unschedulable(FitError.NO_NODES, false);
            this.preemption = List.of();
        } else {
            Preemption.Result result = Preemption.of(pod, view, rejected());
            this.placement = result.placement();
            this.preemption = result.verdicts();
        }
    }

    static Decision of(PodDemand pod, ClusterView view) {
        return new Decision(pod, view);
    }

    Placement placement() {
        return placement;
    }

    /**
     * Looks at all nodes; of very many only at as many as give enough that fit, from a place on that depends on the pod.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/scheduler-perf-tuning/">Scheduler Performance Tuning</a>
     */
    private Search search(Profile profile) {
        int all = view.table().size();
        int enough = view.nominated(pod.key()) == null ? profile.enough(all) : all;
        int start = enough == all ? 0 : (int) Math.floorMod(TieBreaker.of(pod, ""), (long) all);
        @Nullable Objection[] objections = new @Nullable Objection[all];
        boolean[] looked = new boolean[all];
        int[] found = new int[enough];
        int fit = 0;
        int atEnd = 0;
        for (int i = 0; i < all && fit < enough; i++) {
            int at = start + i < all ? start + i : start + i - all;
            looked[at] = true;
            objections[at] = feasibility.first(at);
            if (objections[at] == null) {
                found[fit++] = at;
                atEnd += at >= start ? 1 : 0;
            }
        }
        int[] fitting = new int[fit];
        System.arraycopy(found, atEnd, fitting, 0, fit - atEnd);
        System.arraycopy(found, 0, fitting, fit - atEnd, atEnd);
        return new Search(enough == all ? null : looked, objections, fitting);
    }

    private List<Scored> scores(Profile profile, int[] fitting) {
        List<Scored> all = new ArrayList<>(profile.scores().size());
        for (Score score : profile.scores()) {
            double[] raw = score.raw().of(pod, fitting, view);
            all.add(new Scored(score, raw, score.scale().of(raw)));
        }
        return all;
    }

    private int total(int index) {
        int total = 0;
        for (int i = 0; i < scores.size(); i++) {
            total += scores.get(i).scaled()[index] * scores.get(i).plugin().weight();
        }
        return total;
    }

    /** The node with the greatest total; of several that with the greatest tie breaker. */
    private OnNode best(int[] fitting) {
        int most = Integer.MIN_VALUE;
        int ties = 0;
        String chosen = "";
        long greatest = 0;
        for (int i = 0; i < fitting.length; i++) {
            int total = total(i);
            if (total < most) {
                continue;
            }
            String node = view.table().at(fitting[i]).name();
            long tieBreaker = TieBreaker.of(pod, node);
            ties = total > most ? 1 : ties + 1;
            if (ties == 1 || tieBreaker >= greatest) {
                chosen = node;
                greatest = tieBreaker;
            }
            most = total;
        }
        return new OnNode(
                chosen, fitting.length == 1 ? Choice.ONLY_ONE : ties == 1 ? Choice.SCORE : Choice.TIE_BREAKER);
    }

    private List<Rejected> rejected() {
        List<Rejected> rejected = new ArrayList<>(search.objections().length);
        for (int at = 0; at < search.objections().length; at++) {
            Objection objection = search.objections()[at];
            if (objection != null) {
                rejected.add(new Rejected(view.table().at(at), objection));
            }
        }
        return rejected;
    }

    /** The plugins that were the first to reject a node; none if there are no nodes. */
    Set<String> rejecters() {
        Set<String> plugins = new HashSet<>();
        for (Objection objection : search.objections()) {
            if (objection != null) {
                plugins.add(objection.plugin());
            }
        }
        return plugins;
    }

    /** The decision with its reasons. */
    Explanation explained() {
        List<NodeVerdict> verdicts = new ArrayList<>();
        int next = 0;
        for (int at = 0; at < search.objections().length; at++) {
            if (search.has(at)) {
                boolean fits = search.objections()[at] == null;
                String node = view.table().at(at).name();
                verdicts.add(new NodeVerdict(
                        node,
                        fits ? List.of() : feasibility.all(at),
                        fits ? scoresOf(next) : List.of(),
                        TieBreaker.of(pod, node)));
                next += fits ? 1 : 0;
            }
        }
        return new Explanation(pod.key(), verdicts, preemption, placement);
    }

    private List<PluginScore> scoresOf(int index) {
        return scores.stream()
                .map(each -> new PluginScore(
                        each.plugin().name(),
                        each.raw()[index],
                        each.scaled()[index],
                        each.plugin().weight()))
                .toList();
    }
}
