package io.shiplog.command.kind.node;

import static io.shiplog.command.kind.message.GoForm.any;
import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.check.NodeLabels;
import io.shiplog.command.kind.core.pod.ResourceValidation;
import io.shiplog.command.kind.core.pod.SchedulingValidation;
import io.shiplog.command.kind.message.GoForm;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** RuntimeClasses: what runs the containers of a pod, what that costs, and where it is. */
public final class RuntimeClassKind implements Kind {
    public static final ResourceType TYPE = new ResourceType("node.k8s.io", "runtimeclasses");

    private static final GoForm TOLERATION = GoForm.of(
            GoForm.text("Key"),
            GoForm.text("Operator"),
            GoForm.text("Value"),
            GoForm.text("Effect"),
            any("TolerationSeconds"));

    private static final List<Column> COLUMNS =
            List.of(MetaColumns.NAME, text("Handler", "", (runtime, now) -> text(runtime, "handler")), MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft(TYPE.group(), "v1", "RuntimeClass", TYPE.resource(), Scope.CLUSTER)
                .columns(COLUMNS)
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public void setDefaults(ObjectNode runtime) {
        ResourceLists.round(Trees.at(runtime, "overhead", "podFixed"));
    }

    @Override
    public void validate(ObjectNode runtime, FieldErrors errors) {
        String handler = text(runtime, "handler");
        if (handler.isEmpty()) {
            errors.required("handler", "");
        } else {
            Checks.each(Names.label(handler), "handler", handler, errors);
        }
        if (runtime.path("overhead").isObject()) {
            ObjectNode limits = Json.MAPPER.createObjectNode();
            limits.set("limits", Trees.at(runtime, "overhead", "podFixed"));
            ResourceValidation.validate(limits, "overhead", errors);
        }
        JsonNode scheduling = runtime.path("scheduling");
        Checks.labels(scheduling.path("nodeSelector"), "scheduling.nodeSelector", errors);
        tolerations(scheduling.path("tolerations"), errors);
    }

    private static void tolerations(JsonNode tolerations, FieldErrors errors) {
        String path = "scheduling.tolerations";
        SchedulingValidation.tolerations(tolerations, path, errors);
        Set<List<String>> seen = new HashSet<>();
        int index = 0;
        for (JsonNode toleration : tolerations) {
            List<String> key = List.of(
                    text(toleration, "key"),
                    text(toleration, "operator"),
                    text(toleration, "value"),
                    text(toleration, "effect"));
            if (!seen.add(key)) {
                errors.duplicate(path + "[" + index + "]", TOLERATION.of(toleration));
            }
            index++;
        }
    }

    @Override
    public void validateUpdate(ObjectNode runtime, ObjectNode old, FieldErrors errors) {
        Checks.immutableText(runtime.path("handler"), old.path("handler"), "handler", errors);
    }

    @Override
    public List<String> warnings(ObjectNode runtime) {
        List<String> warnings = new ArrayList<>(0);
        NodeLabels.warnOfLabels(
                Trees.at(runtime, "scheduling", "nodeSelector"), "scheduling.nodeSelector", false, warnings);
        return warnings;
    }
}
