package io.shiplog.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.memory.InMemoryEngine;
import io.shiplog.node.image.PulledImages;
import io.shiplog.node.net.PodNetwork;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.port.DrivenTaskClock;
import io.shiplog.node.pod.port.NodeImages;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.pod.port.PodSettings;
import io.shiplog.node.probe.Answer;
import io.shiplog.node.reference.Place;
import io.shiplog.node.status.PodEventSender;
import io.shiplog.node.status.StatusReporter;
import io.shiplog.node.volume.ClaimedVolumes;
import io.shiplog.node.volume.ImageFolders;
import io.shiplog.node.volume.PodFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pods of a node together: who is admitted beside whom. The node has two cores. */
class PodRosterTest {
    private static final ResourceType PODS = ResourceType.core("pods");

    @TempDir
    Path folder;

    private final DrivenTaskClock clock = new DrivenTaskClock();
    private final InMemoryEngine engine = new InMemoryEngine(clock::now);
    private final FakeCluster kube = new FakeCluster("node-a");
    private PodRoster roster;

    @BeforeEach
    void begin() throws IOException {
        engine.addImage("pause", "");
        engine.addImage("i:1", "");
        start();
    }

    private void start() throws IOException {
        Actor actor = Actor.node("node-a");
        PodPorts ports = new PodPorts(
                engine,
                new NoNetwork(),
                new PodFolders(folder, folder.resolve("binds"), "mem-", new ClaimedVolumes(folder, kube::get)),
                new NodeImages(
                        new ImageFolders(folder, engine, PodLabels.ofNode("test", "node-a")), new PulledImages(folder)),
                kube,
                (of, audience, seconds) -> "token",
                (target, handler, purpose, timeout) -> Answer.SUCCESS,
                new PodEventSender(kube, actor, "node-a", clock),
                new StatusReporter(kube, actor, clock),
                clock,
                new Semaphore(4));
        PodSettings settings = new PodSettings(
                PodLabels.ofNode("test", "node-a"),
                new Place("node-a", "192.168.0.1", List.of(), 2000, 8L << 30, 100L << 30),
                "pause",
                "",
                "cluster.local",
                "",
                "",
                false);
        NodeOffer offer = NodeOffer.of(Json.MAPPER.readTree(
                "{\"status\":{\"allocatable\":{\"cpu\":\"2\",\"memory\":\"8Gi\",\"pods\":\"110\"}}}"));
        roster = new PodRoster(ports, settings, offer);
        roster.begin();
        clock.settle();
    }

    private ObjectKey pod(String name, String cpu, String spec) {
        kube.create(
                PODS,
                "{'metadata':{'name':'%s'},'spec':{%s'terminationGracePeriodSeconds':10,'containers':[{'name':'app','image':'i:1','resources':{'requests':{'cpu':'%s'}}}]}}"
                        .formatted(name, spec, cpu)
                        .replace('\'', '"'));
        return ObjectKey.of(PODS, "default", name);
    }

    private String outcome(String name) {
        clock.settle();
        return kube.status(name).path("phase").asText() + " "
                + kube.status(name).path("reason").asText();
    }

    private void containersEnd(String pod, int code) {
        engine.list(Map.of(PodLabels.CONTAINER_NAME, "app", PodLabels.POD_NAME, pod))
                .forEach(container -> engine.exit(container.id(), code));
        clock.settle();
    }

    @Test
    void ofTwoPodsThatCameTogetherOnlyTheFirstHasRoom() {
        pod("one", "1500m", "");
        pod("two", "1500m", "");

        assertEquals("Running ", outcome("one"));
        assertEquals("Failed OutOfcpu", outcome("two"));
        assertEquals(
                "Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 1500, capacity: 2000",
                kube.status("two").path("message").asText());
        assertTrue(
                kube.events()
                        .contains("OutOfcpu: Node didn't have enough resource: cpu, requested: 1500, used: 1500,"
                                + " capacity: 2000"),
                kube.events().toString());
        assertTrue(engine.list(Map.of(PodLabels.POD_NAME, "two")).isEmpty());
    }

    @Test
    void aPodThatTheNodeCannotReadHidesNoOther() {
        kube.create(PODS, "{\"metadata\":{\"name\":\"broken\",\"deletionTimestamp\":\"never\"},\"spec\":{}}");
        pod("one", "100m", "");

        assertEquals("Running ", outcome("one"));
    }

    @Test
    void aRejectedPodTakesNoRoomAndIsDeletedAtOnce() {
        ObjectKey big = pod("big", "3", "");
        assertEquals("Failed OutOfcpu", outcome("big"));

        pod("small", "2", "");
        assertEquals("Running ", outcome("small"));

        kube.delete(big, 30, clock.now());
        clock.settle();
        assertFalse(kube.has("big"));
    }

    private Map<String, Map<String, Long>> everyPodUses(long bytes) {
        Map<String, Map<String, Long>> sets = new HashMap<>();
        engine.list(Map.of(PodLabels.CONTAINER_NAME, "app")).stream()
                .filter(ContainerEngine.Container::running)
                .forEach(each -> sets.put(each.label(PodLabels.POD_UID), Map.of("app", bytes)));
        return sets;
    }

    private String evictions() {
        return outcome("one").replace("Running ", "") + outcome("two").replace("Running ", "");
    }

    @Test
    void aNodeWithoutMemoryEndsOnePodAfterTheOther() {
        pod("one", "100m", "'priority':1,");
        pod("two", "100m", "'priority':2,");
        clock.settle();

        roster.relieve(200L << 20, everyPodUses(5));
        assertEquals("", evictions());
        engine.list(Map.of(PodLabels.CONTAINER_NAME, "app")).forEach(each -> engine.ignoreSignals(each.id()));
        roster.relieve(50L << 20, everyPodUses(5));
        roster.relieve(50L << 20, everyPodUses(5));
        assertEquals("", evictions(), "the first has not ended yet");
        clock.pass(Duration.ofSeconds(5));

        assertEquals("Failed Evicted", evictions());
        assertEquals(
                "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container app was using 5,"
                        + " request is 0, has larger consumption of memory. ",
                kube.status("one").path("message").asText());
        assertTrue(
                kube.status("one").path("conditions").toString().contains("TerminationByKubelet"),
                kube.status("one").toString());
        assertEquals("Running ", outcome("two"));
        roster.relieve(50L << 20, everyPodUses(5));
        clock.pass(Duration.ofSeconds(5));
        assertEquals("Failed Evicted", outcome("two"));
    }

    @Test
    void thePlaceOfAPodThatEndedIsFree() {
        pod("job", "2", "'restartPolicy':'Never',");
        assertEquals("Running ", outcome("job"));

        containersEnd("job", 0);
        pod("next", "2", "");

        assertEquals("Succeeded ", outcome("job"));
        assertEquals("Running ", outcome("next"));
    }

    /** The cluster gave its place away already, whatever runs. */
    @Test
    void thePlaceOfAPodThatWasForceDeletedIsFree() {
        ObjectKey old = pod("old", "2", "");
        assertEquals("Running ", outcome("old"));
        engine.list(Map.of(PodLabels.POD_NAME, "old")).forEach(container -> engine.ignoreSignals(container.id()));

        kube.remove(old);
        pod("new", "2", "");

        assertEquals("Running ", outcome("new"));
    }

    @Test
    void aTerminatingPodStillHasItsPlace() {
        ObjectKey old = pod("old", "2", "");
        assertEquals("Running ", outcome("old"));
        engine.list(Map.of(PodLabels.POD_NAME, "old")).forEach(container -> engine.ignoreSignals(container.id()));

        kube.delete(old, 30, clock.now());
        pod("new", "2", "");

        assertEquals("Failed OutOfcpu", outcome("new"));
    }

    @Test
    void aNewRunnerAdmitsWhatRunsAndDecidesAboutTheRest() throws IOException {
        pod("runs", "1500m", "");
        assertEquals("Running ", outcome("runs"));
        roster.close();
        pod("a-first", "1500m", "");

        start();

        assertEquals("Running ", outcome("runs"));
        assertEquals("Failed OutOfcpu", outcome("a-first"));
        int events = kube.events().size();
        roster.close();
        start();
        assertEquals("Failed OutOfcpu", outcome("a-first"));
        assertEquals(events, kube.events().size(), "it is rejected once");
    }

    @Test
    void theNodeObjectCountsOnceThereIsOne() {
        kube.create(
                ResourceType.core("nodes"),
                "{\"metadata\":{\"name\":\"node-a\",\"namespace\":\"\",\"labels\":{\"disk\":\"ssd\"}},"
                        + "\"status\":{\"allocatable\":{\"cpu\":\"8\",\"pods\":\"110\"}}}");

        pod("fits", "8", "'nodeSelector':{'disk':'ssd'},");
        pod("elsewhere", "0", "'nodeSelector':{'disk':'hdd'},");

        assertEquals("Running ", outcome("fits"));
        assertEquals("Failed NodeAffinity", outcome("elsewhere"));
    }

    /** Between its registration and its first status, pods may name the node already. */
    @Test
    void aNodeObjectWithoutStatusSaysNothingAboutResources() {
        kube.create(
                ResourceType.core("nodes"),
                "{\"metadata\":{\"name\":\"node-a\",\"namespace\":\"\",\"labels\":{\"disk\":\"ssd\"}},\"spec\":{}}");

        pod("fits", "2", "'nodeSelector':{'disk':'ssd'},");
        pod("no", "1", "");

        assertEquals("Running ", outcome("fits"));
        assertEquals("Failed OutOfcpu", outcome("no"));
    }

    @Test
    void aCriticalPodRunsAndAnotherEndsForIt() {
        pod("low", "1500m", "");
        assertEquals("Running ", outcome("low"));

        pod("dns", "1", "'priority':2000000000,");

        assertEquals("Running ", outcome("dns"));
        assertEquals("Failed Preempting", outcome("low"));
        assertTrue(kube.events().contains("Preempting: Preempted in order to admit critical pod"));
        assertTrue(
                kube.status("low").path("conditions").toString().contains("TerminationByKubelet"),
                kube.status("low").toString());
        clock.pass(Duration.ofMinutes(1));
        assertEquals("Running ", outcome("dns"));
    }

    private static final class NoNetwork implements PodNetwork {
        @Override
        public SandboxNetwork prepare(List<HostPort> hostPorts) {
            return new SandboxNetwork(NONE, List.of());
        }

        @Override
        public PodAddress attach(PodSandbox sandbox) {
            return new PodAddress(List.of("10.244.0.5"));
        }

        @Override
        public void detach(PodSandbox sandbox) {}

        @Override
        public void close() {}
    }
}
