package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import java.util.List;

/** What became of a body: an object that the schema knows, or a refusal. */
public sealed interface Decoding {
    /**
     * @param object without what the schema does not know, quantities and times in canonical form
     * @param warnings for the {@code Warning} header
     */
    record Decoded(ObjectNode object, List<String> warnings) implements Decoding {
        public Decoded {
            warnings = List.copyOf(warnings);
        }
    }

    record Refused(Refusal refusal) implements Decoding {}
}
