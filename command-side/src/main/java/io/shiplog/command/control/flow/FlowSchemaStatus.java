package io.shiplog.command.control.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Says in the status of each FlowSchema whether its priority level exists.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/flow-schema-v1/#FlowSchemaStatus">FlowSchemaStatus</a>
 */
public final class FlowSchemaStatus implements Controller {
    private static final String GROUP = "flowcontrol.apiserver.k8s.io";
    private static final ResourceType SCHEMAS = new ResourceType(GROUP, "flowschemas");
    private static final ResourceType LEVELS = new ResourceType(GROUP, "prioritylevelconfigurations");
    private static final String DANGLING = "Dangling";

    @Override
    public String name() {
        return "priority-and-fairness-config-controller";
    }

    @Override
    public Actor actor() {
        return Actor.API_SERVER;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(SCHEMAS).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(SCHEMAS)) {
            replan.accept(key);
        } else if (key.type().equals(LEVELS) && (change.before() == null || change.removes())) {
            image.list(SCHEMAS).forEach(schema -> replan.accept(schema.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject schema = image.get(key);
        if (schema == null || schema.deleting()) {
            return Plan.NOTHING;
        }
        JsonNode tree = schema.json().tree();
        String level = tree.path("spec")
                .path("priorityLevelConfiguration")
                .path("name")
                .asText();
        boolean exists = image.get(ObjectKey.clusterScoped(LEVELS, level)) != null;
        String message = "This FlowSchema references the PriorityLevelConfiguration object named \"%s\" %s"
                .formatted(level, exists ? "and it exists" : "but there is no such object");
        ObjectNode wanted =
                Conditions.condition(DANGLING, exists ? "False" : "True", exists ? "Found" : "NotFound", message, now);
        JsonNode there = Conditions.find(tree.path("status").path("conditions"), DANGLING);
        boolean same = there.path("status").equals(wanted.path("status"))
                && there.path("reason").equals(wanted.path("reason"))
                && there.path("message").equals(wanted.path("message"));
        return same ? Plan.NOTHING : Plan.of(Step.of(apply(schema, tree, wanted)));
    }

    private static Command apply(StoredObject schema, JsonNode tree, ObjectNode condition) {
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.set("apiVersion", tree.path("apiVersion"));
        config.set("kind", tree.path("kind"));
        config.putObject("metadata").put("name", schema.key().name()).put("uid", schema.uid());
        config.putObject("status").putArray("conditions").add(condition);
        return new Command.ApplyObject(schema.key(), "status", Json.of(config), FieldValidation.IGNORE, true, false);
    }
}
