package io.shiplog.command.kind.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import java.util.List;

/** The result of parsing a body: an object that matches the schema, or a refusal. */
public sealed interface Decoding {
    /**
     * @param object without unknown fields, quantities and times in canonical form
     * @param warnings for the {@code Warning} header
     */
    record Decoded(ObjectNode object, List<String> warnings) implements Decoding {
        public Decoded {
            warnings = List.copyOf(warnings);
        }
    }

    record Refused(Refusal refusal) implements Decoding {}
}
