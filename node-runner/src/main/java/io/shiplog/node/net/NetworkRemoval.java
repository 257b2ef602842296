package io.shiplog.node.net;

import io.shiplog.node.net.Links.Link;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import io.shiplog.node.net.machines.OpenVswitch;
import io.shiplog.node.net.machines.PeerRoutes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Removes a cluster's network from this machine. */
record NetworkRemoval(Machine machine, LinkNames names) {
    static NetworkRemoval of(String cluster, Machine machine) {
        return new NetworkRemoval(machine, new LinkNames(cluster));
    }

    /** What could not be removed; empty if nothing is left. */
    List<String> run() {
        List<String> complaints = new ArrayList<>();
        if (machine.run("ip", "-V").exit() != Outcome.NOT_FOUND) {
            removeLinks(complaints);
            PeerRoutes.remove(machine, names.metric(), Set.of());
        }
        names.tables().forEach(table -> removeTable(table, complaints));
        String complaint = new ForwardingRules(machine, names).remove();
        if (!complaint.isEmpty()) {
            complaints.add(complaint);
        }
        return complaints;
    }

    private void removeLinks(List<String> complaints) {
        Links links = new Links(machine, names);
        List<Link> found = links.scan();
        if (found.stream().anyMatch(link -> link.name().equals(names.openVswitch()))) {
            OpenVswitch.removeBridge(machine, names.openVswitch());
        }
        links.delete(found.stream().map(Link::name).toList());
        for (Link left : links.scan()) {
            complaints.add("interface %s could not be removed".formatted(left.name()));
        }
        if (found.stream().anyMatch(NodeNetwork::forwardingWasOff) && noOtherForwarding()) {
            machine.write(NodeNetwork.forwardingSwitch(), "0");
        }
    }

    /** Docker and other clusters turn forwarding on and rely on it, regardless of order. */
    private boolean noOtherForwarding() {
        return !machine.hasInterface("docker0")
                && !machine.run("ip", "-j", "link", "show", "type", "bridge")
                        .out()
                        .contains("io.shiplog.cluster=");
    }

    private void removeTable(String table, List<String> complaints) {
        Outcome tables = machine.run("nft", "list", "tables", "ip");
        boolean there = tables.ok()
                && tables.out().lines().anyMatch(line -> line.strip().equals("table ip " + table));
        if (there) {
            Outcome outcome = machine.run("nft", "delete", "table", "ip", table);
            if (!outcome.ok()) {
                complaints.add("nftables table %s: %s".formatted(table, outcome.complaint()));
            }
        }
    }
}
