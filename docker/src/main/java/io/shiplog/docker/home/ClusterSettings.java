package io.shiplog.docker.home;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.balancer.BalancerRange;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.address.Ipv4Range;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The stored settings of a cluster. The name and the networks never change.
 *
 * @param cluster names everything that the cluster creates on the machine: lower case letters, digits and dashes, at most 20
 * @param port of the API on this machine
 * @param podCidr an IPv4 /16, divided into one /24 per node
 * @param serviceCidr an IPv4 network; its first address is the API's, its tenth the DNS server's
 * @param sealed the resources whose objects are encrypted from now on, as {@code configmaps} or {@code widgets.example.com};
 *     always including {@code secrets}
 * @param balancers the addresses of Services of type LoadBalancer, an IPv4 network; empty for those of the nodes
 */
public record ClusterSettings(
        String cluster,
        int port,
        String podCidr,
        String serviceCidr,
        SortedSet<String> sealed,
        Optional<String> balancers) {
    private static final String SECRETS = "secrets";
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?";
    private static final String CIDR = "([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}";
    private static final int MAX_PORT = 65_535;

    /** A cluster that encrypts only Secrets. */
    public ClusterSettings(String cluster, int port, String podCidr, String serviceCidr) {
        this(cluster, port, podCidr, serviceCidr, new TreeSet<>());
    }

    /** A cluster whose load balancers are the nodes. */
    public ClusterSettings(String cluster, int port, String podCidr, String serviceCidr, SortedSet<String> sealed) {
        this(cluster, port, podCidr, serviceCidr, sealed, Optional.empty());
    }

    public ClusterSettings {
        TreeSet<String> all = new TreeSet<>(sealed);
        all.add(SECRETS);
        sealed = Collections.unmodifiableSortedSet(all);
        if (!cluster.matches(NAME)) {
            throw new IllegalArgumentException(
                    "cluster name '%s': lower case letters, digits and dashes, at most 20".formatted(cluster));
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port %d is not between 1 and %d".formatted(port, MAX_PORT));
        }
        if (!podCidr.matches(CIDR) || !podCidr.endsWith("/16")) {
            throw new IllegalArgumentException(
                    "pod CIDR '%s' is not an IPv4 /16, such as 10.244.0.0/16".formatted(podCidr));
        }
        if (!serviceCidr.matches(CIDR)) {
            throw new IllegalArgumentException(
                    "service CIDR '%s' is not an IPv4 network, such as 10.96.0.0/12".formatted(serviceCidr));
        }
    }

    /** The same with other encrypted resources, Secrets always. */
    public ClusterSettings sealing(Collection<String> resources) {
        return new ClusterSettings(cluster, port, podCidr, serviceCidr, new TreeSet<>(resources), balancers);
    }

    /**
     * The same with other addresses for load balancers.
     *
     * @throws IllegalArgumentException if the range is none, or overlaps the cluster's other networks
     */
    public ClusterSettings balancing(Optional<String> range) {
        range.ifPresent(text -> {
            BalancerRange.of(text);
            for (String other : List.of(podCidr, serviceCidr)) {
                if (Ipv4Range.of(text).overlaps(Ipv4Range.of(other))) {
                    throw new IllegalArgumentException(
                            "the load balancers' range %s overlaps the cluster's network %s".formatted(text, other));
                }
            }
        });
        return new ClusterSettings(cluster, port, podCidr, serviceCidr, sealed, range);
    }

    /** The same with another API port. */
    public ClusterSettings at(int otherPort) {
        return new ClusterSettings(cluster, otherPort, podCidr, serviceCidr, sealed, balancers);
    }

    /** Whether objects of a type are encrypted from now on. */
    public boolean seals(ResourceType type) {
        return sealed.contains(type.qualified());
    }

    public static final ClusterSettings DEFAULT = new ClusterSettings("shiplog", 6443, "10.244.0.0/16", "10.96.0.0/12");

    /** The address of node {@code n} (from 1) in the pod network: {@code 10.244.n.1}, the gateway of its pods. */
    public String nodeAddress(int n) {
        String[] parts = podCidr.split("[./]");
        return "%s.%s.%d.1".formatted(parts[0], parts[1], n);
    }

    /** The pods of node {@code n} (from 1): {@code 10.244.n.0/24}. */
    public String nodeCidr(int n) {
        String[] parts = podCidr.split("[./]");
        return "%s.%s.%d.0/24".formatted(parts[0], parts[1], n);
    }

    /** The cluster IP with the given last part, {@code 10.96.0.1} for the API. */
    public String serviceAddress(int last) {
        String network = serviceCidr.substring(0, serviceCidr.indexOf('/'));
        return network.substring(0, network.lastIndexOf('.') + 1) + last;
    }

    /** The settings in the home, if a cluster was started there. */
    public static Optional<ClusterSettings> read(ShiplogHome home) {
        try {
            JsonNode node = Json.MAPPER.readTree(Files.readString(home.settingsFile()));
            return Optional.of(new ClusterSettings(
                    node.path("cluster").asText(),
                    node.path("port").asInt(),
                    node.path("podCidr").asText(),
                    node.path("serviceCidr").asText(),
                    texts(node.path("sealed")),
                    Optional.of(node.path("balancers").asText()).filter(text -> !text.isEmpty())));
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "%s is damaged (%s): repair it, or delete the cluster with './shiplog reset'"
                            .formatted(home.settingsFile(), e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SortedSet<String> texts(JsonNode array) {
        TreeSet<String> texts = new TreeSet<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /** As {@link #read}, but a damaged file counts as missing: for removal. */
    public static Optional<ClusterSettings> readLeniently(ShiplogHome home) {
        try {
            return read(home);
        } catch (IllegalStateException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Stores the settings in the home. */
    public void write(ShiplogHome home) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("cluster", cluster);
        node.put("port", port);
        node.put("podCidr", podCidr);
        node.put("serviceCidr", serviceCidr);
        sealed.forEach(node.putArray("sealed")::add);
        balancers.ifPresent(range -> node.put("balancers", range));
        try {
            PrivateFile.write(home.settingsFile(), node.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
