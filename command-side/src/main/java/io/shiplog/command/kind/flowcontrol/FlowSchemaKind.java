package io.shiplog.command.kind.flowcontrol;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.textOr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/**
 * FlowSchemas: which requests belong to which priority level. The gateway shares its places by its own rules and does not read them
 * yet.
 */
final class FlowSchemaKind implements Kind {
    private static final int DEFAULT_PRECEDENCE = 1_000;

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "PriorityLevel",
                    "`name` is the name of the priority level configuration being referenced Required.",
                    (schema, now) -> text(schema, "spec", "priorityLevelConfiguration", "name")),
            MetaColumns.text(
                    "MatchingPrecedence",
                    "`matchingPrecedence` is used to choose among the FlowSchemas that match a given request.",
                    (schema, now) ->
                            Trees.at(schema, "spec", "matchingPrecedence").asInt()),
            MetaColumns.text(
                    "DistinguisherMethod",
                    "`distinguisherMethod` defines how to compute the flow distinguisher for requests that match this schema.",
                    (schema, now) -> textOr(Trees.at(schema, "spec", "distinguisherMethod", "type"), MetaColumns.NONE)),
            MetaColumns.AGE,
            MetaColumns.text(
                    "MissingPL",
                    "references a broken or non-existent PriorityLevelConfiguration",
                    (schema, now) -> dangling(schema)));

    private static String dangling(JsonNode schema) {
        for (JsonNode condition : Trees.at(schema, "status", "conditions")) {
            if (text(condition, "type").equals("Dangling")) {
                return text(condition, "status");
            }
        }
        return "?";
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(FlowControlKinds.GROUP, "v1", "FlowSchema", "flowschemas", Scope.CLUSTER)
                .columns(COLUMNS)
                .subresources("status")
                .done();
    }

    @Override
    public void setDefaults(ObjectNode schema) {
        ObjectNode spec = Trees.object(schema, "spec");
        Trees.object(spec, "priorityLevelConfiguration");
        Trees.defaultNumberForZero(spec, "matchingPrecedence", DEFAULT_PRECEDENCE);
    }

    @Override
    public void prepareForCreate(ObjectNode schema, DecidedState state) {
        schema.putObject("status");
    }

    @Override
    public void validate(ObjectNode schema, FieldErrors errors) {
        FlowSchemaValidation.spec(Trees.name(schema), schema.path("spec"), errors);
        FlowDefaults.unchanged(schema, "FlowSchema", errors);
        FlowSchemaValidation.conditions(schema.path("status"), errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode schema, ObjectNode old, FieldErrors errors) {
        FlowSchemaValidation.conditions(schema.path("status"), errors);
    }
}
