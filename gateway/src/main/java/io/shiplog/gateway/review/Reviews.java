package io.shiplog.gateway.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.discovery.VirtualResource;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.identity.Authentication;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.gateway.identity.Impersonation;
import io.shiplog.gateway.identity.ServiceAccountTokens.Bearer;
import io.shiplog.gateway.identity.UserInfo;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.access.PolicyRule;
import io.shiplog.projections.image.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The review kinds of authentication.k8s.io/v1 and authorization.k8s.io/v1: the body is returned with its status.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access">Checking API
 *     access</a>
 */
public final class Reviews {
    private final Gatekeeper gatekeeper;
    private final Authentication authentication;
    private final Set<String> audiences;

    /** @param audiences the API server's own, for token reviews without any */
    public Reviews(Gatekeeper gatekeeper, Authentication authentication, Set<String> audiences) {
        this.gatekeeper = gatekeeper;
        this.authentication = authentication;
        this.audiences = Set.copyOf(audiences);
    }

    /** Answers a review. Bindings and reviews about the past are handled elsewhere. */
    public void review(Exchange exchange, VirtualResource which) {
        RequestBody.json(
                exchange,
                body -> exchange.checked(ReviewBody.of(body, which), review -> {
                    if (exchange.now()) {
                        answer(
                                exchange,
                                which,
                                review,
                                exchange.ports().images().current());
                    } else {
                        exchange.withImage(Image.MAIN_SHARD, image -> answer(exchange, which, review, image));
                    }
                }));
    }

    private void answer(Exchange exchange, VirtualResource which, ObjectNode review, Image image) {
        exchange.checked(reviewed(exchange, which, review, image), answered -> exchange.answer(201, answered));
    }

    private Checked<ObjectNode> reviewed(Exchange exchange, VirtualResource which, ObjectNode review, Image image) {
        JsonNode spec = review.path("spec");
        ReviewFields.put(
                review, exchange.fieldManager(), exchange.ports().clock().instant());
        return switch (which) {
            case SELF_SUBJECT_REVIEW -> {
                userInfo(review.putObject("status").putObject("userInfo"), self(exchange, image));
                yield Checked.ok(review);
            }
            case TOKEN_REVIEW ->
                text(spec, "token").isEmpty()
                        ? Checked.bad("token is required for TokenReview in authentication")
                        : Checked.ok(token(review, image));
            case SELF_SUBJECT_ACCESS_REVIEW, SUBJECT_ACCESS_REVIEW, LOCAL_SUBJECT_ACCESS_REVIEW -> {
                Refusal refusal = AccessReviewValidation.refusal(
                        spec, which, exchange.info().namespace());
                yield refusal != null
                        ? Checked.refused(refusal)
                        : access(
                                review,
                                which == VirtualResource.SELF_SUBJECT_ACCESS_REVIEW ? exchange.actor() : asked(spec),
                                image);
            }
            case SELF_SUBJECT_RULES_REVIEW -> {
                String namespace = text(spec, "namespace");
                if (namespace.isEmpty()) {
                    yield Checked.bad("no namespace on request");
                }
                rules(review, gatekeeper.rules(image, exchange.actor(), namespace));
                yield Checked.ok(review);
            }
            case BINDING, BLAME, CAUSE, SCHEDULE_REVIEW, SEARCH, UNDO ->
                throw new IllegalArgumentException(which + " is answered elsewhere");
        };
    }

    private static Actor asked(JsonNode spec) {
        List<String> groups = new ArrayList<>();
        spec.path("groups").forEach(group -> groups.add(group.asText()));
        return new Actor(text(spec, "user"), groups);
    }

    private Checked<ObjectNode> access(ObjectNode review, Actor actor, Image image) {
        JsonNode resource = review.path("spec").path("resourceAttributes");
        JsonNode other = review.path("spec").path("nonResourceAttributes");
        AccessRequest request = resource.isObject()
                ? AccessRequest.resource(
                        actor,
                        text(resource, "verb"),
                        text(resource, "group"),
                        text(resource, "resource"),
                        text(resource, "subresource"),
                        text(resource, "namespace"),
                        text(resource, "name"))
                : AccessRequest.nonResource(actor, text(other, "verb"), text(other, "path"));
        Access access = gatekeeper.ask(image, request);
        ObjectNode status = review.putObject("status").put("allowed", access.allowed());
        if (!access.reason().isEmpty()) {
            status.put("reason", access.reason());
        }
        return Checked.ok(review);
    }

    private ObjectNode token(ObjectNode review, Image image) {
        JsonNode spec = review.path("spec");
        Set<String> asked = new TreeSet<>();
        spec.path("audiences").forEach(audience -> asked.add(audience.asText()));
        Bearer bearer = authentication.review(spec.path("token").asText(""), asked, audiences, image);
        ObjectNode status = review.putObject("status");
        if (bearer == null) {
            status.putObject("user");
            status.put("error", "invalid bearer token");
            return review;
        }
        status.put("authenticated", true);
        userInfo(status.putObject("user"), bearer.user());
        ArrayNode matched = status.putArray("audiences");
        bearer.audiences().forEach(matched::add);
        return review;
    }

    private static void rules(ObjectNode review, List<PolicyRule> rules) {
        ObjectNode status = review.putObject("status");
        ArrayNode aboutResources = status.putArray("resourceRules");
        ArrayNode aboutPaths = status.putArray("nonResourceRules");
        for (PolicyRule rule : rules) {
            (rule.nonResourceUrls().isEmpty() ? aboutResources : aboutPaths).add(rule.tree());
        }
        status.put("incomplete", false);
    }

    /** The sender, or the impersonated user, about whom the sender's credential says nothing but the request may. */
    private UserInfo self(Exchange exchange, Image image) {
        if (exchange.actor().impersonator() != null) {
            return Impersonation.attributes(exchange.actor(), exchange.request().headers());
        }
        return authentication.identify(exchange.request(), image) instanceof Checked.Ok<UserInfo>(UserInfo sender)
                        && sender.actor().equals(exchange.actor())
                ? sender
                : UserInfo.of(exchange.actor());
    }

    private static void userInfo(ObjectNode tree, UserInfo user) {
        tree.put("username", user.actor().user());
        if (!user.uid().isEmpty()) {
            tree.put("uid", user.uid());
        }
        ArrayNode groups = tree.putArray("groups");
        user.actor().groups().forEach(groups::add);
        if (!user.extra().isEmpty()) {
            ObjectNode extra = tree.putObject("extra");
            user.extra().forEach((key, values) -> values.forEach(extra.putArray(key)::add));
        }
    }

    private static String text(JsonNode tree, String field) {
        return tree.path(field).asText("");
    }
}
