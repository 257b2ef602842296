package io.shiplog.command.kind.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.tree.Trees;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sets {@code timeAdded} of a Node's NoExecute taints, from which tolerations count. kubectl does not set it, and a replacement
 * of the list loses it. So the time is in the log, and an eviction is due at the same moment after a restart.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/tree/master/plugin/pkg/admission/nodetainttimeadded">nodetainttimeadded</a>,
 *     which does so for each effect
 */
public final class TaintTimes {
    private static final String TIME = "timeAdded";

    private TaintTimes() {}

    /**
     * Sets the missing times: the old taint's of this key and effect if there was one, else the time of the decision. A time
     * that the client gives stays.
     *
     * @param node changed in place
     * @param old the Node before, null for a new one
     */
    public static void set(ObjectNode node, @Nullable JsonNode old, Instant now) {
        for (JsonNode taint : Trees.at(node, "spec", "taints")) {
            if (taint instanceof ObjectNode each
                    && each.path("effect").asText().equals("NoExecute")
                    && !each.hasNonNull(TIME)) {
                JsonNode before = old == null ? each : same(old, each);
                each.put(
                        TIME,
                        before.hasNonNull(TIME)
                                ? before.path(TIME).asText()
                                : now.truncatedTo(ChronoUnit.SECONDS).toString());
            }
        }
    }

    /** The taint of the same key and effect, or the given one. */
    private static JsonNode same(JsonNode old, JsonNode taint) {
        for (JsonNode each : old.path("spec").path("taints")) {
            if (each.path("key").equals(taint.path("key"))
                    && each.path("effect").equals(taint.path("effect"))) {
                return each;
            }
        }
        return taint;
    }
}
