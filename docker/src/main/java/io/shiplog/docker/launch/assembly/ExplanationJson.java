package io.shiplog.docker.launch.assembly;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.schedule.Explanation;
import io.shiplog.command.schedule.NodeVerdict;
import io.shiplog.command.schedule.Objection;
import io.shiplog.command.schedule.Placement;
import io.shiplog.command.schedule.PreemptionVerdict;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import java.util.List;
import java.util.Optional;

/** The scheduler's explanations in the gateway's form: the two do not depend on each other. */
public final class ExplanationJson {
    private ExplanationJson() {}

    /** The scheduler's decision for a pod in an image, as a ScheduleReview's status; empty if there is no such pod. */
    public static Optional<ObjectNode> explain(Image image, ObjectKey pod) {
        return Explanation.of(image, pod).map(ExplanationJson::json);
    }

    private static ObjectNode json(Explanation explanation) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        switch (explanation.placement()) {
            case Placement.OnNode(String node, Placement.Choice choice) ->
                json.put("decision", "OnNode").put("node", node).put("choice", word(choice));
            case Placement.ByPreemption(String node, List<ObjectKey> victims, String message) -> {
                json.put("decision", "ByPreemption").put("node", node).put("message", message);
                pods(json.putArray("victims"), victims);
            }
            case Placement.Unschedulable(String message, boolean waits) ->
                json.put("decision", "Nowhere").put("message", message).put("waitsForRoom", waits);
        }
        ArrayNode nodes = json.putArray("nodes");
        explanation.nodes().forEach(verdict -> node(nodes.addObject(), verdict));
        if (!explanation.preemption().isEmpty()) {
            ArrayNode preemption = json.putArray("preemption");
            explanation.preemption().forEach(verdict -> preemption(preemption.addObject(), verdict));
        }
        return json;
    }

    private static String word(Placement.Choice choice) {
        return switch (choice) {
            case ONLY_ONE -> "OnlyOne";
            case NOMINATED -> "Nominated";
            case SCORE -> "Score";
            case TIE_BREAKER -> "Lot";
        };
    }

    private static void node(ObjectNode json, NodeVerdict verdict) {
        json.put("name", verdict.node()).put("fits", verdict.fits());
        if (!verdict.fits()) {
            ArrayNode objections = json.putArray("objections");
            for (Objection objection : verdict.objections()) {
                ObjectNode each = objections.addObject().put("plugin", objection.plugin());
                texts(each.putArray("reasons"), objection.reasons());
                each.put("resolvable", objection.resolvable());
            }
        } else if (!verdict.scores().isEmpty()) {
            json.put("total", verdict.total());
            ArrayNode scores = json.putArray("scores");
            for (NodeVerdict.PluginScore score : verdict.scores()) {
                scores.addObject()
                        .put("plugin", score.plugin())
                        .put("raw", score.raw())
                        .put("score", score.score())
                        .put("weight", score.weight());
            }
            json.put("lot", Long.toString(verdict.tieBreaker()));
        }
    }

    private static void preemption(ObjectNode json, PreemptionVerdict verdict) {
        json.put("name", verdict.node());
        pods(json.putArray("victims"), verdict.victims());
        texts(json.putArray("reasons"), verdict.reasons());
    }

    private static void pods(ArrayNode array, List<ObjectKey> pods) {
        pods.forEach(pod -> array.addObject().put("namespace", pod.namespace()).put("name", pod.name()));
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
