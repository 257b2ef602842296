package io.shiplog.command.decide.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.StatedType;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's {@code autoscaling/v1 Scale}, which stands for {@code spec.replicas}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/scale-v1/">Scale</a>
 */
public final class ScaleForm {
    static final ResourceType SCALES = new ResourceType("autoscaling", "scales");

    private ScaleForm() {}

    /** Why a Scale is invalid, or null. */
    public static @Nullable Refusal check(ObjectKey key, ObjectNode scale) {
        Refusal other = StatedType.refusal("autoscaling/v1", "Scale", scale);
        if (other != null) {
            return other;
        }
        FieldErrors errors = new FieldErrors();
        String name = Trees.text(Trees.object(scale, "metadata"), "name");
        if (!name.isEmpty() && !name.equals(key.name())) {
            errors.invalid("metadata.name", name, "must match the name of the scaled object");
        }
        JsonNode replicas = scale.path("spec").path("replicas");
        if (!replicas.isMissingNode() && !replicas.isIntegralNumber()) {
            errors.invalid("spec.replicas", replicas, "must be an integer");
        } else if (replicas.asLong() < 0) {
            errors.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
        } else if (!replicas.canConvertToInt() && !replicas.isMissingNode()) {
            errors.invalid("spec.replicas", replicas, "must be a 32 bit integer");
        }
        return errors.isEmpty() ? null : errors.refusal("Scale", ObjectKey.of(SCALES, key.namespace(), key.name()));
    }

    /** The object with the Scale's replicas, uid and resourceVersion, for later checks. */
    public static ObjectNode applied(ObjectNode object, ObjectNode scale) {
        ObjectNode wanted = object.deepCopy();
        Trees.object(wanted, "spec")
                .put("replicas", scale.path("spec").path("replicas").asInt());
        ObjectNode metadata = Trees.object(wanted, "metadata");
        for (String field : List.of("uid", "resourceVersion")) {
            String text = Trees.text(Trees.object(scale, "metadata"), field);
            if (text.isEmpty()) {
                metadata.remove(field);
            } else {
                metadata.put(field, text);
            }
        }
        return wanted;
    }
}
