package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Placement.OnNode;
import io.shiplog.events.object.ObjectKey;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How many pods per second find their node. Not a test: run its {@code main}. 5,000 nodes in ten zones; 10,000 pods of a hundred
 * Deployments, which must spread over zones, avoid nodes with pods of their own kind and like the zone of another kind.
 */
public final class SchedulingBenchmark {
    private static final int NODES = 5_000;
    private static final int PODS = 10_000;
    private static final int ZONES = 10;
    private static final int KINDS = 100;
    private static final int PART = 1_000;

    private SchedulingBenchmark() {}

    /**
     * Prints decisions per second, for each thousand of pods: by the clock, and by the CPU time of the deciding thread, which other work
     * on the machine does not change.
     */
    public static void main(String[] args) {
        Town town = new Town();
        for (int i = 0; i < NODES; i++) {
            String name = "n%04d".formatted(i);
            town.node(
                    name,
                    "8",
                    "'kubernetes.io/hostname':'%s','topology.kubernetes.io/zone':'z%d'".formatted(name, i % ZONES),
                    "");
        }
        List<ObjectKey> keys = new ArrayList<>();
        for (int i = 0; i < PODS; i++) {
            keys.add(pod(town, i));
        }
        town.cluster.deliverAll();
        ClusterView view = ClusterView.of(town.cluster.image());
        System.out.printf(
                "load of the machine: %.1f%n",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        Clocks all = Clocks.now();
        Clocks start = all;
        for (int i = 0; i < PODS; i++) {
            PodDemand pod =
                    PodDemand.of(Objects.requireNonNull(town.cluster.image().get(keys.get(i))));
            if (!(Decision.of(pod, view).placement() instanceof OnNode chosen)) {
                throw new IllegalStateException(pod.key() + " fits nowhere");
            }
            view = view.assume(pod, chosen.node());
            if ((i + 1) % PART == 0) {
                System.out.printf("%,d pods: %s%n", i + 1, start.rate(PART));
                start = Clocks.now();
            }
        }
        System.out.printf("all: %s%n", all.rate(PODS));
    }

    private record Clocks(long wall, long cpu) {
        static Clocks now() {
            return new Clocks(
                    System.nanoTime(), ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
        }

        String rate(int decisions) {
            Clocks end = now();
            return "%,.0f/s, %,.0f per second of CPU"
                    .formatted(decisions * 1e9 / (end.wall - wall), decisions * 1e9 / (end.cpu - cpu));
        }
    }

    private static ObjectKey pod(Town town, int number) {
        int kind = number % KINDS;
        String selector = "'labelSelector':{'matchLabels':{'app':'a%d'}}";
        return town.pod(
                "shop",
                "p" + number,
                "'app':'a" + kind + "'",
                Town.asking("100m")
                        + ",'topologySpreadConstraints':[{'topologyKey':'topology.kubernetes.io/zone','maxSkew':1,"
                        + "'whenUnsatisfiable':'DoNotSchedule'," + selector.formatted(kind) + "}]"
                        + ",'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':["
                        + "{'topologyKey':'kubernetes.io/hostname'," + selector.formatted(kind) + "}]},"
                        + "'podAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':10,"
                        + "'podAffinityTerm':{'topologyKey':'topology.kubernetes.io/zone',"
                        + selector.formatted((kind + 1) % KINDS) + "}}]}}",
                "'phase':'Pending'");
    }
}
