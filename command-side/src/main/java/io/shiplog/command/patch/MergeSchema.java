package io.shiplog.command.patch;

import io.shiplog.events.kind.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How a value merges: the {@code patchStrategy} and {@code patchMergeKey} of its schema. Lists without are replaced.
 *
 * @param key identifies the elements of a list of objects; null for any other field
 * @param mergesTexts whether this is a list of texts that merges
 * @param struct the schema of the object, or of each element of the list; null if it has none
 * @see <a
 *     href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md">Strategic
 *     merge patch</a>
 */
record MergeSchema(@Nullable String key, boolean mergesTexts, Schema.@Nullable Struct struct) {
    /** An unknown field: objects merge, lists are replaced. */
    static final MergeSchema PLAIN = new MergeSchema(null, false, null);

    /** How objects of a schema merge. */
    static MergeSchema of(Schema.@Nullable Struct struct) {
        return new MergeSchema(null, false, struct);
    }

    /** How each element of this list merges. */
    MergeSchema each() {
        return of(struct);
    }

    /** How a field merges. */
    MergeSchema field(String name) {
        Schema.Field field = struct == null ? null : struct.field(name);
        if (field == null) {
            return PLAIN;
        }
        return switch (field.type()) {
            case Schema.Struct object -> of(object);
            case Schema.ListOf(Schema.Struct items) ->
                new MergeSchema(field.merges() ? field.patchMergeKey() : null, false, items);
            case Schema.ListOf _ -> new MergeSchema(null, field.merges(), null);
            case Schema.MapOf _, Schema.Scalar _ -> PLAIN;
        };
    }
}
