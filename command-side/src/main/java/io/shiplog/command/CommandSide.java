package io.shiplog.command;

import io.shiplog.command.axon.ShardCommandBus;
import io.shiplog.command.decide.Decider;
import io.shiplog.command.decide.Proposal;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.shard.DecidedObjects;
import io.shiplog.command.shard.Pause;
import io.shiplog.command.shard.ProposalPool;
import io.shiplog.command.shard.ShardDecider;
import io.shiplog.command.token.TokenIssuer;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The command side of a cluster: one decider per shard, behind one port. */
public final class CommandSide implements CommandPort, AutoCloseable {
    private final ImageSource images;
    private final Map<String, ShardDecider<Proposal>> shards;
    private final ProposalPool pool;
    private final TokenIssuer tokens;

    private CommandSide(
            ImageSource images, Map<String, ShardDecider<Proposal>> shards, ProposalPool pool, TokenIssuer tokens) {
        this.images = images;
        this.shards = shards;
        this.pool = pool;
        this.tokens = tokens;
    }

    /**
     * Starts deciding.
     *
     * @param logs by shard name
     * @param images the process's image; must be fed from the same logs. Its kinds are those that can be written
     * @param schemas used to parse bodies
     * @param strategies each kind's rules; by the type that the client names
     */
    public static CommandSide start(
            CommandSideConfig config,
            Map<String, EventLog> logs,
            ImageSource images,
            Function<ResourceType, Kind> strategies,
            SchemaValidation schemas,
            Clock clock) {
        Decider decider = new Decider(strategies, schemas);
        DecidedObjects objects =
                new DecidedObjects(images, new ImageEvolution(images.current().kinds()));
        // A uid must not tell the next one: owner references trust it.
        ThreadLocal<Chance> chances = ThreadLocal.withInitial(() -> Chance.of(new SecureRandom()));
        ProposalPool pool = ProposalPool.ofThisMachine();
        Map<String, ShardDecider<Proposal>> shards = logs.values().stream()
                .collect(Collectors.toUnmodifiableMap(
                        EventLog::shard,
                        log -> new ShardDecider<Proposal>(
                                config.address(),
                                log,
                                images,
                                objects,
                                Pause.SLEEP,
                                config.claimTimeout(),
                                pool,
                                System::nanoTime,
                                (journal, answered) -> new ShardCommandBus(
                                        decider, objects, journal, answered, clock, chances::get))));
        shards.values().forEach(ShardDecider::start);
        CommandSide side = new CommandSide(images, shards, pool, new TokenIssuer(config.tokens(), objects::get, clock));
        if (config.leads()) {
            side.lead();
        }
        return side;
    }

    /**
     * Claims every shard, and retries after failures, until another command side does. Completes when all of them are decided
     * here. After being superseded, call this to take the lead again.
     */
    public CompletionStage<Void> lead() {
        return CompletableFuture.allOf(shards.values().stream()
                .map(shard -> shard.lead().toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    /** Whether all shards are decided here. */
    public boolean leads() {
        return shards.values().stream().allMatch(ShardDecider::leads);
    }

    @Override
    public CompletionStage<CommandResult> send(CommandRequest request) {
        if (request.command() instanceof RequestToken command) {
            // Signing takes a millisecond, and callers may be event loops.
            return CompletableFuture.supplyAsync(
                            () -> tokens.issue(request.actor(), command), Thread::startVirtualThread)
                    .thenCompose(result -> recorded(request, result));
        }
        return decided(request);
    }

    /** A token is handed out when its event is in the log. The event does not have the token. */
    private CompletionStage<CommandResult> recorded(CommandRequest request, CommandResult issued) {
        if (!(issued instanceof CommandResult.Accepted accepted)) {
            return CompletableFuture.completedFuture(issued);
        }
        RequestToken granted = new RequestToken(accepted.key(), TokenIssuer.withoutToken(accepted.object()));
        return decided(new CommandRequest(
                        request.commandId(),
                        request.actor(),
                        request.causationId(),
                        request.correlationId(),
                        false, // a dry run hands out a token too
                        request.version(),
                        request.fieldManager(),
                        granted))
                .thenApply(result -> result instanceof CommandResult.Accepted ? issued : result);
    }

    private CompletionStage<CommandResult> decided(CommandRequest request) {
        ShardDecider<Proposal> shard = shardOf(request);
        return shard == null
                ? CompletableFuture.completedFuture(new CommandResult.Refused(
                        Refusal.of(Reason.NOT_FOUND, "the server could not find the requested resource")))
                : shard.send(request);
    }

    private @Nullable ShardDecider<Proposal> shardOf(CommandRequest request) {
        KindDescription kind = images.current().kinds().get(request.command().type());
        return kind == null ? null : shards.get(kind.shard());
    }

    @Override
    public void close() {
        shards.values().forEach(ShardDecider::close);
        pool.close();
    }
}
