package io.shiplog.gateway.identity;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.access.Authorizer;
import io.shiplog.projections.access.PolicyRule;
import io.shiplog.projections.image.Image;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Authorizes a request, with Kubernetes' messages. Always against the newest image, also for the past. */
public final class Gatekeeper {
    private final Authorizer authorizer;

    public Gatekeeper(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** The attributes for authorizing a request. */
    public static AccessRequest wanted(Actor actor, RequestInfo info) {
        return info.aboutResource()
                ? AccessRequest.resource(
                        actor,
                        info.verb(),
                        info.group(),
                        info.resource(),
                        info.subresource(),
                        info.namespace(),
                        info.name())
                : AccessRequest.nonResource(actor, info.verb(), info.path());
    }

    public Access ask(Image image, AccessRequest request) {
        return authorizer.authorize(image, request);
    }

    /** All rules of an actor in a namespace. */
    public List<PolicyRule> rules(Image image, Actor actor, String namespace) {
        return authorizer.rulesFor(image, actor, namespace);
    }

    /** Null if allowed, else the 403. */
    public @Nullable Refusal refusal(Image image, AccessRequest request) {
        Access access = authorizer.authorize(image, request);
        return access.allowed() ? null : forbidden(request, access.reason());
    }

    private static Refusal forbidden(AccessRequest request, String reason) {
        String because = reason.isEmpty() ? "" : ": " + reason;
        String user = request.actor().user();
        if (!request.path().isEmpty()) {
            return Refusal.of(
                    Reason.FORBIDDEN,
                    "forbidden: User \"%s\" cannot %s path \"%s\"%s"
                            .formatted(user, request.verb(), request.path(), because));
        }
        ResourceType type = new ResourceType(request.group(), request.resource());
        String resource =
                request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
        String where = request.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"%s\"".formatted(request.namespace());
        String named = request.name().isEmpty() ? "" : " \"%s\"".formatted(request.name());
        String message = "%s%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s%s"
                .formatted(type.qualified(), named, user, request.verb(), resource, request.group(), where, because);
        return new Refusal(
                Reason.FORBIDDEN,
                message,
                ObjectKey.of(type, request.namespace(), request.name()),
                request.resource(),
                List.of(),
                0);
    }
}
