package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One value that an event changed.
 *
 * @param before null if there was none
 * @param after null if there is none any more
 */
public record FieldChange(
        ValuePath path, @Nullable JsonNode before, @Nullable JsonNode after) {
    public FieldChange {
        if (before == null && after == null) {
            throw new IllegalArgumentException("nothing changed at " + path);
        }
    }

    /** What happened to it, in JSON Patch's words. */
    public enum Op {
        ADD("add"),
        REMOVE("remove"),
        REPLACE("replace");

        private final String word;

        Op(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public Op op() {
        return before == null ? Op.ADD : after == null ? Op.REMOVE : Op.REPLACE;
    }

    /** The change that takes this one back. */
    public FieldChange reversed() {
        return new FieldChange(path, after, before);
    }
}
