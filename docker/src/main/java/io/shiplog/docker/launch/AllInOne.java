package io.shiplog.docker.launch;

import io.shiplog.command.CommandSide;
import io.shiplog.command.CommandSideConfig;
import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.Kubeconfig;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.home.UserKubeconfig;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.projections.LiveImage;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;

/** A whole cluster in this process: broker, command side, controllers, gateway, and the nodes of this machine. */
final class AllInOne implements AutoCloseable {
    private final ShiplogHome home;
    private final Closing parts;

    private AllInOne(ShiplogHome home, Closing parts) {
        this.home = home;
        this.parts = parts;
    }

    /** Starts everything and returns when the nodes are ready. */
    static AllInOne start(
            ShiplogHome home, ClusterSettings settings, int nodes, String host, int kafkaPort, Stages stages) {
        Closing parts = new Closing();
        try {
            PrivateFile.write(home.pidFile(), ProcessHandle.current().pid() + "\n");
            stages.say("Starting cluster '%s' in %s".formatted(settings.cluster(), home.folder()));
            Clock clock = Clock.systemUTC();
            ClusterPki pki = ClusterPki.open(home.pki(), settings.cluster());
            EmbeddedBroker broker = parts.with(
                    EmbeddedBroker.start(EmbeddedBrokerConfig.in(home.kafka()).withPorts(kafkaPort, 0)));
            PrivateFile.write(home.bootstrapFile(), broker.bootstrap() + "\n");
            stages.say("Kafka broker at " + broker.bootstrap());
            Shards shards = parts.with(Shards.open(
                    KafkaLogConfig.singleBroker(broker.bootstrap(), settings.cluster(), broker::refusal), clock));
            LiveImage image = parts.with(
                    LiveImage.start(shards.logs(), Surroundings::kind, SnapshotStore.NONE, stages.replay(), clock));
            stages.say("Log read up to revision " + image.current().revision(LiveImage.MAIN_SHARD));
            Surroundings around = new Surroundings(home, settings, pki, shards, image, clock);
            CommandSide side = parts.with(ControlPlane.commandSide(around, CommandSideConfig.inOneProcess()));
            parts.with(ControlPlane.controllers(around, side, List.of(settings.nodeAddress(1))));
            parts.with(ControlPlane.gateway(around, side, host));
            stages.say("API at https://127.0.0.1:" + settings.port());
            writeKubeconfig(home, settings, pki);
            stages.say("Ready after %s s. The kubeconfig is %s, its context '%s' is now your current one. Try:"
                    .formatted(stages.seconds(), home.kubeconfig(), settings.cluster()));
            stages.say("  kubectl get nodes");
            return new AllInOne(home, parts);
        } catch (IOException e) {
            parts.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static void writeKubeconfig(ShiplogHome home, ClusterSettings settings, ClusterPki pki) throws IOException {
        pki.identify(Identity.admin());
        Kubeconfig config = new Kubeconfig(
                settings.cluster(),
                "https://127.0.0.1:" + settings.port(),
                pki.authority(),
                pki.certificate(Identity.admin()),
                pki.key(Identity.admin()),
                pki.adminToken());
        config.write(home.kubeconfig());
        config.mergeInto(UserKubeconfig.file());
    }

    /** Stops every part, last started first. Containers go on. */
    @Override
    public void close() {
        parts.close();
        try {
            Files.deleteIfExists(home.pidFile());
            Files.deleteIfExists(home.bootstrapFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
