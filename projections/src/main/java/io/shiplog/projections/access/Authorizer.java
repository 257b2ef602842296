package io.shiplog.projections.access;

import io.shiplog.events.object.Actor;
import io.shiplog.projections.Image;
import java.util.List;

/** Decides an access request on an image. Pure. */
@FunctionalInterface
public interface Authorizer {
    Access authorize(Image image, AccessRequest request);

    /**
     * All rules that an actor has in a namespace, cluster-wide ones included: what a SelfSubjectRulesReview shows. None from
     * an authorizer that does not judge by rules.
     */
    default List<PolicyRule> rulesFor(Image image, Actor actor, String namespace) {
        return List.of();
    }
}
