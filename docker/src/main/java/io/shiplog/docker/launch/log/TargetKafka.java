package io.shiplog.docker.launch.log;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.HomeKafka;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.cli.KafkaConfigFile;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.events.log.LogCopy;
import io.shiplog.events.log.Signers;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.Replication;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The target of a copied log: a Kafka, or the home of a stopped cluster. No part of a cluster runs meanwhile. */
final class TargetKafka implements AutoCloseable {
    private static final String KAFKA = "(kafka://)?([^/:,]+:[0-9]{1,5})(,[^/:,]+:[0-9]{1,5})*";

    private final Closing parts;
    private final Optional<ShiplogHome> home;
    private final KafkaLogConfig config;
    private final KafkaCluster kafka;
    private final LogKeys keys;

    private TargetKafka(
            Closing parts, Optional<ShiplogHome> home, KafkaLogConfig config, KafkaCluster kafka, LogKeys keys) {
        this.parts = parts;
        this.home = home;
        this.config = config;
        this.kafka = kafka;
        this.keys = keys;
    }

    /**
     * Opens a target.
     *
     * @param into {@code HOST:PORT} of a Kafka, {@code kafka://} before it or not, or a folder
     * @param config how to connect to that Kafka; empty for one that takes every client
     * @param settings of the cluster whose log it is; a folder without a cluster remembers them
     * @param keys of its log, for a Kafka; a folder has its own
     * @throws IllegalStateException if a cluster runs in the folder, or it is another cluster's
     */
    static TargetKafka open(String into, Optional<Path> config, ClusterSettings settings, LogKeys keys) {
        Closing parts = new Closing();
        try {
            Optional<ShiplogHome> home =
                    into.matches(KAFKA) ? Optional.empty() : Optional.of(new ShiplogHome(Path.of(into)));
            if (home.isPresent() && config.isPresent()) {
                throw new IllegalArgumentException("--into-config is for a Kafka; %s is a directory".formatted(into));
            }
            KafkaLogConfig log = home.map(
                            folder -> parts.with(folder(folder, settings)).config())
                    .orElseGet(() -> keys.openIfThere(
                            external(KafkaConfigFile.access(into.replaceFirst("^kafka://", ""), config), settings)));
            return new TargetKafka(
                    parts,
                    home,
                    log,
                    parts.with(KafkaCluster.connect(log, Clock.systemUTC())),
                    home.map(folder -> new LogKeys(folder.logKeyFile())).orElse(keys));
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static KafkaLogConfig external(KafkaAccess kafka, ClusterSettings settings) {
        return KafkaLogConfig.external(kafka, settings.cluster(), Replication.fitting(kafka));
    }

    private static HomeKafka folder(ShiplogHome home, ClusterSettings settings) {
        if (home.running().isPresent()) {
            throw new IllegalStateException("a cluster is running in " + home.folder() + ": stop it first");
        }
        Optional<ClusterSettings> there = ClusterSettings.read(home);
        if (there.isPresent() && !there.get().cluster().equals(settings.cluster())) {
            throw new IllegalStateException("%s is the directory of the cluster '%s', the log is of '%s'"
                    .formatted(home.folder(), there.get().cluster(), settings.cluster()));
        }
        home.create();
        if (there.isEmpty()) {
            // A start refuses a home with a log and without keys.
            ClusterPki.open(home.pki(), settings.cluster());
            settings.write(home);
        }
        return HomeKafka.ofStopped(home, settings);
    }

    /** Trusts the signers of the log's past from now on. */
    void trust(Signers signers) {
        keys.trust(signers);
    }

    /** The keys that its signed heads are checked with. */
    Signers signers() {
        return keys.signers();
    }

    KafkaCluster kafka() {
        return kafka;
    }

    /** The copy into a shard; closed with this. */
    LogCopy copy(String shard) {
        ShardConfig config = Shards.ALL.stream()
                .filter(each -> each.name().equals(shard))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no shard " + shard));
        return parts.with(kafka.copy(config));
    }

    /**
     * Stores the wrapped data keys of the log's encrypted objects.
     *
     * @return the number of usable keys
     */
    long bring(List<KeyRecord> keys) {
        if (!keys.isEmpty()) {
            KafkaKeyStore.open(config).write(keys);
        }
        return keys.stream().filter(KeyRecord.Wrapped.class::isInstance).count();
    }

    /** The path at which the target's cluster looks for its key file. */
    Optional<Path> keyFile() {
        return home.map(ShiplogHome::keyFile);
    }

    /** Stores in the home that objects of these types are to be encrypted from now on. */
    void seals(Set<ResourceType> types) {
        home.ifPresent(folder -> ClusterSettings.read(folder)
                .map(settings -> settings.sealing(
                        Stream.concat(settings.sealed().stream(), types.stream().map(ResourceType::qualified))
                                .toList()))
                .ifPresent(settings -> settings.write(folder)));
    }

    @Override
    public void close() {
        parts.close();
    }
}
