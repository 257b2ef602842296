package io.shiplog.events.kind;

import static io.shiplog.events.kind.MetaColumns.NONE;
import static io.shiplog.events.kind.MetaColumns.UNKNOWN;
import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.textOr;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The columns of {@code kubectl get} for Namespaces, Nodes, Leases, PriorityClasses, ConfigMaps, Secrets, ServiceAccounts and
 * KeyRotations.
 */
final class ClusterColumns {
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
    private static final String ROLE_LABEL = "kubernetes.io/role";
    private static final String ADDRESSES = "List of addresses reachable to the node.";

    static final List<Column> NAMESPACE = List.of(
            MetaColumns.NAME,
            text(
                    "Status",
                    "The status of the namespace",
                    (namespace, now) -> namespace.path("status").path("phase").asText()),
            MetaColumns.AGE);

    static final List<Column> NODE = List.of(
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

    static final List<Column> LEASE = List.of(
            MetaColumns.NAME,
            text(
                    "Holder",
                    "holderIdentity contains the identity of the holder of a current lease.",
                    (lease, now) -> lease.path("spec").path("holderIdentity").asText()),
            MetaColumns.AGE);

    static final List<Column> KEY_ROTATION = List.of(
            MetaColumns.NAME,
            text(
                    "Phase",
                    "Done or Failed; empty until then.",
                    (rotation, now) -> rotation.path("status").path("phase").asText()),
            MetaColumns.number(
                    "Keys",
                    "How many data keys are wrapped with the key-encryption key that came in force.",
                    (rotation, now) -> rotation.path("status").path("keys").asInt()),
            MetaColumns.number(
                    "Shredded",
                    "How many objects can no longer be read.",
                    (rotation, now) -> rotation.path("status").path("shredded").size()),
            MetaColumns.AGE,
            wide(
                    "Key-Encryption-Key",
                    "Fingerprint of the key-encryption key that came in force.",
                    (rotation, now) -> textOr(rotation.path("status").path("keyEncryptionKey"), NONE)),
            wide(
                    "Message",
                    "What went wrong.",
                    (rotation, now) -> textOr(rotation.path("status").path("message"), NONE)));

    static final List<Column> PRIORITY_CLASS = List.of(
            MetaColumns.NAME,
            MetaColumns.number(
                    "Value",
                    "value represents the integer value of this priority class. This is the actual priority that pods receive"
                            + " when they have the name of this class in their pod spec.",
                    (priority, now) -> priority.path("value").asInt()),
            new Column(
                    "Global-Default",
                    "boolean",
                    "",
                    "globalDefault specifies whether this PriorityClass should be considered as the default priority for pods"
                            + " that do not have any priority class.",
                    0,
                    (priority, now) -> priority.path("globalDefault").asBoolean()),
            MetaColumns.AGE,
            text(
                    "PreemptionPolicy",
                    "preemptionPolicy is the Policy for preempting pods with lower priority. One of Never,"
                            + " PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.",
                    (priority, now) -> priority.path("preemptionPolicy").asText()));

    static final List<Column> CONFIG_MAP = List.of(
            MetaColumns.NAME,
            text(
                    "Data",
                    "Data contains the configuration data.",
                    (map, now) ->
                            map.path("data").size() + map.path("binaryData").size()),
            MetaColumns.AGE);

    static final List<Column> SECRET = List.of(
            MetaColumns.NAME,
            text(
                    "Type",
                    "Used to facilitate programmatic handling of secret data.",
                    (secret, now) -> secret.path("type").asText()),
            text(
                    "Data",
                    "Data contains the secret data.",
                    (secret, now) -> secret.path("data").size()),
            MetaColumns.AGE);

    static final List<Column> SERVICE_ACCOUNT = List.of(
            MetaColumns.NAME,
            text(
                    "Secrets",
                    "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are"
                            + " allowed to use.",
                    (account, now) -> account.path("secrets").size()),
            MetaColumns.AGE);

    private ClusterColumns() {}

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
