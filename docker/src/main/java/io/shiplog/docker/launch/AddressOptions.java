package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The networks of a cluster: given at its beginning, remembered by its home. */
final class AddressOptions {
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
     * The same with the networks that were asked for.
     *
     * @throws IllegalArgumentException if one of them is none
     */
    ClusterSettings on(ClusterSettings base) {
        return new ClusterSettings(
                base.cluster(),
                base.port(),
                podCidr.orElse(base.podCidr()),
                serviceCidr.orElse(base.serviceCidr()),
                base.sealed());
    }

    /**
     * What was asked for, if a cluster that is there can have it.
     *
     * @throws IllegalArgumentException if it was made with another name or other networks
     */
    static ClusterSettings unchanged(ShiplogHome home, ClusterSettings there, ClusterSettings asked) {
        if (there.sealing(asked.sealed()).at(asked.port()).equals(asked)) {
            return asked;
        }
        throw new IllegalArgumentException(
                ("the cluster in %s was made as %s and stays so. Leave these options out, give "
                                + "another cluster another SHIPLOG_HOME, or forget this one with './shiplog reset'.")
                        .formatted(home.folder(), there));
    }
}
