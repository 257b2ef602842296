package io.shiplog.node.net.policy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.services.ScriptedImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long policies take: 1,000 policies on 1,000 pods of one machine, each policy for ten pods and from a hundred. Needs root on Linux.
 * Run: {@code ./mvnw -Dquick -pl node-runner -am test-compile}, then {@code main} with the test's class path.
 */
final class PolicyBench {
    private static final String NAMESPACE = "shiplog-policy-bench";
    private static final int PODS = 1_000;
    private static final int POLICIES = 1_000;
    private static final int NAMESPACES = 10;
    private static final int APPS = 10;
    private static final int ROUNDS = 50;
    private static final PolicyTable TABLE = new PolicyTable("bench", Ipv4.of("10.96.0.10"), "slv");
    private static final Machine MACHINE = new LinuxMachine();

    private PolicyBench() {}

    public static void main(String[] args) {
        MACHINE.run("ip", "netns", "add", NAMESPACE);
        try {
            for (int i = 0; i < 5; i++) {
                measure();
            }
        } finally {
            MACHINE.run("ip", "netns", "del", NAMESPACE);
        }
    }

    private static void measure() {
        ScriptedImages images = new ScriptedImages();
        Map<String, Ipv4> attached = new HashMap<>();
        for (int i = 0; i < NAMESPACES; i++) {
            images.put("namespaces", "", "ns" + i, "{'metadata':{'labels':{'name':'ns%d'}}}".formatted(i));
        }
        for (int i = 0; i < PODS; i++) {
            pod(images, i, i % APPS);
            attached.put("uid-p" + i, Ipv4.of("10.1." + i / 250 + "." + (i % 250 + 2)));
        }
        PolicyPlan none =
                PolicyPlan.empty(new PolicyPlan.Ground(Set.of(Ipv4Range.of("10.1.0.0/16")), Ipv4.of("10.96.0.10")));
        for (int i = 0; i < POLICIES; i++) {
            images.policy(
                    "ns" + i % NAMESPACES,
                    "np" + i,
                    "{'podSelector':{'matchLabels':{'app':'a%d'}},'policyTypes':['Ingress'],'ingress':[{'from':[{'namespaceSelector':{},"
                                    .formatted(i / NAMESPACES % APPS)
                            + "'podSelector':{'matchLabels':{'app':'a%d'}}}],'ports':[{'port':%d}]}]}"
                                    .formatted(i / 100, 1000 + i));
        }
        write(TABLE.empty());
        long start = System.nanoTime();
        PolicyPlan plan = none.next(images.current(), attached);
        long planned = System.nanoTime();
        String script = TABLE.change(none.rules(), plan.rules());
        long written = System.nanoTime();
        write(script);
        long end = System.nanoTime();
        System.out.printf(
                "all: plan %d ms, text %d ms (%d KiB), nft %d ms, total %d ms%n",
                ms(planned - start), ms(written - planned), script.length() / 1024, ms(end - written), ms(end - start));
        List<Long> totals = new ArrayList<>();
        List<Long> plans = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            pod(images, 7, i % APPS);
            long from = System.nanoTime();
            PolicyPlan next = plan.next(images.current(), attached);
            String change = TABLE.change(plan.rules(), next.rules());
            long there = System.nanoTime();
            write(change);
            totals.add(System.nanoTime() - from);
            plans.add(there - from);
            plan = next;
        }
        Collections.sort(totals);
        Collections.sort(plans);
        System.out.printf(
                "one pod: p50 %.1f ms, p90 %.1f ms; without nft p50 %.1f ms%n",
                totals.get(ROUNDS / 2) / 1e6, totals.get(ROUNDS * 9 / 10) / 1e6, plans.get(ROUNDS / 2) / 1e6);
    }

    private static void pod(ScriptedImages images, int number, int app) {
        images.pod("ns" + number / APPS % NAMESPACES, "p" + number, "'app':'a%d'".formatted(app), "");
    }

    private static long ms(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }

    private static void write(String script) {
        Machine.Outcome outcome =
                MACHINE.run(List.of("nsenter", "--net=/run/netns/" + NAMESPACE, "nft", "-f", "-"), script);
        if (!outcome.ok()) {
            throw new IllegalStateException(outcome.complaint());
        }
    }
}
