package io.shiplog.node.pod;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.ContainerNotes;
import io.shiplog.node.pod.observed.ObservedPod.Ending;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import io.shiplog.node.pod.observed.ObservedPod.Volumes;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.port.PodPorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The observations and notes of an actor, from which it builds the state for plans. Used only by its actor. */
final class PodMemory {
    /** Kubernetes' limit of a termination message. */
    private static final int MAX_MESSAGE_BYTES = 4096;

    private static final int MAX_LOG_LINES = 80;
    private static final int MAX_LOG_BYTES = 2048;

    private final Map<String, Container> byId = new HashMap<>();
    private final Map<String, ContainerNotes> notes = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, String> terminationMessages = new HashMap<>();
    private final Instant startTime;
    private Volumes volumes = Volumes.ABSENT;
    private @Nullable PodAddress address;
    private @Nullable Trouble sandboxTrouble;
    private @Nullable PodFailure failure;

    PodMemory(DesiredPod pod, Instant now) {
        String known = pod.knownStatus().path("startTime").asText("");
        this.startTime = known.isEmpty() ? now : Instant.parse(known);
        if (pod.knownStatus().path("phase").asText().equals("Failed")
                && pod.knownStatus().hasNonNull("reason")) {
            this.failure = new PodFailure(
                    pod.knownStatus().path("reason").asText(),
                    pod.knownStatus().path("message").asText(""));
        }
    }

    /** The current state. */
    ObservedPod seen() {
        List<Container> sandboxes = new ArrayList<>();
        Map<String, List<Container>> containers = new TreeMap<>();
        byId.values().stream()
                .sorted(Comparator.comparingInt(PodLabels::attempt).thenComparing(Container::createdAt))
                .forEach(container -> {
                    if (PodLabels.isSandbox(container)) {
                        sandboxes.add(container);
                    } else {
                        containers
                                .computeIfAbsent(container.label(PodLabels.CONTAINER_NAME), name -> new ArrayList<>())
                                .add(container);
                    }
                });
        boolean attached = !sandboxes.isEmpty() && sandboxes.getLast().running();
        return new ObservedPod(
                sandboxes,
                attached ? address : null,
                containers,
                notes,
                volumes,
                underWay,
                sandboxTrouble,
                failure,
                startTime,
                terminationMessages);
    }

    void saw(Container container) {
        byId.put(container.id(), container);
    }

    /** No change for a known container. */
    void sawFirst(Container container) {
        byId.putIfAbsent(container.id(), container);
    }

    void lost(String id) {
        byId.remove(id);
        terminationMessages.remove(id);
    }

    List<String> ids() {
        return List.copyOf(byId.keySet());
    }

    @Nullable Container newest(String name) {
        return seen().newest(name);
    }

    ContainerNotes notes(String container) {
        return notes.getOrDefault(container, ContainerNotes.NONE);
    }

    void note(String container, UnaryOperator<ContainerNotes> change) {
        notes.put(container, change.apply(notes(container)));
    }

    /** A termination only advances, and only for its own run. */
    void advance(String container, Ending advanced) {
        Ending now = notes(container).ending();
        if (now != null && now.containerId().equals(advanced.containerId())) {
            note(container, notes -> notes.with(now.advancedTo(advanced)));
        }
    }

    /** False if an effect of this name is in progress. */
    boolean begin(String effect) {
        return underWay.add(effect);
    }

    void end(String effect) {
        underWay.remove(effect);
    }

    void volumes(@Nullable Trouble trouble) {
        // Existing files stay: a running pod keeps its files when its ConfigMap is deleted.
        volumes = new Volumes(trouble == null || volumes.ready(), trouble);
    }

    void attached(PodAddress at) {
        address = at;
        sandboxTrouble = null;
    }

    void sandboxFailed(Trouble trouble) {
        sandboxTrouble = trouble;
    }

    void giveUp(PodFailure why) {
        failure = why;
    }

    /** An object that a container waited for may exist now. */
    void forgetConfigErrors() {
        notes.replaceAll((name, note) -> {
            Trouble trouble = note.trouble();
            return trouble != null && trouble.reason().equals("CreateContainerConfigError")
                    ? note.with((Trouble) null)
                    : note;
        });
        if (!volumes.ready()) {
            volumes = Volumes.ABSENT;
        }
    }

    /** Reads the termination message files of ended runs, once each. */
    void readTerminationMessages(PodPorts ports, DesiredPod pod) {
        for (Container container : List.copyOf(byId.values())) {
            if (PodLabels.isSandbox(container)
                    || !ObservedPod.over(container)
                    || terminationMessages.containsKey(container.id())) {
                continue;
            }
            String name = container.label(PodLabels.CONTAINER_NAME);
            DesiredContainer desired = pod.container(name);
            String words = ports.folders()
                    .readTerminationMessage(pod.uid(), name, PodLabels.attempt(container), MAX_MESSAGE_BYTES);
            boolean logs = desired != null
                    && desired.tree()
                            .path("terminationMessagePolicy")
                            .asText("")
                            .equals("FallbackToLogsOnError");
            if (words.isEmpty() && logs && ObservedPod.exitCode(container) != 0) {
                words = endOfLog(ports.engine(), container.id());
            }
            if (words != null) {
                terminationMessages.put(container.id(), words);
            }
        }
    }

    /** The last lines of a log; null if they cannot be read now. */
    private static @Nullable String endOfLog(ContainerEngine engine, String id) {
        ByteArrayOutputStream end = new ByteArrayOutputStream();
        try {
            engine.logs(id, new ContainerEngine.LogRequest(false, null, MAX_LOG_LINES), (timestamp, line) -> {
                end.write(line);
                if (end.size() > MAX_LOG_BYTES) {
                    byte[] all = end.toByteArray();
                    end.reset();
                    end.write(all, all.length - MAX_LOG_BYTES, MAX_LOG_BYTES);
                }
                return true;
            });
        } catch (EngineException e) {
            // Gone: there is no log any more. Anything else may succeed in the next turn.
            return e.why() == EngineException.Why.GONE ? "" : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return end.toString(StandardCharsets.UTF_8);
    }
}
