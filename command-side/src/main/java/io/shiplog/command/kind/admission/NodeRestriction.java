package io.shiplog.command.kind.admission;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.placement.NodeTerms;
import io.shiplog.events.volume.NodeLocal;
import io.shiplog.projections.image.StoredObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a node may change, on whichever path its commands arrive: its own Node and Lease, the pods bound to it, Events, the finalizer of
 * volumes whose folders it removed. Stricter
 * than Kubernetes' plugin in one respect: everything else is refused here too, since a node's commands need not pass a gateway
 * with its authorizer.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction">NodeRestriction</a>
 */
public final class NodeRestriction {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final String RESTRICTED_LABELS = "node-restriction.kubernetes.io";

    /**
     * Labels in Kubernetes' own namespaces that a node may set on itself.
     *
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go">kubelet
     *     labels</a>
     */
    private static final Set<String> OWN_LABELS = Set.of(
            "kubernetes.io/hostname",
            "kubernetes.io/arch",
            "kubernetes.io/os",
            "beta.kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/instance-type",
            "node.kubernetes.io/instance-type",
            "topology.kubernetes.io/region",
            "topology.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone");

    private static final Set<String> OWN_LABEL_NAMESPACES = Set.of("kubelet.kubernetes.io", "node.kubernetes.io");

    private NodeRestriction() {}

    /**
     * Why a node's command is refused; null for all other users. Requests for tokens are judged by {@link #tokenRefusal}, before a token is made.
     *
     * @param current the object as last decided, null if there is none
     */
    public static @Nullable Refusal refusal(
            Actor actor, Command command, ObjectKey key, @Nullable StoredObject current) {
        String node = actor.nodeName().orElse(null);
        String why = node == null ? null : why(node, command, key, current);
        return why == null ? null : Refusal.forbidden(key, why);
    }

    private static @Nullable String why(String node, Command command, ObjectKey key, @Nullable StoredObject current) {
        return switch (key.type().qualified()) {
            case "nodes" -> whyNotNode(node, command, key);
            case "pods" -> whyNotPod(node, command, current);
            case "leases.coordination.k8s.io" -> whyNotLease(node, key);
            case "serviceaccounts" -> command instanceof RequestToken ? null : beyond(node);
            case "events" -> command instanceof DeleteObject ? beyond(node) : null;
            case "persistentvolumes" -> releases(node, command, current) ? null : beyond(node);
            default -> beyond(node);
        };
    }

    /** Whether a node lets a deleted volume go whose folder was on it: it removes the finalizer, and changes nothing else. */
    private static boolean releases(String node, Command command, @Nullable StoredObject current) {
        if (!(command instanceof PatchObject patch)
                || !patch.subresource().isEmpty()
                || patch.patchType() != PatchType.MERGE
                || current == null
                || !current.deleting()) {
            return false;
        }
        JsonNode volume = current.json().tree();
        ObjectNode released = NodeLocal.withoutFinalizer(volume);
        JsonNode body = patch.patch().tree();
        if (released == null
                || NodeLocal.folder(volume) == null
                || !body.path("metadata").isObject()) {
            return false;
        }
        ObjectNode without = body.deepCopy();
        without.withObject("/metadata").remove("resourceVersion");
        return without.equals(released)
                && NodeTerms.of(Trees.at(volume, "spec", "nodeAffinity", "required"))
                        .matches(node, Map.of("kubernetes.io/hostname", node));
    }

    private static String beyond(String node) {
        return "node \"%s\" is only allowed to change itself, its lease, the pods bound to it, and events"
                .formatted(node);
    }

    private static @Nullable String whyNotNode(String node, Command command, ObjectKey key) {
        if (command instanceof DeleteObject) {
            return "node \"%s\" is not allowed to delete nodes".formatted(node);
        }
        return key.name().equals(node)
                ? null
                : "node \"%s\" is not allowed to modify node \"%s\"".formatted(node, key.name());
    }

    private static @Nullable String whyNotLease(String node, ObjectKey key) {
        if (!key.namespace().equals(LEASE_NAMESPACE)) {
            return "can only access leases in the \"%s\" system namespace".formatted(LEASE_NAMESPACE);
        }
        return key.name().equals(node) ? null : "can only access node lease with the same name as the requesting node";
    }

    private static @Nullable String whyNotPod(String node, Command command, @Nullable StoredObject pod) {
        boolean own = pod == null || node.equals(pod.node());
        return switch (command) {
            case ReplaceObject replace when replace.subresource().equals("status") -> whyNotStatus(node, own);
            case PatchObject patch when patch.subresource().equals("status") -> whyNotStatus(node, own);
            case DeleteObject _ ->
                own ? null : "node \"%s\" can only delete pods with spec.nodeName set to itself".formatted(node);
            case EvictPod _ ->
                own ? null : "node \"%s\" can only evict pods with spec.nodeName set to itself".formatted(node);
            case ApplyObject apply when apply.subresource().equals("status") -> whyNotStatus(node, own);
            case CreateObject _,
                    ReplaceObject _,
                    PatchObject _,
                    ApplyObject _,
                    BindPod _,
                    OpenStream _,
                    RequestToken _ -> "node \"%s\" can only delete pods and update their status".formatted(node);
        };
    }

    private static @Nullable String whyNotStatus(String node, boolean own) {
        return own
                ? null
                : "node \"%s\" can only update pod status for pods with spec.nodeName set to itself".formatted(node);
    }

    /**
     * Why a ServiceAccount token is refused: a node gets tokens only for the pods bound to it, and for the audiences of their volumes.
     *
     * @param spec the request's {@code spec}
     * @param objects the newest state
     * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction">NodeRestriction</a>
     */
    public static @Nullable Refusal tokenRefusal(
            Actor actor, ObjectKey account, JsonNode spec, Function<ObjectKey, @Nullable StoredObject> objects) {
        JsonNode bound = spec.path("boundObjectRef");
        String node = actor.nodeName().orElse(null);
        if (node == null) {
            return null;
        }
        String name = text(bound, "name");
        if (!text(bound, "kind").equals("Pod") || name.isEmpty()) {
            return Refusal.forbidden(account, "node requested token not bound to a pod");
        }
        if (text(bound, "uid").isEmpty()) {
            return Refusal.forbidden(account, "node requested token with a pod binding without a uid");
        }
        StoredObject pod = objects.apply(ObjectKey.of(PODS, account.namespace(), name));
        if (pod == null) {
            return null;
        }
        if (!node.equals(pod.node())) {
            return Refusal.forbidden(account, "node requested token bound to a pod scheduled on a different node");
        }
        JsonNode audiences = spec.path("audiences");
        if (audiences.size() > 1) {
            return Refusal.forbidden(account, "node may only request 0 or 1 audiences");
        }
        String audience = audiences.path(0).asText();
        return hasToken(pod.json().tree(), audience)
                ? null
                : Refusal.forbidden(account, "audience \"%s\" not found in pod spec volume".formatted(audience));
    }

    /** Whether a volume of a pod has a token for the audience; the API server's is empty. */
    private static boolean hasToken(JsonNode pod, String audience) {
        for (JsonNode volume : Trees.at(pod, "spec", "volumes")) {
            for (JsonNode source : Trees.at(volume, "projected", "sources")) {
                JsonNode token = source.path("serviceAccountToken");
                if (token.isObject() && audience.equals(text(token, "audience"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Fields that a node cannot change on its Node: with a missing owner the garbage collector would delete it, and the node
     * would register again without its taints.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/issues/133471">CVE-2025-5187</a>
     */
    private static final String[][] PROTECTED = {
        {"metadata", "ownerReferences"}, {"metadata", "finalizers"}, {"spec", "taints"}, {"spec", "podCIDRs"}
    };

    /** A node that registers itself brings the addresses of its pods: at most so many, as the node controller would give it. */
    private static final int SHORTEST_PREFIX = 24;

    /** Why a node's change of a pod is refused: it may change the status and no labels. */
    public static @Nullable Refusal admitPod(Actor actor, ObjectNode pod, ObjectNode old) {
        String node = actor.nodeName().orElse(null);
        boolean same = Checks.same(Trees.at(pod, "metadata", "labels"), Trees.at(old, "metadata", "labels"));
        return node == null || same
                ? null
                : Refusal.forbidden(
                        ObjectKey.of(PODS, Trees.namespace(pod), Trees.name(pod)),
                        "node \"%s\" cannot update labels through pod status".formatted(node));
    }

    /** The taint that each new Node gets from the server. */
    private static boolean isOfNewNodes(JsonNode taint) {
        return text(taint, "key").equals("node.kubernetes.io/not-ready")
                && text(taint, "effect").equals("NoSchedule");
    }

    /** Why a node's change of its Node is refused: restricted labels, and taints, which it may not remove. */
    public static @Nullable Refusal admitNode(Actor actor, ObjectNode node, @Nullable ObjectNode old) {
        if (actor.nodeName().isEmpty()) {
            return null;
        }
        String name = Trees.name(node);
        ObjectKey key = ObjectKey.clusterScoped(ResourceType.core("nodes"), name);
        Set<String> labels = forbidden(Trees.at(node, "metadata", "labels"), old);
        if (!labels.isEmpty()) {
            String what = old == null ? "set the following labels" : "modify labels";
            return Refusal.forbidden(
                    key, "node \"%s\" is not allowed to %s: %s".formatted(name, what, String.join(", ", labels)));
        }
        if (old == null && !bringsFewAddresses(Trees.at(node, "spec", "podCIDRs"))) {
            return Refusal.forbidden(
                    key,
                    "node \"%s\" is not allowed to set podCIDRs but one of /%d or smaller"
                            .formatted(name, SHORTEST_PREFIX));
        }
        if (old == null) {
            return Trees.at(node, "spec", "taints").valueStream().allMatch(NodeRestriction::isOfNewNodes)
                    ? null
                    : Refusal.forbidden(key, "node \"%s\" is not allowed to set taints".formatted(name));
        }
        for (String[] part : PROTECTED) {
            if (!Trees.at(old, part[0], part[1]).equals(Trees.at(node, part[0], part[1]))) {
                return Refusal.forbidden(key, "node \"%s\" is not allowed to modify %s".formatted(name, part[1]));
            }
        }
        return null;
    }

    /** One IPv4 range of 256 addresses at most: a node must not draw the traffic of nodes to come to itself. */
    private static boolean bringsFewAddresses(JsonNode ranges) {
        String range = ranges.path(0).asText();
        int prefix = range.matches("[0-9.]{7,15}/[0-9]{1,2}")
                ? Integer.parseInt(range.substring(range.indexOf('/') + 1))
                : 0;
        return ranges.isEmpty() || ranges.size() == 1 && prefix >= SHORTEST_PREFIX;
    }

    /** Changed labels that are restricted. */
    private static Set<String> forbidden(JsonNode labels, @Nullable ObjectNode old) {
        JsonNode before = old == null ? Trees.at(labels, "none") : Trees.at(old, "metadata", "labels");
        Set<String> changed = new TreeSet<>();
        labels.fieldNames().forEachRemaining(changed::add);
        before.fieldNames().forEachRemaining(changed::add);
        changed.removeIf(label -> labels.path(label).equals(before.path(label)) || mayGive(label));
        return changed;
    }

    private static boolean mayGive(String label) {
        String namespace = label.contains("/") ? label.substring(0, label.indexOf('/')) : "";
        boolean kubernetes = within(namespace, "kubernetes.io") || within(namespace, "k8s.io");
        boolean own =
                OWN_LABELS.contains(label) || OWN_LABEL_NAMESPACES.stream().anyMatch(each -> within(namespace, each));
        return !within(namespace, RESTRICTED_LABELS) && (!kubernetes || own);
    }

    private static boolean within(String namespace, String domain) {
        return namespace.equals(domain) || namespace.endsWith("." + domain);
    }
}
