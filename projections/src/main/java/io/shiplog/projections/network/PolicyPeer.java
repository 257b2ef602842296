package io.shiplog.projections.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The other end of a connection, as a rule names it. */
public sealed interface PolicyPeer {
    /**
     * Pods by their labels, and by their namespaces' labels.
     *
     * @param namespace the only namespace that is meant, empty if namespaces are selected
     * @param namespaces selects namespaces; not used if there is one
     */
    record Pods(String namespace, LabelSelector namespaces, LabelSelector pods) implements PolicyPeer {
        /** Whether pods of a namespace may be meant. */
        public boolean inNamespace(String name, Map<String, String> labels) {
            return namespace.isEmpty() ? namespaces.matches(labels) : namespace.equals(name);
        }

        /** Whether a pod is meant. */
        public boolean matches(String podNamespace, Map<String, String> namespaceLabels, Map<String, String> labels) {
            return inNamespace(podNamespace, namespaceLabels) && pods.matches(labels);
        }
    }

    /**
     * Addresses.
     *
     * @param cidr the range, of either family
     * @param except ranges within it that are not meant
     */
    record Block(String cidr, List<String> except) implements PolicyPeer {
        public Block {
            except = List.copyOf(except);
        }
    }

    /** @param namespace the policy's own: selectors of pods alone mean its pods */
    static PolicyPeer of(String namespace, JsonNode peer) {
        JsonNode block = peer.path("ipBlock");
        if (block.isObject()) {
            List<String> except = new ArrayList<>();
            block.path("except").forEach(range -> except.add(range.asText()));
            return new Block(block.path("cidr").asText(), except);
        }
        JsonNode namespaces = peer.path("namespaceSelector");
        return new Pods(
                namespaces.isObject() ? "" : namespace,
                LabelSelector.of(namespaces),
                LabelSelector.of(peer.path("podSelector")));
    }
}
