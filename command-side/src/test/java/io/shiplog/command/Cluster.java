package io.shiplog.command;

import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command side over logs in memory, with what tests do to one. */
public final class Cluster implements AutoCloseable {
    public static final Actor ALICE = new Actor("alice", List.of("system:authenticated"));

    /** One for all tests: keys take a while to find. */
    public static final KeyPair KEYS = keys();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EventLog log;
    private final FollowingImage image;
    private final CommandSide side;

    private Cluster(EventLog log, FollowingImage image, CommandSide side) {
        this.log = log;
        this.image = image;
        this.side = side;
    }

    /** Starts a command side that leads. */
    public static Cluster on(EventLog log) {
        FollowingImage image = new FollowingImage(List.of(log));
        CommandSide side = CommandSide.start(
                new CommandSideConfig("", PATIENCE, false, new TokenConfig("https://shiplog", KEYS.getPrivate(), "k1")),
                Map.of(log.shard(), log),
                image,
                TestKinds::withoutRules,
                new SchemaValidation(Schemas.builtIn()),
                Clock.systemUTC());
        Cluster cluster = new Cluster(log, image, side);
        cluster.await(side.lead().toCompletableFuture());
        return cluster;
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has elliptic curves", e);
        }
    }

    public EventLog log() {
        return log;
    }

    public CommandSide side() {
        return side;
    }

    public FollowingImage image() {
        return image;
    }

    public <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    public CompletableFuture<CommandResult> begin(Command command) {
        return side.send(CommandRequest.byUser(ALICE, command)).toCompletableFuture();
    }

    public CommandResult send(Command command) {
        return await(begin(command));
    }

    /** Creates an object from JSON with single quotes. */
    public CommandResult create(ResourceType type, String namespace, String body) {
        return send(creation(type, namespace, body));
    }

    public static Command creation(ResourceType type, String namespace, String body) {
        return new CreateObject(type, namespace, Json.of(body.replace('\'', '"')), FieldValidation.IGNORE);
    }

    public static Command configMap(String name) {
        return creation(TestKinds.CONFIG_MAPS, "shop", "{'metadata':{'name':'" + name + "'}}");
    }

    public static ObjectKey key(String configMap) {
        return ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", configMap);
    }

    /** Makes the namespace in which the tests work. */
    public Cluster withShop() {
        create(TestKinds.NAMESPACES, "", "{'metadata':{'name':'shop'}}");
        return this;
    }

    public List<Event> events() {
        List<Event> all = new ArrayList<>();
        log.read(0, Long.MAX_VALUE, all::addAll);
        return all;
    }

    @Override
    public void close() {
        side.close();
    }
}
