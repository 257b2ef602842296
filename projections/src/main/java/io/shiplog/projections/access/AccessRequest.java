package io.shiplog.projections.access;

import io.shiplog.events.object.Actor;

/**
 * The attributes of a request to authorize.
 *
 * @param verb get, list, watch, create, update, patch, delete, deletecollection …
 * @param namespace empty for cluster scope or all namespaces
 * @param subresource empty for the main resource
 * @param name empty if no single object is meant
 * @param path for non-resource requests, as {@code /metrics}; empty otherwise
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#review-your-request-attributes">Request
 *     attributes</a>
 */
public record AccessRequest(
        Actor actor,
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        String path) {

    public static AccessRequest resource(
            Actor actor,
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name) {
        return new AccessRequest(actor, verb, group, resource, subresource, namespace, name, "");
    }

    public static AccessRequest nonResource(Actor actor, String verb, String path) {
        return new AccessRequest(actor, verb, "", "", "", "", "", path);
    }
}
