package io.shiplog.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.node.source.PodSource;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Pages of a node's server about the node. Pure. */
final class NodePages {
    private NodePages() {}

    /** {@code /pods}: the node's pods as the cluster knows them. */
    static String pods(PodSource source) {
        StringJoiner items =
                new StringJoiner(",", "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[", "]}");
        source.pods().forEach(pod -> items.add(new String(pod.json().utf8(), StandardCharsets.UTF_8)));
        return items.toString();
    }

    /**
     * {@code /configz}: what is true of a node runner, under the kubelet's names.
     *
     * @see <a href="https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/">KubeletConfiguration</a>
     */
    static String config(NodeRunnerConfig config) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        ObjectNode kubelet = tree.putObject("kubeletconfig");
        kubelet.put("kind", "KubeletConfiguration").put("apiVersion", "kubelet.config.k8s.io/v1beta1");
        kubelet.put("address", config.addresses().internal()).put("clusterDomain", config.clusterDomain());
        if (!config.clusterDns().isEmpty()) {
            kubelet.putArray("clusterDNS").add(config.clusterDns());
        }
        kubelet.put("maxPods", io.shiplog.node.status.NodeObject.MAX_PODS)
                .put("enableServer", true)
                .put("enableSystemLogHandler", false)
                .put("streamingConnectionIdleTimeout", "4h0m0s");
        return tree.toString();
    }
}
