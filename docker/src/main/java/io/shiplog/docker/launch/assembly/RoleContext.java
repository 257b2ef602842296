package io.shiplog.docker.launch.assembly;

import io.shiplog.command.control.keys.KeyRotations;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.docker.pki.KeyFile;
import io.shiplog.events.command.http.HttpCommandPort;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.UnreadableObjects;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.live.LiveImage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every role of a cluster uses: settings, keys, the log and its projections.
 */
public record RoleContext(
        ShiplogHome home,
        ClusterSettings settings,
        ClusterPki pki,
        Keyring keys,
        Shards shards,
        Projections projections,
        Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(RoleContext.class);

    /**
     * Opens a cluster's log and replays it to its end. {@code parts} closes what is opened.
     *
     * @param all its shards
     * @param keyFile the key-encryption keys for the encrypted objects in the log
     * @throws IllegalStateException if keys that are needed are missing
     */
    public static RoleContext open(
            ShiplogHome home,
            ClusterSettings settings,
            ClusterPki pki,
            KafkaLogConfig kafka,
            List<ShardConfig> all,
            Path keyFile,
            Closing parts,
            Stages stages) {
        Clock clock = Clock.systemUTC();
        Seal seal = seal(settings, kafka, keyFile, parts);
        Shards shards = parts.with(Shards.open(kafka, all, seal, clock));
        KafkaStoreConfig stores = KafkaStoreConfig.beside(kafka);
        Projections projections = Projections.of(shards, stores, seal, stages.replay(), clock, parts);
        parts.with(projections.image().subscribe((delta, now) -> onRotations(delta, seal.keys())));
        tellMissing(settings.cluster(), projections.image().current(), seal.keys(), stages);
        return new RoleContext(home, settings, pki, seal.keys(), shards, projections, clock);
    }

    /** The cluster starts in any case: what is readable stays usable. */
    private static void tellMissing(String cluster, Image image, Keyring keys, Stages stages) {
        MissingKeys.text(cluster, MissingKeys.named(UnreadableObjects.count(image, keys)))
                .ifPresent(text -> {
                    LOG.error("{}", text);
                    stages.say(text);
                });
    }

    /**
     * Encrypts and decrypts a cluster's objects. {@code parts} closes what is opened.
     *
     * @throws IllegalStateException if the key file lacks keys that are needed; the message names them
     */
    public static Seal seal(ClusterSettings settings, KafkaLogConfig kafka, Path keyFile, Closing parts) {
        Keyring keys = parts.with(Keyring.open(KafkaKeyStore.open(kafka), new KeyFile(keyFile)));
        return new Seal(keys, settings::seals);
    }

    /** Another process may have destroyed keys that this one still has in memory. */
    private static void onRotations(ImageDelta delta, Keyring keys) {
        if (delta.changes().stream()
                .anyMatch(change -> change.after().key().type().equals(KeyRotations.TYPE))) {
            Thread.ofVirtual().name("keys").start(() -> {
                try {
                    keys.catchUp();
                } catch (EventLog.LogUnavailableException e) {
                    LOG.warn("cannot read yet which keys were destroyed: {}", e.getMessage());
                }
            });
        }
    }

    /** The present state, which follows the log. */
    public LiveImage image() {
        return projections.image();
    }

    LogHistory history() {
        return projections.history();
    }

    /** A port to the current writer in another process; each attempt looks its address up in the newest claim. */
    public HttpCommandPort writer(Identity as) {
        return new HttpCommandPort(
                () -> shards.main().newestClaim().map(EventLog.Claim::address).orElse(""), pki.identify(as), PATIENCE);
    }

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** The issuer of ServiceAccount tokens: Kubernetes' default. */
    static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
}
