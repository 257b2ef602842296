package io.shiplog.projections.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The permissions of a node: its own Node, Lease and pods, and the objects that those pods refer to. Lists and watches of pods
 * and nodes are not restricted to the node's own, as in Kubernetes before 1.34, because a request does not carry its field
 * selector here.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/node/">Using Node Authorization</a>
 */
final class NodeAccess {
    private static final String LEASE_NAMESPACE = "kube-node-lease";

    private static final Set<String> READ = Set.of("get", "list", "watch");
    private static final Set<String> CHANGE = Set.of("update", "patch");
    private static final Access YES = new Access(true, "");

    private NodeAccess() {}

    static Access authorize(Image image, String node, AccessRequest request) {
        return allowed(image, node, request)
                ? YES
                : new Access(false, "no relationship found between node '%s' and this object".formatted(node));
    }

    private static boolean allowed(Image image, String node, AccessRequest request) {
        return switch (request.group()) {
            case "" -> allowedInCore(image, node, request);
            case "coordination.k8s.io" -> allowedLease(node, request);
            case "discovery.k8s.io" -> request.resource().equals("endpointslices") && READ.contains(request.verb());
            case "events.k8s.io" -> request.resource().equals("events") && writesEvents(request);
            case "authentication.k8s.io" ->
                request.resource().equals("tokenreviews") && request.verb().equals("create");
            case "authorization.k8s.io" ->
                request.resource().endsWith("subjectaccessreviews")
                        && request.verb().equals("create");
            default -> false;
        };
    }

    private static boolean allowedInCore(Image image, String node, AccessRequest request) {
        return switch (request.resource()) {
            case "nodes" -> allowedNode(node, request);
            case "pods" -> allowedPod(image, node, request);
            case "services", "endpoints" -> request.subresource().isEmpty() && READ.contains(request.verb());
            case "events" -> writesEvents(request);
            case "secrets" -> reads(request) && refers(image, node, request, PodReferences::secret);
            case "configmaps" -> reads(request) && refers(image, node, request, PodReferences::configMap);
            case "serviceaccounts" -> allowedAccount(image, node, request);
            default -> false;
        };
    }

    private static boolean writesEvents(AccessRequest request) {
        return request.subresource().isEmpty() && (request.verb().equals("create") || CHANGE.contains(request.verb()));
    }

    /** One object, by name. */
    private static boolean reads(AccessRequest request) {
        return request.subresource().isEmpty() && !request.name().isEmpty() && READ.contains(request.verb());
    }

    private static boolean allowedNode(String node, AccessRequest request) {
        return switch (request.subresource()) {
            case "" ->
                READ.contains(request.verb())
                        || request.verb().equals("create")
                        || (CHANGE.contains(request.verb()) && request.name().equals(node));
            case "status" -> CHANGE.contains(request.verb()) && request.name().equals(node);
            default -> false;
        };
    }

    private static boolean allowedPod(Image image, String node, AccessRequest request) {
        boolean many = request.name().isEmpty() && Set.of("list", "watch").contains(request.verb());
        return switch (request.subresource()) {
            case "" ->
                many || (Set.of("get", "watch", "delete").contains(request.verb()) && owns(image, node, request));
            case "status" -> CHANGE.contains(request.verb()) && owns(image, node, request);
            case "eviction" -> request.verb().equals("create") && owns(image, node, request);
            default -> false;
        };
    }

    private static boolean owns(Image image, String node, AccessRequest request) {
        StoredObject pod = image.get(ObjectKey.of(ResourceType.core("pods"), request.namespace(), request.name()));
        return pod != null && node.equals(pod.node());
    }

    private static boolean allowedLease(String node, AccessRequest request) {
        return request.resource().equals("leases")
                && request.namespace().equals(LEASE_NAMESPACE)
                && (request.name().equals(node)
                        ? Set.of("create", "get", "update", "patch", "delete").contains(request.verb())
                        : request.name().isEmpty() && request.verb().equals("create"));
    }

    private static boolean allowedAccount(Image image, String node, AccessRequest request) {
        boolean asked = request.subresource().equals("token") ? request.verb().equals("create") : reads(request);
        return asked && refers(image, node, request, PodReferences::serviceAccount);
    }

    /** Whether a pod of the node refers to the object of a request. */
    private static boolean refers(Image image, String node, AccessRequest request, Reference reference) {
        Predicate<JsonNode> refers = spec -> reference.isIn(spec, request.name());
        return image.by(Indexes.NODE, node).stream()
                .filter(pod -> pod.key().namespace().equals(request.namespace()))
                .anyMatch(pod -> refers.test(pod.json().tree().path("spec")));
    }

    @FunctionalInterface
    private interface Reference {
        boolean isIn(JsonNode podSpec, String name);
    }
}
