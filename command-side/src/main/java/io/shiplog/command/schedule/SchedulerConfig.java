package io.shiplog.command.schedule;

import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.loop.Backoff;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a {@code KubeSchedulerConfiguration}. What is unknown, and what this scheduler does not do, is refused, never ignored.
 *
 * @see <a href="https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/">kube-scheduler configuration</a>
 */
public final class SchedulerConfig {
    static final String API_VERSION = "kubescheduler.config.k8s.io/v1";
    static final String KIND = "KubeSchedulerConfiguration";

    private static final String PREEMPTION = "DefaultPreemption";
    /** Plugins that are always there: they cannot be disabled by name, and must be enabled again after all are. */
    private static final Set<String> ALWAYS = Set.of("PrioritySort", "DefaultBinder");
    /** Plugins that do their work at a point that is no filter and no score. */
    private static final Set<String> ELSEWHERE = Set.of("NodeName", "SchedulingGates");

    private static final Set<String> POINTS = Set.of("multiPoint", "filter", "score", "postFilter");
    private static final Set<String> OTHER_POINTS = Set.of(
            "preEnqueue",
            "queueSort",
            "preFilter",
            "preScore",
            "reserve",
            "permit",
            "preBind",
            "bind",
            "postBind",
            "placementGenerate",
            "placementScore");
    private static final Set<String> UNSUPPORTED = Set.of(
            "parallelism",
            "leaderElection",
            "clientConnection",
            "extenders",
            "delayCacheUntilActive",
            "enableProfiling",
            "enableContentionProfiling");

    private SchedulerConfig() {}

    /**
     * The profiles of a configuration.
     *
     * @throws IllegalArgumentException if it is invalid; the message names the field
     */
    public static Profiles read(JsonNode config) {
        ConfigReading reading = new ConfigReading(config, "");
        reading.only(
                Set.of(
                        "apiVersion",
                        "kind",
                        "percentageOfNodesToScore",
                        "podInitialBackoffSeconds",
                        "podMaxBackoffSeconds",
                        "profiles"),
                UNSUPPORTED);
        if (!config.path("apiVersion").asText().equals(API_VERSION)
                || !config.path("kind").asText().equals(KIND)) {
            throw new IllegalArgumentException("not a %s of %s".formatted(KIND, API_VERSION));
        }
        int percent = reading.number("percentageOfNodesToScore", 0, 0, 100);
        int first = reading.number("podInitialBackoffSeconds", 1, 1, Integer.MAX_VALUE);
        int longest = reading.number("podMaxBackoffSeconds", 10, first, Integer.MAX_VALUE);
        Map<String, Profile> profiles = new LinkedHashMap<>();
        List<ConfigReading> listed = reading.list("profiles");
        for (ConfigReading each : listed) {
            String name = each.node().path("schedulerName").asText(listed.size() == 1 ? Profile.DEFAULT_NAME : "");
            if (name.isEmpty()) {
                throw each.refused("schedulerName", "Required value");
            }
            if (profiles.put(name, profile(each, name, percent)) != null) {
                throw each.refused("schedulerName", "Duplicate value: \"%s\"".formatted(name));
            }
        }
        return new Profiles(
                profiles.isEmpty() ? Map.of(Profile.DEFAULT_NAME, with(Profile.DEFAULT, percent)) : profiles,
                new Backoff(Duration.ofSeconds(first), Duration.ofSeconds(longest)));
    }

    private static Profile with(Profile profile, int percent) {
        return new Profile(
                profile.name(), profile.filters(), profile.scores(), profile.preempts(), percent, profile.args());
    }

    private static Profile profile(ConfigReading profile, String name, int percent) {
        profile.only(Set.of("schedulerName", "percentageOfNodesToScore", "plugins", "pluginConfig"), Set.of());
        PluginArgs args = PluginArgsReader.read(profile.list("pluginConfig"));
        ConfigReading plugins = profile.at("plugins");
        plugins.only(POINTS, OTHER_POINTS);
        Map<String, Filter> filters = new LinkedHashMap<>();
        Filters.of(args).forEach(filter -> filters.put(filter.name(), filter));
        Map<String, Score> scores = new LinkedHashMap<>();
        Scores.of(args).forEach(score -> scores.put(score.name(), score));
        Set<String> known = new LinkedHashSet<>(filters.keySet());
        known.addAll(scores.keySet());
        known.add(PREEMPTION);

        Changes everywhere = Changes.of(plugins.at("multiPoint"), known);
        if (everywhere.all() && !everywhere.enabled().keySet().containsAll(ALWAYS)) {
            throw plugins.refused("multiPoint", "PrioritySort and DefaultBinder must be enabled");
        }
        Changes ofFilters = Changes.of(plugins.at("filter"), filters.keySet());
        Changes ofScores = Changes.of(plugins.at("score"), scores.keySet());
        Changes ofPreemption = Changes.of(plugins.at("postFilter"), Set.of(PREEMPTION));

        Set<String> filterNames = ofFilters.after(everywhere.after(filters.keySet()));
        Set<String> scoreNames = ofScores.after(everywhere.after(scores.keySet()));
        boolean preempts =
                ofPreemption.after(everywhere.after(Set.of(PREEMPTION))).contains(PREEMPTION);
        return new Profile(
                name,
                filterNames.stream()
                        .filter(filters::containsKey)
                        .map(filters::get)
                        .toList(),
                scoreNames.stream()
                        .filter(scores::containsKey)
                        .map(scores::get)
                        .map(score -> ofScores.weighted(everywhere.weighted(score)))
                        .toList(),
                preempts,
                profile.number("percentageOfNodesToScore", percent, 0, 100),
                args);
    }

    /**
     * The changes of one extension point.
     *
     * @param enabled plugins with their weight, 0 for none given
     * @param all whether all plugins are disabled first
     */
    private record Changes(Map<String, Integer> enabled, Set<String> disabled, boolean all) {
        static Changes of(ConfigReading point, Set<String> known) {
            point.only(Set.of("enabled", "disabled"), Set.of());
            Map<String, Integer> enabled = new LinkedHashMap<>();
            for (ConfigReading each : point.list("enabled")) {
                each.only(Set.of("name", "weight"), Set.of());
                String name = checked(each, known);
                if (enabled.put(name, each.number("weight", 0, 1, Integer.MAX_VALUE / Score.MAX)) != null) {
                    throw each.refused("name", "Duplicate value: \"%s\"".formatted(name));
                }
            }
            Set<String> disabled = new LinkedHashSet<>();
            for (ConfigReading each : point.list("disabled")) {
                each.only(Set.of("name"), Set.of());
                String name = each.node().path("name").asText();
                if (!name.equals("*")) {
                    checked(each, known);
                    if (ALWAYS.contains(name) || ELSEWHERE.contains(name)) {
                        throw each.refused("name", "\"%s\" cannot be disabled".formatted(name));
                    }
                }
                disabled.add(name);
            }
            return new Changes(enabled, disabled, disabled.contains("*"));
        }

        private static String checked(ConfigReading plugin, Set<String> known) {
            String name = plugin.node().path("name").asText();
            if (!known.contains(name) && !ALWAYS.contains(name) && !ELSEWHERE.contains(name)) {
                throw plugin.refused("name", "plugin \"%s\" does not exist here".formatted(name));
            }
            return name;
        }

        /** What is enabled after the changes; what is enabled again comes last, in its order. */
        Set<String> after(Set<String> before) {
            Set<String> left = before.stream()
                    .filter(name -> !all && !disabled.contains(name))
                    .collect(toCollection(LinkedHashSet::new));
            left.addAll(enabled.keySet());
            return left;
        }

        Score weighted(Score score) {
            int weight = enabled.getOrDefault(score.name(), 0);
            return weight == 0 ? score : new Score(score.name(), weight, score.raw(), score.scale());
        }
    }
}
