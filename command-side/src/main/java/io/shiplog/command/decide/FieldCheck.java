package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the schema says of a body's fields: those that it does not know, and those that stand twice.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation">Field validation</a>
 */
@FunctionalInterface
public interface FieldCheck {
    /** Knows every field. */
    FieldCheck NONE = (kind, json, tree, validation) -> new Known(List.of());

    /**
     * @param json the body as it came, null where the tree was made by a patch
     * @param tree the body's tree; unknown fields are removed from it, but with {@link FieldValidation#STRICT}
     */
    Result check(KindDescription kind, @Nullable Json json, ObjectNode tree, FieldValidation validation);

    sealed interface Result {}

    /** @param warnings one for each field that was dropped, where they were asked for */
    record Known(List<String> warnings) implements Result {}

    record Unknown(Refusal refusal) implements Result {}
}
