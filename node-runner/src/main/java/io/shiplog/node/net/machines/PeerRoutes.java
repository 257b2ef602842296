package io.shiplog.node.net.machines;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.IpJson;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import io.shiplog.node.net.machine.UpkeepLoop;
import io.shiplog.node.net.machines.PeerPlan.Call;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keeps the routes to the pods of other machines. Stopping it leaves them in place. */
public final class PeerRoutes implements AutoCloseable {
    private final Machine machine;
    private final ImageSource images;
    private final Ground ground;
    private final PeerPlan plan;
    private final UpkeepLoop loop;
    private final ImageSource.Subscription subscription;
    /** What the kernel has. Guarded by this. */
    private SortedMap<Ipv4Range, Peer> written = new TreeMap<>();

    /**
     * What does not change while the process runs.
     *
     * @param podRange addresses of all pods of the cluster
     * @param own the ranges of this machine's nodes
     * @param gateway the address from which this machine connects to pods
     * @param tunnel the name of the tunnel's interface
     * @param alias its alias, which names the cluster
     * @param metric marks the cluster's routes
     */
    public record Ground(
            Uplink uplink,
            Ipv4Range podRange,
            Set<Ipv4Range> own,
            Ipv4 gateway,
            String tunnel,
            String alias,
            int metric) {
        public Ground {
            own = Set.copyOf(own);
        }
    }

    private PeerRoutes(Machine machine, ImageSource images, Ground ground) {
        this.machine = machine;
        this.images = images;
        this.ground = ground;
        this.plan = PeerPlan.of(
                ground,
                ground.uplink().way() == Way.OVS_GRE
                        ? OpenVswitch.datapath(machine, ground.uplink().device())
                        : "");
        this.loop = new UpkeepLoop("routes to other machines", this::forgetWritten, this::apply);
        this.subscription = images.subscribe((delta, image) -> onDelta(delta));
    }

    /**
     * Sets up the routes for the nodes of the current image, removes older ones, and follows the nodes.
     *
     * @throws IllegalStateException if the kernel refuses; the message says why
     */
    public static PeerRoutes start(Machine machine, ImageSource images, Ground ground) {
        String obstacle = ground.uplink().way() == Way.OVS_GRE ? OpenVswitch.obstacle(machine) : "";
        if (!obstacle.isEmpty()) {
            throw new IllegalStateException(obstacle);
        }
        PeerRoutes routes = new PeerRoutes(machine, images, ground);
        String complaint = routes.begin();
        if (!complaint.isEmpty()) {
            routes.subscription.close();
            throw new IllegalStateException(complaint);
        }
        routes.loop.start();
        return routes;
    }

    private void onDelta(ImageDelta delta) {
        if (delta.changes().stream()
                .anyMatch(change -> change.after().key().type().equals(Peer.NODES))) {
            loop.wake();
        }
    }

    private synchronized String begin() {
        Set<Ipv4Range> wanted = Peer.of(images.current(), ground).keySet();
        remove(machine, ground.metric(), wanted);
        return apply();
    }

    /** Another program may have removed them: the next write writes all. */
    private synchronized void forgetWritten() {
        written = new TreeMap<>();
    }

    private synchronized String apply() {
        SortedMap<Ipv4Range, Peer> wanted = Peer.of(images.current(), ground);
        List<Peer> come = new ArrayList<>();
        wanted.forEach((range, peer) -> {
            if (!peer.equals(written.get(range))) {
                come.add(peer);
            }
        });
        List<String> gone = new ArrayList<>();
        written.keySet().stream()
                .filter(range -> !wanted.containsKey(range))
                .forEach(range -> gone.add(removal(range.toString(), ground.metric())));
        if (!gone.isEmpty()) {
            machine.run(List.of("ip", "-force", "-batch", "-"), String.join("\n", gone) + "\n");
        }
        String complaint = come.isEmpty() ? "" : add(come);
        if (complaint.isEmpty() && changesMachines(wanted)) {
            complaint = keepOnly(machines(wanted));
        }
        if (complaint.isEmpty()) {
            written = wanted;
        }
        return complaint;
    }

    private String keepOnly(Set<Ipv4> machines) {
        Call ports = plan.ports().orElse(null);
        return ports == null
                ? ""
                : run(plan.keepOnly(
                        machines, machine.run(ports.command(), ports.input()).out()));
    }

    private boolean changesMachines(SortedMap<Ipv4Range, Peer> wanted) {
        return machine.hasInterface(ground.tunnel())
                && (written.isEmpty() || !machines(written).equals(machines(wanted)));
    }

    private static Set<Ipv4> machines(SortedMap<Ipv4Range, Peer> peers) {
        Set<Ipv4> machines = new TreeSet<>();
        peers.values().forEach(peer -> machines.add(peer.machine()));
        return machines;
    }

    private String add(List<Peer> peers) {
        if (!machine.hasInterface(ground.tunnel())) {
            List<Call> tunnel = plan.tunnel(peers);
            for (Call call : tunnel) {
                String complaint = run(List.of(call));
                if (!complaint.isEmpty()) {
                    // ovs-vsctl succeeds where the switch behind it fails.
                    return ground.uplink().way() == Way.OVS_GRE && !machine.hasInterface(ground.tunnel())
                            ? OpenVswitch.noDatapath(ground.uplink().device())
                            : complaint;
                }
            }
        }
        return run(plan.add(peers));
    }

    /** Why the first one fails; empty if none does. */
    private String run(List<Call> calls) {
        for (Call call : calls) {
            Outcome outcome = machine.run(call.command(), call.input());
            if (!outcome.ok()) {
                return call.command().getFirst() + ": " + outcome.complaint();
            }
        }
        return "";
    }

    private static String removal(String range, int metric) {
        return "route del %s proto %d metric %d".formatted(range, PeerPlan.PROTOCOL, metric);
    }

    /**
     * Removes a cluster's routes to other machines.
     *
     * @param metric the cluster's
     * @param kept ranges whose routes stay
     */
    public static void remove(Machine machine, int metric, Set<Ipv4Range> kept) {
        List<String> gone = new ArrayList<>();
        Outcome shown = machine.run("ip", "-j", "-4", "route", "show", "proto", String.valueOf(PeerPlan.PROTOCOL));
        for (JsonNode route : IpJson.parse(shown.ok() ? shown.out() : "")) {
            Ipv4Range range = Ipv4Range.parse(route.path("dst").asText());
            if (isOurs(route, metric) && range != null && !kept.contains(range)) {
                gone.add(removal(range.toString(), metric));
            }
        }
        if (!gone.isEmpty()) {
            machine.run(List.of("ip", "-force", "-batch", "-"), String.join("\n", gone) + "\n");
        }
    }

    /** Whether a route, as {@code ip -j} shows it, leads to another machine of a cluster. */
    public static boolean isOurs(JsonNode route, int metric) {
        return route.path("metric").asInt() == metric
                && (route.path("protocol").isMissingNode()
                        || route.path("protocol").asText().equals(String.valueOf(PeerPlan.PROTOCOL)));
    }

    /** What tunnels leave of a packet that the uplink carries, in bytes. */
    public static int mtu(Uplink uplink) {
        return uplink.mtu() - uplink.way().overhead();
    }

    /** Stops following, after the current write. */
    @Override
    public void close() {
        subscription.close();
        loop.close();
    }
}
