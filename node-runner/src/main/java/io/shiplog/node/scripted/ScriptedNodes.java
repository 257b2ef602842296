package io.shiplog.node.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Simulates every node of a cluster. A bound pod without a status from a node is Running and Ready at once; a terminating one
 * is removed at once; a Ready node sends heartbeats. No container runs. Anything unhealthy at the start stays unhealthy.
 */
public final class ScriptedNodes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptedNodes.class);
    private static final Duration BEAT = Duration.ofSeconds(10);
    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final Set<String> PENDING = Set.of("", "Pending");
    /** 198.18.0.0/15 is reserved for benchmarks: these addresses cannot be mistaken for real ones. */
    private static final int ADDRESSES = 1 << 17;

    private final ImageSource images;
    private final CommandPort commands;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("scripted-nodes").factory());
    private final ImageSource.Subscription subscription;
    private int addresses;

    private ScriptedNodes(ImageSource images, CommandPort commands, InstantSource clock) {
        this.images = images;
        this.commands = commands;
        this.clock = clock;
        this.subscription = images.subscribe(this::onDelta);
    }

    /**
     * Starts.
     *
     * @param commands receives the commands of every node
     */
    public static ScriptedNodes start(ImageSource images, CommandPort commands, InstantSource clock) {
        ScriptedNodes nodes = new ScriptedNodes(images, commands, clock);
        // Each heartbeat checks everything: refused commands are retried.
        nodes.thread.scheduleWithFixedDelay(nodes::beat, 0, BEAT.toSeconds(), TimeUnit.SECONDS);
        return nodes;
    }

    private void onDelta(ImageDelta delta, Image image) {
        for (Change change : delta.changes()) {
            if (!change.removes() && change.after().key().type().equals(PODS)) {
                later(() -> pod(change.after()));
            } else if (change.before() == null && change.after().key().type().equals(NODES)) {
                later(() -> node(change.after()));
            }
        }
    }

    private void later(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile");
        }
    }

    private void beat() {
        Image image = images.current();
        image.list(NODES).forEach(this::node);
        image.list(PODS).forEach(this::pod);
    }

    private void pod(StoredObject pod) {
        String node = pod.node();
        if (node == null) {
            return;
        }
        Actor actor = Actor.node(node);
        if (pod.deleting()) {
            send(actor, new DeleteObject(pod.key(), new Preconditions(pod.uid(), null), 0L, null));
            return;
        }
        if (!PENDING.contains(pod.fields().getOrDefault("status.phase", ""))) {
            return;
        }
        JsonNode tree = pod.json().tree();
        if (ScriptedPod.untouched(tree)) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            patch.putObject("metadata").put("uid", pod.uid());
            patch.set("status", ScriptedPod.running(tree, nextAddress(), clock.instant()));
            send(actor, patch(pod.key(), "status", PatchType.STRATEGIC_MERGE, patch));
        }
    }

    private String nextAddress() {
        addresses = addresses % (ADDRESSES - 2) + 1;
        return "198.%d.%d.%d".formatted(18 + (addresses >> 16), addresses >> 8 & 255, addresses & 255);
    }

    private void node(StoredObject node) {
        JsonNode tree = node.json().tree();
        String name = node.key().name();
        if (ScriptedNode.waits(tree)) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            patch.set("status", ScriptedNode.first(tree, another(name), clock.instant()));
            send(Actor.node(name), patch(node.key(), "status", PatchType.STRATEGIC_MERGE, patch));
        } else if (!ScriptedNode.ready(tree)) {
            return;
        }
        ObjectKey lease = ObjectKey.of(LEASES, LEASE_NAMESPACE, name);
        boolean leased = images.current().get(lease) != null;
        send(
                Actor.node(name),
                leased
                        ? patch(lease, "", PatchType.MERGE, ScriptedNode.renewal(name, clock.instant()))
                        : new CreateObject(
                                LEASES,
                                LEASE_NAMESPACE,
                                Json.of(ScriptedNode.lease(name, tree, clock.instant())),
                                FieldValidation.IGNORE));
    }

    /** Another node, as a model for a new one. */
    private JsonNode another(String name) {
        return images.current().list(NODES).stream()
                .filter(node -> !node.key().name().equals(name))
                .map(node -> node.json().tree())
                .filter(node -> !node.at("/status/allocatable").isEmpty())
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static Command patch(ObjectKey key, String subresource, PatchType type, ObjectNode patch) {
        return new PatchObject(key, subresource, type, Json.of(patch), FieldValidation.IGNORE);
    }

    private void send(Actor node, Command command) {
        var unused = commands.send(CommandRequest.byUser(node, command)).whenComplete((result, failure) -> {
            if (failure != null) {
                LOG.warn("a command of {} failed", node.user(), failure);
            } else if (result instanceof CommandResult.Refused refused && !expected(refused.refusal())) {
                LOG.warn("{}: {}", node.user(), refused.refusal().message());
            }
        });
    }

    /** The object is gone, or another one has its name. */
    private static boolean expected(Refusal refusal) {
        return refusal.reason().retry() == Refusal.Retry.WITH_NEWER_STATE;
    }

    @Override
    public void close() {
        subscription.close();
        thread.shutdownNow();
    }
}
