package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.NAMESPACES;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tally that follows the changes of the cluster says what a count of all pods says. A failure names its seed. */
class TalliesTest {
    private static final int RUNS = 20;
    private static final int CHANGES = 120;
    private static final int NODE_NAMES = 8;
    private static final List<String> ZONES = List.of("a", "b", "c");
    private static final List<String> APPS = List.of("web", "db", "queue");
    private static final List<String> NAMES = List.of("shop", "bank");

    private final List<ObjectKey> pods = new ArrayList<>();
    private Town town = new Town();
    private ClusterView view = ClusterView.EMPTY;
    private int compared;

    static Stream<Long> seeds() {
        long first = System.nanoTime();
        return Stream.iterate(first, seed -> seed + 1).limit(RUNS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void tallyThatFollowsChangesEqualsACount(long seed) {
        Random random = new Random(seed);
        town = new Town(new FakeCluster("tallies" + seed));
        town.cluster.observe(change -> view = view.evolve(change));
        NAMES.forEach(name -> town.namespace(name, "'team':'x'"));
        IntStream.range(0, NODE_NAMES / 2).forEach(i -> node(random, i));
        for (int i = 0; i < CHANGES; i++) {
            change(random, i);
            town.cluster.deliverAll();
            decideForSome(random, seed);
            for (Tally tally : view.tallies()) {
                compared++;
                assertEquals(Tally.count(tally.query(), view), tally, "seed " + seed);
            }
        }
        assertTrue(compared > CHANGES, () -> "seed %d: only %d tallies".formatted(seed, compared));
    }

    /** Asks for tallies, and decides as with none kept before. */
    private void decideForSome(Random random, long seed) {
        ClusterView fresh = ClusterView.of(town.cluster.image());
        assertEquals(fresh, view, "seed " + seed);
        for (ObjectKey key : pods) {
            StoredObject stored = town.cluster.image().get(key);
            if (random.nextInt(4) == 0 && stored != null) {
                PodDemand pod = PodDemand.of(stored);
                assertEquals(
                        Explanation.of(pod, fresh.without(key)),
                        Explanation.of(pod, view.without(key)),
                        "seed " + seed);
            }
        }
        demands().limit(1).forEach(pod -> {
            ClusterView left = view.without(pod.key());
            Decision.of(pod, left);
            ClusterView assumed = left.assume(pod, "n0");
            assumed.tallies()
                    .forEach(tally -> assertEquals(Tally.count(tally.query(), assumed), tally, "seed " + seed));
            ClusterView back = assumed.without(pod.key());
            back.tallies().forEach(tally -> assertEquals(Tally.count(tally.query(), back), tally, "seed " + seed));
        });
        // Most of what waits is decided in this very view: its tallies go on.
        demands().filter(pod -> pod.node() == null).limit(3).forEach(pod -> Decision.of(pod, view));
    }

    private Stream<PodDemand> demands() {
        return pods.stream()
                .map(town.cluster.image()::get)
                .filter(Objects::nonNull)
                .map(PodDemand::of);
    }

    private void change(Random random, int number) {
        switch (random.nextInt(9)) {
            case 0 -> node(random, random.nextInt(NODE_NAMES));
            case 1 -> {
                ObjectKey node = ObjectKey.clusterScoped(NODES, "n" + random.nextInt(NODE_NAMES));
                if (town.cluster.tree(node) != null && random.nextInt(3) == 0) {
                    town.cluster.deleteAtOnce(node);
                }
            }
            case 2 ->
                town.cluster.change(
                        ObjectKey.clusterScoped(NAMESPACES, any(random, NAMES)),
                        "",
                        "{\"metadata\":{\"labels\":{\"team\":\"" + (random.nextBoolean() ? "x" : "y") + "\"}}}");
            case 3 ->
                anyPod(random).ifPresent(key -> {
                    town.cluster.deleteAtOnce(key);
                    pods.remove(key);
                });
            case 4 ->
                anyPod(random)
                        .ifPresent(key -> town.cluster.change(
                                key, "", "{\"metadata\":{\"labels\":{\"app\":\"" + any(random, APPS) + "\"}}}"));
            case 5 ->
                anyPod(random)
                        .ifPresent(key -> town.cluster.change(
                                key, "status", "{\"status\":{\"phase\":\"" + phase(random) + "\"}}"));
            default -> pods.add(pod(random, number));
        }
    }

    private static String phase(Random random) {
        return random.nextInt(3) == 0 ? "Succeeded" : "Running";
    }

    private Optional<ObjectKey> anyPod(Random random) {
        List<ObjectKey> stored =
                pods.stream().filter(key -> town.cluster.tree(key) != null).toList();
        return stored.isEmpty() ? Optional.empty() : Optional.of(any(random, stored));
    }

    private static <T> T any(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void node(Random random, int i) {
        String labels = (random.nextInt(6) == 0 ? "" : "'kubernetes.io/hostname':'n" + i + "',")
                + (random.nextInt(6) == 0
                        ? ""
                        : "'topology.kubernetes.io/zone':'%s','zone':'%s',"
                                .formatted(any(random, ZONES), any(random, ZONES)))
                + "'disk':'" + (random.nextBoolean() ? "ssd" : "hdd") + "'";
        String taint = random.nextInt(5) == 0 ? "'taints':[{'key':'k','effect':'NoSchedule'}]" : "'taints':[]";
        ObjectKey key = ObjectKey.clusterScoped(NODES, "n" + i);
        if (town.cluster.tree(key) == null) {
            town.node("n" + i, "4", labels, taint);
        } else {
            town.cluster.change(
                    key, "", Town.json("{'metadata':{'labels':{%s}},'spec':{%s}}".formatted(labels, taint)));
        }
    }

    private ObjectKey pod(Random random, int number) {
        String selector = "'labelSelector':{'matchLabels':{'app':'" + any(random, APPS) + "'}}";
        String key = any(random, List.of("kubernetes.io/hostname", "zone"));
        String term = "{'topologyKey':'%s',%s%s}"
                .formatted(
                        key, random.nextBoolean() ? "'namespaceSelector':{'matchLabels':{'team':'x'}}," : "", selector);
        String spread = "'topologySpreadConstraints':[{'topologyKey':'%s','maxSkew':1,'whenUnsatisfiable':'%s',%s%s},"
                        .formatted(
                                key,
                                random.nextBoolean() ? "DoNotSchedule" : "ScheduleAnyway",
                                random.nextBoolean() ? "'nodeTaintsPolicy':'Honor'," : "",
                                selector)
                + "{'topologyKey':'kubernetes.io/hostname','maxSkew':2,'whenUnsatisfiable':'ScheduleAnyway',%s}],"
                        .formatted(selector);
        String asks = switch (random.nextInt(6)) {
            case 0 -> affinity("podAffinity", "preferred", "{'weight':5,'podAffinityTerm':" + term + "}");
            case 1 -> affinity("podAntiAffinity", "preferred", "{'weight':9,'podAffinityTerm':" + term + "}");
            case 2 -> affinity("podAffinity", "required", term);
            case 3 -> affinity("podAntiAffinity", "required", term + "," + term);
            case 4 -> spread + (random.nextBoolean() ? "'nodeSelector':{'disk':'ssd'}," : "");
            default -> "";
        };
        String node = random.nextInt(3) == 0 ? "" : "'nodeName':'n" + random.nextInt(NODE_NAMES) + "',";
        return town.pod(
                any(random, NAMES),
                "p" + number,
                "'app':'" + any(random, APPS) + "'",
                node + asks + Town.asking((1 + random.nextInt(5)) * 100 + "m"),
                "'phase':'Pending'");
    }

    private static String affinity(String kind, String how, String term) {
        return "'affinity':{'%s':{'%sDuringSchedulingIgnoredDuringExecution':[%s]}},".formatted(kind, how, term);
    }

    @Test
    void tooManyTalliesAreDroppedAndDecisionsStayTheSame() {
        Town small = new Town();
        small.node("n1");
        small.node("n2");
        List<ObjectKey> waiting = IntStream.rangeClosed(0, Tallies.MAX)
                .mapToObj(i -> small.pod(
                        "shop",
                        "p" + i,
                        "'app':'a" + i + "'",
                        "'topologySpreadConstraints':[{'topologyKey':'kubernetes.io/hostname','maxSkew':1,"
                                + "'whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'a" + i
                                + "'}}}]," + Town.asking("1m"),
                        "'phase':'Pending'"))
                .toList();
        small.cluster.deliverAll();
        ClusterView kept = ClusterView.of(small.cluster.image());

        waiting.forEach(key -> Decision.of(demand(small, key), kept));

        assertEquals(Tallies.MAX, kept.tallies().size(), "no more are kept");
        PodDemand last = demand(small, waiting.getLast());
        ClusterView next = kept.assume(last, "n1");
        assertEquals(0, next.tallies().size(), "the next change drops them");
        assertEquals(
                "n2",
                ((Placement.OnNode) Decision.of(another(small, last), next).placement()).node());
    }

    private static PodDemand another(Town small, PodDemand pod) {
        ObjectNode tree = small.tree(pod.key()).deepCopy();
        tree.withObject("/metadata").put("name", "another").remove("uid");
        small.cluster.given(PODS, tree.toString());
        small.cluster.deliverAll();
        return demand(small, ObjectKey.of(PODS, "shop", "another"));
    }

    private static PodDemand demand(Town town, ObjectKey pod) {
        return PodDemand.of(Objects.requireNonNull(town.cluster.image().get(pod)));
    }
}
