package io.shiplog.node.net.proxy;

import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import io.shiplog.node.net.machine.UpkeepLoop;
import io.shiplog.node.net.nft.KeptTable;
import io.shiplog.node.net.nft.KeptTable.Written;
import io.shiplog.node.net.services.Services;
import io.shiplog.node.net.services.ServicesWatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the machine's nftables table in sync with the Services. One per machine and cluster: all logical nodes of a machine
 * share the table. Stopping it leaves the table in place, so that connections continue while the process restarts.
 */
public final class ServiceProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProxy.class);

    private final Machine machine;
    private final KeptTable<ProxyRules> table;
    private final ProxyPlan plan;
    private final ServicesWatch services;
    private final Map<String, PodPorts> hostPorts = new ConcurrentHashMap<>();
    private final HealthCheckServer healthChecks = new HealthCheckServer();
    private final UpkeepLoop loop;

    /** Guarded by this. */
    private boolean toldOfConntrack;

    private record PodPorts(String sandbox, List<HostPortMapping> mappings) {
        private PodPorts {
            mappings = List.copyOf(mappings);
        }
    }

    private ServiceProxy(Machine machine, NftTable table, ProxyPlan plan, ServicesWatch services) {
        this.machine = machine;
        this.table = new KeptTable<>(machine, table);
        this.plan = plan;
        this.services = services;
        this.loop = new UpkeepLoop("service proxy", this.table::noticeLoss, this::apply);
    }

    /**
     * Writes the whole table for the current Services, then follows them.
     *
     * @throws IllegalStateException if the kernel refuses the table; the message says why
     */
    public static ServiceProxy start(Machine machine, NftTable table, ProxyPlan plan, ServicesWatch services) {
        ServiceProxy proxy = new ServiceProxy(machine, table, plan, services);
        String complaint = proxy.apply();
        if (!complaint.isEmpty()) {
            throw new IllegalStateException("nft: " + complaint);
        }
        services.onChange(proxy.loop::wake);
        proxy.loop.start();
        return proxy;
    }

    /**
     * Sets the host ports of a pod, replacing earlier ones. Takes effect a moment later.
     *
     * @param sandbox the target sandbox: with a new one, a pod's ports move to it
     */
    public void setHostPorts(String podUid, String sandbox, List<HostPortMapping> mappings) {
        PodPorts ports = new PodPorts(sandbox, mappings);
        PodPorts before = mappings.isEmpty() ? hostPorts.remove(podUid) : hostPorts.put(podUid, ports);
        if (!mappings.equals(before == null ? List.of() : before.mappings())) {
            loop.wake();
        }
    }

    /** Removes a pod's ports, unless another sandbox of the pod has them by now. */
    public void removeHostPorts(String podUid, String sandbox) {
        PodPorts ports = hostPorts.get(podUid);
        if (ports != null && ports.sandbox().equals(sandbox) && hostPorts.remove(podUid, ports)) {
            loop.wake();
        }
    }

    /** Updates the table. */
    private synchronized String apply() {
        List<HostPortMapping> mappings = new ArrayList<>();
        hostPorts.values().forEach(ports -> mappings.addAll(ports.mappings()));
        mappings.sort(Comparator.comparing(HostPortMapping::front).thenComparing(HostPortMapping::target));
        Services current = services.current();
        ProxyRules rules = plan.rules(current, mappings);
        Written<ProxyRules> written = table.write(rules);
        if (written.ok()) {
            ProxyRules before = written.before();
            StaleFlows.between(before == null ? ProxyRules.NONE : before, rules).forEach(this::forget);
            healthChecks.show(plan.health(current));
        }
        return written.complaint();
    }

    private void forget(List<String> command) {
        Outcome outcome = machine.run(command, "");
        if (outcome.exit() == Outcome.NOT_FOUND && !toldOfConntrack) {
            toldOfConntrack = true;
            LOG.warn(
                    "no conntrack command: UDP clients may keep sending to removed endpoints (Debian: apt install conntrack)");
        }
    }

    /** Stops following, after the current write: the table must not be written again after its removal. */
    @Override
    public void close() {
        loop.close();
        healthChecks.close();
    }
}
