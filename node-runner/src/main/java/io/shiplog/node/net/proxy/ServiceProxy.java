package io.shiplog.node.net.proxy;

import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import io.shiplog.node.net.services.ServicesWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the machine's nftables table in sync with the Services. One per machine and cluster: all logical nodes of a machine
 * share the table. Stopping it leaves the table in place, so that connections continue while the process restarts.
 */
public final class ServiceProxy implements AutoCloseable {
    /** Changes within this time are combined into one transaction. */
    private static final Duration DEBOUNCE = Duration.ofMillis(20);
    /** How soon a refused rule set is retried, and a removed table is restored. */
    private static final Duration UPKEEP = Duration.ofSeconds(15);

    /** How long a stop waits for a transaction in progress. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProxy.class);

    private final Machine machine;
    private final NftTable table;
    private final ProxyPlan plan;
    private final ServicesWatch services;
    private final Map<String, PodPorts> hostPorts = new ConcurrentHashMap<>();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread worker;

    /** The content of the table; null if unknown. Guarded by this. */
    private @Nullable ProxyRules applied;

    private volatile boolean closed;
    private boolean toldOfConntrack;

    private record PodPorts(String sandbox, List<HostPortMapping> mappings) {
        private PodPorts {
            mappings = List.copyOf(mappings);
        }
    }

    private ServiceProxy(Machine machine, NftTable table, ProxyPlan plan, ServicesWatch services) {
        this.machine = machine;
        this.table = table;
        this.plan = plan;
        this.services = services;
        this.worker = Thread.ofVirtual().name("service-proxy").unstarted(this::run);
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
        services.onChange(proxy::wake);
        proxy.worker.start();
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
            wake();
        }
    }

    /** Removes a pod's ports, unless another sandbox of the pod has them by now. */
    public void removeHostPorts(String podUid, String sandbox) {
        PodPorts ports = hostPorts.get(podUid);
        if (ports != null && ports.sandbox().equals(sandbox) && hostPorts.remove(podUid, ports)) {
            wake();
        }
    }

    private void wake() {
        if (wanted.availablePermits() == 0) {
            wanted.release();
        }
    }

    private void run() {
        try {
            while (!closed) {
                if (wanted.tryAcquire(UPKEEP.toMillis(), TimeUnit.MILLISECONDS)) {
                    Thread.sleep(DEBOUNCE);
                    wanted.drainPermits();
                } else {
                    noticeLoss();
                }
                String complaint = closed ? "" : apply();
                if (!complaint.isEmpty()) {
                    LOG.error(
                            "the service proxy cannot write its rules, trying again in {}: nft: {}", UPKEEP, complaint);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An {@code nft flush ruleset} removes our table too. */
    private synchronized void noticeLoss() {
        if (applied != null
                && !machine.run("nft", "list", "chains", "ip").out().contains("table ip " + table.name() + " ")) {
            LOG.warn("nftables table {} was removed by another program and is rewritten", table.name());
            applied = null;
        }
    }

    /** Updates the table. */
    private synchronized String apply() {
        List<HostPortMapping> mappings = new ArrayList<>();
        hostPorts.values().forEach(ports -> mappings.addAll(ports.mappings()));
        mappings.sort(Comparator.comparing(HostPortMapping::front).thenComparing(HostPortMapping::target));
        ProxyRules rules = plan.rules(services.current(), mappings);
        ProxyRules before = applied;
        String script = before == null ? table.full(rules) : table.change(before, rules);
        if (script.isEmpty()) {
            return "";
        }
        Outcome outcome = nft(script);
        if (!outcome.ok() && before != null) {
            LOG.warn(
                    "nftables table {} was changed by another program and is rewritten: {}",
                    table.name(),
                    outcome.complaint());
            outcome = nft(table.full(rules));
        }
        applied = outcome.ok() ? rules : null;
        if (outcome.ok()) {
            StaleFlows.between(before == null ? ProxyRules.NONE : before, rules).forEach(this::forget);
        }
        return outcome.ok() ? "" : outcome.complaint();
    }

    private Outcome nft(String script) {
        return machine.run(List.of("nft", "-f", "-"), script);
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
        closed = true;
        wake();
        try {
            worker.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
