package io.shiplog.node.pod;

import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.pod.ObservedPod.ContainerNotes;
import io.shiplog.node.pod.ObservedPod.Ending;
import io.shiplog.node.pod.ObservedPod.Health;
import io.shiplog.node.pod.ObservedPod.PodFailure;
import io.shiplog.node.pod.ObservedPod.Trouble;
import io.shiplog.node.pod.ObservedPod.Volumes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds pictures of pods, one thing seen at a time. */
final class Seen {
    private final List<Container> sandboxes = new ArrayList<>();
    private final Map<String, List<Container>> containers = new HashMap<>();
    private final Map<String, ContainerNotes> notes = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, String> messages = new HashMap<>();
    private Volumes volumes = Volumes.ABSENT;
    private @Nullable PodAddress address;
    private @Nullable Trouble sandboxTrouble;
    private @Nullable PodFailure failure;

    /** Nothing at all. */
    static Seen nothing() {
        return new Seen();
    }

    /** Volumes, a sandbox that runs, an address. */
    static Seen sandbox() {
        Seen seen = new Seen();
        seen.volumes = Volumes.READY;
        seen.sandboxes.add(Pods.running(PodLabels.SANDBOX, 0));
        seen.address = new PodAddress(List.of("10.244.0.5"));
        return seen;
    }

    Seen volumes() {
        volumes = Volumes.READY;
        return this;
    }

    Seen deadSandbox() {
        sandboxes.clear();
        sandboxes.add(Pods.exited(PodLabels.SANDBOX, 0, 137));
        address = null;
        return this;
    }

    Seen unattached() {
        address = null;
        return this;
    }

    Seen with(Container container) {
        containers
                .computeIfAbsent(container.label(PodLabels.CONTAINER_NAME), name -> new ArrayList<>())
                .add(container);
        return this;
    }

    Seen note(String name, Trouble trouble) {
        notes.merge(name, ContainerNotes.NONE.with(trouble), (a, b) -> a.with(trouble));
        return this;
    }

    Seen note(String name, Ending ending) {
        notes.merge(name, ContainerNotes.NONE.with(ending), (a, b) -> a.with(ending));
        return this;
    }

    Seen note(String name, Health health) {
        notes.merge(name, ContainerNotes.NONE.with(health), (a, b) -> a.with(health));
        return this;
    }

    Seen underWay(String effect) {
        underWay.add(effect);
        return this;
    }

    Seen failed(String reason, String message) {
        failure = new PodFailure(reason, message);
        return this;
    }

    /** The termination message of a run. */
    Seen said(String id, String message) {
        messages.put(id, message);
        return this;
    }

    Seen sandboxTrouble(Trouble trouble) {
        sandboxTrouble = trouble;
        return this;
    }

    ObservedPod done() {
        return new ObservedPod(
                sandboxes,
                address,
                containers,
                notes,
                volumes,
                underWay,
                sandboxTrouble,
                failure,
                Pods.NOW.minusSeconds(100),
                messages);
    }
}
