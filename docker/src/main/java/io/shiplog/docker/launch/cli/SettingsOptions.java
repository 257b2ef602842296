package io.shiplog.docker.launch.cli;

import io.shiplog.command.control.keys.KeyRotations;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The settings of a cluster: set at its first start, stored in its home. */
public final class SettingsOptions {
    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description = "the cluster's name, also of the kubeconfig context (default: shiplog)")
    private Optional<String> cluster = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "port of the API (default: that of the last start, initially 6443)")
    private Optional<Integer> port = Optional.empty();

    @Mixin
    private AddressOptions addresses = new AddressOptions();

    @Option(
            names = "--encrypt",
            paramLabel = "RESOURCE",
            split = ",",
            description = {
                "resources to encrypt in the log in addition to Secrets, as configmaps,widgets.example.com (default: those of the last start). Existing events are not changed"
            })
    private @Nullable List<String> encrypted;

    @Option(
            names = "--load-balancer-range",
            paramLabel = "CIDR",
            description = {
                "addresses for Services of type LoadBalancer, such as 192.0.2.16/28: of the machine's own network, used by nothing else; this machine answers for them. none: Services have the nodes' addresses (default: that of the last start, initially none)"
            })
    private Optional<String> balancers = Optional.empty();

    /**
     * The stored settings, else those of the options. Changes nothing.
     *
     * @throws IllegalArgumentException if an option contradicts the stored settings
     */
    public ClusterSettings asked(ShiplogHome home) {
        Optional<ClusterSettings> remembered = ClusterSettings.read(home);
        ClusterSettings base = remembered.orElse(ClusterSettings.DEFAULT);
        ClusterSettings asked = addresses.on(new ClusterSettings(
                cluster.orElse(base.cluster()),
                port.orElse(base.port()),
                base.podCidr(),
                base.serviceCidr(),
                encrypted == null ? base.sealed() : known(encrypted),
                base.balancers()));
        if (balancers.isPresent()) {
            asked = asked.balancing(balancers.filter(text -> !text.equals("none")));
        }
        return AddressOptions.unchanged(home, remembered.orElse(asked), asked);
    }

    /** As {@link #asked}, and stores the result. */
    public ClusterSettings settle(ShiplogHome home) {
        ClusterSettings asked = asked(home);
        if (!ClusterSettings.read(home).equals(Optional.of(asked))) {
            asked.write(home);
        }
        return asked;
    }

    /** A resource with a group may be a custom one; one without a group must exist. */
    private static SortedSet<String> known(List<String> resources) {
        for (String resource : resources) {
            if (resource.equals(KeyRotations.TYPE.qualified())) {
                throw new IllegalArgumentException(
                        "--encrypt %s: a restore of the keys must be able to read which ones were destroyed"
                                .formatted(resource));
            }
            if (!resource.contains(".") && BuiltInKinds.catalogue().get(ResourceType.core(resource)) == null) {
                throw new IllegalArgumentException(
                        "--encrypt %s: no such resource; give plural names, as configmaps, with their group if they have one, as deployments.apps"
                                .formatted(resource));
            }
        }
        return new TreeSet<>(resources);
    }
}
