package io.shiplog.docker.launch.up;

import io.shiplog.command.CommandSide;
import io.shiplog.command.CommandSideConfig;
import io.shiplog.command.control.Controllers;
import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.KafkaPort;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.AdminAccess;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.ControlPlane;
import io.shiplog.docker.launch.assembly.ControllerSettings;
import io.shiplog.docker.launch.assembly.Readiness;
import io.shiplog.docker.launch.assembly.RoleContext;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.launch.node.MachineNodes;
import io.shiplog.docker.launch.node.Networking;
import io.shiplog.docker.launch.node.NodeNumbers;
import io.shiplog.docker.launch.node.Nodes;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.HomeKeys;
import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.docker.pki.KeyPart;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.usage.UsageSource;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A whole cluster in this process: broker, command side, controllers, gateway, and the nodes of this machine. */
public final class AllInOne implements AutoCloseable {
    private final ShiplogHome home;
    private final ClusterSettings settings;
    private final ClusterPki pki;
    private final Closing parts;

    private AllInOne(ShiplogHome home, ClusterSettings settings, ClusterPki pki, Closing parts) {
        this.home = home;
        this.settings = settings;
        this.pki = pki;
        this.parts = parts;
    }

    /**
     * How to start.
     *
     * @param nodes the logical nodes of this machine
     * @param networking of their pods
     * @param controllers how they and the scheduler work
     * @param shards of the log
     * @param host address that the API listens on
     * @param kafkaPort of the broker; empty for that of the last start
     * @param acceptKeyLoss whether missing keys of an existing cluster are made again
     */
    public record Start(
            NodeNumbers nodes,
            Networking networking,
            ControllerSettings controllers,
            List<ShardConfig> shards,
            String host,
            Optional<Integer> kafkaPort,
            boolean acceptKeyLoss) {
        /** For runs that do not change the machine. */
        static Start withoutNodes() {
            return new Start(
                    NodeNumbers.firstOnes(0),
                    Networking.NONE,
                    ControllerSettings.DEFAULT,
                    Shards.ALL,
                    "127.0.0.1",
                    Optional.empty(),
                    false);
        }
    }

    /**
     * Starts everything and returns when the nodes are ready. Does not change the user's own kubeconfig: see {@link #announce}.
     */
    static AllInOne start(ShiplogHome home, ClusterSettings settings, Start how, Stages stages) {
        Closing parts = new Closing();
        try {
            PrivateFile.write(home.pidFile(), ProcessHandle.current().pid() + "\n");
            parts.with(() -> Files.deleteIfExists(home.pidFile()));
            stages.say("Starting cluster '%s' in %s".formatted(settings.cluster(), home.folder()));
            Optional<CompletableFuture<ContainerEngine>> engine =
                    how.nodes().count() > 0 ? Optional.of(Nodes.engine()) : Optional.empty();
            ClusterPki pki = new HomeKeys(home.pki(), home.logKeyFile())
                    .open(
                            settings.cluster(),
                            EnumSet.allOf(KeyPart.class),
                            new HomeKeys.Start(EmbeddedBroker.isFormatted(home.kafka()), how.acceptKeyLoss()),
                            stages::say);
            EmbeddedBroker broker = parts.with(
                    EmbeddedBroker.start(EmbeddedBrokerConfig.in(home.kafka(), KafkaPki.open(home.kafkaPki()))
                            .withPorts(kafkaPort(home, how, stages), 0)));
            PrivateFile.write(home.bootstrapFile(), broker.bootstrap() + "\n");
            parts.with(() -> Files.deleteIfExists(home.bootstrapFile()));
            stages.say("Kafka broker at " + broker.bootstrap());
            RoleContext context = RoleContext.open(
                    home,
                    settings,
                    pki,
                    new LogKeys(home.logKeyFile())
                            .openOrMake(
                                    KafkaLogConfig.singleBroker(broker.access(), settings.cluster(), broker::refusal)),
                    how.shards(),
                    home.keyFile(),
                    parts,
                    stages);
            LiveImage image = context.image();
            stages.say("Log read up to revision " + image.current().revision(Image.MAIN_SHARD));
            CommandSide side = parts.with(
                    ControlPlane.commandSide(context, CommandSideConfig.inOneProcess(ControlPlane.tokens(pki))));
            context.projections().store(side::leads, parts);
            UsageSource usages = ControlPlane.usages(context);
            Controllers controllers = parts.with(ControlPlane.controllers(
                    context, side, List.of(settings.nodeAddress(1)), how.controllers(), usages));
            parts.with(ControlPlane.keyRotations(context, side));
            engine.ifPresent(asked -> parts.with(MachineNodes.start(
                    home, nodes(context, new AtomicReference<>(asked), side, how.networking(), stages), how.nodes())));
            // Pods reach the API at the first node's own address in the pod network, which exists from here on.
            parts.with(ControlPlane.gateway(context, side, hosts(how, settings), usages, controllers::write));
            stages.say("API at https://127.0.0.1:" + settings.port());
            awaitNodes(image, how.nodes().count(), stages);
            return new AllInOne(home, settings, pki, parts);
        } catch (IOException e) {
            parts.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static int kafkaPort(ShiplogHome home, Start how, Stages stages) throws IOException {
        Optional<Integer> last = KafkaPort.last(home);
        int port;
        if (how.kafkaPort().isPresent()) {
            port = how.kafkaPort().get();
            KafkaPort.remember(home, port);
        } else {
            port = KafkaPort.choose(home, new SecureRandom());
        }
        if (last.isPresent() && last.get() != port) {
            stages.say("The broker moves from port %d to %d: subscribers must change bootstrap.servers"
                    .formatted(last.get(), port));
        }
        return port;
    }

    /** Starts nodes; the first time on the engine that was connected while the log was read. */
    private static Function<NodeNumbers, MachineNodes.Running> nodes(
            RoleContext context,
            AtomicReference<@Nullable CompletableFuture<ContainerEngine>> early,
            CommandSide side,
            Networking networking,
            Stages stages) {
        return numbers -> {
            CompletableFuture<ContainerEngine> asked = early.getAndSet(null);
            return Nodes.start(
                    context, asked == null ? Nodes.engine() : asked, node -> side, numbers, networking, stages);
        };
    }

    private static List<String> hosts(Start how, ClusterSettings settings) {
        return how.networking().routed() && !how.host().equals("0.0.0.0")
                ? List.of(how.host(), settings.nodeAddress(1))
                : List.of(how.host());
    }

    /**
     * Writes the kubeconfig, makes its context the user's current one, and prints the next steps.
     *
     * @param first runs before that, with the kubeconfig written
     */
    void announce(Stages stages, Runnable first) {
        AdminAccess.announce(home, settings, pki);
        first.run();
        stages.say("kubectl's current context is now '%s' (also in %s). Try:"
                .formatted(settings.cluster(), home.kubeconfig()));
        stages.say("  kubectl get nodes");
        stages.say("  kubectl shiplog log -A");
        String path = System.getenv().getOrDefault("PATH", "");
        if (!List.of(path.split(File.pathSeparator)).contains(home.plugins().toString())) {
            stages.say("(for 'kubectl shiplog': export PATH=\"$PATH:%s\")".formatted(home.plugins()));
        }
        stages.say("or https://127.0.0.1:%d/console in a browser, with the token in %s"
                .formatted(settings.port(), home.pki().resolve("admin.token")));
        stages.say("Ready after %s s.".formatted(stages.seconds()));
    }

    private static void awaitNodes(LiveImage image, int nodes, Stages stages) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        try (var subscription = image.subscribe((delta, now) -> {
            if (Readiness.readyNodes(now) >= nodes) {
                ready.complete(null);
            }
        })) {
            if (Readiness.readyNodes(subscription.start()) < nodes) {
                ready.get(NODES_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            stages.say(nodes == 1 ? "Node ready" : nodes + " nodes ready");
        } catch (TimeoutException | ExecutionException e) {
            stages.say("The nodes are not ready after %s; 'kubectl describe nodes' says why".formatted(NODES_PATIENCE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    private static final Duration NODES_PATIENCE = Duration.ofSeconds(30);

    /** Stops every part on SIGTERM, and calls {@code then}. Containers keep running. */
    void onShutdown(Runnable then) {
        parts.onShutdown(then);
    }

    /** Stops every part, last started first. Containers keep running. */
    @Override
    public void close() {
        parts.close();
    }
}
