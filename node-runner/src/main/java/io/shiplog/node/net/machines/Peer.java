package io.shiplog.node.net.machines;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node of another machine.
 *
 * @param pods the addresses of its pods
 * @param machine the address of its machine
 */
record Peer(Ipv4Range pods, Ipv4 machine) {
    static final ResourceType NODES = ResourceType.core("nodes");

    /**
     * The nodes of an image that other machines run, by their pods' ranges. Of a range outside the cluster's, of one that is this machine's or
     * that an older node has in part, and of a node without its machine's address there is no peer: a node must not draw other traffic to itself.
     */
    static SortedMap<Ipv4Range, Peer> of(Image image, PeerRoutes.Ground ground) {
        TreeMap<Ipv4Range, Peer> peers = new TreeMap<>();
        for (StoredObject node : oldestFirst(image)) {
            JsonNode tree = node.json().tree();
            Ipv4Range pods = Ipv4Range.parse(tree.path("spec").path("podCIDR").asText(""));
            Ipv4 machine = external(tree.path("status").path("addresses"));
            if (pods != null
                    && machine != null
                    && !machine.equals(ground.uplink().address())
                    && ground.podRange().contains(pods.network())
                    && pods.prefix() > ground.podRange().prefix()
                    && ground.own().stream().noneMatch(pods::overlaps)
                    && !overlaps(pods, peers.floorKey(pods))
                    && !overlaps(pods, peers.higherKey(pods))) {
                peers.put(pods, new Peer(pods, machine));
            }
        }
        return peers;
    }

    /** The ranges that have a peer are apart from each other: only the neighbours in their order can overlap. */
    private static boolean overlaps(Ipv4Range range, @Nullable Ipv4Range neighbour) {
        return neighbour != null && range.overlaps(neighbour);
    }

    private static List<StoredObject> oldestFirst(Image image) {
        return image.list(NODES).stream()
                .sorted(Comparator.comparing(node -> node.json()
                        .tree()
                        .path("metadata")
                        .path("creationTimestamp")
                        .asText()))
                .toList();
    }

    private static @Nullable Ipv4 external(JsonNode addresses) {
        for (JsonNode each : addresses) {
            if (each.path("type").asText().equals("ExternalIP")) {
                Ipv4 address = Ipv4.parse(each.path("address").asText());
                return address != null && address.isUnicast() ? address : null;
            }
        }
        return null;
    }
}
