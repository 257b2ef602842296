package io.shiplog.node.net;

import io.shiplog.node.net.Links.Link;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.Machine.Outcome;
import io.shiplog.node.net.policy.PolicyFilter;
import io.shiplog.node.net.proxy.Frontend;
import io.shiplog.node.net.proxy.HostPortMapping;
import io.shiplog.node.net.proxy.ServiceProxy;
import io.shiplog.node.net.proxy.Target;
import io.shiplog.node.net.services.Protocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node's pods on pairs of virtual interfaces. Each pod has a /32 and reaches everything, its neighbours included, through
 * the gateway: so every packet is routed, none is bridged, and rules see each connection from both sides whatever {@code
 * bridge-nf-call-iptables} says. Neighbour entries are permanent; no ARP requests are sent.
 */
final class VethPodNetwork implements PodNetwork {
    /** The machine's side of every pair has this address; it is visible only inside the pair. */
    private static final String GATEWAY_MAC = "0a:58:00:00:00:01";

    private static final Path PROC = Path.of("/proc");
    private static final Path DEVICE_SETTINGS = Path.of("/proc/sys/net/ipv4/conf");
    /** How many addresses may be reported as taken, by interfaces that are just being removed, before giving up. */
    private static final int MAX_COLLISIONS = 16;

    private final Links links;
    private final String node;
    private final Ipv4Range range;
    private final int mtu;
    private final ServiceProxy proxy;
    private final PolicyFilter policies;
    /** By container id. Guarded by this, as is the next. */
    private final Map<String, Ipv4> attached = new HashMap<>();

    private Ipam ipam;

    VethPodNetwork(
            Links links,
            String node,
            Ipv4Range range,
            int mtu,
            ServiceProxy proxy,
            PolicyFilter policies,
            Collection<Link> found) {
        this.links = links;
        this.node = node;
        this.range = range;
        this.mtu = mtu;
        this.proxy = proxy;
        this.policies = policies;
        this.ipam = remember(found);
    }

    private synchronized Ipam remember(Collection<Link> found) {
        attached.clear();
        List<Ipv4> taken = new ArrayList<>();
        for (Link link : found) {
            Ipv4 address = links.names().addressIn(link.name());
            if (address != null && range.contains(address)) {
                taken.add(address);
                attached.put(link.detail("sandbox"), address);
            }
        }
        return Ipam.of(range, taken);
    }

    @Override
    public SandboxNetwork prepare(List<HostPort> hostPorts) {
        return new SandboxNetwork(NONE, List.of());
    }

    @Override
    public PodAddress attach(PodSandbox sandbox) {
        Ipv4 address = known(sandbox.containerId());
        if (address == null || !links.machine().hasInterface(links.names().pod(address))) {
            dropForeignTraffic(sandbox);
            address = connect(sandbox);
        }
        proxy.setHostPorts(sandbox.uid(), sandbox.containerId(), mappings(sandbox.hostPorts(), address));
        return new PodAddress(List.of(address.toString()));
    }

    private synchronized @Nullable Ipv4 known(String containerId) {
        return attached.get(containerId);
    }

    /** A process id may have been reused: an interface must never end up in the machine's own namespace. */
    private void dropForeignTraffic(PodSandbox sandbox) {
        String theirs = sandbox.pid() <= 0 ? "" : links.machine().readLink(PROC.resolve(sandbox.pid() + "/ns/net"));
        String own = links.machine().readLink(PROC.resolve("self/ns/net"));
        if (theirs.isEmpty() || theirs.equals(own)) {
            throw new AttachFailedException("sandbox %s has no network namespace of its own (process %d)"
                    .formatted(sandbox.containerId(), sandbox.pid()));
        }
    }

    private Ipv4 connect(PodSandbox sandbox) {
        for (int i = 0; i < MAX_COLLISIONS; i++) {
            Ipv4 address = reserve(sandbox);
            Outcome outcome = links.batch(outside(sandbox, address));
            if (outcome.ok()) {
                admit(sandbox, address);
                outcome = links.machine()
                        .run(
                                List.of("nsenter", "-t", String.valueOf(sandbox.pid()), "-n", "ip", "-batch", "-"),
                                String.join("\n", inside(address)) + "\n");
            } else if (outcome.complaint().contains("File exists")
                    && links.machine().hasInterface(links.names().pod(address))) {
                keepTaken(sandbox.containerId());
                continue;
            }
            if (!outcome.ok()) {
                release(sandbox);
                throw new AttachFailedException("pod %s/%s gets no network: ip: %s"
                        .formatted(sandbox.namespace(), sandbox.name(), outcome.complaint()));
            }
            answerOnLoopback(address);
            return address;
        }
        throw new AttachFailedException("no free address found in " + range + " of node " + node);
    }

    /** The pod's policies are in place before it has an address. */
    private void admit(PodSandbox sandbox, Ipv4 address) {
        String complaint = policies.admit(sandbox.uid(), address);
        if (!complaint.isEmpty()) {
            release(sandbox);
            throw new AttachFailedException("pod %s/%s gets no network before its policies are in place: nft: %s"
                    .formatted(sandbox.namespace(), sandbox.name(), complaint));
        }
    }

    private synchronized Ipv4 reserve(PodSandbox sandbox) {
        Ipv4 address = ipam.next();
        if (address == null) {
            // Sandboxes that died unnoticed have released theirs.
            ipam = remember(links.scan());
            address = ipam.next();
        }
        if (address == null) {
            throw new AttachFailedException("no address left in " + range + " of node " + node);
        }
        ipam = ipam.take(address);
        attached.put(sandbox.containerId(), address);
        return address;
    }

    /** The kernel has the name: the address stays taken until the next check. */
    private synchronized void keepTaken(String containerId) {
        attached.remove(containerId);
    }

    private void release(PodSandbox sandbox) {
        Ipv4 address;
        synchronized (this) {
            address = attached.remove(sandbox.containerId());
        }
        if (address != null) {
            policies.forget(sandbox.uid(), address);
            links.delete(List.of(links.names().pod(address)));
            synchronized (this) {
                ipam = ipam.free(address);
            }
        }
    }

    private List<String> outside(PodSandbox sandbox, Ipv4 address) {
        String name = links.names().pod(address);
        String alias = links.names().alias("pod=%s sandbox=%s".formatted(sandbox.uid(), sandbox.containerId()));
        return List.of(
                "link add name %s mtu %d address %s type veth peer name eth0 mtu %d address %s netns %s"
                        .formatted(name, mtu, GATEWAY_MAC, mtu, mac(address), PROC.resolve(sandbox.pid() + "/ns/net")),
                "link set dev %s alias \"%s\"".formatted(name, alias),
                "link set dev %s addrgenmode none up".formatted(name),
                "neigh replace %s lladdr %s dev %s nud permanent".formatted(address, mac(address), name),
                "route replace %s/32 dev %s src %s".formatted(address, name, NodeNetworkConfig.gateway(range)));
    }

    private List<String> inside(Ipv4 address) {
        Ipv4 gateway = NodeNetworkConfig.gateway(range);
        return List.of(
                "link set dev lo up",
                "addr add %s/32 dev eth0".formatted(address),
                "link set dev eth0 addrgenmode none up",
                "neigh replace %s lladdr %s dev eth0 nud permanent".formatted(gateway, GATEWAY_MAC),
                "route add %s dev eth0 scope link".formatted(gateway),
                "route add default via %s dev eth0 src %s".formatted(gateway, address));
    }

    private static String mac(Ipv4 address) {
        byte[] b = address.bytes();
        return "0a:58:%02x:%02x:%02x:%02x".formatted(b[0], b[1], b[2], b[3]);
    }

    /** Answers to a NodePort on 127.0.0.1 come back through this interface; the table's guard prevents abuse by pods. */
    private void answerOnLoopback(Ipv4 address) {
        links.machine()
                .write(DEVICE_SETTINGS.resolve(links.names().pod(address)).resolve("route_localnet"), "1");
    }

    private static List<HostPortMapping> mappings(List<HostPort> hostPorts, Ipv4 pod) {
        List<HostPortMapping> mappings = new ArrayList<>();
        for (HostPort port : hostPorts) {
            Ipv4 on = port.hostIp().isEmpty() ? Ipv4.ANY : Ipv4.parse(port.hostIp());
            Protocol protocol = Protocol.parse(port.protocol());
            if (on != null && protocol != null) {
                mappings.add(new HostPortMapping(
                        new Frontend(on, protocol, port.hostPort()), new Target(pod, port.containerPort())));
            }
        }
        return mappings;
    }

    @Override
    public void detach(PodSandbox sandbox) {
        proxy.removeHostPorts(sandbox.uid(), sandbox.containerId());
        release(sandbox);
    }

    @Override
    public void close() {
        // Nothing to stop; attached pods stay.
    }
}
