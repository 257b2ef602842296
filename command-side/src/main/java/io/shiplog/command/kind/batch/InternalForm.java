package io.shiplog.command.kind.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.tree.Trees;
import java.util.function.Function;

/** A Job's policies as Kubernetes' messages show them: all fields in Go's names. */
final class InternalForm {
    private InternalForm() {}

    static JsonNode podFailurePolicy(JsonNode policy) {
        if (!policy.isObject()) {
            return MissingNode.getInstance();
        }
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.set("Rules", list(policy.path("rules"), InternalForm::rule));
        return shown;
    }

    private static JsonNode rule(JsonNode rule) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode().put("Action", Trees.text(rule, "action"));
        JsonNode codes = rule.path("onExitCodes");
        if (codes.isObject()) {
            ObjectNode of = shown.putObject("OnExitCodes");
            of.set("ContainerName", orNull(codes.path("containerName")));
            of.put("Operator", Trees.text(codes, "operator"));
            of.set("Values", orNull(codes.path("values")));
        } else {
            shown.putNull("OnExitCodes");
        }
        shown.set(
                "OnPodConditions",
                list(
                        rule.path("onPodConditions"),
                        condition -> JsonNodeFactory.instance
                                .objectNode()
                                .put("Type", Trees.text(condition, "type"))
                                .put("Status", Trees.text(condition, "status"))));
        return shown;
    }

    static JsonNode successPolicy(JsonNode policy) {
        if (!policy.isObject()) {
            return MissingNode.getInstance();
        }
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.set(
                "Rules",
                list(
                        policy.path("rules"),
                        rule -> JsonNodeFactory.instance
                                .objectNode()
                                .<ObjectNode>set("SucceededIndexes", orNull(rule.path("succeededIndexes")))
                                .set("SucceededCount", orNull(rule.path("succeededCount")))));
        return shown;
    }

    private static JsonNode orNull(JsonNode node) {
        return node.isMissingNode() ? NullNode.instance : node;
    }

    private static JsonNode list(JsonNode items, Function<JsonNode, JsonNode> form) {
        if (!items.isArray()) {
            return NullNode.instance;
        }
        ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> shown.add(form.apply(item)));
        return shown;
    }
}
