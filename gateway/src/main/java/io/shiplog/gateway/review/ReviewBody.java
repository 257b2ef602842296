package io.shiplog.gateway.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.StatedType;
import io.shiplog.gateway.discovery.VirtualResource;
import io.shiplog.gateway.outcome.Checked;

/** The body of a review, returned with its status. */
public final class ReviewBody {
    private ReviewBody() {}

    /** Parses a body; missing kind, apiVersion and metadata are filled in. Refuses another kind. */
    public static Checked<ObjectNode> of(Json body, VirtualResource which) {
        try {
            if (body.size() == 0 || !(ClientJson.tree(body) instanceof ObjectNode review)) {
                return Checked.bad("the body of the request is not a JSON object");
            }
            Refusal other = StatedType.refusal(which.apiVersion(), which.kind(), review);
            if (other != null) {
                return Checked.refused(other);
            }
            review.put("kind", which.kind()).put("apiVersion", which.apiVersion());
            if (!review.has("metadata")) {
                review.putObject("metadata").putNull("creationTimestamp");
            }
            return Checked.ok(review);
        } catch (ClientJson.UnreadableException e) {
            return Checked.bad("couldn't get version/kind; json parse error: " + ClientJson.message(e));
        }
    }
}
