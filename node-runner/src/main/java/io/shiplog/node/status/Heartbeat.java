package io.shiplog.node.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.pod.port.TaskClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains a node in the cluster: creates its Node object, reports its status when it changes or after five minutes, and
 * renews its Lease every ten seconds.
 *
 * @see <a href="https://kubernetes.io/docs/reference/node/node-status/#heartbeats">Node heartbeats</a>
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration FIRST_EVERY = Duration.ofSeconds(1);
    private static final Duration STATUS_AT_LEAST_EVERY = Duration.ofMinutes(5);
    private static final int LEASE_SECONDS = 40;
    /** A stop does not wait longer for a report in flight, nor for the answer to the last one. */
    private static final Duration LAST_REPORT_WITHIN = Duration.ofSeconds(2);
    /** The kubelet's message when its machine shuts down. */
    private static final NodeHealth SHUTTING_DOWN = new NodeHealth(false, false, false, "node is shutting down");

    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final NodeFacts facts;
    private final Supplier<NodeHealth> health;
    private final CommandPort commands;
    private final Actor actor;
    private final TaskClock clock;
    private JsonNode reported = MissingNode.getInstance();
    private @Nullable NodeHealth sentHealth;
    private Instant sentAt = Instant.EPOCH;
    private @Nullable String uid;
    private boolean leased;
    private boolean closed;
    /** Held by the only report in flight: none may follow the last one. */
    private final ReentrantLock reporting = new ReentrantLock();

    /** @param health called every ten seconds, on a thread where it may block */
    public Heartbeat(NodeFacts facts, Supplier<NodeHealth> health, CommandPort commands, Actor actor, TaskClock clock) {
        this.facts = facts;
        this.health = health;
        this.commands = commands;
        this.actor = actor;
        this.clock = clock;
    }

    /** Starts; does not wait. */
    public void begin() {
        clock.run(() -> clock.repeat(FIRST_EVERY, this::beat));
    }

    private Optional<Duration> beat() {
        if (isClosed()) {
            return Optional.empty();
        }
        boolean here;
        if (uid() == null) {
            here = register();
        } else {
            here = true;
        }
        if (here) {
            NodeHealth now = health.get();
            reporting.lock();
            try {
                if (isClosed()) {
                    return Optional.empty();
                }
                report(now, EVERY);
                renew();
            } finally {
                reporting.unlock();
            }
        }
        return Optional.of(here ? EVERY : FIRST_EVERY);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized @Nullable String uid() {
        return uid;
    }

    /** True once the object exists: created now, or by an earlier process. */
    private boolean register() {
        ObjectNode created = new NodeObject(facts).created();
        CommandResult result = answer(new CreateObject(NODES, "", Json.of(created), FieldValidation.IGNORE));
        if (result instanceof CommandResult.Refused refused
                && refused.refusal().reason() == Refusal.Reason.ALREADY_EXISTS) {
            created.remove("spec");
            result = answer(
                    new PatchObject(key(), "", PatchType.STRATEGIC_MERGE, Json.of(created), FieldValidation.IGNORE));
        }
        return switch (result) {
            case CommandResult.Accepted accepted -> {
                JsonNode object = accepted.object().tree();
                synchronized (this) {
                    uid = object.path("metadata").path("uid").asText();
                    reported = object.path("status").path("conditions");
                }
                yield true;
            }
            case CommandResult.Refused refused -> {
                LOG.warn(
                        "node {} is not registered yet: {}",
                        facts.name(),
                        refused.refusal().message());
                yield false;
            }
            case null -> false;
        };
    }

    private ObjectKey key() {
        return ObjectKey.clusterScoped(NODES, facts.name());
    }

    private void report(NodeHealth now, Duration within) {
        Instant moment = clock.now();
        synchronized (this) {
            if (now.equals(sentHealth) && moment.isBefore(sentAt.plus(STATUS_AT_LEAST_EVERY))) {
                return;
            }
        }
        ArrayNode conditions = NodeObject.conditions(now, reported, moment);
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ObjectNode status = new NodeObject(facts).status();
        status.set("conditions", conditions);
        patch.set("status", status);
        CommandResult result = Answers.await(
                commands,
                CommandRequest.byUser(
                        actor,
                        new PatchObject(
                                key(), "status", PatchType.STRATEGIC_MERGE, Json.of(patch), FieldValidation.IGNORE)),
                within);
        synchronized (this) {
            if (result instanceof CommandResult.Accepted) {
                sentHealth = now;
                sentAt = moment;
                reported = conditions;
            } else if (result instanceof CommandResult.Refused refused) {
                LOG.warn(
                        "status of node {}: {}", facts.name(), refused.refusal().message());
                uid = refused.refusal().reason() == Refusal.Reason.NOT_FOUND ? null : uid;
            }
        }
    }

    private void renew() {
        ObjectKey key = ObjectKey.of(LEASES, LEASE_NAMESPACE, facts.name());
        ObjectNode lease = Json.MAPPER.createObjectNode();
        ObjectNode spec = lease.putObject("spec")
                .put("holderIdentity", facts.name())
                .put("leaseDurationSeconds", LEASE_SECONDS)
                .put("renewTime", MICROS.format(clock.now()));
        CommandResult result = leased
                ? answer(new PatchObject(key, "", PatchType.MERGE, Json.of(lease), FieldValidation.IGNORE))
                : null;
        if (!leased || isNotFound(result)) {
            ObjectNode created = Json.MAPPER.createObjectNode();
            created.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
            created.putObject("metadata")
                    .put("name", facts.name())
                    .put("namespace", LEASE_NAMESPACE)
                    .putArray("ownerReferences")
                    .addObject()
                    .put("apiVersion", "v1")
                    .put("kind", "Node")
                    .put("name", facts.name())
                    .put("uid", uid());
            created.set("spec", spec);
            result = answer(new CreateObject(LEASES, LEASE_NAMESPACE, Json.of(created), FieldValidation.IGNORE));
            leased = result instanceof CommandResult.Accepted
                    || (result instanceof CommandResult.Refused refused
                            && refused.refusal().reason() == Refusal.Reason.ALREADY_EXISTS);
        }
    }

    private static boolean isNotFound(@Nullable CommandResult result) {
        return result instanceof CommandResult.Refused refused
                && refused.refusal().reason() == Refusal.Reason.NOT_FOUND;
    }

    /** The answer, or null after the timeout. */
    private @Nullable CommandResult answer(Command command) {
        return Answers.await(commands, CommandRequest.byUser(actor, command), EVERY);
    }

    /**
     * Closes with a last report: the node is not ready, since it shuts down. Waits a few seconds at most; a node that cannot
     * report is found silent later.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/">Node shutdowns</a>
     */
    public void shutDown() {
        close();
        try {
            if (uid() != null && reporting.tryLock(LAST_REPORT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    report(SHUTTING_DOWN, LAST_REPORT_WITHIN);
                } finally {
                    reporting.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
