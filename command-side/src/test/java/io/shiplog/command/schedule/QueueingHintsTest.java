package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.NAMESPACES;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.schedule.Town.asking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.schedule.QueueingHints.Hint;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A waiting pod is retried when a change may help it, not for others; its binding names the event that woke it. */
class QueueingHintsTest {
    private static final ObjectKey NODE = ObjectKey.clusterScoped(NODES, "n1");
    private static final ObjectKey SHOP = ObjectKey.clusterScoped(NAMESPACES, "shop");

    private final Town town = new Town();
    private final List<Change> changes = new ArrayList<>();

    /** A scheduler with one node of four CPUs, and pods that wait. */
    private Scheduler running() {
        town.namespace("shop", "");
        town.node("n1");
        town.cluster.observe(changes::add);
        return town.cluster.runScheduler();
    }

    private void pass() {
        town.cluster.pass(Duration.ofSeconds(15)); // longer than the greatest back-off
    }

    private static String attempts(Scheduler scheduler) {
        PrometheusText text = new PrometheusText();
        scheduler.meter().write(text);
        return text.toString()
                .lines()
                .filter(line ->
                        line.startsWith("scheduler_schedule_attempts_total") && line.contains("\"unschedulable\""))
                .findFirst()
                .orElseThrow();
    }

    /** The event that the binding of a pod names as its cause. */
    private Change causeOfBinding(ObjectKey pod) {
        String cause = town.cluster.sent().stream()
                .filter(request ->
                        request.command() instanceof BindPod bind && bind.key().equals(pod))
                .map(CommandRequest::causationId)
                .reduce((first, second) -> second)
                .orElseThrow();
        return changes.stream()
                .filter(change -> change.event().id().equals(cause))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPodThatLacksCpuIsWokenByAPodThatGoesAndNotByALabel() {
        ObjectKey first = town.waiting("first", asking("3"));
        Scheduler scheduler = running();
        town.cluster.settle();
        ObjectKey second = town.waiting("second", asking("2"));
        pass();
        assertEquals("", town.nodeOf(second));
        String before = attempts(scheduler);

        town.cluster.change(NODE, "", "{\"metadata\":{\"labels\":{\"disk\":\"ssd\"}}}");
        town.cluster.change(SHOP, "", "{\"metadata\":{\"labels\":{\"team\":\"x\"}}}");
        pass();
        assertEquals(before, attempts(scheduler), "neither makes room");

        town.cluster.deleteAtOnce(first);
        pass();
        assertEquals("n1", town.nodeOf(second));
        assertEquals(first, causeOfBinding(second).after().key());
        assertTrue(causeOfBinding(second).removes());
    }

    @Test
    void aPodThatChoosesALabelIsWokenByTheNodeThatGetsIt() {
        ObjectKey other = town.waiting("other", asking("1"));
        Scheduler scheduler = running();
        ObjectKey pod = town.waiting("picky", "'nodeSelector':{'disk':'ssd'}," + asking("1"));
        pass();
        String before = attempts(scheduler);

        town.cluster.deleteAtOnce(other);
        town.cluster.change(NODE, "", "{\"metadata\":{\"labels\":{\"disk\":\"hdd\"}}}");
        pass();
        assertEquals(before, attempts(scheduler), "neither helps");

        town.cluster.change(NODE, "", "{\"metadata\":{\"labels\":{\"disk\":\"ssd\"}}}");
        pass();
        assertEquals("n1", town.nodeOf(pod));
        assertEquals(NODE, causeOfBinding(pod).after().key());
    }

    @Test
    void aPodIsWokenWhenACordonOrATaintIsTakenAway() {
        running();
        town.cluster.change(NODE, "", "{\"spec\":{\"unschedulable\":true}}");
        ObjectKey pod = town.waiting("p", asking("1"));
        pass();
        assertEquals("", town.nodeOf(pod));

        town.cluster.change(
                NODE, "", "{\"spec\":{\"unschedulable\":null,\"taints\":[{\"key\":\"k\",\"effect\":\"NoSchedule\"}]}}");
        pass();
        assertEquals("", town.nodeOf(pod), "the taint is in its way now");

        town.cluster.change(NODE, "", "{\"spec\":{\"taints\":[]}}");
        pass();
        assertEquals("n1", town.nodeOf(pod));
    }

    @Test
    void aPodThatWantsCompanyIsWokenByIt() {
        running();
        ObjectKey pod = town.waiting(
                "p",
                "'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':"
                        + "'kubernetes.io/hostname','labelSelector':{'matchLabels':{'app':'db'}}}]}},"
                        + asking("1"));
        pass();
        assertEquals("", town.nodeOf(pod));

        ObjectKey company = town.pod("shop", "db", "'app':'db'", asking("1"), "'phase':'Pending'");
        pass();

        assertEquals("n1", town.nodeOf(pod));
        assertEquals(company, causeOfBinding(pod).after().key());
    }

    @Test
    void aPodThatDidNotWaitIsBoundBecauseOfItself() {
        running();
        ObjectKey pod = town.waiting("p", asking("1"));
        pass();

        assertEquals(pod, causeOfBinding(pod).after().key());
    }

    @Test
    void thePlaceOfANominatedPodThatIsDeletedIsFree() {
        ObjectKey low = town.waiting("low", "'priority':1," + asking("4"));
        running();
        town.cluster.settle();
        ObjectKey high = town.waiting("high", "'priority':9," + asking("4"));
        town.cluster.settle();
        assertEquals("n1", town.nominated(high));
        ObjectKey small = town.waiting("small", "'priority':5," + asking("3"));
        pass();

        town.cluster.deleteAtOnce(high);
        town.cluster.deleteAtOnce(low);
        pass();

        assertEquals("n1", town.nodeOf(small));
    }

    @Test
    void aStatusOfAPodMakesNoRoom() {
        ObjectKey key = town.running("p", "n1", "'app':'web'", asking("1"));
        town.node("n1");
        town.cluster.deliverAll();
        PodDemand before =
                PodDemand.of(Objects.requireNonNull(town.cluster.image().get(key)));
        town.cluster.change(key, "status", "{\"status\":{\"startTime\":\"2026-11-22T12:00:00Z\"}}");
        town.cluster.deliverAll();
        PodDemand after =
                PodDemand.of(Objects.requireNonNull(town.cluster.image().get(key)));

        assertFalse(QueueingHints.matters(before, after));
        assertTrue(QueueingHints.matters(before, null));
        Hint leaves = QueueingHints.placedPod(before, null);
        assertTrue(leaves.mayHelp(after, "NodeResourcesFit"));
        assertFalse(leaves.mayHelp(after, "NodeAffinity"));
        assertFalse(leaves.mayHelp(after, "NodePorts"), "it has none");
    }
}
