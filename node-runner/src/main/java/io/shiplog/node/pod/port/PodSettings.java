package io.shiplog.node.pod.port;

import io.shiplog.node.reference.Place;
import java.util.Map;

/**
 * The node's settings for pods.
 *
 * @param nodeLabels the labels of everything on this node
 * @param place the node's name, address and size; its pod addresses are empty
 * @param pauseImage the reference of the sandboxes' image, which exists on the machine
 * @param clusterDns the cluster's name server, empty if it has none
 * @param clusterDomain {@code cluster.local}
 * @param machineResolvConf the text of the machine's own resolv.conf
 * @param machineHosts the text of the machine's own hosts file
 * @param appArmor whether the machine enforces AppArmor profiles
 */
public record PodSettings(
        Map<String, String> nodeLabels,
        Place place,
        String pauseImage,
        String clusterDns,
        String clusterDomain,
        String machineResolvConf,
        String machineHosts,
        boolean appArmor) {
    public PodSettings {
        nodeLabels = Map.copyOf(nodeLabels);
    }
}
