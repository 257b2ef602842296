package io.shiplog.node.net.policy;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.policy.PodRules.Element;
import io.shiplog.node.net.policy.PolicySet.Compiled;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.network.PodPolicy;
import io.shiplog.projections.network.PodPolicy.Direction;
import io.shiplog.projections.network.PolicyPeer;
import io.shiplog.projections.network.PolicyRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The filter for an image and the pods that are attached here. Pure; {@link #next} reads only what changed.
 *
 * <p>Only pods of this machine are filtered, on their own side of a connection. Each has a chain for each direction in which it is
 * isolated, shared by all pods that the same policies select. Peers are sets of addresses: a pod that comes, goes or changes its labels
 * is an element of them.
 */
final class PolicyPlan {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    /** The name server is allowed and refused as the pods are that other clusters run it in. */
    private static final String DNS_NAMESPACE = "kube-system";

    private static final Map<String, String> DNS_LABELS = Map.of("k8s-app", "kube-dns");
    private static final Map<String, String> DNS_PORTS = Map.of("UDP", "dns", "TCP", "dns-tcp");
    private static final int DNS_PORT = 53;

    /** Of a pod that is attached, but not in the image (any more): nothing is known about it, so nothing is allowed. */
    private static final String UNKNOWN = "unknown";

    private final Ground ground;
    private final PolicySet policies;
    private final Map<String, Context> contexts;
    private final Map<ObjectKey, Read> reads;
    private final PolicyRules rules;

    /**
     * @param localRanges the addresses of this machine's pods: an address there is a pod's only while it is attached
     * @param nameServer the cluster's DNS on this machine
     */
    record Ground(Set<Ipv4Range> localRanges, Ipv4 nameServer) {
        Ground {
            localRanges = Set.copyOf(localRanges);
        }
    }

    /** A pod with all that its rules were made from. */
    private record Read(
            StoredObject object,
            PolicyPod pod,
            Context context,
            @Nullable Ipv4 attached,
            @Nullable Ipv4 address,
            List<Profile> profiles,
            PodRules rules) {}

    /** What all pods of a namespace have in common. */
    private record Context(
            PolicySet policies,
            Map<String, String> namespaceLabels,
            Map<String, String> dnsLabels,
            Map<String, PolicyPeer.Pods> peers) {
        boolean sameAs(PolicySet otherPolicies, Map<String, String> labels, Map<String, String> otherDnsLabels) {
            return policies == otherPolicies && namespaceLabels.equals(labels) && dnsLabels.equals(otherDnsLabels);
        }
    }

    /** The policies that select a pod for one direction, as a chain. */
    private record Profile(String name, List<PolicySet.Chain> chains) {}

    private PolicyPlan(
            Ground ground,
            PolicySet policies,
            Map<String, Context> contexts,
            Map<ObjectKey, Read> reads,
            PolicyRules rules) {
        this.ground = ground;
        this.policies = policies;
        this.contexts = contexts;
        this.reads = reads;
        this.rules = rules;
    }

    static PolicyPlan empty(Ground ground) {
        return new PolicyPlan(ground, PolicySet.EMPTY, Map.of(), Map.of(), PolicyRules.NONE);
    }

    PolicyRules rules() {
        return rules;
    }

    /**
     * The plan for another image.
     *
     * @param attached the addresses of the pods that have a network here, by uid
     */
    PolicyPlan next(Image image, Map<String, Ipv4> attached) {
        PolicySet nextPolicies = policies.next(image.list(PodPolicy.TYPE));
        if (nextPolicies.isEmpty()) {
            return policies.isEmpty() ? this : empty(ground);
        }
        Map<String, String> dnsLabels = labelsOf(image, DNS_NAMESPACE);
        Map<String, Context> nextContexts = new HashMap<>();
        Map<ObjectKey, Read> nextReads = new HashMap<>();
        Map<String, Ipv4> unknown = new HashMap<>(attached);
        for (StoredObject object : image.list(PODS)) {
            Context context = nextContexts.computeIfAbsent(
                    object.key().namespace(), name -> context(name, nextPolicies, labelsOf(image, name), dnsLabels));
            unknown.remove(object.uid());
            Read before = reads.get(object.key());
            nextReads.put(object.key(), read(before, object, context, attached.get(object.uid())));
        }
        return new PolicyPlan(ground, nextPolicies, nextContexts, nextReads, rules(nextReads, unknown));
    }

    private Context context(
            String namespace, PolicySet policySet, Map<String, String> labels, Map<String, String> dnsLabels) {
        Context before = contexts.get(namespace);
        return before != null && before.sameAs(policySet, labels, dnsLabels)
                ? before
                : new Context(policySet, labels, dnsLabels, policySet.peersIn(namespace, labels));
    }

    private static Map<String, String> labelsOf(Image image, String namespace) {
        StoredObject object = image.get(ObjectKey.of(NAMESPACES, "", namespace));
        return object == null ? Map.of() : object.labels();
    }

    private Read read(@Nullable Read before, StoredObject object, Context context, @Nullable Ipv4 attached) {
        if (before != null
                && before.object() == object
                && before.context() == context
                && Objects.equals(before.attached(), attached)) {
            return before;
        }
        PolicyPod pod = before != null && before.object() == object ? before.pod() : PolicyPod.of(object);
        Ipv4 address = attached != null ? attached : elsewhere(pod.reported());
        if (before != null
                && before.context() == context
                && before.pod().equals(pod)
                && before.object().labels().equals(object.labels())
                && Objects.equals(before.attached(), attached)) {
            return new Read(object, pod, context, attached, address, before.profiles(), before.rules());
        }
        return fresh(object, pod, context, attached, address);
    }

    /** The address, if it is not one of this machine's: those are known better here. */
    private @Nullable Ipv4 elsewhere(@Nullable Ipv4 reported) {
        return reported == null
                        || !reported.isUnicast()
                        || ground.localRanges().stream().anyMatch(range -> range.contains(reported))
                ? null
                : reported;
    }

    private Read fresh(
            StoredObject object, PolicyPod pod, Context context, @Nullable Ipv4 attached, @Nullable Ipv4 address) {
        Set<Element> elements = new HashSet<>();
        List<Profile> profiles = new ArrayList<>();
        if (address != null) {
            Map<String, String> labels = object.labels();
            context.peers().forEach((set, peer) -> {
                if (peer.pods().matches(labels)) {
                    elements.add(new Element(set, address.toString()));
                }
            });
            for (PolicyRule.Port port : pod.ports()) {
                if (isNamed(context.policies(), port)) {
                    elements.add(
                            new Element(PolicyText.set(port.protocol(), port.name()), address + " . " + port.first()));
                }
            }
        }
        if (attached != null) {
            List<Compiled> selecting = context.policies().selecting(object.key().namespace(), object.labels());
            addIsolation(selecting, context, attached, elements, profiles);
        }
        return new Read(object, pod, context, attached, address, profiles, new PodRules(elements));
    }

    private static boolean isNamed(PolicySet policies, PolicyRule.Port port) {
        return policies.namedPorts().stream()
                .anyMatch(named ->
                        named.name().equals(port.name()) && named.protocol().equals(port.protocol()));
    }

    private void addIsolation(
            List<Compiled> selecting, Context context, Ipv4 address, Set<Element> elements, List<Profile> profiles) {
        for (Direction direction : Direction.values()) {
            List<PolicySet.Chain> chains = new ArrayList<>();
            for (Compiled compiled : selecting) {
                PolicySet.Chain chain = compiled.chain(direction);
                if (chain != null) {
                    chains.add(chain);
                }
            }
            if (chains.isEmpty()) {
                continue;
            }
            Profile profile = profile(direction, chains);
            profiles.add(profile);
            isolate(direction, profile.name(), address, elements);
            if (direction == Direction.EGRESS) {
                DNS_PORTS.forEach((protocol, name) -> {
                    if (!PolicySet.allowsEgress(selecting, nameServer(context, protocol, name))) {
                        elements.add(new Element(PolicyTable.NO_DNS, address + " . " + PolicyText.protocol(protocol)));
                    }
                });
            }
        }
    }

    private PolicySet.Destination nameServer(Context context, String protocol, String portName) {
        return new PolicySet.Destination(
                DNS_NAMESPACE, context.dnsLabels(), DNS_LABELS, ground.nameServer(), protocol, portName, DNS_PORT);
    }

    private static void isolate(Direction direction, String chain, Ipv4 address, Set<Element> elements) {
        String map = direction == Direction.INGRESS ? PolicyTable.INGRESS : PolicyTable.EGRESS;
        elements.add(new Element(map, address + " : goto " + chain));
        elements.add(new Element(PolicyTable.SELF, address + " . " + address));
    }

    private static Profile profile(Direction direction, List<PolicySet.Chain> chains) {
        StringBuilder names = new StringBuilder();
        chains.forEach(chain -> names.append(chain.name()).append(' '));
        String prefix = direction == Direction.INGRESS ? "podin_" : "podout_";
        return new Profile(prefix + PolicyText.hash(names.toString()), List.copyOf(chains));
    }

    private static PolicyRules rules(Map<ObjectKey, Read> reads, Map<String, Ipv4> unknown) {
        SortedMap<String, List<String>> chains = new TreeMap<>();
        SortedMap<String, String> sets = new TreeMap<>();
        Map<Ipv4, Read> byAddress = new HashMap<>();
        for (Read read : reads.values()) {
            if (read.address() != null) {
                byAddress.merge(read.address(), read, PolicyPlan::newer);
            }
            for (Profile profile : read.profiles()) {
                if (!chains.containsKey(profile.name())) {
                    addProfile(profile, chains, sets);
                }
            }
        }
        Map<Ipv4, PodRules> pods = new HashMap<>();
        byAddress.forEach((address, read) -> pods.put(address, read.rules()));
        if (!unknown.isEmpty()) {
            chains.put(UNKNOWN, List.of("drop"));
            unknown.values().forEach(address -> pods.put(address, refused(address)));
        }
        return new PolicyRules(chains, sets, pods);
    }

    /** An address is one pod's: an attached one's, or the one that was written last. */
    private static Read newer(Read one, Read other) {
        if ((one.attached() == null) != (other.attached() == null)) {
            return one.attached() == null ? other : one;
        }
        return one.object().revision() >= other.object().revision() ? one : other;
    }

    private static void addProfile(
            Profile profile, SortedMap<String, List<String>> chains, SortedMap<String, String> sets) {
        List<String> lines = new ArrayList<>();
        for (PolicySet.Chain chain : profile.chains()) {
            if (!chain.lines().isEmpty()) {
                lines.add("jump " + chain.name());
                chains.put(chain.name(), chain.lines());
                sets.putAll(chain.sets());
            }
        }
        lines.add("drop");
        chains.put(profile.name(), lines);
    }

    private static PodRules refused(Ipv4 address) {
        Set<Element> elements = new HashSet<>();
        for (Direction direction : Direction.values()) {
            isolate(direction, UNKNOWN, address, elements);
        }
        DNS_PORTS
                .keySet()
                .forEach(protocol ->
                        elements.add(new Element(PolicyTable.NO_DNS, address + " . " + PolicyText.protocol(protocol))));
        return new PodRules(elements);
    }
}
