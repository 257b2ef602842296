package io.shiplog.node.net.policy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.ScriptedImages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A cluster in which pods, namespaces and policies change at random. */
final class RandomPolicies {
    static final PolicyPlan.Ground GROUND =
            new PolicyPlan.Ground(Set.of(Ipv4Range.of("10.1.0.0/24")), Ipv4.of("10.96.0.10"));
    private static final List<String> NAMESPACES = List.of("a", "b", "kube-system");
    private static final int PODS = 12;
    private static final int POLICIES = 8;

    private final Random random;
    private final ScriptedImages images = new ScriptedImages();
    private final Map<String, Ipv4> attached = new HashMap<>();

    RandomPolicies(Random random) {
        this.random = random;
    }

    ScriptedImages images() {
        return images;
    }

    Map<String, Ipv4> attached() {
        return Map.copyOf(attached);
    }

    void change() {
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            switch (random.nextInt(6)) {
                case 0 -> images.put("namespaces", "", namespace(), "{'metadata':{'labels':{" + labels() + "}}}");
                case 1, 2 -> changePod(random.nextInt(PODS));
                case 3 -> {
                    String name = "p" + random.nextInt(PODS);
                    images.delete("pods", "a", name);
                    if (random.nextBoolean()) {
                        attached.remove("uid-" + name);
                    }
                }
                case 4 -> images.delete("networkpolicies", namespace(), "np" + random.nextInt(POLICIES));
                default -> images.policy(namespace(), "np" + random.nextInt(POLICIES), spec());
            }
        }
    }

    private void changePod(int number) {
        String name = "p" + number;
        boolean here = number % 2 == 0;
        if (here) {
            attached.put("uid-" + name, Ipv4.of("10.1.0." + (10 + number)));
        }
        images.pod(
                number % 3 == 0 ? "b" : "a",
                name,
                labels(),
                here ? "" : "10.2.0." + (10 + (random.nextInt(4) == 0 ? 1 : number)));
    }

    private String namespace() {
        return NAMESPACES.get(random.nextInt(NAMESPACES.size()));
    }

    private String labels() {
        List<String> labels = new ArrayList<>();
        for (String key : List.of("app", "tier")) {
            if (random.nextBoolean()) {
                labels.add("'%s':'%s'".formatted(key, random.nextBoolean() ? "x" : "y"));
            }
        }
        return String.join(",", labels);
    }

    private String selector() {
        return random.nextInt(3) == 0
                ? "{'matchExpressions':[{'key':'app','operator':'%s','values':['x']}]}"
                        .formatted(random.nextBoolean() ? "In" : "NotIn")
                : "{'matchLabels':{" + labels() + "}}";
    }

    private String spec() {
        return "{'podSelector':%s,'policyTypes':[%s],'ingress':[%s],'egress':[%s]}"
                .formatted(
                        selector(),
                        random.nextBoolean() ? "'Ingress'" : "'Ingress','Egress'",
                        rules("from"),
                        rules("to"));
    }

    private String rules(String peers) {
        List<String> rules = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            rules.add("{'%s':[%s],'ports':[%s]}".formatted(peers, peers(), ports()));
        }
        return String.join(",", rules);
    }

    private String peers() {
        List<String> peers = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            peers.add(
                    switch (random.nextInt(5)) {
                        case 0 -> "{'podSelector':" + selector() + "}";
                        case 1 -> "{'namespaceSelector':" + selector() + "}";
                        case 2 -> "{'namespaceSelector':" + selector() + ",'podSelector':" + selector() + "}";
                        case 3 -> "{'ipBlock':{'cidr':'0.0.0.0/0','except':['10.0.0.0/8','192.0.2.128/25']}}";
                        default ->
                            "{'ipBlock':{'cidr':'%s'}}"
                                    .formatted(random.nextBoolean() ? "10.2.0.0/16" : "2001:db8::/32");
                    });
        }
        return String.join(",", peers);
    }

    private String ports() {
        List<String> ports = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            int first = 1 + random.nextInt(100);
            ports.add(
                    switch (random.nextInt(5)) {
                        case 0 -> "{'protocol':'TCP','port':'http'}";
                        case 1 -> "{'protocol':'UDP','port':%d}".formatted(first);
                        case 2 -> "{'protocol':'SCTP','port':%d}".formatted(first);
                        case 3 -> "{'protocol':'TCP'}";
                        default ->
                            "{'protocol':'TCP','port':%d,'endPort':%d}".formatted(first, first + random.nextInt(40));
                    });
        }
        return String.join(",", ports);
    }
}
