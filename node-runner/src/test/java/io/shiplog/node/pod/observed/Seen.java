package io.shiplog.node.pod.observed;

import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.pod.desired.Pods;
import io.shiplog.node.pod.observed.ObservedPod.ContainerNotes;
import io.shiplog.node.pod.observed.ObservedPod.Ending;
import io.shiplog.node.pod.observed.ObservedPod.Health;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import io.shiplog.node.pod.observed.ObservedPod.Volumes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds pictures of pods, one thing seen at a time. */
public final class Seen {
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
    public static Seen nothing() {
        return new Seen();
    }

    /** Volumes, a sandbox that runs, an address. */
    public static Seen sandbox() {
        Seen seen = new Seen();
        seen.volumes = Volumes.READY;
        seen.sandboxes.add(Pods.running(PodLabels.SANDBOX, 0));
        seen.address = new PodAddress(List.of("10.244.0.5"));
        return seen;
    }

    public Seen volumes() {
        volumes = Volumes.READY;
        return this;
    }

    public Seen deadSandbox() {
        sandboxes.clear();
        sandboxes.add(Pods.exited(PodLabels.SANDBOX, 0, 137));
        address = null;
        return this;
    }

    public Seen unattached() {
        address = null;
        return this;
    }

    public Seen with(Container container) {
        containers
                .computeIfAbsent(container.label(PodLabels.CONTAINER_NAME), name -> new ArrayList<>())
                .add(container);
        return this;
    }

    public Seen note(String name, Trouble trouble) {
        notes.merge(name, ContainerNotes.NONE.with(trouble), (a, b) -> a.with(trouble));
        return this;
    }

    public Seen note(String name, Ending ending) {
        notes.merge(name, ContainerNotes.NONE.with(ending), (a, b) -> a.with(ending));
        return this;
    }

    public Seen note(String name, Health health) {
        notes.merge(name, ContainerNotes.NONE.with(health), (a, b) -> a.with(health));
        return this;
    }

    public Seen underWay(String effect) {
        underWay.add(effect);
        return this;
    }

    public Seen failed(String reason, String message) {
        failure = new PodFailure(reason, message);
        return this;
    }

    /** The termination message of a run. */
    public Seen said(String id, String message) {
        messages.put(id, message);
        return this;
    }

    public Seen sandboxTrouble(Trouble trouble) {
        sandboxTrouble = trouble;
        return this;
    }

    public ObservedPod done() {
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
