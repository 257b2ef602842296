package io.shiplog.gateway.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
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
            String kind = review.path("kind").asText(which.kind());
            if (!kind.equals(which.kind())) {
                return Checked.bad("%s in version \"%s\" cannot be handled as a %s"
                        .formatted(kind, review.path("apiVersion").asText(""), which.kind()));
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
