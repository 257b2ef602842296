package io.shiplog.command.kind.quota;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.ResourceNames;
import io.shiplog.command.kind.tree.PodResources;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one object uses of a quota, by the names that quotas have for it.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/tree/master/pkg/quota/v1/evaluator/core">Evaluators</a>
 */
final class QuotaUsage {
    static final ResourceType PODS = ResourceType.core("pods");
    static final ResourceType CLAIMS = ResourceType.core("persistentvolumeclaims");
    static final ResourceType SERVICES = ResourceType.core("services");

    /** Types that quotas also count by their name alone, without {@code count/}. */
    private static final Set<String> COUNTED_BY_NAME =
            Set.of("resourcequotas", "replicationcontrollers", "secrets", "configmaps");

    private static final String BY_CLASS = ".storageclass.storage.k8s.io/";
    private static final Quantity ONE = Quantity.of(1);

    /** What a pod must say if a quota limits it. */
    private static final List<String> MUST_SAY =
            List.of("cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory");

    private QuotaUsage() {}

    /** The name by which quotas count objects of a type: {@code count/deployments.apps}. */
    private static String countOf(ResourceType type) {
        return "count/" + (type.group().isEmpty() ? type.resource() : type.resource() + "." + type.group());
    }

    /** Whether a quota's name counts objects of a type, alone or by what they say. */
    static boolean concerns(String name, ResourceType type) {
        if (name.equals(countOf(type))) {
            return true;
        }
        if (type.equals(PODS)) {
            return isOfPods(name)
                    || name.endsWith("ephemeral-storage")
                    || name.startsWith(ResourceNames.HUGE_PAGES)
                    || name.startsWith(ResourceNames.REQUESTS) && !ResourceNames.isNative(name);
        }
        if (type.equals(CLAIMS)) {
            return Trees.oneOf(name, "persistentvolumeclaims", "requests.storage")
                    || name.endsWith(BY_CLASS + "persistentvolumeclaims")
                    || name.endsWith(BY_CLASS + "requests.storage");
        }
        if (type.equals(SERVICES)) {
            return Trees.oneOf(name, "services", "services.nodeports", "services.loadbalancers");
        }
        return type.group().isEmpty() && COUNTED_BY_NAME.contains(name) && name.equals(type.resource());
    }

    private static boolean isOfPods(String name) {
        return Trees.oneOf(
                        name, "pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
                || name.startsWith(ResourceNames.REQUESTS + ResourceNames.HUGE_PAGES);
    }

    /** Whether the number of objects is all that counts, so that no object need be read. */
    static boolean onlyCounts(String name, ResourceType type) {
        return name.equals(countOf(type))
                || !type.equals(PODS) && !type.equals(CLAIMS) && !type.equals(SERVICES)
                || Trees.oneOf(name, "persistentvolumeclaims", "services");
    }

    /**
     * What an object uses.
     *
     * @param live while it is in use
     * @param then afterwards: a pod that is finished or lost is only an object
     * @param end when its use ends, null if that is not known
     */
    record Use(
            Map<String, Quantity> live,
            Map<String, Quantity> then,
            @Nullable Instant end) {
        /** What it uses at a time. */
        Map<String, Quantity> at(Instant now) {
            return end == null || !now.isAfter(end) ? live : then;
        }
    }

    static Use use(ResourceType type, JsonNode object) {
        Map<String, Quantity> usage = new HashMap<>();
        usage.put(countOf(type), ONE);
        Map<String, Quantity> asObject = Map.copyOf(usage);
        if (type.equals(PODS)) {
            if (Trees.oneOf(text(object, "status", "phase"), "Failed", "Succeeded")) {
                return new Use(asObject, asObject, null);
            }
            usage.put("pods", ONE);
            compute(PodResources.ofPod(object, "requests"), "requests", usage);
            compute(PodResources.ofPod(object, "limits"), "limits", usage);
            return new Use(Map.copyOf(usage), asObject, end(object.path("metadata")));
        }
        if (type.equals(CLAIMS)) {
            claim(object, usage);
        } else if (type.equals(SERVICES)) {
            service(object.path("spec"), usage);
        } else if (type.group().isEmpty()) {
            usage.put(type.resource(), ONE);
        }
        return new Use(Map.copyOf(usage), Map.of(), null);
    }

    /** A deleted pod counts until its grace period is over. */
    private static @Nullable Instant end(JsonNode metadata) {
        String deleted = text(metadata, "deletionTimestamp");
        JsonNode grace = metadata.path("deletionGracePeriodSeconds");
        return deleted.isEmpty() || !grace.isNumber()
                ? null
                : Instant.parse(deleted).plusSeconds(grace.asLong());
    }

    private static void compute(Map<String, Quantity> amounts, String side, Map<String, Quantity> usage) {
        amounts.forEach((name, amount) -> {
            boolean standard = Trees.oneOf(name, "cpu", "memory", "ephemeral-storage");
            boolean requested = side.equals("requests")
                    && (name.startsWith(ResourceNames.HUGE_PAGES) || ResourceNames.isExtended(name));
            if (standard || requested) {
                usage.put(side + "." + name, amount);
            }
            if (side.equals("requests") && (standard || name.startsWith(ResourceNames.HUGE_PAGES))) {
                usage.put(name, amount);
            }
        });
    }

    private static void claim(JsonNode claim, Map<String, Quantity> usage) {
        String storageClass = VolumeChecks.classOf(claim);
        Quantity asked = ResourceLists.amount(Trees.at(claim, "spec", "resources", "requests"), "storage");
        Quantity given = ResourceLists.amount(Trees.at(claim, "status", "allocatedResources"), "storage");
        Quantity storage = given.compareTo(asked) > 0 ? given : asked;
        usage.put("persistentvolumeclaims", ONE);
        usage.put("requests.storage", storage);
        if (!storageClass.isEmpty()) {
            usage.put(storageClass + BY_CLASS + "persistentvolumeclaims", ONE);
            usage.put(storageClass + BY_CLASS + "requests.storage", storage);
        }
    }

    private static void service(JsonNode spec, Map<String, Quantity> usage) {
        String type = text(spec, "type");
        boolean balanced = type.equals("LoadBalancer");
        long ports = spec.path("ports").size();
        if (balanced && !spec.path("allocateLoadBalancerNodePorts").asBoolean(true)) {
            ports = Trees.objects(spec, "ports").stream()
                    .filter(port -> port.path("nodePort").asInt() != 0)
                    .count();
        }
        usage.put("services", ONE);
        usage.put("services.loadbalancers", Quantity.of(balanced ? 1 : 0));
        usage.put("services.nodeports", Quantity.of(balanced || type.equals("NodePort") ? ports : 0));
    }

    /** What the containers of a pod must say, and which of them do not: {@code requests.cpu for: a,b}; empty if all do. */
    static String unsaid(JsonNode spec, Set<String> limited) {
        boolean ofPod = !Trees.at(spec, "resources", "requests").isEmpty()
                || !Trees.at(spec, "resources", "limits").isEmpty();
        Map<String, Set<String>> missing = new TreeMap<>();
        for (ObjectNode container :
                ofPod ? List.<ObjectNode>of() : Trees.objects(spec, "containers", "initContainers")) {
            for (String name : MUST_SAY) {
                if (limited.contains(name) && !says(container, name)) {
                    missing.computeIfAbsent(name, _ -> new TreeSet<>()).add(text(container, "name"));
                }
            }
        }
        return String.join(
                "; ",
                missing.entrySet().stream()
                        .map(each -> each.getKey() + " for: " + String.join(",", each.getValue()))
                        .toList());
    }

    private static boolean says(JsonNode container, String name) {
        int dot = name.indexOf('.');
        String side = dot < 0 ? "requests" : name.substring(0, dot);
        return Trees.at(container, "resources", side).has(name.substring(dot + 1));
    }
}
