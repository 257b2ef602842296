package io.shiplog.command.kind.core.node;

import static io.shiplog.events.kind.MetaColumns.NONE;
import static io.shiplog.events.kind.MetaColumns.UNKNOWN;
import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.textOr;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.MetaColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The columns of {@code kubectl get nodes}. */
final class NodeColumns {
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
    private static final String ROLE_LABEL = "kubernetes.io/role";
    private static final String ADDRESSES = "List of addresses reachable to the node.";

    static final List<Column> ALL = List.of(
            MetaColumns.NAME,
            text("Status", "The status of the node", (node, now) -> status(node)),
            text("Roles", "The roles of the node", (node, now) -> roles(node)),
            MetaColumns.AGE,
            text(
                    "Version",
                    "Kubelet Version reported by the node.",
                    (node, now) -> info(node, "kubeletVersion").asText()),
            wide("Internal-IP", ADDRESSES, (node, now) -> address(node, "InternalIP")),
            wide("External-IP", ADDRESSES, (node, now) -> address(node, "ExternalIP")),
            wide(
                    "OS-Image",
                    "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).",
                    (node, now) -> textOr(info(node, "osImage"), UNKNOWN)),
            wide(
                    "Kernel-Version",
                    "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
                    (node, now) -> textOr(info(node, "kernelVersion"), UNKNOWN)),
            wide(
                    "Container-Runtime",
                    "ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).",
                    (node, now) -> textOr(info(node, "containerRuntimeVersion"), UNKNOWN)));

    private NodeColumns() {}

    private static String status(JsonNode node) {
        List<String> words = new ArrayList<>();
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                words.add(condition.path("status").asText().equals("True") ? "Ready" : "NotReady");
            }
        }
        if (words.isEmpty()) {
            words.add("Unknown");
        }
        if (node.path("spec").path("unschedulable").asBoolean()) {
            words.add("SchedulingDisabled");
        }
        return String.join(",", words);
    }

    private static String roles(JsonNode node) {
        TreeSet<String> roles = new TreeSet<>();
        node.path("metadata").path("labels").properties().forEach(label -> {
            String key = label.getKey();
            if (key.startsWith(ROLE_PREFIX) && key.length() > ROLE_PREFIX.length()) {
                roles.add(key.substring(ROLE_PREFIX.length()));
            } else if (key.equals(ROLE_LABEL) && !label.getValue().asText().isEmpty()) {
                roles.add(label.getValue().asText());
            }
        });
        return roles.isEmpty() ? NONE : String.join(",", roles);
    }

    private static JsonNode info(JsonNode node, String field) {
        return node.path("status").path("nodeInfo").path(field);
    }

    private static String address(JsonNode node, String type) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asText().equals(type)) {
                return address.path("address").asText();
            }
        }
        return NONE;
    }
}
