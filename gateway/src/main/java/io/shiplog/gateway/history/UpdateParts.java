package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.history.diff.ValuePath.Step;
import io.shiplog.projections.history.undo.UndoStep;
import java.util.List;

/**
 * The commands that one update of an undo takes, in order. The resources of a pod's containers change only through the subresource {@code
 * resize}, and it changes nothing else. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/">Resize CPU and memory resources
 *     assigned to containers</a>
 */
final class UpdateParts {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final List<String> CONTAINERS = List.of("containers", "initContainers");
    private static final List<String> RESIZED = List.of("resources", "resizePolicy");
    private static final String RESIZE = "resize";

    private UpdateParts() {}

    /** One or two commands. */
    static List<ReplaceObject> of(UndoStep.Update step) {
        List<FieldChange> resized = step.key().type().equals(PODS)
                ? step.fields().stream()
                        .filter(field -> isResize(field.path().steps()))
                        .toList()
                : List.of();
        if (resized.isEmpty()) {
            return List.of(replacement(step, "", step.object()));
        }
        ReplaceObject resize = replacement(step, RESIZE, step.object());
        if (resized.size() == step.fields().size()) {
            return List.of(resize);
        }
        JsonNode others = step.object().deepCopy();
        resized.forEach(field -> takeBack(others, field));
        return List.of(replacement(step, "", others), resize);
    }

    private static ReplaceObject replacement(UndoStep.Update step, String subresource, JsonNode object) {
        return new ReplaceObject(step.key(), subresource, Json.of(object), FieldValidation.WARN);
    }

    /** The same command for an object that the command before it has changed. */
    static ReplaceObject upon(Json changed, ReplaceObject next) {
        ObjectNode object = next.body().tree().deepCopy();
        object.withObjectProperty("metadata")
                .set("resourceVersion", changed.tree().path("metadata").path("resourceVersion"));
        return new ReplaceObject(next.key(), next.subresource(), Json.of(object), next.validation());
    }

    private static boolean isResize(List<Step> path) {
        return path.size() > 3
                && path.get(0).equals(new Step.Member("spec"))
                && path.get(1) instanceof Step.Member(String list)
                && CONTAINERS.contains(list)
                && path.get(3) instanceof Step.Member(String field)
                && RESIZED.contains(field);
    }

    /** Gives a value that the update restores its present value. */
    private static void takeBack(JsonNode object, FieldChange field) {
        List<Step> path = field.path().steps();
        JsonNode parent = object;
        for (Step step : path.subList(0, path.size() - 1)) {
            parent = next(parent, step);
        }
        if (parent instanceof ObjectNode holder && path.getLast() instanceof Step.Member(String name)) {
            if (field.before() == null) {
                holder.remove(name);
            } else {
                holder.set(name, field.before());
            }
        }
    }

    /** A parent that the update removes is made again. */
    private static JsonNode next(JsonNode parent, Step step) {
        return switch (step) {
            case Step.Member(String name) ->
                parent.has(name) || !(parent instanceof ObjectNode holder) ? parent.path(name) : holder.putObject(name);
            case Step.Item(String key, String value) -> {
                for (JsonNode item : parent) {
                    if (item.path(key).asText().equals(value)) {
                        yield item;
                    }
                }
                yield MissingNode.getInstance();
            }
        };
    }
}
