package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.NAMESPACES;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.schedule.Placement.ByPreemption;
import io.shiplog.command.schedule.Placement.OnNode;
import io.shiplog.command.schedule.Placement.Unschedulable;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the cluster and its users do: the explanation of each decision, made from the image before it came into the log, says
 * what the scheduler did. A failure names its seed.
 */
class SchedulingAgreesTest {
    private static final int RUNS = 40;
    private static final int ROUNDS = 40;
    private static final List<String> ZONES = List.of("a", "b", "c");
    private static final List<String> APPS = List.of("web", "db");

    private Town town = new Town();
    private Image before = Image.EMPTY;
    private int decisions;

    static Stream<Long> seeds() {
        long first = System.nanoTime();
        return Stream.iterate(first, seed -> seed + 1).limit(RUNS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theExplanationSaysWhatTheSchedulerDid(long seed) {
        Random random = new Random(seed);
        town = new Town(new FakeCluster("seed" + seed)); // Lots fall by uid.
        town.cluster.observe(change -> agree(change, seed));
        town.namespace("shop", "'team':'x'");
        for (int i = 0; i < 4; i++) {
            givenNode(random, i);
        }
        Scheduler scheduler = town.cluster.runScheduler();
        for (int round = 0; round < ROUNDS; round++) {
            usersActAllAtOnce(random, round);
            town.cluster.deliverAll();
            schedulerWorksOff(random);
            town.cluster.pass(Duration.ofSeconds(random.nextInt(15)));
            if (random.nextInt(10) == 0) {
                scheduler.restart();
            }
        }
        assertTrue(decisions > ROUNDS / 2, () -> "seed %d: only %d decisions".formatted(seed, decisions));
    }

    /** Several decisions at once, of which none is in the log before the next is made. */
    private void schedulerWorksOff(Random random) {
        boolean more = true;
        while (more) {
            more = town.cluster.advance();
            if (random.nextInt(3) == 0) {
                town.cluster.deliverAll();
            }
            if (random.nextInt(3) == 0) {
                town.cluster.answer();
            }
        }
    }

    private void agree(Change change, long seed) {
        Image then = before;
        before = town.cluster.image();
        ObjectKey key = change.after().key();
        if (!key.type().equals(PODS) || change.removes() || change.before() == null) {
            return;
        }
        ObjectNode was = (ObjectNode) change.before().json().tree();
        ObjectNode is = (ObjectNode) change.after().json().tree();
        @Nullable Placement explained =
                Explanation.of(then, key).map(Explanation::placement).orElse(null);
        String at = "seed " + seed + ", revision " + change.revision() + ": " + explained;
        String node = is.at("/spec/nodeName").asText();
        String nominated = is.at("/status/nominatedNodeName").asText();
        String message = is.at("/status/conditions/0/message").asText();
        if (was.at("/spec/nodeName").asText().isEmpty() && !node.isEmpty()) {
            decisions++;
            assertEquals(node, explained instanceof OnNode chosen ? chosen.node() : "", at);
        } else if (!nominated.equals(was.at("/status/nominatedNodeName").asText()) && !nominated.isEmpty()) {
            decisions++;
            assertEquals(nominated, explained instanceof ByPreemption preemption ? preemption.node() : "", at);
        } else if (node.isEmpty()
                && !message.equals(was.at("/status/conditions/0/message").asText())) {
            decisions++;
            assertEquals(
                    message,
                    switch (explained) {
                        case Unschedulable unschedulable -> unschedulable.message();
                        case ByPreemption preemption -> preemption.message();
                        case OnNode chosen -> chosen.node();
                        case null -> "";
                    },
                    at);
        }
    }

    private void usersActAllAtOnce(Random random, int round) {
        for (int i = random.nextInt(4); i > 0; i--) {
            givenPod(random, round + "-" + i);
        }
        if (random.nextInt(3) == 0) {
            anyPod(random, pod -> town.cluster.deleteAtOnce(pod));
        }
        if (random.nextInt(4) == 0) {
            goneAtLast();
        }
        if (random.nextInt(6) == 0) {
            ObjectKey node = ObjectKey.clusterScoped(NODES, "n" + random.nextInt(4));
            town.cluster.change(node, "", "{\"spec\":{\"unschedulable\":" + random.nextBoolean() + "}}");
        }
        if (random.nextInt(8) == 0) {
            town.cluster.change(
                    ObjectKey.clusterScoped(NAMESPACES, "shop"),
                    "",
                    "{\"metadata\":{\"labels\":{\"team\":\"" + (random.nextBoolean() ? "x" : "y") + "\"}}}");
        }
    }

    private interface Act {
        void on(ObjectKey pod);
    }

    private void anyPod(Random random, Act act) {
        List<ObjectNode> pods = town.cluster.trees(PODS);
        if (!pods.isEmpty()) {
            ObjectNode pod = pods.get(random.nextInt(pods.size()));
            act.on(ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText()));
        }
    }

    /** The nodes' part: who is to go is gone. */
    private void goneAtLast() {
        for (ObjectNode pod : List.copyOf(town.cluster.trees(PODS))) {
            if (pod.path("metadata").has("deletionTimestamp")) {
                town.cluster.deleteAtOnce(
                        ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText()));
            }
        }
    }

    private void givenNode(Random random, int i) {
        String taint = random.nextInt(4) == 0 ? "'taints':[{'key':'k','effect':'PreferNoSchedule'}]" : "";
        town.node(
                "n" + i,
                Integer.toString(1 + random.nextInt(3)),
                "'kubernetes.io/hostname':'n%d','zone':'%s'".formatted(i, any(random, ZONES)),
                taint);
    }

    private static String any(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void givenPod(Random random, String name) {
        String selector = "'labelSelector':{'matchLabels':{'app':'" + any(random, APPS) + "'}}";
        String term = "{'topologyKey':'%s',%s%s}"
                .formatted(
                        random.nextBoolean() ? "zone" : "kubernetes.io/hostname",
                        random.nextBoolean() ? "'namespaceSelector':{'matchLabels':{'team':'x'}}," : "",
                        selector);
        String wish = switch (random.nextInt(6)) {
            case 0 -> affinity("podAffinity", "preferred", "{'weight':5,'podAffinityTerm':" + term + "}");
            case 1 -> affinity("podAntiAffinity", "preferred", "{'weight':9,'podAffinityTerm':" + term + "}");
            case 2 -> affinity("podAffinity", "required", term);
            case 3 -> affinity("podAntiAffinity", "required", term);
            case 4 ->
                "'topologySpreadConstraints':[{'topologyKey':'zone','maxSkew':1,'whenUnsatisfiable':'%s',%s}],"
                        .formatted(random.nextBoolean() ? "DoNotSchedule" : "ScheduleAnyway", selector);
            default -> "";
        };
        String spec = wish
                + "'priority':%d,%s".formatted(random.nextInt(4), Town.asking((1 + random.nextInt(12)) * 100 + "m"));
        town.pod("shop", "p" + name, "'app':'" + any(random, APPS) + "'", spec, "'phase':'Pending'");
    }

    private static String affinity(String kind, String how, String term) {
        return "'affinity':{'%s':{'%sDuringSchedulingIgnoredDuringExecution':[%s]}},".formatted(kind, how, term);
    }
}
