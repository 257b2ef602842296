package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.node.FakeCluster;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.memory.InMemoryEngine;
import io.shiplog.node.image.PulledImages;
import io.shiplog.node.net.PodNetwork;
import io.shiplog.node.pod.admission.PodAdmission;
import io.shiplog.node.pod.admission.PodAdmission.Verdict;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.port.DrivenTaskClock;
import io.shiplog.node.pod.port.NodeImages;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.pod.port.StatusSink;
import io.shiplog.node.probe.Answer;
import io.shiplog.node.volume.ClaimedVolumes;
import io.shiplog.node.volume.ImageFolders;
import io.shiplog.node.volume.PodFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** One pod's actor over fakes: an engine in memory, time that tests move, a network that counts. */
final class PodBench {
    private static final NodeOffer NODE = NodeOffer.of(Pods.parse(
            "{'status':{'allocatable':{'cpu':'4','memory':'8Gi','ephemeral-storage':'100Gi','pods':'110'}}}"));

    final DrivenTaskClock clock = new DrivenTaskClock();
    final InMemoryEngine engine = new InMemoryEngine(clock::now);
    final FakeCluster kube = new FakeCluster("node-a");
    final List<String> events = new ArrayList<>();
    final List<String> attached = new ArrayList<>();
    final Map<String, Answer> answers = new HashMap<>();
    final List<String> asked = new ArrayList<>();
    final PodPorts ports;
    ObjectNode status = Pods.parse("{}");
    boolean finished;
    /** Other pods of the node. */
    final List<DesiredPod> others = new ArrayList<>();

    PodActor actor;
    private DesiredPod pod;
    /** Whether no runner sees what happens. */
    private boolean down;

    PodBench(Path folder, DesiredPod pod) {
        engine.addImage("pause", "");
        engine.addImage("i:1", "");
        this.pod = pod;
        this.ports = new PodPorts(
                engine,
                new CountingNetwork(),
                new PodFolders(folder, folder.resolve("binds"), "mem-", new ClaimedVolumes(folder, kube::get)),
                new NodeImages(
                        new ImageFolders(folder, engine, PodLabels.ofNode("test", "node-a")), new PulledImages(folder)),
                kube,
                (of, audience, seconds) -> "token",
                (target, handler, purpose, timeout) -> {
                    String word = handler.path("exec").path("command").path(0).asText();
                    asked.add(word);
                    return answers.getOrDefault(word, Answer.SUCCESS);
                },
                (of, fieldPath, kind, reason, message) -> events.add(reason + ": " + message),
                new Sink(),
                clock,
                new Semaphore(4));
        this.actor = new PodActor(ports, Pods.SETTINGS, pod, List.of(), this::resize);
        follow();
    }

    private PodAdmission.Resize resize(DesiredPod of, Runnable allocate) {
        PodAdmission.Resize decision = PodAdmission.resize(of, "node-a", NODE, others);
        if (decision instanceof PodAdmission.Fits) {
            allocate.run();
        }
        return decision;
    }

    private void follow() {
        engine.events(Pods.SETTINGS.nodeLabels(), new io.shiplog.node.engine.ContainerEngine.EventReader() {
            @Override
            public void onContainer(String id, Map<String, String> labels) {
                if (!down) {
                    actor.containerChanged(id);
                }
            }

            @Override
            public void onGap() {
                actor.lookAgain();
            }
        });
        actor.begin(PodAdmission.of(pod, "node-a", NODE, List.of(), false));
        clock.settle();
    }

    /** The runner dies and another takes over: a new actor that knows what the engine and the cluster know. */
    void restartRunner() {
        DesiredPod known = new DesiredPod(
                pod.key(),
                pod.uid(),
                ((ObjectNode) pod.tree().deepCopy()).set("status", status),
                pod.everyContainer(),
                pod.restartPolicy(),
                pod.deletionTimestamp(),
                false);
        actor = new PodActor(ports, Pods.SETTINGS, known, engine.list(Pods.SETTINGS.nodeLabels()), this::resize);
        actor.begin(Verdict.ADMITTED);
        clock.settle();
    }

    /** The same, and all containers vanish in between, as when the machine is replaced. */
    void loseContainers() {
        down = true;
        engine.list(Map.of()).forEach(container -> engine.remove(container.id()));
        down = false;
        restartRunner();
    }

    void want(DesiredPod next) {
        pod = next;
        actor.wanted(next);
        clock.settle();
    }

    void pass(Duration duration) {
        clock.pass(duration);
    }

    /** The newest run of a container. */
    Container run(String name) {
        return engine.list(Map.of(PodLabels.CONTAINER_NAME, name)).getLast();
    }

    void exit(String name, int code) {
        engine.exit(run(name).id(), code);
        clock.settle();
    }

    JsonNode entry(String name) {
        for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (JsonNode entry : status.path(list)) {
                if (entry.path("name").asText().equals(name)) {
                    return entry;
                }
            }
        }
        return MissingNode.getInstance();
    }

    String waiting(String name) {
        return entry(name).path("state").path("waiting").path("reason").asText();
    }

    String condition(String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "";
    }

    private final class Sink implements StatusSink {
        @Override
        public void report(ObjectKey key, String uid, ObjectNode newest) {
            status = newest;
        }

        @Override
        public void finish(ObjectKey key, String uid) {
            finished = true;
        }
    }

    private final class CountingNetwork implements PodNetwork {
        @Override
        public SandboxNetwork prepare(List<HostPort> hostPorts) {
            return new SandboxNetwork(NONE, List.of());
        }

        @Override
        public PodAddress attach(PodSandbox sandbox) {
            attached.add(sandbox.containerId());
            return new PodAddress(List.of("10.244.0.5"));
        }

        @Override
        public void detach(PodSandbox sandbox) {
            attached.remove(sandbox.containerId());
        }

        @Override
        public void close() {}
    }
}
