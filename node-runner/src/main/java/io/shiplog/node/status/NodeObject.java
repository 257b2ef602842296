package io.shiplog.node.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Quantity;
import io.shiplog.node.engine.ContainerEngine.EngineInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A node's own object: facts, capacity, conditions. Pure. */
public final class NodeObject {
    /** Kubernetes' recommended maximum of pods per node. */
    public static final int MAX_PODS = 110;
    /** The memory reserved for the runner itself. */
    private static final long RESERVED_MEMORY = 100L << 20;

    private final NodeFacts facts;

    NodeObject(NodeFacts facts) {
        this.facts = facts;
    }

    /** The whole object as it is when the node registers, without what users add. */
    public static ObjectNode initial(NodeFacts facts) {
        NodeObject node = new NodeObject(facts);
        ObjectNode whole = node.created();
        whole.set("status", node.status());
        return whole;
    }

    /** The object at creation: labels, pod addresses, and an initial status that is not ready. */
    ObjectNode created() {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("apiVersion", "v1").put("kind", "Node");
        ObjectNode metadata = node.putObject("metadata").put("name", facts.name());
        String arch = architecture(facts.engine());
        metadata.putObject("labels")
                .put("beta.kubernetes.io/arch", arch)
                .put("beta.kubernetes.io/os", "linux")
                .put("kubernetes.io/arch", arch)
                .put("kubernetes.io/hostname", facts.name())
                .put("kubernetes.io/os", "linux");
        ObjectNode spec = node.putObject("spec");
        if (!facts.podCidr().isEmpty()) {
            spec.put("podCIDR", facts.podCidr());
            spec.putArray("podCIDRs").add(facts.podCidr());
        }
        return node;
    }

    static String architecture(EngineInfo engine) {
        return switch (engine.architecture()) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> engine.architecture();
        };
    }

    /** The status without its conditions: constant while the runner runs. */
    ObjectNode status() {
        ObjectNode status = Json.MAPPER.createObjectNode();
        resources(status.putObject("capacity"), 0);
        resources(status.putObject("allocatable"), Math.min(RESERVED_MEMORY, facts.memoryBytes() / 10));
        ArrayNode addresses = status.putArray("addresses");
        addresses
                .addObject()
                .put("type", "InternalIP")
                .put("address", facts.addresses().internal());
        if (!facts.addresses().external().isEmpty()) {
            addresses
                    .addObject()
                    .put("type", "ExternalIP")
                    .put("address", facts.addresses().external());
        }
        addresses.addObject().put("type", "Hostname").put("address", facts.name());
        status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", facts.port());
        EngineInfo engine = facts.engine();
        status.putObject("nodeInfo")
                .put("machineID", facts.machineId())
                .put("systemUUID", facts.machineId())
                .put("bootID", facts.bootId())
                .put("kernelVersion", engine.kernelVersion())
                .put("osImage", engine.operatingSystem())
                .put("containerRuntimeVersion", "docker://" + engine.version())
                .put("kubeletVersion", facts.version())
                .put("kubeProxyVersion", "")
                .put("operatingSystem", "linux")
                .put("architecture", architecture(engine));
        return status;
    }

    private void resources(ObjectNode resources, long reservedMemory) {
        resources
                .put("cpu", Quantity.ofMillis(facts.cpuMillis()).toString())
                .put(
                        "ephemeral-storage",
                        Quantity.ofBytes(facts.storageBytes() >> 10 << 10).toString())
                .put("hugepages-1Gi", "0")
                .put("hugepages-2Mi", "0")
                .put(
                        "memory",
                        Quantity.ofBytes((facts.memoryBytes() - reservedMemory) >> 10 << 10)
                                .toString())
                .put("pods", Integer.toString(MAX_PODS));
    }

    /**
     * The four conditions of a node.
     *
     * @param health the current health
     * @param before the last reported conditions: transition times are kept if the status is unchanged
     */
    static ArrayNode conditions(NodeHealth health, JsonNode before, Instant now) {
        ArrayNode conditions = Json.MAPPER.createArrayNode();
        condition(
                conditions,
                before,
                now,
                "MemoryPressure",
                health.memoryShort(),
                health.memoryShort() ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory",
                health.memoryShort() ? "the machine is short of memory" : "the machine has enough memory");
        condition(
                conditions,
                before,
                now,
                "DiskPressure",
                health.diskShort(),
                health.diskShort() ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure",
                health.diskShort() ? "the disk is nearly full" : "the disk has enough free space");
        condition(
                conditions,
                before,
                now,
                "PIDPressure",
                health.pidsShort(),
                health.pidsShort() ? "KubeletHasInsufficientPID" : "KubeletHasSufficientPID",
                health.pidsShort() ? "the machine is short of process ids" : "the machine has enough process ids");
        condition(
                conditions,
                before,
                now,
                "Ready",
                health.trouble().isEmpty(),
                health.trouble().isEmpty() ? "KubeletReady" : "KubeletNotReady",
                health.trouble().isEmpty()
                        ? "the node runner is running and its container engine answers"
                        : health.trouble());
        return conditions;
    }

    private static void condition(
            ArrayNode conditions,
            JsonNode before,
            Instant now,
            String type,
            boolean holds,
            String reason,
            String message) {
        String status = holds ? "True" : "False";
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        String since = time;
        for (JsonNode old : before) {
            if (old.path("type").asText().equals(type)
                    && old.path("status").asText().equals(status)) {
                since = old.path("lastTransitionTime").asText(time);
            }
        }
        conditions
                .addObject()
                .put("type", type)
                .put("status", status)
                .put("lastHeartbeatTime", time)
                .put("lastTransitionTime", since)
                .put("reason", reason)
                .put("message", message);
    }
}
