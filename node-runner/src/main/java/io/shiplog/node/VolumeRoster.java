package io.shiplog.node;

import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.node.pod.port.TaskClock;
import io.shiplog.node.source.PodSource;
import io.shiplog.node.volume.NodeLocalFolders;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the folders of deleted node-local volumes, when they change and every few minutes. */
final class VolumeRoster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeRoster.class);
    /** A folder that could not be removed, and a command that was lost, are tried again. */
    private static final Duration RESYNC = Duration.ofMinutes(1);

    private final PodSource source;
    private final NodeLocalFolders folders;
    private final CommandPort commands;
    private final Actor actor;
    private final TaskClock clock;
    private volatile boolean closed;
    private PodSource.@Nullable Following following;

    VolumeRoster(PodSource source, NodeLocalFolders folders, CommandPort commands, Actor actor, TaskClock clock) {
        this.source = source;
        this.folders = folders;
        this.commands = commands;
        this.actor = actor;
        this.clock = clock;
    }

    /** Starts as soon as the source has caught up: a volume that lags may be bound again. */
    void begin() {
        following = source.follow(this::changed);
        source.caughtUp().thenRun(() -> clock.run(() -> clock.repeat(RESYNC, this::resync)));
    }

    private void changed(ObjectKey key) {
        StoredObject volume = key.type().equals(NodeLocalFolders.VOLUMES) ? source.get(key) : null;
        if (volume != null && volume.deleting()) {
            clock.run(() -> release(volume));
        }
    }

    private Optional<Duration> resync() {
        if (closed) {
            return Optional.empty();
        }
        source.volumes().stream().filter(StoredObject::deleting).forEach(this::release);
        return Optional.of(RESYNC);
    }

    private synchronized void release(StoredObject volume) {
        if (closed) {
            return;
        }
        folders.release(volume).ifPresent(command -> {
            var unused = commands.send(CommandRequest.byUser(actor, command)).whenComplete((result, failure) -> {
                if (failure != null || result instanceof Refused) {
                    LOG.debug("volume {} stays for now: {}", volume.key().name(), result, failure);
                }
            });
        });
    }

    @Override
    public void close() {
        closed = true;
        if (following != null) {
            following.close();
        }
    }
}
