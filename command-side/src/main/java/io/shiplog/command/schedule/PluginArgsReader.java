package io.shiplog.command.schedule;

import io.shiplog.command.schedule.PluginArgs.Added;
import io.shiplog.command.schedule.PluginArgs.Candidates;
import io.shiplog.command.schedule.PluginArgs.Default;
import io.shiplog.command.schedule.PluginArgs.Fit;
import io.shiplog.command.schedule.PluginArgs.Neighbourhood;
import io.shiplog.command.schedule.PluginArgs.Strategy;
import io.shiplog.command.schedule.PluginArgs.Strategy.Point;
import io.shiplog.command.schedule.PluginArgs.Strategy.Type;
import io.shiplog.command.schedule.PodDemand.Preference;
import io.shiplog.events.placement.NodeTerms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code pluginConfig} of a profile. */
final class PluginArgsReader {
    private static final int MOST_WEIGHT = 100;

    private PluginArgsReader() {}

    static PluginArgs read(List<ConfigReading> list) {
        Map<String, ConfigReading> byName = new HashMap<>();
        for (ConfigReading each : list) {
            each.only(Set.of("name", "args"), Set.of());
            String name = each.node().path("name").asText();
            if (byName.put(name, each.at("args")) != null) {
                throw each.refused("name", "Duplicate value: \"%s\"".formatted(name));
            }
        }
        PluginArgs args = PluginArgs.DEFAULT;
        for (Map.Entry<String, ConfigReading> each : byName.entrySet()) {
            args = with(args, each.getKey(), each.getValue());
        }
        return args;
    }

    private static PluginArgs with(PluginArgs args, String plugin, ConfigReading given) {
        String kind = given.node().path("kind").asText(plugin + "Args");
        if (!kind.equals(plugin + "Args")) {
            throw given.refused("kind", "args for plugin %s are of kind %sArgs".formatted(plugin, plugin));
        }
        return switch (plugin) {
            case "NodeResourcesFit" ->
                new PluginArgs(
                        fit(given),
                        args.balanced(),
                        args.neighbourhood(),
                        args.candidates(),
                        args.spread(),
                        args.added());
            case "NodeResourcesBalancedAllocation" ->
                new PluginArgs(
                        args.fit(),
                        balanced(given),
                        args.neighbourhood(),
                        args.candidates(),
                        args.spread(),
                        args.added());
            case "InterPodAffinity" ->
                new PluginArgs(
                        args.fit(), args.balanced(), neighbours(given), args.candidates(), args.spread(), args.added());
            case PREEMPTION ->
                new PluginArgs(
                        args.fit(),
                        args.balanced(),
                        args.neighbourhood(),
                        candidates(given),
                        args.spread(),
                        args.added());
            case "PodTopologySpread" ->
                new PluginArgs(
                        args.fit(),
                        args.balanced(),
                        args.neighbourhood(),
                        args.candidates(),
                        spread(given),
                        args.added());
            case "NodeAffinity" ->
                new PluginArgs(
                        args.fit(),
                        args.balanced(),
                        args.neighbourhood(),
                        args.candidates(),
                        args.spread(),
                        added(given));
            default ->
                throw new IllegalArgumentException(
                        given.path() + ": plugin \"%s\" takes no args here".formatted(plugin));
        };
    }

    private static final String PREEMPTION = "DefaultPreemption";

    private static void only(ConfigReading args, String... fields) {
        Set<String> known = new java.util.HashSet<>(Set.of(fields));
        known.addAll(Set.of("apiVersion", "kind"));
        args.only(known, Set.of());
    }

    private static Fit fit(ConfigReading args) {
        only(args, "ignoredResources", "ignoredResourceGroups", "scoringStrategy");
        ConfigReading strategy = args.at("scoringStrategy");
        strategy.only(Set.of("type", "resources", "requestedToCapacityRatio"), Set.of());
        Type type = switch (strategy.node().path("type").asText("LeastAllocated")) {
            case "LeastAllocated" -> Type.LEAST_ALLOCATED;
            case "MostAllocated" -> Type.MOST_ALLOCATED;
            case "RequestedToCapacityRatio" -> Type.REQUESTED_TO_CAPACITY_RATIO;
            default ->
                throw strategy.refused(
                        "type", "Unsupported value: " + strategy.node().path("type"));
        };
        List<Point> shape = shape(strategy.at("requestedToCapacityRatio"));
        if ((type == Type.REQUESTED_TO_CAPACITY_RATIO) == shape.isEmpty()) {
            throw strategy.refused(
                    "requestedToCapacityRatio", "a shape of at least one point goes with RequestedToCapacityRatio");
        }
        Map<String, Integer> weights = weights(strategy.list("resources"));
        return new Fit(
                Set.copyOf(args.texts("ignoredResources")),
                Set.copyOf(args.texts("ignoredResourceGroups")),
                new Strategy(type, shape),
                weights.isEmpty() ? PluginArgs.DEFAULT.fit().weights() : weights);
    }

    private static List<Point> shape(ConfigReading ratio) {
        ratio.only(Set.of("shape"), Set.of());
        List<Point> shape = new ArrayList<>();
        for (ConfigReading each : ratio.list("shape")) {
            each.only(Set.of("utilization", "score"), Set.of());
            Point point = new Point(each.number("utilization", 0, 0, 100), each.number("score", 0, 0, 10));
            if (!shape.isEmpty() && shape.getLast().utilization() >= point.utilization()) {
                throw each.refused("utilization", "values must be sorted in increasing order");
            }
            shape.add(point);
        }
        return List.copyOf(shape);
    }

    private static Map<String, Integer> weights(List<ConfigReading> resources) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (ConfigReading each : resources) {
            each.only(Set.of("name", "weight"), Set.of());
            weights.put(each.node().path("name").asText(), each.number("weight", 1, 1, MOST_WEIGHT));
        }
        return weights;
    }

    private static List<String> balanced(ConfigReading args) {
        only(args, "resources");
        Map<String, Integer> weights = weights(args.list("resources"));
        if (weights.values().stream().anyMatch(weight -> weight != 1)) {
            throw args.refused("resources", "resource weight must be 1");
        }
        return weights.isEmpty() ? PluginArgs.DEFAULT.balanced() : List.copyOf(weights.keySet());
    }

    private static Neighbourhood neighbours(ConfigReading args) {
        only(args, "hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods");
        return new Neighbourhood(
                args.number("hardPodAffinityWeight", 1, 0, MOST_WEIGHT),
                args.bool("ignorePreferredTermsOfExistingPods", false));
    }

    private static Candidates candidates(ConfigReading args) {
        only(args, "minCandidateNodesPercentage", "minCandidateNodesAbsolute");
        Candidates otherwise = PluginArgs.DEFAULT.candidates();
        Candidates read = new Candidates(
                args.number("minCandidateNodesPercentage", otherwise.minPercent(), 0, 100),
                args.number("minCandidateNodesAbsolute", otherwise.minAbsolute(), 0, Integer.MAX_VALUE));
        if (read.minPercent() == 0 && read.minAbsolute() == 0) {
            throw args.refused(
                    "minCandidateNodesPercentage", "cannot be zero at the same time as minCandidateNodesAbsolute");
        }
        return read;
    }

    private static @Nullable List<Default> spread(ConfigReading args) {
        only(args, "defaultingType", "defaultConstraints");
        List<Default> constraints = new ArrayList<>();
        for (ConfigReading each : args.list("defaultConstraints")) {
            each.only(Set.of("topologyKey", "maxSkew", "whenUnsatisfiable"), Set.of("labelSelector"));
            if (!each.node().path("whenUnsatisfiable").asText().equals("ScheduleAnyway")) {
                throw each.refused("whenUnsatisfiable", "only ScheduleAnyway is supported in default constraints");
            }
            constraints.add(new Default(
                    each.node().path("topologyKey").asText(), each.number("maxSkew", 1, 1, Integer.MAX_VALUE)));
        }
        return switch (args.node().path("defaultingType").asText("System")) {
            case "List" -> List.copyOf(constraints);
            case "System" -> {
                if (!constraints.isEmpty()) {
                    throw args.refused("defaultingType", "when .defaultConstraints are specified, must be List");
                }
                yield null;
            }
            default ->
                throw args.refused(
                        "defaultingType", "Unsupported value: " + args.node().path("defaultingType"));
        };
    }

    private static Added added(ConfigReading args) {
        only(args, "addedAffinity");
        ConfigReading affinity = args.at("addedAffinity");
        affinity.only(Set.of(PodDemandReader.REQUIRED, PodDemandReader.PREFERRED), Set.of());
        ConfigReading required = affinity.at(PodDemandReader.REQUIRED);
        return new Added(
                required.node().isObject() ? NodeTerms.of(required.node()) : null,
                affinity.list(PodDemandReader.PREFERRED).stream()
                        .map(each -> new Preference(
                                each.number("weight", 1, 1, MOST_WEIGHT),
                                NodeTerms.Term.of(each.node().path("preference"))))
                        .toList());
    }
}
