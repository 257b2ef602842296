package io.shiplog.node.dns;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import java.nio.file.Path;

/**
 * A cluster's name server.
 *
 * @param domain the cluster's domain, as {@code cluster.local}
 * @param address where it listens; the machine must have it
 * @param port 53; another one in tests, 0 for any
 * @param podRange addresses whose reverse names are answered only here
 * @param serviceRange likewise
 * @param resolvConf the file with the name servers for all other names, as {@code /etc/resolv.conf}
 */
public record DnsConfig(
        String domain, Ipv4 address, int port, Ipv4Range podRange, Ipv4Range serviceRange, Path resolvConf) {
    /** The port of every resolver. */
    public static final int STANDARD_PORT = 53;
}
