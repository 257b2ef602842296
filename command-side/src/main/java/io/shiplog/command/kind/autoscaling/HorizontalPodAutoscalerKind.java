package io.shiplog.command.kind.autoscaling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * HorizontalPodAutoscalers: how many pods a workload has, by metrics. Stored as v2; v1 knows only the CPU.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go">
 *     autoscalerStrategy</a>
 */
public final class HorizontalPodAutoscalerKind implements Kind {
    private static final int CPU_PERCENT = 80;
    private static final int PERIOD_SECONDS = 15;
    private static final int PODS_UP = 4;

    @Override
    public KindDescription description() {
        return KindDescription.draft(
                        "autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", Scope.NAMESPACED)
                .version("v1", new AutoscalerV1())
                .columns(AutoscalerColumns.ALL)
                .shortNames("hpa")
                .categories("all")
                .subresources("status")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        Trees.defaultNumber(spec, "minReplicas", 1);
        if (spec.path("metrics").isEmpty()) {
            ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .put("averageUtilization", CPU_PERCENT);
        }
        if (spec.get("behavior") instanceof ObjectNode behavior) {
            ObjectNode up = Trees.object(behavior, "scaleUp");
            Trees.defaultNumber(up, "stabilizationWindowSeconds", 0);
            setRules(up, PODS_UP);
            setRules(Trees.object(behavior, "scaleDown"), 0);
        }
    }

    /** @param pods how many pods may come in a period at most; 0 for no such policy */
    private static void setRules(ObjectNode rules, int pods) {
        Trees.defaultText(rules, "selectPolicy", "Max");
        if (rules.has("policies")) {
            return;
        }
        ArrayNode policies = rules.putArray("policies");
        if (pods > 0) {
            policies.addObject().put("type", "Pods").put("value", pods).put("periodSeconds", PERIOD_SECONDS);
        }
        policies.addObject().put("type", "Percent").put("value", 100).put("periodSeconds", PERIOD_SECONDS);
    }

    @Override
    public void prepareForCreate(ObjectNode object, DecidedState state) {
        object.putObject("status").put("desiredReplicas", 0).putNull("currentMetrics");
    }

    @Override
    public void validateCreate(ObjectNode object, FieldErrors errors) {
        validate(object, null, errors);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        validate(object, old, errors);
    }

    private static void validate(ObjectNode object, @Nullable ObjectNode old, FieldErrors errors) {
        JsonNode before = old == null ? MissingNode.getInstance() : old.path("spec");
        new AutoscalerValidation(object.path("spec"), before, errors).validate();
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        for (String count : List.of("currentReplicas", "desiredReplicas")) {
            Checks.notNegative(Trees.at(object, "status", count), "status." + count, errors);
        }
    }
}
