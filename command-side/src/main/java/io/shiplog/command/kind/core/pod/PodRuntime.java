package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.Map;

/**
 * What the runtime class of a new pod adds to it: overhead, nodes and tolerations.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/containers/runtime-class/">Runtime class</a>
 */
final class PodRuntime {
    private static final ResourceType CLASSES = new ResourceType("node.k8s.io", "runtimeclasses");
    private static final String SELECTOR = "nodeSelector";

    private PodRuntime() {}

    private static JsonNode classOf(JsonNode spec, DecidedState state) {
        String name = text(spec, "runtimeClassName");
        StoredObject found = name.isEmpty() ? null : state.get(ObjectKey.clusterScoped(CLASSES, name));
        return found == null ? MissingNode.getInstance() : found.json().tree();
    }

    static void apply(ObjectNode spec, DecidedState state) {
        JsonNode runtime = classOf(spec, state);
        JsonNode overhead = Trees.at(runtime, "overhead", "podFixed");
        if (!overhead.isEmpty() && spec.path("overhead").isEmpty()) {
            spec.set("overhead", overhead.deepCopy());
        }
        JsonNode scheduling = runtime.path("scheduling");
        scheduling.path(SELECTOR).properties().forEach(label -> {
            ObjectNode selector = Trees.object(spec, SELECTOR);
            if (!selector.has(label.getKey())) {
                selector.set(label.getKey(), label.getValue());
            }
        });
        for (JsonNode toleration : scheduling.path("tolerations")) {
            boolean there = false;
            for (JsonNode each : spec.path("tolerations")) {
                there |= each.equals(toleration);
            }
            if (!there) {
                Trees.array(spec, "tolerations").add(toleration.deepCopy());
            }
        }
    }

    /** Why the pod does not fit its class, empty if it does. */
    static String whyNot(JsonNode spec, DecidedState state) {
        String name = text(spec, "runtimeClassName");
        JsonNode runtime = classOf(spec, state);
        if (!name.isEmpty() && runtime.isMissingNode()) {
            return "pod rejected: RuntimeClass \"%s\" not found".formatted(name);
        }
        if (runtime.path("overhead").isObject() && !wrongOverhead(spec, state).isEmpty()) {
            return wrongOverhead(spec, state);
        }
        for (Map.Entry<String, JsonNode> label :
                Trees.at(runtime, "scheduling", SELECTOR).properties()) {
            String own = text(spec, SELECTOR, label.getKey());
            if (!own.equals(label.getValue().asText())) {
                return "conflict: runtimeClass.scheduling.nodeSelector[%s] = %s; pod.spec.nodeSelector[%s] = %s"
                        .formatted(label.getKey(), label.getValue().asText(), label.getKey(), own);
            }
        }
        return "";
    }

    /** What is wrong with the overhead of a pod: it is that of its class; empty if nothing is. */
    static String wrongOverhead(JsonNode spec, DecidedState state) {
        JsonNode runtime = classOf(spec, state);
        if (!runtime.path("overhead").isObject()) {
            return spec.has("overhead")
                    ? "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
                    : "";
        }
        return ResourceLists.of(Trees.at(runtime, "overhead", "podFixed"))
                        .equals(ResourceLists.of(spec.path("overhead")))
                ? ""
                : "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
    }
}
