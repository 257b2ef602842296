package io.shiplog.command.control.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Allocates a /24 of the pods' network to each node. One key for all nodes, so that no two get the same.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/">--allocate-node-cidrs</a>
 */
public final class NodeAddresses implements Controller {
    private static final String NAME = "node-ipam-controller";
    private static final int NODE_BITS = 24;
    private static final ObjectKey ALL = ObjectKey.clusterScoped(Types.NODES, "");

    private final long first;
    private final int count;

    /**
     * @param podCidr an IPv4 network of /24 or larger
     * @throws IllegalArgumentException if it is not
     */
    public NodeAddresses(String podCidr) {
        if (!podCidr.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}")) {
            throw new IllegalArgumentException("no IPv4 network: " + podCidr);
        }
        int slash = podCidr.indexOf('/');
        int bits = Integer.parseInt(podCidr.substring(slash + 1));
        if (bits < 8 || bits > NODE_BITS) {
            throw new IllegalArgumentException("no network from /8 to /24: " + podCidr);
        }
        long address = 0;
        for (String part : podCidr.substring(0, slash).split("\\.")) {
            address = address << 8 | Integer.parseInt(part);
        }
        count = 1 << (NODE_BITS - bits);
        first = address >> 8 & -count;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return List.of(ALL);
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        // Another node may be waiting for a released network.
        boolean comesOrGoes = change.before() == null || change.removes();
        if (change.after().key().type().equals(Types.NODES) && comesOrGoes) {
            replan.accept(ALL);
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        BitSet taken = new BitSet(count);
        List<StoredObject> without = new ArrayList<>();
        for (StoredObject node : image.list(Types.NODES)) {
            String range = node.json().tree().path("spec").path("podCIDR").asText("");
            if (range.isEmpty()) {
                without.add(node);
            } else {
                take(range, taken);
            }
        }
        List<Step> steps = new ArrayList<>();
        int next = 0;
        for (StoredObject node : without) {
            next = taken.nextClearBit(next);
            if (next < count) {
                steps.add(allocation(node, cidr(next)));
                next++;
            }
        }
        return Plan.of(steps);
    }

    /** Marks every /24 of the network that a range touches, whatever its size and however it is written. */
    private void take(String range, BitSet taken) {
        int slash = range.indexOf('/');
        if (slash < 0 || range.indexOf(':') >= 0 || !range.substring(slash + 1).matches("[0-9]{1,2}")) {
            return;
        }
        byte[] address;
        try {
            address = InetAddress.ofLiteral(range.substring(0, slash)).getAddress();
        } catch (IllegalArgumentException e) {
            return;
        }
        int prefix = Math.min(Integer.parseInt(range.substring(slash + 1)), NODE_BITS);
        long index = (new BigInteger(1, address).longValue() >> Byte.SIZE >> NODE_BITS - prefix << NODE_BITS - prefix)
                - first;
        long from = Math.max(0, index);
        long to = Math.min(count, index + (1L << NODE_BITS - prefix));
        if (from < to) {
            taken.set((int) from, (int) to);
        }
    }

    private static Step allocation(StoredObject node, String cidr) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.putObject("spec").put("podCIDR", cidr).putArray("podCIDRs").add(cidr);
        return Step.of(Edits.patchUnchanged(node, patch))
                .withEventIfRefused(ObjectEvent.warning(
                        Regarding.object(node.json().tree()), "CIDRAssignmentFailed", "Node CIDR: ", NAME));
    }

    private String cidr(int index) {
        long network = first + index;
        return "%d.%d.%d.0/24".formatted(network >> 16 & 255, network >> 8 & 255, network & 255);
    }
}
