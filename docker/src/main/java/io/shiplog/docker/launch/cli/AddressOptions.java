package io.shiplog.docker.launch.cli;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The networks of a cluster: set at its first start, stored in its home. */
public final class AddressOptions {
    @Option(
            names = "--pod-cidr",
            paramLabel = "CIDR",
            description = "a /16 for pods, a /24 of it for each node (default: 10.244.0.0/16)")
    private Optional<String> podCidr = Optional.empty();

    @Option(
            names = "--service-cidr",
            paramLabel = "CIDR",
            description = "addresses of Services (default: 10.96.0.0/12)")
    private Optional<String> serviceCidr = Optional.empty();

    /**
     * The same with the requested networks.
     *
     * @throws IllegalArgumentException if one of them is invalid
     */
    public ClusterSettings on(ClusterSettings base) {
        return new ClusterSettings(
                base.cluster(),
                base.port(),
                podCidr.orElse(base.podCidr()),
                serviceCidr.orElse(base.serviceCidr()),
                base.sealed(),
                base.balancers());
    }

    /**
     * The requested settings, if they match an existing cluster.
     *
     * @throws IllegalArgumentException if it was created with another name or other networks
     */
    public static ClusterSettings unchanged(ShiplogHome home, ClusterSettings there, ClusterSettings asked) {
        if (there.sealing(asked.sealed())
                .balancing(asked.balancers())
                .at(asked.port())
                .equals(asked)) {
            return asked;
        }
        throw new IllegalArgumentException(
                ("the cluster in %s was created as %s, which cannot change. Omit these options, give "
                                + "another cluster its own SHIPLOG_HOME, or delete this one with './shiplog reset'.")
                        .formatted(home.folder(), there));
    }
}
