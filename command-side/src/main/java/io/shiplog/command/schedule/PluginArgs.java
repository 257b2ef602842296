package io.shiplog.command.schedule;

import io.shiplog.command.schedule.PodDemand.Preference;
import io.shiplog.events.placement.NodeTerms;
import io.shiplog.events.placement.Resources;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of plugins in a profile.
 *
 * @param balanced the resources of NodeResourcesBalancedAllocation
 * @param spread the constraints of pods without any; null for Kubernetes' own
 * @see <a href="https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/">kube-scheduler configuration</a>
 */
record PluginArgs(
        Fit fit,
        List<String> balanced,
        Neighbourhood neighbourhood,
        Candidates candidates,
        @Nullable List<Default> spread,
        Added added) {
    static final PluginArgs DEFAULT = new PluginArgs(
            new Fit(
                    Set.of(),
                    Set.of(),
                    new Strategy(Strategy.Type.LEAST_ALLOCATED, List.of()),
                    Map.of(Resources.CPU, 1, Resources.MEMORY, 1)),
            List.of(Resources.CPU, Resources.MEMORY),
            new Neighbourhood(1, false),
            new Candidates(10, 100),
            null,
            new Added(null, List.of()));

    /**
     * NodeResourcesFit.
     *
     * @param ignored extended resources that are not checked
     * @param ignoredGroups the part before the slash of such resources
     * @param weights of the resources that are scored
     */
    record Fit(Set<String> ignored, Set<String> ignoredGroups, Strategy strategy, Map<String, Integer> weights) {
        boolean ignores(String resource) {
            int slash = resource.indexOf('/');
            return ignored.contains(resource) || slash > 0 && ignoredGroups.contains(resource.substring(0, slash));
        }
    }

    /**
     * How a resource of a node is scored.
     *
     * @param shape of RequestedToCapacityRatio: points by rising utilization
     */
    record Strategy(Type type, List<Point> shape) {
        private static final int FULL = 100;

        /** The word in a configuration. */
        enum Type {
            LEAST_ALLOCATED,
            MOST_ALLOCATED,
            REQUESTED_TO_CAPACITY_RATIO
        }

        /**
         * @param utilization in percent
         * @param score 0 to 10
         */
        record Point(int utilization, int score) {}

        /** 0 to 100, for what is requested of what there is. */
        double of(double requested, double capacity) {
            boolean over = requested > capacity;
            return switch (type) {
                case LEAST_ALLOCATED -> over ? 0 : (capacity - requested) * Score.MAX / capacity;
                case MOST_ALLOCATED -> Math.min(requested, capacity) * Score.MAX / capacity;
                case REQUESTED_TO_CAPACITY_RATIO -> onShape(over ? FULL : requested * FULL / capacity);
            };
        }

        private double onShape(double utilization) {
            Point before = shape.getFirst();
            for (Point point : shape) {
                if (utilization <= point.utilization()) {
                    double part = point.utilization() == before.utilization()
                            ? 1
                            : (utilization - before.utilization()) / (point.utilization() - before.utilization());
                    return (before.score() + part * (point.score() - before.score())) * Score.MAX / 10;
                }
                before = point;
            }
            return before.score() * (double) Score.MAX / 10;
        }
    }

    /**
     * InterPodAffinity.
     *
     * @param hardWeight of required terms of other pods
     * @param ignoresWishesOfOthers whether preferred terms of other pods count nothing
     */
    record Neighbourhood(int hardWeight, boolean ignoresWishesOfOthers) {}

    /** DefaultPreemption: how many nodes are looked at. */
    record Candidates(int minPercent, int minAbsolute) {}

    /** A constraint that spreads the pods of one owner. */
    record Default(String topologyKey, int maxSkew) {}

    /**
     * NodeAffinity that the profile adds to that of pods.
     *
     * @param required null for none
     */
    record Added(@Nullable NodeTerms required, List<Preference> preferred) {}
}
