package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.outcome.Checked;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A kind of review about the past. Its methods are called on threads that may wait. */
interface Question {
    /** The verb that the caller needs on the objects in the answer: get or list. */
    default String verb() {
        return "get";
    }

    /** The review's status. */
    Checked<ObjectNode> answer(Asked asked);

    /**
     * A received review.
     *
     * @param namespace of the path; empty for the whole cluster
     * @param access what the caller may see
     * @param fieldManager the caller's field manager; null if it has none
     * @param dryRun whether to return only the plan
     * @param now the present
     */
    record Asked(
            JsonNode spec,
            String namespace,
            Actor actor,
            HistoryAccess access,
            KindCatalogue kinds,
            @Nullable String fieldManager,
            boolean dryRun,
            Instant now) {

        /** The object in {@code spec.<field>}, if the caller may see it. */
        Checked<ObjectAsked> object(String field) {
            return seen(ObjectAsked.of(spec.path(field), field, namespace, kinds));
        }

        /** The pod in {@code spec.pod}, if the caller may see it. */
        Checked<ObjectAsked> pod() {
            ObjectNode pod = Json.MAPPER.createObjectNode();
            if (spec.path("pod") instanceof ObjectNode named) {
                pod.setAll(named);
            }
            pod.put("apiVersion", "v1").put("kind", "Pod");
            return seen(ObjectAsked.of(pod, "pod", namespace, kinds));
        }

        private Checked<ObjectAsked> seen(Checked<ObjectAsked> object) {
            return object.then(named -> {
                Refusal refusal = access.refusal(named.key());
                return refusal == null ? Checked.ok(named) : Checked.refused(refusal);
            });
        }

        /** The moment in {@code spec.at}; now if it is absent. */
        Checked<Moment> at() {
            return moment("at");
        }

        /** The moment in {@code spec.<field>}; now if it is absent. */
        Checked<Moment> moment(String field) {
            String text = spec.path(field).asText("");
            return text.isEmpty() ? Checked.ok(Moment.NOW) : Moment.parse(text, now);
        }
    }
}
