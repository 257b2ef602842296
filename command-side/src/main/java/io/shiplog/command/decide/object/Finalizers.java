package io.shiplog.command.decide.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.events.command.Propagation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finalizers of an object.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/">Finalizers</a>
 */
public final class Finalizers {
    public static final String ORPHAN = "orphan";
    public static final String FOREGROUND = "foregroundDeletion";

    private Finalizers() {}

    public static List<String> of(ObjectNode metadata) {
        return MetadataRules.texts(metadata.path("finalizers"));
    }

    public static boolean none(ObjectNode metadata) {
        return metadata.path("finalizers").isEmpty();
    }

    /** The finalizers after a deletion with this propagation, which adds or removes the garbage collector's two. */
    public static List<String> after(Kind kind, List<String> finalizers, @Nullable Propagation propagation) {
        boolean orphan;
        boolean foreground;
        if (propagation == null) {
            // An earlier deletion's propagation stays, else the kind's default.
            foreground = finalizers.contains(FOREGROUND);
            orphan = finalizers.contains(ORPHAN) || (!foreground && kind.orphansByDefault());
        } else {
            orphan = propagation == Propagation.ORPHAN;
            foreground = propagation == Propagation.FOREGROUND;
        }
        List<String> after = new ArrayList<>(finalizers);
        after.remove(ORPHAN);
        after.remove(FOREGROUND);
        if (orphan) {
            after.add(ORPHAN);
        }
        if (foreground) {
            after.add(FOREGROUND);
        }
        return after;
    }

    public static void set(ObjectNode metadata, List<String> finalizers) {
        if (finalizers.isEmpty()) {
            metadata.remove("finalizers");
            return;
        }
        ArrayNode list = metadata.putArray("finalizers");
        finalizers.forEach(list::add);
    }
}
