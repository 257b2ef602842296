package io.shiplog.docker.launch.branch;

import io.shiplog.command.CommandSide;
import io.shiplog.command.CommandSideConfig;
import io.shiplog.command.control.Controllers;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.branch.Branch;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.Kubeconfig;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.home.UserKubeconfig;
import io.shiplog.docker.launch.assembly.AdminAccess;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.ControlPlane;
import io.shiplog.docker.launch.assembly.ControllerSettings;
import io.shiplog.docker.launch.assembly.Projections;
import io.shiplog.docker.launch.assembly.RoleContext;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Chain;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.seal.InMemoryKeyEncryptionKeys;
import io.shiplog.events.seal.InMemoryKeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.SealedLog;
import io.shiplog.node.scripted.ScriptedNodes;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.history.index.SegmentIndex;
import io.shiplog.projections.history.index.SegmentStore;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.keyframe.InMemoryKeyframeStore;
import io.shiplog.projections.keyframe.Keyframe;
import io.shiplog.projections.keyframe.KeyframeObject;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.Digest;
import io.shiplog.projections.snapshot.InMemorySnapshotStore;
import io.shiplog.projections.snapshot.Snapshot;
import io.shiplog.projections.snapshot.SnapshotRecord;
import io.shiplog.projections.usage.UsageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * A what-if cluster in this process: the trunk's state at one moment, continued by a log in memory; the same command side,
 * controllers and gateway; nodes that run nothing. It has its own keys: the trunk's parts accept none of them. Closing it
 * removes everything.
 */
final class BranchCluster implements AutoCloseable {
    private final Closing parts;

    private BranchCluster(Closing parts) {
        this.parts = parts;
    }

    /**
     * Starts everything.
     *
     * @param trunk the directory of its trunk
     * @param settings of the trunk
     * @param start its state
     */
    static BranchCluster start(ShiplogHome trunk, ClusterSettings settings, Branch branch, Image start) {
        Closing parts = new Closing();
        try {
            ShiplogHome home = trunk.branch(branch.name()).create();
            parts.with(home::delete);
            PrivateFile.write(home.pidFile(), ProcessHandle.current().pid() + "\n");
            branch.write(trunk);
            RoleContext context = context(home, settings, branch, start, parts);
            CommandSide side = parts.with(ControlPlane.commandSide(
                    context, CommandSideConfig.inOneProcess(ControlPlane.tokens(context.pki()))));
            parts.with(ScriptedNodes.start(context.image(), side, context.clock()));
            // Later events of the trunk must not be included: the diff would show them.
            Controllers controllers = parts.with(ControlPlane.controllers(
                    context,
                    side,
                    List.of(settings.nodeAddress(1)),
                    ControllerSettings.DEFAULT.keepingEvents(),
                    UsageSource.NONE));
            parts.with(ControlPlane.keyRotations(context, side));
            parts.with(ControlPlane.gateway(context, side, List.of("127.0.0.1"), UsageSource.NONE, controllers::write));
            Kubeconfig way = AdminAccess.write(home, context.settings(), context.pki(), branch.context());
            parts.with(() -> UserKubeconfig.forget(branch.context()));
            way.addTo(UserKubeconfig.file());
            return new BranchCluster(parts);
        } catch (IOException e) {
            parts.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static RoleContext context(
            ShiplogHome home, ClusterSettings trunk, Branch branch, Image start, Closing parts) {
        Clock clock = Clock.systemUTC();
        ClusterSettings settings = trunk.at(branch.port());
        Seal seal = new Seal(
                parts.with(Keyring.open(new InMemoryKeyStore(), new InMemoryKeyEncryptionKeys())), settings::seals);
        ImageEvolution evolution = new ImageEvolution(BuiltInKinds.catalogue());
        InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
        List<EventLog> logs = new ArrayList<>();
        List<Checkpoint> checkpoints = new ArrayList<>();
        List<KeyframeObject> objects = new ArrayList<>();
        for (ShardConfig shard : Shards.ALL) {
            Snapshot snapshot = resealed(evolution.snapshot(start, shard.name()), seal);
            Checkpoint at = snapshot.checkpoint();
            boolean begun = at.revision() > 0;
            EventLog log = new InMemoryEventLog(shard.name(), clock, at.revision(), begun ? at.chain() : Chain.START);
            logs.add(new SealedLog(log, seal));
            if (begun) {
                snapshots.write(at, true, snapshot.records(), List.of());
                checkpoints.add(at);
                snapshot.records().forEach(each -> objects.add(new KeyframeObject(shard.name(), each)));
            }
        }
        // The moment of branching stays available for the branch's lifetime: the diff uses it.
        InMemoryKeyframeStore keyframes = new InMemoryKeyframeStore();
        keyframes.write(new Keyframe(checkpoints), objects.stream());
        Shards shards = parts.with(Shards.of(logs));
        LiveImage image = parts.with(LiveImage.start(
                shards.logs(),
                BuiltInKinds.catalogue(),
                snapshots,
                keyframes,
                (shard, done, total, rate) -> {},
                clock));
        LogHistory history = parts.with(new ScannedHistory(shards.logs()));
        ClusterPki pki = ClusterPki.open(home.pki(), branch.context());
        SegmentIndex index = parts.with(SegmentIndex.start(shards.main(), SegmentStore.NONE));
        Projections projections = new Projections(image, history, index, snapshots, keyframes);
        return new RoleContext(home, settings, pki, seal.keys(), shards, projections, clock);
    }

    /** With the branch's own keys, which end with it; the trunk's keys stay with the trunk. */
    private static Snapshot resealed(Snapshot snapshot, Seal seal) {
        List<SnapshotRecord> records =
                snapshot.records().stream().map(each -> resealed(each, seal)).toList();
        Digest digest = new Digest();
        records.forEach(digest::add);
        Checkpoint at = snapshot.checkpoint();
        return new Snapshot(
                new Checkpoint(at.shard(), at.revision(), at.time(), at.chain(), digest.objects(), digest.hex()),
                records);
    }

    private static SnapshotRecord resealed(SnapshotRecord record, Seal seal) {
        Json opened = Json.ofUtf8(record.object().utf8());
        return new SnapshotRecord(
                record.key(),
                record.revision(),
                record.correlationId(),
                seal.seal(record.key(), record.revision(), opened));
    }

    /** Closes it on SIGTERM, and calls {@code then}. */
    void onShutdown(Runnable then) {
        parts.onShutdown(then);
    }

    @Override
    public void close() {
        parts.close();
    }
}
