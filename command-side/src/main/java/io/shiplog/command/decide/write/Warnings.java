package io.shiplog.command.decide.write;

import java.util.ArrayList;
import java.util.List;

/** The warnings of an accepted command. */
final class Warnings {
    private Warnings() {}

    /** @param own those of the kind */
    static List<String> of(List<String> earlier, List<String> own) {
        if (own.isEmpty()) {
            return earlier;
        }
        List<String> all = new ArrayList<>(earlier);
        all.addAll(own);
        return all;
    }
}
