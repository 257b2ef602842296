package io.shiplog.node;

import io.shiplog.events.Release;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.object.Actor;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.EngineInfo;
import io.shiplog.node.image.ImageGarbage;
import io.shiplog.node.image.PulledImages;
import io.shiplog.node.net.PodNetwork;
import io.shiplog.node.path.Binds;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.port.NodeImages;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.pod.port.PodSettings;
import io.shiplog.node.pod.port.SystemTaskClock;
import io.shiplog.node.probe.ContainerProber;
import io.shiplog.node.reference.Place;
import io.shiplog.node.server.NodeServer;
import io.shiplog.node.server.NodeView;
import io.shiplog.node.source.PodSource;
import io.shiplog.node.stats.NodeStats;
import io.shiplog.node.status.Heartbeat;
import io.shiplog.node.status.NodeFacts;
import io.shiplog.node.status.NodeObject;
import io.shiplog.node.status.PodEventSender;
import io.shiplog.node.status.StatusReporter;
import io.shiplog.node.status.TokenCache;
import io.shiplog.node.volume.ClaimedVolumes;
import io.shiplog.node.volume.ContainerMounts;
import io.shiplog.node.volume.ImageFolders;
import io.shiplog.node.volume.NodeLocalFolders;
import io.shiplog.node.volume.PodFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * One node: runs the pods bound to it, reports their status, serves their logs. After a kill and restart it finds its
 * containers by their labels and continues.
 */
public final class NodeRunner implements AutoCloseable {
    /** How many sandboxes and containers are created concurrently: more only makes Docker slower. */
    private static final int MAX_STARTS = 4;

    private final SystemTaskClock clock;
    private final PodRoster roster;
    private final VolumeRoster volumes;
    private final Heartbeat heartbeat;
    private final NodeServer server;

    private NodeRunner(
            SystemTaskClock clock, PodRoster roster, VolumeRoster volumes, Heartbeat heartbeat, NodeServer server) {
        this.clock = clock;
        this.roster = roster;
        this.volumes = volumes;
        this.heartbeat = heartbeat;
        this.server = server;
    }

    /**
     * Starts a node. Returns when its server listens; the Node object and the pods follow as the cluster answers.
     *
     * @param engine closed by the caller
     * @param network closed by the caller
     * @param rights of clients of the node's server
     * @throws IOException if the server's port is taken
     */
    public static NodeRunner start(
            NodeRunnerConfig config,
            ContainerEngine engine,
            PodNetwork network,
            PodSource source,
            CommandPort commands,
            NodeView.Rights rights)
            throws IOException {
        SystemTaskClock clock = new SystemTaskClock();
        Actor actor = Actor.node(config.node());
        EngineInfo info = engine.info();
        Machine machine = new Machine(engine, config.root());
        int share = Math.max(1, config.machineShare());
        Place place = new Place(
                config.node(),
                config.addresses().internal(),
                java.util.List.of(),
                info.cpus() * 1000L / share,
                info.memoryBytes() / share,
                machine.storageBytes() / share);
        PodSettings settings = new PodSettings(
                PodLabels.ofNode(config.cluster(), config.node()),
                place,
                PauseImage.ensure(engine),
                config.clusterDns(),
                config.clusterDomain(),
                Machine.text("/etc/resolv.conf"),
                Machine.text("/etc/hosts"),
                Machine.text("/sys/module/apparmor/parameters/enabled").startsWith("Y"));
        ClaimedVolumes claimed = new ClaimedVolumes(config.root(), source::get);
        PodFolders folders = folders(config, claimed);
        folders.removeBinds();
        ImageFolders images = new ImageFolders(config.root(), engine, settings.nodeLabels());
        images.removeRemains();
        PulledImages pulled = new PulledImages(config.root());
        ImageGarbage garbage =
                new ImageGarbage(engine, pulled, ImageFolders.LABEL, () -> Machine.disk(info.rootDir()), clock::now);
        PodPorts ports = new PodPorts(
                engine,
                network,
                folders,
                new NodeImages(images, pulled),
                source,
                new TokenCache(commands, actor, clock),
                new ContainerProber(engine),
                new PodEventSender(commands, actor, config.node(), clock),
                new StatusReporter(commands, actor, clock),
                clock,
                new Semaphore(MAX_STARTS));
        VolumeRoster volumes = new VolumeRoster(
                source,
                new NodeLocalFolders(config.node(), claimed, new ContainerMounts(engine, settings.nodeLabels())),
                commands,
                actor,
                clock);
        PodRoster roster = new PodRoster(
                ports, settings, NodeOffer.of(NodeObject.initial(facts(config, place, info, config.port()))));
        NodeStats stats = new NodeStats(
                new NodeStats.Facts(
                        config.node(),
                        share > 1,
                        config.root(),
                        clock.now(),
                        place.cpuMillis(),
                        place.memoryBytes(),
                        Release.gitVersion()),
                roster::running,
                clock::now);
        NodeServer server = NodeServer.start(
                config.addresses().internal(),
                config.port(),
                config.tls(),
                engine,
                (ns, pod, container, previous) -> {
                    var actorOfPod = roster.find(ns, pod);
                    return actorOfPod == null ? null : actorOfPod.log(container, previous);
                },
                new RosterPods(roster, engine),
                new NodeView(stats, () -> NodePages.pods(source), () -> NodePages.config(config), rights));
        sampleRepeatedly(
                stats,
                () -> Machine.memoryAvailable().ifPresent(available -> roster.relieve(available, stats.workingSets())),
                clock);
        Heartbeat heartbeat =
                new Heartbeat(facts(config, place, info, server.port()), machine::health, commands, actor, clock);
        heartbeat.begin();
        clock.run(images::collect);
        clock.after(
                ImageGarbage.EVERY,
                () -> clock.repeat(ImageGarbage.EVERY, () -> {
                    garbage.collect();
                    return Optional.of(ImageGarbage.EVERY);
                }));
        roster.begin();
        volumes.begin();
        return new NodeRunner(clock, roster, volumes, heartbeat, server);
    }

    /** In intervals, so that rates are there when they are asked for. */
    private static void sampleRepeatedly(NodeStats stats, Runnable then, SystemTaskClock clock) {
        clock.run(() -> {
            try {
                stats.sample();
                then.run();
            } finally {
                clock.after(NodeStats.INTERVAL, () -> sampleRepeatedly(stats, then, clock));
            }
        });
    }

    private static PodFolders folders(NodeRunnerConfig config, ClaimedVolumes claimed) {
        return new PodFolders(
                config.root(),
                binds(config.cluster()).resolve(config.node()),
                "shiplog-" + config.cluster() + "-" + config.node() + "-",
                claimed);
    }

    /** Not in the home: deleting that by hand must never delete the target of a bind mount. */
    private static Path binds(String cluster) {
        return Path.of("/run/shiplog", cluster);
    }

    private static NodeFacts facts(NodeRunnerConfig config, Place place, EngineInfo info, int port) {
        return new NodeFacts(
                config.node(),
                config.addresses(),
                port,
                config.podCidr(),
                place.cpuMillis(),
                place.memoryBytes(),
                place.storageBytes(),
                Machine.text("/etc/machine-id").strip(),
                Machine.text("/proc/sys/kernel/random/boot_id").strip(),
                Release.gitVersion(),
                info);
    }

    /** The address of the node's HTTPS server. */
    public int port() {
        return server.port();
    }

    /** Reports that the node shuts down, for a stop that no other runner of this node follows at once; then close it. */
    public void shutDown() {
        heartbeat.shutDown();
    }

    /** Stops managing the pods. Their containers keep running. */
    @Override
    public void close() {
        server.close();
        heartbeat.close();
        roster.close();
        volumes.close();
        clock.close();
    }

    /**
     * Removes every container, volume and bind mount of a cluster from the machine, of all its nodes: for when the cluster
     * stops.
     */
    public static void removeEverything(ContainerEngine engine, String cluster) {
        removeEverything(engine, Map.of(PodLabels.CLUSTER, cluster), binds(cluster));
    }

    /**
     * Removes every container, volume and bind mount of one node from the machine: for when the node leaves the cluster. Its runner is
     * closed.
     */
    public static void removeEverything(ContainerEngine engine, String cluster, String node) {
        removeEverything(engine, PodLabels.ofNode(cluster, node), binds(cluster).resolve(node));
    }

    private static void removeEverything(ContainerEngine engine, Map<String, String> labels, Path binds) {
        engine.list(labels).parallelStream().forEach(container -> engine.remove(container.id()));
        engine.removeVolumes(labels);
        Binds.removeAll(binds);
    }

    /** Removes the pod directories of a node: for when its cluster's state is deleted. */
    public static void removeFolders(NodeRunnerConfig config) {
        folders(config, new ClaimedVolumes(config.root(), key -> null)).removeAll();
    }
}
