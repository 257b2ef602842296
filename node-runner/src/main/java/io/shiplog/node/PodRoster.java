package io.shiplog.node;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.events.placement.Resources;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.EventReader;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.pod.PodActor;
import io.shiplog.node.pod.admission.Eviction;
import io.shiplog.node.pod.admission.PodAdmission;
import io.shiplog.node.pod.admission.PodAdmission.Admitted;
import io.shiplog.node.pod.admission.PodAdmission.Verdict;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.pod.port.PodSettings;
import io.shiplog.node.source.PodSource;
import io.shiplog.node.stats.RunningPod;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods of a node: an actor for each pod bound to it, and for each with containers here. Passes changes of objects and
 * containers to the actors.
 */
final class PodRoster implements AutoCloseable, EventReader {
    private static final Logger LOG = LoggerFactory.getLogger(PodRoster.class);
    /** Everything is checked again this often, in case the engine missed an event. */
    private static final Duration RESYNC = Duration.ofMinutes(5);

    /** So long the node waits for the end of an evicted pod before it evicts another one. */
    private static final Duration EVICTION_TIMEOUT = Duration.ofSeconds(30);

    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(2);

    private final PodPorts ports;
    private final PodSettings settings;
    private final NodeOffer initialOffer;
    private final Map<String, PodActor> byUid = new HashMap<>();
    private final Set<ObjectKey> changed = new LinkedHashSet<>();
    private boolean taking;
    /** The uid of the pod that was evicted last; empty before the first. */
    private String evicted = "";

    private Instant evictedAt = Instant.EPOCH;
    private volatile boolean begun;
    private volatile boolean closed;
    private PodSource.@Nullable Following following;
    private ContainerEngine.@Nullable Subscription engineEvents;

    /** @param initialOffer what the node offers until it has an object */
    PodRoster(PodPorts ports, PodSettings settings, NodeOffer initialOffer) {
        this.ports = ports;
        this.settings = settings;
        this.initialOffer = initialOffer;
    }

    /** Starts as soon as the source has caught up; until then nothing is touched. */
    void begin() {
        following = ports.source().follow(this::objectChanged);
        ports.source().caughtUp().thenRun(() -> ports.clock().run(this::takeStock));
    }

    /** Matches the pods of the cluster with the containers on the machine. */
    private void takeStock() {
        if (closed) {
            return;
        }
        try {
            Map<String, List<Container>> found = containersByPod();
            synchronized (this) {
                for (DesiredPod pod : inOrder(ports.source().pods(), found.keySet())) {
                    enlist(pod, found.getOrDefault(pod.uid(), List.of()));
                    found.remove(pod.uid());
                }
                found.forEach((uid, containers) -> enlist(orphan(uid, containers), containers));
                begun = true;
            }
            engineEvents = ports.engine().events(settings.nodeLabels(), this);
            ports.clock().after(RESYNC, () -> ports.clock().repeat(RESYNC, this::resync));
            takeChanges();
        } catch (EngineException e) {
            LOG.warn("the containers of this node could not be listed: {}", e.getMessage());
            ports.clock().after(TRY_AGAIN_AFTER, this::takeStock);
        }
    }

    /** Pods that were admitted before first, then the oldest. */
    private static List<DesiredPod> inOrder(Collection<StoredObject> pods, Set<String> withContainers) {
        return pods.stream()
                .map(DesiredPod::of)
                .sorted(Comparator.comparing(
                                (DesiredPod pod) -> !PodAdmission.decided(pod, withContainers.contains(pod.uid())))
                        .thenComparing(pod -> pod.tree()
                                .path("metadata")
                                .path("creationTimestamp")
                                .asText())
                        .thenComparing(pod -> pod.key().toString()))
                .toList();
    }

    private Map<String, List<Container>> containersByPod() {
        Map<String, List<Container>> found = new HashMap<>();
        for (Container container : ports.engine().list(settings.nodeLabels())) {
            String uid = container.label(PodLabels.POD_UID);
            found.computeIfAbsent(uid, id -> new ArrayList<>()).add(container);
        }
        return found;
    }

    private static DesiredPod orphan(String uid, List<Container> containers) {
        Container any = containers.getFirst();
        return DesiredPod.orphan(
                ObjectKey.of(DesiredPod.PODS, any.label(PodLabels.POD_NAMESPACE), any.label(PodLabels.POD_NAME)), uid);
    }

    private void enlist(DesiredPod pod, List<Container> containers) {
        Verdict admission = admission(pod, containers);
        PodActor actor = new PodActor(ports, settings, pod, containers, this::resize);
        byUid.put(pod.uid(), actor);
        if (admission instanceof Admitted admitted) {
            preempt(admitted.preempted());
        }
        actor.begin(admission);
    }

    private void preempt(List<DesiredPod> victims) {
        for (DesiredPod victim : victims) {
            PodActor ending = byUid.get(victim.uid());
            if (ending != null) {
                ending.preempt();
            }
        }
    }

    /** Called by actors, under their own locks: takes none of them. */
    private synchronized PodAdmission.Resize resize(DesiredPod pod, Runnable allocate) {
        PodAdmission.Resize decision = PodAdmission.resize(pod, settings.place().node(), offer(), others(pod.uid()));
        if (decision instanceof PodAdmission.Fits fits) {
            preempt(fits.preempted());
            allocate.run();
        }
        return decision;
    }

    private Verdict admission(DesiredPod pod, List<Container> containers) {
        if (PodAdmission.decided(pod, !containers.isEmpty())) {
            return Verdict.ADMITTED;
        }
        return PodAdmission.of(pod, settings.place().node(), offer(), others(pod.uid()), settings.appArmor());
    }

    /** The pods that use resources of the node. */
    private List<DesiredPod> others(String than) {
        List<DesiredPod> others = new ArrayList<>();
        byUid.forEach((uid, actor) -> {
            DesiredPod other = uid.equals(than) ? null : actor.using();
            StoredObject stored = other == null ? null : ports.source().get(other.key());
            // A pod that was force deleted may still run for a moment, but its place was given away.
            if (other != null && stored != null && stored.uid().equals(uid)) {
                others.add(other);
            }
        });
        return others;
    }

    /** A new Node object has no status yet. */
    private NodeOffer offer() {
        StoredObject node = ports.source()
                .get(ObjectKey.clusterScoped(NODES, settings.place().node()));
        NodeOffer offer = node == null ? initialOffer : NodeOffer.of(node.json().tree());
        return offer.allocatable().equals(Resources.NONE) ? offer.allocating(initialOffer.allocatable()) : offer;
    }

    /** On the source's thread: only recorded. */
    private void objectChanged(ObjectKey key) {
        synchronized (changed) {
            changed.add(key);
            if (taking) {
                return;
            }
            taking = true;
        }
        ports.clock().run(this::takeChanges);
    }

    private void takeChanges() {
        while (true) {
            List<ObjectKey> keys;
            synchronized (changed) {
                if (changed.isEmpty() || !begun || closed) {
                    taking = false;
                    return;
                }
                keys = List.copyOf(changed);
                changed.clear();
            }
            keys.forEach(this::tryToTakeChange);
        }
    }

    /** One object that the node cannot handle must not hide the changes of all others. */
    private void tryToTakeChange(ObjectKey key) {
        try {
            takeChange(key);
        } catch (RuntimeException e) {
            LOG.error("the change of {} was not taken in; it is read again with the next one", key, e);
        }
    }

    private synchronized void takeChange(ObjectKey key) {
        if (!key.type().equals(DesiredPod.PODS)) {
            byUid.values().forEach(actor -> actor.referenceChanged(key));
            return;
        }
        StoredObject stored = ports.source().get(key);
        boolean mine = stored != null && settings.place().node().equals(stored.node());
        byUid.forEach((uid, actor) -> {
            if (actor.key().equals(key)
                    && !(mine && stored != null && stored.uid().equals(uid))) {
                actor.vanished();
            }
        });
        if (mine && stored != null) {
            PodActor actor = byUid.get(stored.uid());
            if (actor == null) {
                enlist(DesiredPod.of(stored), List.of());
            } else {
                actor.wanted(DesiredPod.of(stored));
            }
        }
        dropFinished();
    }

    /** A finished actor stays while its object exists: its deletion is in flight. */
    private void dropFinished() {
        byUid.entrySet().removeIf(entry -> {
            StoredObject stored = ports.source().get(entry.getValue().key());
            return entry.getValue().finished()
                    && (stored == null || !stored.uid().equals(entry.getKey()));
        });
    }

    @Override
    public void onContainer(String id, Map<String, String> labels) {
        PodActor actor = actor(labels.getOrDefault(PodLabels.POD_UID, ""));
        if (actor != null) {
            actor.containerChanged(id);
        }
    }

    @Override
    public void onGap() {
        ports.clock().run(this::lookAgain);
    }

    private Optional<Duration> resync() {
        if (closed) {
            return Optional.empty();
        }
        lookAgain();
        return Optional.of(RESYNC);
    }

    private void lookAgain() {
        try {
            Map<String, List<Container>> found = containersByPod();
            synchronized (this) {
                dropFinished();
                byUid.values().forEach(PodActor::lookAgain);
                found.forEach((uid, containers) -> {
                    PodActor actor = byUid.get(uid);
                    if (actor == null) {
                        enlist(orphan(uid, containers), containers);
                    } else {
                        containers.forEach(container -> actor.containerChanged(container.id()));
                    }
                });
            }
        } catch (EngineException e) {
            LOG.warn("the containers of this node could not be listed: {}", e.getMessage());
        }
    }

    /** The pods with containers that run. */
    synchronized List<RunningPod> running() {
        List<RunningPod> running = new ArrayList<>();
        for (PodActor actor : byUid.values()) {
            RunningPod pod = actor.runningContainers();
            if (pod != null) {
                running.add(pod);
            }
        }
        return running;
    }

    /**
     * Ends a pod if the node runs out of memory: one after the other, since the end of the last may be enough.
     *
     * @param workingSets bytes of memory by the uid of a pod, then by container
     */
    synchronized void relieve(long availableBytes, Map<String, Map<String, Long>> workingSets) {
        Instant now = ports.clock().now();
        PodActor last = byUid.get(evicted);
        if (last != null && last.runningContainers() != null && now.isBefore(evictedAt.plus(EVICTION_TIMEOUT))) {
            return;
        }
        List<Eviction.Candidate> candidates = new ArrayList<>();
        byUid.forEach((uid, actor) -> {
            DesiredPod pod = actor.using();
            Map<String, Long> used = workingSets.get(uid);
            if (pod != null && used != null && !pod.ending()) {
                candidates.add(new Eviction.Candidate(pod, used));
            }
        });
        Eviction.forMemory(candidates, availableBytes).ifPresent(victim -> {
            LOG.warn(
                    "the node is low on memory: pod {} is evicted", victim.pod().display());
            evicted = victim.pod().uid();
            evictedAt = now;
            PodActor ending = byUid.get(evicted);
            if (ending != null) {
                ending.end(victim.why());
            }
        });
    }

    private synchronized @Nullable PodActor actor(String uid) {
        return byUid.get(uid);
    }

    /** The actor of a pod by its name, or null: the live one if an older one is still terminating. */
    synchronized @Nullable PodActor find(String namespace, String name) {
        PodActor found = null;
        for (PodActor actor : byUid.values()) {
            if (actor.key().namespace().equals(namespace)
                    && actor.key().name().equals(name)
                    && (found == null || found.finished())) {
                found = actor;
            }
        }
        return found;
    }

    /** Containers keep running; only this process stops managing them. */
    @Override
    public void close() {
        closed = true;
        if (following != null) {
            following.close();
        }
        if (engineEvents != null) {
            engineEvents.close();
        }
    }
}
