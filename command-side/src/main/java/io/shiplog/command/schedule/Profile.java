package io.shiplog.command.schedule;

import java.util.List;

/**
 * How pods of one {@code schedulerName} are scheduled.
 *
 * @param name the value of {@code schedulerName}
 * @param filters in order
 * @param preempts whether pods of lower priority may be preempted
 * @param percent of the nodes that fit to find before scoring, 0 to derive it from their number
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#profiles">Profiles</a>
 */
record Profile(String name, List<Filter> filters, List<Score> scores, boolean preempts, int percent, PluginArgs args) {
    /** The name that pods have by default. */
    static final String DEFAULT_NAME = "default-scheduler";

    static final Profile DEFAULT = new Profile(
            DEFAULT_NAME, Filters.of(PluginArgs.DEFAULT), Scores.of(PluginArgs.DEFAULT), true, 0, PluginArgs.DEFAULT);

    /** All nodes of a small cluster are looked at. */
    private static final int LEAST_NODES = 100;

    private static final int MOST_PERCENT = 50;
    private static final int LEAST_PERCENT = 5;
    private static final int NODES_A_PERCENT = 125;
    private static final int ALL = 100;

    Profile {
        filters = List.copyOf(filters);
        scores = List.copyOf(scores);
    }

    /**
     * How many nodes that fit are enough to choose among.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/scheduler-perf-tuning/#default-threshold">Threshold</a>
     */
    int enough(int nodes) {
        if (nodes < LEAST_NODES) {
            return nodes;
        }
        int adapted = percent > 0 ? percent : Math.max(LEAST_PERCENT, MOST_PERCENT - nodes / NODES_A_PERCENT);
        return adapted >= ALL ? nodes : Math.max(LEAST_NODES, (int) ((long) nodes * adapted / ALL));
    }
}
