package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.DISRUPTION_BUDGETS;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.schedule.Town.asking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.schedule.Placement.ByPreemption;
import io.shiplog.command.schedule.Placement.Unschedulable;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who goes so that a pod that matters more may come. */
class PreemptionTest {
    private final Town town = new Town();

    private ObjectKey running(String name, String node, int priority, String cpu, String startTime) {
        return town.pod(
                "shop",
                name,
                "'app':'web'",
                "'nodeName':'%s','priority':%d,%s".formatted(node, priority, asking(cpu)),
                "'phase':'Running','startTime':'%s'".formatted(startTime));
    }

    private ObjectKey running(String name, String node, int priority, String cpu) {
        return running(name, node, priority, cpu, "2026-11-22T10:00:00Z");
    }

    private ObjectKey waiting(String name, int priority, String cpu) {
        return town.waiting(name, "'priority':%d,%s".formatted(priority, asking(cpu)));
    }

    private static List<String> names(List<ObjectKey> keys) {
        return keys.stream().map(ObjectKey::name).toList();
    }

    private List<String> victims(ObjectKey pod) {
        return names(assertInstanceOf(ByPreemption.class, town.explain(pod).placement())
                .victims());
    }

    private ByPreemption preemption(ObjectKey pod) {
        return assertInstanceOf(ByPreemption.class, town.explain(pod).placement());
    }

    // ---- who is chosen ----

    @Test
    void onlyThoseGoWhoMatterLess() {
        town.node("n1");
        running("equal", "n1", 5, "2");
        running("less", "n1", 4, "2");
        assertEquals(List.of("less"), victims(waiting("p", 5, "2")));
        Unschedulable unschedulable = assertInstanceOf(
                Unschedulable.class, town.explain(waiting("q", 5, "3")).placement());
        assertEquals(
                "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Insufficient cpu.",
                unschedulable.message());
    }

    @Test
    void asFewAsPossibleGoAndOfThemThoseThatMatterLeast() {
        town.node("n1");
        running("one", "n1", 1, "1");
        running("two", "n1", 2, "1");
        running("three", "n1", 3, "1");
        running("young", "n1", 1, "1", "2026-11-22T11:00:00Z");
        assertEquals(List.of("young"), victims(waiting("p", 9, "1")));
        assertEquals(List.of("one", "young"), victims(waiting("q", 9, "2")));
        assertEquals(List.of("two", "one", "young"), victims(waiting("r", 9, "3")));
    }

    @Test
    void theNodeIsChosenWhereTheLeastHarmIsDone() {
        for (String node : List.of("n1", "n2", "n3", "n4")) {
            town.node(node);
        }
        // The highest victim decides, then the sum, then the number, then who started last.
        running("a", "n1", 8, "4");
        running("b", "n2", 7, "2");
        running("c", "n2", 1, "2");
        running("d", "n3", 7, "4", "2026-11-22T10:00:00Z");
        running("e", "n4", 7, "4", "2026-11-22T10:30:00Z");
        ObjectKey pod = waiting("p", 9, "4");
        assertEquals("n4", preemption(pod).node());
        assertEquals(4, town.explain(pod).preemption().size());

        town.cluster.deleteAtOnce(ObjectKey.of(pod.type(), "shop", "e"));
        running("f", "n4", 6, "2");
        running("g", "n4", 6, "2");
        assertEquals(
                new ByPreemption(
                        "n4",
                        List.of(ObjectKey.of(pod.type(), "shop", "f"), ObjectKey.of(pod.type(), "shop", "g")),
                        "0/4 nodes are available: 4 Insufficient cpu."),
                preemption(pod));
    }

    private void budget(String name, String selector, int allowed, String disrupted) {
        town.cluster.given(DISRUPTION_BUDGETS, Town.json("""
                        {'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'%s','namespace':'shop'},
                        'spec':{'selector':%s},'status':{'disruptionsAllowed':%d,'disruptedPods':{%s}}}""".formatted(name, selector, allowed, disrupted)));
    }

    @Test
    void aBudgetIsHonouredIfAnotherNodeHasVictims() {
        town.node("n1");
        town.node("n2");
        running("guarded", "n1", 1, "4");
        town.pod(
                "shop",
                "free",
                "'app':'db'",
                "'nodeName':'n2','priority':8," + asking("4"),
                "'phase':'Running','startTime':'2026-11-22T10:00:00Z'");
        ObjectKey pod = waiting("p", 9, "4");
        assertEquals(List.of("guarded"), victims(pod), "it matters least");

        budget("web", "{'matchLabels':{'app':'web'}}", 0, "");

        assertEquals(List.of("free"), victims(pod));
    }

    @Test
    void ofOneNodeThoseGoThatNoBudgetGuards() {
        town.node("n1");
        running("one", "n1", 1, "1");
        running("two", "n1", 2, "1");
        town.pod(
                "shop",
                "free",
                "'app':'db'",
                "'nodeName':'n1','priority':5," + asking("1"),
                "'phase':'Running','startTime':'2026-11-22T10:00:00Z'");
        budget("web", "{'matchLabels':{'app':'web'}}", 1, "");

        // The first one may go by the budget, the second may not.
        assertEquals(List.of("two"), victims(waiting("p", 9, "2")));
        assertEquals(List.of("free", "two"), victims(waiting("q", 9, "3")));
    }

    @Test
    void aBudgetIsBrokenIfNothingElseHelpsAndCountsNobodyTwice() {
        town.node("n1");
        running("guarded", "n1", 1, "4");
        budget("web", "{'matchLabels':{'app':'web'}}", 0, "");
        budget("nothing", "{}", 0, "");
        ObjectKey pod = waiting("p", 9, "4");

        assertEquals(List.of("guarded"), victims(pod));
    }

    @Test
    void whoGoesAlreadyIsCountedOnFirst() {
        town.node("n1");
        ObjectKey going = running("going", "n1", 1, "4");
        town.cluster.delete(going, Propagation.BACKGROUND);
        ObjectKey pod = waiting("p", 9, "4");
        town.cluster.runScheduler();
        town.cluster.settle();
        assertEquals("n1", town.nominated(pod));
        assertTrue(town.cluster.sent().stream().noneMatch(each -> each.command() instanceof EvictPod));
    }

    @Test
    void neighboursThatAreInTheWayGo() {
        town.node("n1");
        town.running("web", "n1", "'app':'web'", asking("1"));
        ObjectKey pod = town.waiting("p", """
                'priority':1,'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[
                {'topologyKey':'kubernetes.io/hostname','labelSelector':{'matchLabels':{'app':'web'}}}]}}""");
        assertEquals(List.of("web"), victims(pod));
    }

    // ---- conflicts ----

    private String whyNot(ObjectKey pod) {
        return assertInstanceOf(Unschedulable.class, town.explain(pod).placement())
                .message();
    }

    @Test
    void preemptionIsOfNoUseWhereNobodyHasToGoOrNothingWouldHelp() {
        town.node("tainted", "4", "", "'taints':[{'key':'k','effect':'NoSchedule'}]");
        town.node("small", "1", "", "");
        town.node("busy", "4", "", "");
        running("high", "busy", 9, "4");
        assertEquals(
                "0/3 nodes are available: 1 node(s) had untolerated taint {k: }, 2 Insufficient cpu. preemption: 0/3 nodes are"
                        + " available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
                whyNot(waiting("p", 9, "2")));
    }

    @Test
    void whoMayNotPreemptWaits() {
        town.node("n1");
        running("less", "n1", 1, "4");
        ObjectKey polite = town.waiting("p", "'priority':9,'preemptionPolicy':'Never'," + asking("1"));
        assertEquals(
                "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.",
                whyNot(polite));
    }

    // ---- how it goes ----

    @Test
    void thePodIsNominatedTheVictimToldAndTheRoomTaken() {
        town.node("n1");
        ObjectKey victim = running("victim", "n1", 0, "4");
        ObjectKey pod = waiting("p", 9, "4");
        town.cluster.runScheduler();
        town.cluster.settle();

        assertEquals("n1", town.nominated(pod));
        assertEquals("0/1 nodes are available: 1 Insufficient cpu.", town.whyNot(pod));
        assertTrue(town.goes(victim));
        assertEquals(
                "PreemptionByScheduler",
                town.tree(victim).at("/status/conditions/0/reason").asText());
        String uid = town.tree(pod).at("/metadata/uid").asText();
        assertEquals(List.of("Preempted by pod " + uid + " on node n1"), town.cluster.eventMessages("Preempted"));

        // It takes time; the pod waits for it and preempts no other pod.
        town.cluster.pass(Duration.ofMinutes(6));
        assertEquals(
                "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to a terminating pod on the nominated"
                        + " node.",
                town.whyNot(pod));
        assertEquals("n1", town.nominated(pod));

        town.cluster.deleteAtOnce(victim);
        town.cluster.pass(Duration.ofSeconds(20));
        assertEquals("n1", town.nodeOf(pod));
        assertEquals(1, town.cluster.eventMessages("Preempted").size());
    }

    @Test
    void theRoomIsKeptFromThoseWhoMatterLess() {
        town.node("n1");
        ObjectKey victim = running("victim", "n1", 0, "4");
        ObjectKey pod = waiting("p", 9, "4");
        town.cluster.runScheduler();
        town.cluster.settle();
        town.cluster.deleteAtOnce(victim);
        ObjectKey late = waiting("late", 8, "1");
        town.cluster.settle();
        assertEquals("", town.nodeOf(late), "the first has its back-off still before it, but the room is its own");
        town.cluster.pass(Duration.ofSeconds(20));
        assertEquals("n1", town.nodeOf(pod));
        assertEquals("", town.nodeOf(late));
    }

    @Test
    void twoThatComeAtOnceTakeTwoRooms() {
        town.node("n1");
        town.node("n2");
        ObjectKey one = running("one", "n1", 0, "4");
        ObjectKey two = running("two", "n2", 0, "4");
        town.cluster.runScheduler();
        ObjectKey first = waiting("first", 9, "4");
        ObjectKey second = waiting("second", 9, "4");
        town.cluster.deliverAll();
        while (town.cluster.advance()) {
            // No answer and no event comes meanwhile.
        }
        town.cluster.settle();
        assertTrue(town.goes(one) && town.goes(two));
        assertEquals(
                2,
                List.of(town.nominated(first), town.nominated(second)).stream()
                        .distinct()
                        .count());
    }

    @Test
    void whoMattersMostTakesTheRoomThatWasMadeForAnother() {
        town.node("n1");
        ObjectKey victim = running("victim", "n1", 0, "4");
        ObjectKey middle = waiting("middle", 5, "4");
        town.cluster.runScheduler();
        town.cluster.settle();
        assertEquals("n1", town.nominated(middle));
        ObjectKey top = waiting("top", 9, "4");
        town.cluster.settle();
        assertEquals("n1", town.nominated(top));
        assertEquals("", town.nominated(middle));
        town.cluster.deleteAtOnce(victim);
        town.cluster.pass(Duration.ofSeconds(20));
        assertEquals("n1", town.nodeOf(top));
        assertEquals("", town.nodeOf(middle));
    }

    @Test
    void aNominationIsVoidOnceTheNodeIsNone() {
        town.node("n1");
        running("victim", "n1", 0, "4");
        ObjectKey pod = waiting("p", 9, "4");
        town.cluster.runScheduler();
        town.cluster.settle();
        town.cluster.change(ObjectKey.clusterScoped(NODES, "n1"), "", "{\"spec\":{\"unschedulable\":true}}");
        town.cluster.pass(Duration.ofSeconds(20));
        assertEquals("", town.nominated(pod));
        assertTrue(town.whyNot(pod).endsWith("1 Preemption is not helpful for scheduling."), town.whyNot(pod));
    }

    @Test
    void aRefusedEvictionIsTriedAgain() {
        town.node("n1");
        ObjectKey victim = running("victim", "n1", 0, "4");
        int[] refusals = {2};
        town.cluster.refuse(request ->
                request.command() instanceof EvictPod evict && evict.why() == Disruption.PREEMPTION && refusals[0]-- > 0
                        ? Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "no log")
                        : null);
        waiting("p", 9, "4");
        town.cluster.runScheduler();
        town.cluster.settle();
        assertFalse(town.goes(victim));
        town.cluster.pass(Duration.ofSeconds(20));
        assertTrue(town.goes(victim));
    }

    // ---- whatever the cluster ----

    static Stream<Long> seeds() {
        long first = System.nanoTime();
        return Stream.iterate(first, seed -> seed + 1).limit(200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nobodyGoesWhoNeedNot(long seed) {
        Random random = new Random(seed);
        int nodes = 1 + random.nextInt(4);
        for (int n = 0; n < nodes; n++) {
            town.node("n" + n);
            for (int p = random.nextInt(6); p > 0; p--) {
                running(
                        "n" + n + "p" + p,
                        "n" + n,
                        random.nextInt(5),
                        (1 + random.nextInt(20)) * 100 + "m",
                        "2026-11-22T10:0" + random.nextInt(10) + ":00Z");
            }
        }
        ObjectKey key = waiting("p", random.nextInt(6), (1 + random.nextInt(40)) * 100 + "m");
        town.cluster.deliverAll();
        if (!(town.explain(key).placement() instanceof ByPreemption preemption)) {
            return;
        }
        PodDemand pod = PodDemand.of(Objects.requireNonNull(town.cluster.image().get(key)));
        ClusterView full = ClusterView.of(town.cluster.image());
        ClusterView left = full;
        for (ObjectKey victim : preemption.victims()) {
            left = left.without(victim);
        }
        assertTrue(fits(pod, left, preemption.node()), "it fits once they are gone");
        for (ObjectKey victim : preemption.victims()) {
            PodDemand spared = Objects.requireNonNull(
                    Objects.requireNonNull(full.node(preemption.node())).pods().get(victim));
            assertTrue(spared.priority() < pod.priority(), "only who matters less goes");
            assertFalse(
                    fits(pod, left.assume(spared, preemption.node()), preemption.node()), "not without each of them");
        }
    }

    private static boolean fits(PodDemand pod, ClusterView view, String node) {
        return Feasibility.of(pod, view).first(view.table().position(node)) == null;
    }
}
