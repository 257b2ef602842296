package io.shiplog.node.net.policy;

import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.UpkeepLoop;
import io.shiplog.node.net.nft.KeptTable;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.network.PodPolicy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the filter of this machine's pods in sync with the policies. One per machine and cluster. Stopping it leaves the table in place: no
 * pod is open while the process restarts.
 */
public final class PolicyFilter implements AutoCloseable {
    private static final Set<ResourceType> CONCERNED =
            Set.of(ResourceType.core("pods"), ResourceType.core("namespaces"), PodPolicy.TYPE);

    private final ImageSource images;
    private final KeptTable<PolicyRules> table;
    private final UpkeepLoop loop;
    /** The addresses of attached pods, by uid. */
    private final Map<String, Ipv4> attached;

    /** Guarded by this. */
    private PolicyPlan plan;

    private final ImageSource.Subscription subscription;

    private PolicyFilter(
            Machine machine,
            PolicyTable text,
            Set<Ipv4Range> localRanges,
            ImageSource images,
            Map<String, Ipv4> attached) {
        this.images = images;
        this.table = new KeptTable<>(machine, text);
        this.plan = PolicyPlan.empty(new PolicyPlan.Ground(localRanges, text.nameServer()));
        this.attached = new ConcurrentHashMap<>(attached);
        this.loop = new UpkeepLoop("network policies", table::noticeLoss, this::apply);
        this.subscription = images.subscribe((delta, image) -> onDelta(delta));
    }

    /**
     * Writes the whole table for the current image, then follows it.
     *
     * @param localRanges the addresses of this machine's pods
     * @param images caught up with the log: the rules are replaced to match
     * @param attached the addresses of the pods that have a network already, by uid
     * @throws IllegalStateException if the kernel refuses the table; the message says why
     */
    public static PolicyFilter start(
            Machine machine,
            PolicyTable text,
            Set<Ipv4Range> localRanges,
            ImageSource images,
            Map<String, Ipv4> attached) {
        PolicyFilter filter = new PolicyFilter(machine, text, localRanges, images, attached);
        String complaint = filter.apply();
        if (!complaint.isEmpty()) {
            filter.subscription.close();
            throw new IllegalStateException("nft: " + complaint);
        }
        filter.loop.start();
        return filter;
    }

    private void onDelta(ImageDelta delta) {
        for (Change change : delta.changes()) {
            if (CONCERNED.contains(change.after().key().type())) {
                loop.wake();
                return;
            }
        }
    }

    /**
     * Writes the rules of a pod that is about to get its address, before it can send or receive.
     *
     * @return why they could not be written: the pod must not have a network then; empty on success
     */
    public String admit(String uid, Ipv4 address) {
        attached.put(uid, address);
        String complaint = apply();
        if (!complaint.isEmpty()) {
            attached.remove(uid, address);
        }
        return complaint;
    }

    /** A pod has lost its address. */
    public void forget(String uid, Ipv4 address) {
        if (attached.remove(uid, address)) {
            loop.wake();
        }
    }

    private synchronized String apply() {
        plan = plan.next(images.current(), attached);
        return table.write(plan.rules()).complaint();
    }

    /** Stops following, after the current write. */
    @Override
    public void close() {
        subscription.close();
        loop.close();
    }
}
