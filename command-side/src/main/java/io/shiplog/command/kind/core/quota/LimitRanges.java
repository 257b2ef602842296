package io.shiplog.command.kind.core.quota;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.tree.PodResources;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The admission plugin LimitRanger: the limit ranges of a namespace give new pods their defaults, and bound pods and claims.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/limit-range/">Limit ranges</a>
 */
public final class LimitRanges {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private LimitRanges() {}

    private static List<JsonNode> of(String namespace, DecidedState state) {
        List<JsonNode> ranges = new ArrayList<>(0);
        for (StoredObject range : state.list(LimitRangeKind.TYPE, namespace)) {
            ranges.add(range.json().tree());
        }
        return ranges;
    }

    /** Gives the containers of a new pod what they do not say. */
    public static void setDefaults(ObjectNode pod, DecidedState state) {
        for (JsonNode range : of(Trees.namespace(pod), state)) {
            List<String> set = new ArrayList<>();
            for (JsonNode item : range.path("spec").path("limits")) {
                if (text(item, "type").equals("Container")) {
                    setDefaults(pod.path("spec"), item, set);
                }
            }
            if (!set.isEmpty()) {
                Trees.object(Trees.object(pod, "metadata"), "annotations")
                        .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", set));
            }
        }
    }

    private static void setDefaults(JsonNode spec, JsonNode item, List<String> set) {
        for (String list : List.of("containers", "initContainers")) {
            for (ObjectNode container : Trees.objects(spec, list)) {
                String which = (list.equals("containers") ? "container " : "init container ") + text(container, "name");
                String requests = fill(container, "requests", item.path("defaultRequest"));
                String limits = fill(container, "limits", item.path("default"));
                if (!requests.isEmpty()) {
                    set.add(requests + " request for " + which);
                }
                if (!limits.isEmpty()) {
                    set.add(limits + " limit for " + which);
                }
            }
        }
    }

    /** The names of what was filled in, sorted. */
    private static String fill(ObjectNode container, String side, JsonNode defaults) {
        TreeSet<String> names = new TreeSet<>();
        JsonNode there = Trees.at(container, "resources", side);
        defaults.fieldNames().forEachRemaining(name -> {
            if (!there.has(name)) {
                names.add(name);
            }
        });
        for (String name : names) {
            Trees.object(Trees.object(container, "resources"), side).set(name, defaults.get(name));
        }
        return String.join(", ", names);
    }

    /** Refuses a pod out of bounds. */
    public static @Nullable Refusal admitPod(ObjectNode pod, ObjectKey key, DecidedState state) {
        for (JsonNode range : of(key.namespace(), state)) {
            List<String> wrong = new ArrayList<>();
            for (JsonNode item : range.path("spec").path("limits")) {
                JsonNode spec = pod.path("spec");
                switch (text(item, "type")) {
                    case "Container" -> {
                        for (ObjectNode container : Trees.objects(spec, "containers", "initContainers")) {
                            JsonNode resources = container.path("resources");
                            new Bounds("Container", item, wrong)
                                    .check(
                                            ResourceLists.of(resources.path("requests")),
                                            ResourceLists.of(resources.path("limits")));
                        }
                    }
                    case "Pod" ->
                        new Bounds("Pod", item, wrong)
                                .check(PodResources.of(spec, "requests"), PodResources.of(spec, "limits"));
                    default -> {} // bounds of other objects
                }
            }
            if (!wrong.isEmpty()) {
                return refusal(key, wrong);
            }
        }
        return null;
    }

    /** Refuses a claim out of bounds. */
    public static @Nullable Refusal admitClaim(ObjectNode claim, ObjectKey key, DecidedState state) {
        Map<String, Quantity> requests = ResourceLists.of(Trees.at(claim, "spec", "resources", "requests"));
        for (JsonNode range : of(key.namespace(), state)) {
            List<String> wrong = new ArrayList<>();
            for (JsonNode item : range.path("spec").path("limits")) {
                if (text(item, "type").equals("PersistentVolumeClaim")) {
                    new Bounds("PersistentVolumeClaim", item, wrong).checkRequests(requests);
                }
            }
            if (!wrong.isEmpty()) {
                return refusal(key, wrong);
            }
        }
        return null;
    }

    private static Refusal refusal(ObjectKey key, List<String> wrong) {
        List<String> distinct = wrong.stream().distinct().toList();
        return Refusal.forbidden(
                key, distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]");
    }

    /** The bounds of one item. */
    private record Bounds(String type, JsonNode item, List<String> wrong) {
        void check(Map<String, Quantity> requests, Map<String, Quantity> limits) {
            ResourceLists.of(item.path("min")).forEach((name, bound) -> min(name, bound, requests, limits));
            ResourceLists.of(item.path("max")).forEach((name, bound) -> max(name, bound, requests, limits));
            ResourceLists.of(item.path("maxLimitRequestRatio"))
                    .forEach((name, bound) -> ratio(name, bound, requests.get(name), limits.get(name)));
        }

        void checkRequests(Map<String, Quantity> requests) {
            ResourceLists.of(item.path("min")).forEach((name, bound) -> min(name, bound, requests, Map.of()));
            ResourceLists.of(item.path("max")).forEach((name, bound) -> {
                Quantity request = requests.get(name);
                if (request == null) {
                    wrong.add("maximum %s usage per %s is %s.  No request is specified".formatted(name, type, bound));
                } else if (request.compareTo(bound) > 0) {
                    wrong.add("maximum %s usage per %s is %s, but request is %s".formatted(name, type, bound, request));
                }
            });
        }

        private void min(String name, Quantity bound, Map<String, Quantity> requests, Map<String, Quantity> limits) {
            Quantity request = requests.get(name);
            Quantity limit = limits.get(name);
            String start = "minimum %s usage per %s is %s".formatted(name, type, bound);
            if (request == null) {
                wrong.add(start + ".  No request is specified");
            } else if (request.compareTo(bound) < 0) {
                wrong.add(start + ", but request is " + request);
            } else if (limit != null && limit.compareTo(bound) < 0) {
                wrong.add(start + ", but limit is " + limit);
            }
        }

        private void max(String name, Quantity bound, Map<String, Quantity> requests, Map<String, Quantity> limits) {
            Quantity request = requests.get(name);
            Quantity limit = limits.get(name);
            String start = "maximum %s usage per %s is %s".formatted(name, type, bound);
            if (limit == null) {
                wrong.add(start + ".  No limit is specified");
            } else if (limit.compareTo(bound) > 0) {
                wrong.add(start + ", but limit is " + limit);
            } else if (request != null && request.compareTo(bound) > 0) {
                wrong.add(start + ", but request is " + request);
            }
        }

        private void ratio(String name, Quantity bound, @Nullable Quantity request, @Nullable Quantity limit) {
            String start = "%s max limit to request ratio per %s is %s".formatted(name, type, bound);
            if (request == null || request.signum() == 0) {
                wrong.add(start + ", but no request is specified or request is 0");
            } else if (limit == null || limit.signum() == 0) {
                wrong.add(start + ", but no limit is specified or limit is 0");
            } else {
                double ratio = limit.amount().doubleValue() / request.amount().doubleValue();
                if (ratio > bound.amount().doubleValue()) {
                    wrong.add(start + ", but provided ratio is " + LimitRangeKind.six(ratio));
                }
            }
        }
    }
}
