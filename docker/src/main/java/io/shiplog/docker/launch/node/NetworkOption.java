package io.shiplog.docker.launch.node;

import io.shiplog.node.net.address.Ipv4Range;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The pod network option of this machine. */
public final class NetworkOption {
    @Option(
            names = "--network",
            paramLabel = "MODE",
            description = {
                "auto: a routed pod network, or Docker's bridge on a machine that does not support it; bridge: Docker's bridge, without Services and cluster DNS. Not remembered (default: auto)"
            })
    private Networking.Mode mode = Networking.Mode.auto;

    @Option(
            names = "--external-ips",
            paramLabel = "RANGE",
            split = ",",
            converter = RangeConverter.class,
            description = {
                "ranges whose addresses a Service may claim by externalIPs, such as 192.0.2.0/24; all others are ignored. Not remembered (default: none)"
            })
    private Set<Ipv4Range> externalIps = Set.of();

    private static final class RangeConverter implements ITypeConverter<Ipv4Range> {
        @Override
        public Ipv4Range convert(String text) {
            Ipv4Range range = Ipv4Range.parse(text);
            if (range == null) {
                throw new TypeConversionException("not an IPv4 range such as 192.0.2.0/24: " + text);
            }
            return range;
        }
    }

    /** The ranges that Services may claim addresses of. */
    public Set<Ipv4Range> externalIps() {
        return externalIps;
    }

    /** The chosen mode; the default if none was given. */
    public Networking.Mode mode() {
        return mode;
    }
}
