package io.shiplog.node.net.policy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.nft.TableText;
import io.shiplog.node.net.policy.PodRules.Element;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nftables form of {@link PolicyRules}: a table of our own. Pure; each text is one atomic transaction of {@code nft -f}.
 *
 * @param name the table's
 * @param nameServer the cluster's DNS on this machine
 * @param podInterfaces name prefix of the pods' interfaces
 */
public record PolicyTable(String name, Ipv4 nameServer, String podInterfaces) implements TableText<PolicyRules> {
    /** From a pod's address to the chain that decides what it accepts. */
    static final String INGRESS = "ingress_of";
    /** From a pod's address to the chain that decides what it may open. */
    static final String EGRESS = "egress_of";
    /** Each isolated pod's address twice: a pod may always connect to itself. */
    static final String SELF = "self";
    /** Pods that must not ask the name server, by protocol. */
    static final String NO_DNS = "no_dns";

    private static final Set<String> FIXED = Set.of(INGRESS, EGRESS, SELF, NO_DNS);

    /** Elements per statement, to limit the length of a line. */
    private static final int ELEMENTS_A_STATEMENT = 1_000;

    @Override
    public String full(PolicyRules rules) {
        return skeleton() + change(PolicyRules.NONE, rules);
    }

    /** The table without policies. */
    public String empty() {
        return full(PolicyRules.NONE);
    }

    private String remove() {
        return "table ip %s\ndelete table ip %s\n".formatted(name, name);
    }

    /**
     * The parts that do not depend on policies. Two base chains see each forwarded packet, after its destination was translated and before
     * its source is: an accept ends only the one that says it, so both the sender's and the receiver's policies must allow. What the machine
     * itself sends does not pass here. A pod may only send from its own address: rules that trust addresses depend on it.
     */
    private String skeleton() {
        return remove() + """
                table ip %s {
                 map ingress_of { type ipv4_addr : verdict; }
                 map egress_of { type ipv4_addr : verdict; }
                 set self { type ipv4_addr . ipv4_addr; }
                 set no_dns { type ipv4_addr . inet_proto; }
                 chain origin {
                  type filter hook prerouting priority -299; policy accept;
                  iifname "%s*" fib saddr . iif oif 0 drop
                 }
                 chain egress {
                  type filter hook forward priority 5; policy accept;
                  ct state established,related accept
                  ip saddr . ip daddr @self accept
                  ip saddr vmap @egress_of
                 }
                 chain ingress {
                  type filter hook forward priority 6; policy accept;
                  ct state established,related accept
                  ip saddr . ip daddr @self accept
                  ip daddr vmap @ingress_of
                 }
                 chain names {
                  type filter hook input priority 5; policy accept;
                  iifname "%s*" ip daddr %s ct state new ip saddr . ip protocol @no_dns drop
                 }
                }
                """.formatted(name, podInterfaces, podInterfaces, nameServer);
    }

    @Override
    public String change(PolicyRules from, PolicyRules to) {
        StringBuilder script = new StringBuilder();
        to.sets().forEach((set, type) -> {
            if (!from.sets().containsKey(set)) {
                script.append("add set ip %s %s { %s }\n".formatted(name, set, type));
            }
        });
        appendChains(script, from, to);
        appendElements(script, from, to);
        SortedSet<String> gone = new TreeSet<>(from.chains().keySet());
        gone.removeAll(to.chains().keySet());
        gone.forEach(chain -> script.append("flush chain ip %s %s\n".formatted(name, chain)));
        gone.forEach(chain -> script.append("delete chain ip %s %s\n".formatted(name, chain)));
        from.sets().keySet().stream()
                .filter(set -> !to.sets().containsKey(set))
                .forEach(set -> script.append("delete set ip %s %s\n".formatted(name, set)));
        return script.toString();
    }

    /** All chains exist before a rule leads to one. */
    private void appendChains(StringBuilder script, PolicyRules from, PolicyRules to) {
        SortedSet<String> written = new TreeSet<>();
        to.chains().forEach((chain, lines) -> {
            if (!from.chains().containsKey(chain)) {
                script.append("add chain ip %s %s\n".formatted(name, chain));
                written.add(chain);
            } else if (!lines.equals(from.chains().get(chain))) {
                script.append("flush chain ip %s %s\n".formatted(name, chain));
                written.add(chain);
            }
        });
        for (String chain : written) {
            for (String line : to.chains().getOrDefault(chain, List.of())) {
                script.append("add rule ip %s %s %s\n".formatted(name, chain, line));
            }
        }
    }

    private void appendElements(StringBuilder script, PolicyRules from, PolicyRules to) {
        SortedMap<String, SortedSet<String>> less = new TreeMap<>();
        SortedMap<String, SortedSet<String>> more = new TreeMap<>();
        boolean newSets = !from.sets().keySet().containsAll(to.sets().keySet());
        from.pods().forEach((address, before) -> {
            PodRules after = to.pods().get(address);
            if (after != before) {
                before.elements().stream()
                        .filter(element -> after == null || !after.elements().contains(element))
                        .filter(element -> isKept(element.set(), from, to))
                        .forEach(element -> add(less, element));
            }
        });
        to.pods().forEach((address, after) -> {
            PodRules before = from.pods().get(address);
            if (after != before) {
                after.elements().stream()
                        .filter(element -> before == null || !before.elements().contains(element))
                        .filter(element -> isKept(element.set(), from, to))
                        .forEach(element -> add(more, element));
            }
            if (newSets) {
                after.elements().stream()
                        .filter(element -> isNew(element.set(), from, to))
                        .forEach(element -> add(more, element));
            }
        });
        less.forEach((set, elements) -> appendElements(script, "delete", set, elements));
        more.forEach((set, elements) -> appendElements(script, "add", set, elements));
    }

    private static boolean isKept(String set, PolicyRules from, PolicyRules to) {
        return FIXED.contains(set) || (from.sets().containsKey(set) && to.sets().containsKey(set));
    }

    private static boolean isNew(String set, PolicyRules from, PolicyRules to) {
        return !from.sets().containsKey(set) && to.sets().containsKey(set);
    }

    private static void add(Map<String, SortedSet<String>> elements, Element element) {
        elements.computeIfAbsent(element.set(), set -> new TreeSet<>()).add(element.text());
    }

    private void appendElements(StringBuilder script, String verb, String set, SortedSet<String> elements) {
        int count = 0;
        for (String element : elements) {
            if (count % ELEMENTS_A_STATEMENT == 0) {
                script.append(count == 0 ? "" : " }\n").append("%s element ip %s %s { ".formatted(verb, name, set));
            } else {
                script.append(", ");
            }
            script.append(element);
            count++;
        }
        script.append(" }\n");
    }
}
