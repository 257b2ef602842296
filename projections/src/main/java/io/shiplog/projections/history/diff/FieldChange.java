package io.shiplog.projections.history.diff;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One value that an event changed.
 *
 * @param before null if there was none
 * @param after null if it was removed
 */
public record FieldChange(
        ValuePath path, @Nullable JsonNode before, @Nullable JsonNode after) {
    public FieldChange {
        if (before == null && after == null) {
            throw new IllegalArgumentException("nothing changed at " + path);
        }
    }

    /** The operation, in JSON Patch's terms. */
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

    /** The inverse of this change. */
    public FieldChange reversed() {
        return new FieldChange(path, after, before);
    }
}
