package io.shiplog.node.net.machines;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.IpJson;
import io.shiplog.node.net.machine.Machine;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How other machines reach this one.
 *
 * @param address this machine's own
 * @param subnet of the interface: machines in it are reached without a router
 * @param device the interface
 * @param mtu the largest packet that it carries, in bytes
 * @param way how packets of pods travel to them
 */
public record Uplink(Ipv4 address, Ipv4Range subnet, String device, int mtu, Way way) {
    /** Of TEST-NET-1: a route that leads there is the default route. No packet is sent. */
    private static final String ELSEWHERE = "192.0.2.1";

    /**
     * The uplink of a machine.
     *
     * @param wanted the address to use; empty for the one from which the default route sends
     * @param way how packets of pods travel to other machines
     * @return empty if there is no default route
     * @throws IllegalStateException if the machine does not have the wanted address
     */
    public static Optional<Uplink> find(Machine machine, String wanted, Way way) {
        Ipv4 address = wanted.isEmpty() ? ofDefaultRoute(machine) : Ipv4.parse(wanted);
        if (address == null && wanted.isEmpty()) {
            return Optional.empty();
        }
        Machine.Outcome shown = machine.run("ip", "-j", "-4", "addr", "show");
        for (JsonNode link : IpJson.parse(shown.ok() ? shown.out() : "")) {
            for (JsonNode each : link.path("addr_info")) {
                Ipv4 local = Ipv4.parse(each.path("local").asText());
                if (local != null && local.equals(address)) {
                    Ipv4Range subnet =
                            Ipv4Range.parse(local + "/" + each.path("prefixlen").asInt());
                    return Optional.of(new Uplink(
                            local,
                            subnet == null ? new Ipv4Range(local, 32) : subnet,
                            link.path("ifname").asText(),
                            link.path("mtu").asInt(),
                            way));
                }
            }
        }
        throw new IllegalStateException("no interface of this machine has the address " + wanted);
    }

    private static @Nullable Ipv4 ofDefaultRoute(Machine machine) {
        Machine.Outcome found = machine.run("ip", "-j", "-4", "route", "get", ELSEWHERE);
        return Ipv4.parse(IpJson.parse(found.ok() ? found.out() : "")
                .path(0)
                .path("prefsrc")
                .asText());
    }
}
