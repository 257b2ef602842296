package io.shiplog.command.bootstrap;

import io.shiplog.events.json.Json;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of a fresh cluster's objects.
 *
 * @param apiClusterIp of the Service default/kubernetes: the first address of the service network
 * @param dnsClusterIp of the Service kube-system/kube-dns: the tenth
 * @param apiAddresses where pods reach gateways; IPv4, and no loopback addresses, which Endpoints may not hold
 * @param apiPort at those addresses
 * @param serviceCidr the network of the Services' addresses
 * @param scheduler the scheduler's configuration; empty to leave the cluster's as it is
 */
public record BootstrapConfig(
        String apiClusterIp,
        String dnsClusterIp,
        List<String> apiAddresses,
        int apiPort,
        String serviceCidr,
        Optional<Json> scheduler) {
    /** With the scheduler's configuration as it is. */
    public BootstrapConfig(
            String apiClusterIp, String dnsClusterIp, List<String> apiAddresses, int apiPort, String serviceCidr) {
        this(apiClusterIp, dnsClusterIp, apiAddresses, apiPort, serviceCidr, Optional.empty());
    }

    public BootstrapConfig {
        apiAddresses = List.copyOf(apiAddresses);
        if (apiAddresses.isEmpty()) {
            throw new IllegalArgumentException("pods need at least one address of a gateway");
        }
    }
}
