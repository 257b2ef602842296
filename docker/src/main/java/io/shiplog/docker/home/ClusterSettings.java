package io.shiplog.docker.home;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * What stays the same over a cluster's life. Given at the first start, kept in the home, refused if it changes.
 *
 * @param cluster names everything that the cluster leaves on the machine: lower case letters, digits and dashes, at most 20
 * @param port of the API on this machine
 * @param podCidr an IPv4 /16 that is cut into one /24 per node
 * @param serviceCidr an IPv4 network; its first address is the API's, its tenth the DNS server's
 */
public record ClusterSettings(String cluster, int port, String podCidr, String serviceCidr) {
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?";
    private static final String CIDR = "([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}";
    private static final int MAX_PORT = 65_535;

    public ClusterSettings {
        if (!cluster.matches(NAME)) {
            throw new IllegalArgumentException(
                    "cluster name '%s': lower case letters, digits and dashes, at most 20".formatted(cluster));
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port %d is not between 1 and %d".formatted(port, MAX_PORT));
        }
        if (!podCidr.matches(CIDR) || !podCidr.endsWith("/16")) {
            throw new IllegalArgumentException(
                    "pod CIDR '%s' is no IPv4 /16, such as 10.244.0.0/16".formatted(podCidr));
        }
        if (!serviceCidr.matches(CIDR)) {
            throw new IllegalArgumentException(
                    "service CIDR '%s' is no IPv4 network, such as 10.96.0.0/12".formatted(serviceCidr));
        }
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

    /** What the home remembers, if a cluster was started there. */
    public static Optional<ClusterSettings> read(ShiplogHome home) {
        try {
            JsonNode node = Json.MAPPER.readTree(Files.readString(home.settingsFile()));
            return Optional.of(new ClusterSettings(
                    node.path("cluster").asText(),
                    node.path("port").asInt(),
                    node.path("podCidr").asText(),
                    node.path("serviceCidr").asText()));
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "%s is damaged (%s): mend it, or './shiplog reset' forgets the cluster"
                            .formatted(home.settingsFile(), e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #read}, but a damaged file is as good as none: for those who are about to remove it. */
    public static Optional<ClusterSettings> readLeniently(ShiplogHome home) {
        try {
            return read(home);
        } catch (IllegalStateException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Remembers the settings in the home. */
    public void write(ShiplogHome home) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("cluster", cluster);
        node.put("port", port);
        node.put("podCidr", podCidr);
        node.put("serviceCidr", serviceCidr);
        try {
            PrivateFile.write(home.settingsFile(), node.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
