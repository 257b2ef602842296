package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import java.util.ArrayList;
import java.util.List;

/** The warnings of an accepted command. */
final class Warnings {
    private Warnings() {}

    static List<String> of(List<String> earlier, Kind strategy, ObjectNode object) {
        List<String> own = strategy.warnings(object);
        if (own.isEmpty()) {
            return earlier;
        }
        List<String> all = new ArrayList<>(earlier);
        all.addAll(own);
        return all;
    }
}
