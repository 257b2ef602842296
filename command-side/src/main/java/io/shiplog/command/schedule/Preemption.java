package io.shiplog.command.schedule;

import io.shiplog.command.schedule.PluginArgs.Candidates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The victims of a pod that fits no node: a pure function. Only pods of lower priority, as few as
 * possible, and against as few disruption budgets as possible.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#preemption">Preemption</a>
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/preemption/preemption.go">preemption.go</a>
 */
final class Preemption {
    private static final List<String> NO_VICTIMS = List.of("No preemption victims found for incoming pod");
    private static final List<String> NOT_HELPFUL = List.of("Preemption is not helpful for scheduling");

    /** The highest priority, then the longest on its node. */
    private static final Comparator<PodDemand> MOST_IMPORTANT_FIRST = Comparator.comparingInt(PodDemand::priority)
            .reversed()
            .thenComparing(PodDemand::started)
            .thenComparing(PodDemand::key);

    /** A constant per victim, so that a few pods of a low priority are never worse than many. */
    private static final long PRIORITY_FLOOR = 1L << 31;

    /** The victims on a node, highest priority first. */
    private record Candidate(String node, List<PodDemand> victims, int violations, long tieBreaker) {
        private static final Comparator<Candidate> LEAST_HARM = Comparator.comparingInt(Candidate::violations)
                .thenComparingInt(Candidate::highestPriority)
                .thenComparingLong(Candidate::sumOfPriorities)
                .thenComparingInt(each -> each.victims().size())
                .thenComparing(Candidate::earliestStart, Comparator.reverseOrder())
                .thenComparing(Candidate::tieBreaker, Comparator.reverseOrder());

        int highestPriority() {
            return victims.getFirst().priority();
        }

        long sumOfPriorities() {
            return victims.stream()
                    .mapToLong(each -> each.priority() + PRIORITY_FLOOR)
                    .sum();
        }

        /** The earliest start of those with the highest priority. */
        Instant earliestStart() {
            return victims.stream()
                    .filter(each -> each.priority() == highestPriority())
                    .map(PodDemand::started)
                    .min(Comparator.naturalOrder())
                    .orElse(Instant.MAX);
        }

        PreemptionVerdict verdict() {
            return new PreemptionVerdict(
                    node, victims.stream().map(PodDemand::key).toList(), List.of());
        }
    }

    /** A node with the first objection against it. */
    record Rejected(NodeState node, Objection first) {}

    /** The result for the pod, and the verdicts about nodes. */
    record Result(Placement placement, List<PreemptionVerdict> verdicts) {}

    private final PodDemand pod;
    private final ClusterView view;
    private final List<Rejected> nodes;
    private final String why;
    private final Profile profile;

    private Preemption(PodDemand pod, ClusterView view, List<Rejected> nodes) {
        this.pod = pod;
        this.view = view;
        this.nodes = nodes;
        this.profile = view.profiles().of(pod.scheduler());
        this.why =
                FitError.of(nodes.stream().map(each -> each.first().reasons()).toList());
    }

    /** @param nodes all of the view's; the pod fits none of them */
    static Result of(PodDemand pod, ClusterView view, List<Rejected> nodes) {
        return new Preemption(pod, view, nodes).result();
    }

    private Result result() {
        if (!profile.preempts()) {
            return new Result(new Placement.Unschedulable(why, false), List.of());
        }
        if (!pod.preempts()) {
            return notTried("not eligible due to preemptionPolicy=Never.", false);
        }
        if (preemptionInProgress()) {
            return notTried("not eligible due to a terminating pod on the nominated node.", true);
        }
        List<Candidate> candidates = new ArrayList<>();
        List<PreemptionVerdict> verdicts = new ArrayList<>();
        List<NodeState> open = mayHelpOn();
        Candidates args = profile.args().candidates();
        int enough = Math.max(args.minAbsolute(), open.size() * args.minPercent() / 100);
        for (NodeState node : open) {
            if (candidates.size() < enough || candidates.stream().allMatch(each -> each.violations() > 0)) {
                verdicts.add(tried(node, candidates));
            }
        }
        Candidate best = candidates.stream().min(Candidate.LEAST_HARM).orElse(null);
        return best == null
                ? new Result(new Placement.Unschedulable(why + " preemption: " + unhelpful(verdicts), false), verdicts)
                : new Result(
                        new Placement.ByPreemption(best.node(), best.verdict().victims(), why), verdicts);
    }

    private Result notTried(String because, boolean waits) {
        return new Result(new Placement.Unschedulable(why + " preemption: " + because, waits), List.of());
    }

    /** Whether the victims on the pod's nominated node are already terminating. */
    private boolean preemptionInProgress() {
        String nominated = view.nominated(pod.key());
        return mayHelpOn().stream()
                .filter(node -> node.name().equals(nominated))
                .flatMap(node -> node.pods().values().stream())
                .anyMatch(each -> each.preempted() && hasLowerPriority(each));
    }

    private boolean hasLowerPriority(PodDemand other) {
        return other.priority() < pod.priority();
    }

    /** Nodes where preemption might help, in an arbitrary rotation. */
    private List<NodeState> mayHelpOn() {
        List<NodeState> open = nodes.stream()
                .filter(each -> each.first().resolvable())
                .map(Rejected::node)
                .collect(Collectors.toCollection(ArrayList::new));
        if (!open.isEmpty()) {
            Collections.rotate(open, (int) Math.floorMod(TieBreaker.of(pod, ""), (long) open.size()));
        }
        return open;
    }

    /** Without all pods of lower priority it must fit; then those are kept, highest priority first, with which it still fits. */
    private PreemptionVerdict tried(NodeState node, List<Candidate> candidates) {
        List<PodDemand> others = node.pods().values().stream()
                .filter(this::hasLowerPriority)
                .sorted(MOST_IMPORTANT_FIRST)
                .toList();
        if (others.isEmpty()) {
            return new PreemptionVerdict(node.name(), List.of(), NO_VICTIMS);
        }
        ClusterView left = view;
        for (PodDemand other : others) {
            left = left.without(other.key());
        }
        Objection objection = objection(left, node);
        if (objection != null) {
            return new PreemptionVerdict(node.name(), List.of(), objection.reasons());
        }
        // Those that a budget protects are kept first.
        Set<PodDemand> guarded = guarded(others);
        List<PodDemand> order = Stream.concat(
                        guarded.stream(), others.stream().filter(other -> !guarded.contains(other)))
                .toList();
        List<PodDemand> victims = new ArrayList<>();
        for (PodDemand other : order) {
            ClusterView spared = left.assume(other, node.name());
            if (objection(spared, node) == null) {
                left = spared;
            } else {
                victims.add(other);
            }
        }
        victims.sort(MOST_IMPORTANT_FIRST);
        int violations = (int) victims.stream().filter(guarded::contains).count();
        Candidate candidate = new Candidate(node.name(), victims, violations, TieBreaker.of(pod, node.name()));
        candidates.add(candidate);
        return candidate.verdict();
    }

    /**
     * Those whose end would violate a budget, if all of these end in this order.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#poddisruptionbudget-is-supported-but-not-guaranteed">PodDisruptionBudget
     *     is supported, but not guaranteed</a>
     */
    private Set<PodDemand> guarded(List<PodDemand> others) {
        Map<BudgetView, Integer> left = new IdentityHashMap<>();
        Set<PodDemand> guarded = new LinkedHashSet<>();
        for (PodDemand other : others) {
            for (BudgetView budget : view.budgets()) {
                if (budget.counts(other) && left.merge(budget, -1, Integer::sum) + budget.allowed() < 0) {
                    guarded.add(other);
                }
            }
        }
        return guarded;
    }

    /** The first objection against a node in another view, null if the pod fits. */
    private @Nullable Objection objection(ClusterView other, NodeState node) {
        return Feasibility.of(pod, other).first(other.table().position(node.name()));
    }

    private String unhelpful(List<PreemptionVerdict> verdicts) {
        Map<String, List<String>> tried =
                verdicts.stream().collect(Collectors.toMap(PreemptionVerdict::node, PreemptionVerdict::reasons));
        return FitError.of(nodes.stream()
                .map(each -> tried.getOrDefault(each.node().name(), NOT_HELPFUL))
                .toList());
    }
}
