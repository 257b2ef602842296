package io.shiplog.command.bootstrap;

import java.util.List;

/**
 * The configuration of a fresh cluster's objects.
 *
 * @param apiClusterIp of the Service default/kubernetes: the first address of the service network
 * @param dnsClusterIp of the Service kube-system/kube-dns: the tenth
 * @param apiAddresses where pods reach gateways; IPv4, and no loopback addresses, which Endpoints may not hold
 * @param apiPort at those addresses
 * @param serviceCidr the network of the Services' addresses
 */
public record BootstrapConfig(
        String apiClusterIp, String dnsClusterIp, List<String> apiAddresses, int apiPort, String serviceCidr) {
    public BootstrapConfig {
        apiAddresses = List.copyOf(apiAddresses);
        if (apiAddresses.isEmpty()) {
            throw new IllegalArgumentException("pods need at least one address of a gateway");
        }
    }
}
