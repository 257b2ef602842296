package io.shiplog.projections.access;

import io.shiplog.events.object.Actor;
import io.shiplog.projections.image.Image;
import java.util.List;

/** Authorizes a request against an image. Pure. */
@FunctionalInterface
public interface Authorizer {
    Access authorize(Image image, AccessRequest request);

    /**
     * All rules of an actor in a namespace, cluster-wide ones included: the content of a SelfSubjectRulesReview. None from an
     * authorizer without rules.
     */
    default List<PolicyRule> rulesFor(Image image, Actor actor, String namespace) {
        return List.of();
    }
}
