package io.shiplog.gateway;

import io.shiplog.events.object.Actor;
import io.shiplog.gateway.identity.ServiceAccountTrust;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * The configuration of a gateway.
 *
 * @param hosts addresses to listen on, at least one
 * @param port 0 for any free one
 * @param server its serving certificate; client certificates must be signed by its authority
 * @param runners its client certificate for node runners, and the authority of theirs; a runner's certificate must name the
 *     InternalIP of its Node
 * @param tokens static bearer tokens with their users
 * @param serviceAccounts which ServiceAccount tokens are accepted
 * @param eventLoops number of event loop threads; 0 for one per processor
 */
public record GatewayConfig(
        List<String> hosts,
        int port,
        PemFiles server,
        PemFiles runners,
        Map<String, Actor> tokens,
        ServiceAccountTrust serviceAccounts,
        GatewayLimits limits,
        int eventLoops,
        InstantSource clock) {

    public GatewayConfig {
        hosts = List.copyOf(hosts);
        tokens = Map.copyOf(tokens);
    }

    /** Without the static tokens: they are secrets. */
    @Override
    public String toString() {
        return "GatewayConfig[%s port %d]".formatted(hosts, port);
    }
}
