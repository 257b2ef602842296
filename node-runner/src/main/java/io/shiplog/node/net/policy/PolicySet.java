package io.shiplog.node.net.policy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.network.PodPolicy;
import io.shiplog.projections.network.PodPolicy.Direction;
import io.shiplog.projections.network.PolicyPeer;
import io.shiplog.projections.network.PolicyRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All policies of an image in the form that rules are made from. Pure; a policy that did not change is reused. */
final class PolicySet {
    static final PolicySet EMPTY = new PolicySet(List.of());

    private final List<Compiled> policies;
    private final Map<String, List<Compiled>> byNamespace = new HashMap<>();
    /** Sets of peers in one namespace, and those that select namespaces, by set. */
    private final Map<String, Map<String, PolicyPeer.Pods>> inNamespace = new HashMap<>();

    private final Map<String, PolicyPeer.Pods> anywhere = new LinkedHashMap<>();
    private final Set<PolicyRule.Port> namedPorts = new HashSet<>();

    /**
     * A policy with the chains that it is written as.
     *
     * @param ingress null if it says nothing about this direction
     * @param egress likewise
     */
    record Compiled(
            StoredObject object,
            PodPolicy policy,
            @Nullable Chain ingress,
            @Nullable Chain egress) {
        @Nullable Chain chain(Direction direction) {
            return direction == Direction.INGRESS ? ingress : egress;
        }
    }

    /**
     * A chain that accepts what one policy allows in one direction.
     *
     * @param sets the sets that it looks into, with their types
     */
    record Chain(String name, List<String> lines, SortedMap<String, String> sets) {}

    private PolicySet(List<Compiled> policies) {
        this.policies = policies;
        for (Compiled compiled : policies) {
            byNamespace
                    .computeIfAbsent(compiled.policy().key().namespace(), namespace -> new ArrayList<>())
                    .add(compiled);
            rules(compiled.policy()).forEach(this::addNames);
        }
    }

    private void addNames(PolicyRule rule) {
        for (PolicyPeer peer : rule.peers()) {
            if (peer instanceof PolicyPeer.Pods pods) {
                (pods.namespace().isEmpty()
                                ? anywhere
                                : inNamespace.computeIfAbsent(pods.namespace(), namespace -> new LinkedHashMap<>()))
                        .putIfAbsent(PolicyText.set(pods), pods);
            }
        }
        rule.ports().stream().filter(port -> !port.name().isEmpty()).forEach(namedPorts::add);
    }

    private static List<PolicyRule> rules(PodPolicy policy) {
        List<PolicyRule> rules = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            List<PolicyRule> each = policy.rules(direction);
            if (each != null) {
                rules.addAll(each);
            }
        }
        return rules;
    }

    /** The policies of another image; this one if they are the same. */
    PolicySet next(Collection<StoredObject> objects) {
        Map<StoredObject, Compiled> known = new HashMap<>();
        policies.forEach(compiled -> known.put(compiled.object(), compiled));
        List<Compiled> next = new ArrayList<>();
        for (StoredObject object : objects) {
            Compiled before = known.get(object);
            next.add(before == null ? compile(object) : before);
        }
        return next.equals(policies) ? this : new PolicySet(List.copyOf(next));
    }

    private static Compiled compile(StoredObject object) {
        PodPolicy policy = PodPolicy.of(object);
        return new Compiled(object, policy, chain(policy, Direction.INGRESS), chain(policy, Direction.EGRESS));
    }

    private static @Nullable Chain chain(PodPolicy policy, Direction direction) {
        List<PolicyRule> rules = policy.rules(direction);
        if (rules == null) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        SortedMap<String, String> sets = new TreeMap<>();
        for (PolicyRule rule : rules) {
            lines.addAll(PolicyText.accepting(rule, direction));
            for (PolicyPeer peer : rule.peers()) {
                if (peer instanceof PolicyPeer.Pods pods) {
                    sets.put(PolicyText.set(pods), PolicyText.ADDRESSES);
                }
            }
            for (PolicyRule.Port port : rule.ports()) {
                if (!port.name().isEmpty()) {
                    sets.put(PolicyText.set(port.protocol(), port.name()), PolicyText.ADDRESSES_AND_PORTS);
                }
            }
        }
        String name = (direction == Direction.INGRESS ? "in_" : "out_")
                + PolicyText.hash(policy.key().namespace() + "/" + policy.key().name());
        return new Chain(name, List.copyOf(lines), sets);
    }

    boolean isEmpty() {
        return policies.isEmpty();
    }

    /** The policies that select a pod. */
    List<Compiled> selecting(String namespace, Map<String, String> labels) {
        List<Compiled> selecting = new ArrayList<>();
        for (Compiled compiled : byNamespace.getOrDefault(namespace, List.of())) {
            if (compiled.policy().pods().matches(labels)) {
                selecting.add(compiled);
            }
        }
        return selecting;
    }

    /** The peers that may mean pods of a namespace, by set. */
    Map<String, PolicyPeer.Pods> peersIn(String namespace, Map<String, String> namespaceLabels) {
        Map<String, PolicyPeer.Pods> peers = new LinkedHashMap<>(inNamespace.getOrDefault(namespace, Map.of()));
        anywhere.forEach((set, peer) -> {
            if (peer.inNamespace(namespace, namespaceLabels)) {
                peers.put(set, peer);
            }
        });
        return peers;
    }

    /** The named ports that policies use. */
    Set<PolicyRule.Port> namedPorts() {
        return namedPorts;
    }

    /** Whether one of some policies allows its pods an address, a port of it and its name. */
    static boolean allowsEgress(List<Compiled> policies, Destination to) {
        for (Compiled compiled : policies) {
            List<PolicyRule> rules = compiled.policy().egress();
            if (rules != null && rules.stream().anyMatch(to::allowedBy)) {
                return true;
            }
        }
        return false;
    }

    /** One port of one pod. */
    record Destination(
            String namespace,
            Map<String, String> namespaceLabels,
            Map<String, String> labels,
            Ipv4 address,
            String protocol,
            String portName,
            int port) {
        boolean allowedBy(PolicyRule rule) {
            return (rule.peers().isEmpty() || rule.peers().stream().anyMatch(this::is))
                    && (rule.ports().isEmpty() || rule.ports().stream().anyMatch(this::isAt));
        }

        private boolean is(PolicyPeer peer) {
            return switch (peer) {
                case PolicyPeer.Pods pods -> pods.matches(namespace, namespaceLabels, labels);
                case PolicyPeer.Block block ->
                    within(block.cidr()) && block.except().stream().noneMatch(this::within);
            };
        }

        private boolean within(String cidr) {
            Ipv4Range range = Ipv4Range.parse(cidr);
            return range != null && range.contains(address);
        }

        private boolean isAt(PolicyRule.Port given) {
            return given.protocol().equals(protocol)
                    && (given.name().isEmpty()
                            ? given.first() <= port && port <= given.last()
                            : given.name().equals(portName));
        }
    }
}
