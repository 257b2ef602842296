package io.shiplog.node.net.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.IpJson;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import io.shiplog.node.net.machine.UpkeepLoop;
import io.shiplog.node.net.services.Services;
import io.shiplog.node.net.services.ServicesWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Announces the addresses of load balancers: this machine has them on an interface of its own, so that it answers when its network asks
 * who they are (ARP). The proxy leads their ports to endpoints.
 */
public final class BalancerAddresses implements AutoCloseable {
    private final Machine machine;
    private final Ipv4Range range;
    private final String device;
    private final ServicesWatch services;
    private final UpkeepLoop loop;

    private BalancerAddresses(Machine machine, Ipv4Range range, String device, ServicesWatch services) {
        this.machine = machine;
        this.range = range;
        this.device = device;
        this.services = services;
        this.loop = new UpkeepLoop("load balancer addresses", () -> {}, this::apply);
    }

    /**
     * Announces the addresses of the current Services, then follows them.
     *
     * @param range only addresses of it are announced
     * @param device the interface that gets them
     * @throws IllegalStateException if an address of the range is this machine's already, or the kernel refuses; the message says why
     */
    public static BalancerAddresses start(Machine machine, Ipv4Range range, String device, ServicesWatch services) {
        for (JsonNode link : addresses(machine)) {
            for (JsonNode each : link.path("addr_info")) {
                Ipv4 own = Ipv4.parse(each.path("local").asText());
                if (own != null
                        && range.contains(own)
                        && !link.path("ifname").asText().equals(device)) {
                    throw new IllegalStateException(
                            "the load balancers' range %s has this machine's own address %s (%s): choose another with --load-balancer-range"
                                    .formatted(range, own, link.path("ifname").asText()));
                }
            }
        }
        BalancerAddresses balancer = new BalancerAddresses(machine, range, device, services);
        String complaint = balancer.apply();
        if (!complaint.isEmpty()) {
            throw new IllegalStateException(complaint);
        }
        services.onChange(balancer.loop::wake);
        balancer.loop.start();
        return balancer;
    }

    private static JsonNode addresses(Machine machine) {
        Outcome shown = machine.run("ip", "-j", "-4", "addr", "show");
        return IpJson.parse(shown.ok() ? shown.out() : "");
    }

    private synchronized String apply() {
        SortedSet<Ipv4> there = new TreeSet<>();
        for (JsonNode link : addresses(machine)) {
            if (link.path("ifname").asText().equals(device)) {
                link.path("addr_info").forEach(each -> {
                    Ipv4 address = Ipv4.parse(each.path("local").asText());
                    if (address != null && range.contains(address)) {
                        there.add(address);
                    }
                });
            }
        }
        SortedSet<Ipv4> wanted = wanted(services.current());
        List<String> commands = new ArrayList<>();
        there.stream()
                .filter(address -> !wanted.contains(address))
                .forEach(address -> commands.add("addr del %s/32 dev %s".formatted(address, device)));
        wanted.stream()
                .filter(address -> !there.contains(address))
                .forEach(address -> commands.add("addr add %s/32 dev %s".formatted(address, device)));
        if (commands.isEmpty()) {
            return "";
        }
        Outcome outcome = machine.run(List.of("ip", "-batch", "-"), String.join("\n", commands) + "\n");
        return outcome.ok() ? "" : "ip: " + outcome.complaint();
    }

    private SortedSet<Ipv4> wanted(Services current) {
        SortedSet<Ipv4> wanted = new TreeSet<>();
        current.byName()
                .values()
                .forEach(service -> service.outside().balancerIps().stream()
                        .filter(range::contains)
                        .forEach(wanted::add));
        return wanted;
    }

    /** Stops following. The addresses stay, as the routes do. */
    @Override
    public void close() {
        loop.close();
    }
}
