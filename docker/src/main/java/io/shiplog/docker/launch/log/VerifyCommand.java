package io.shiplog.docker.launch.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.client.ApiClient;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.docker.transfer.FileVerification;
import io.shiplog.docker.transfer.Verification;
import io.shiplog.docker.transfer.Verification.Comparison;
import io.shiplog.docker.transfer.Verification.Outcome;
import io.shiplog.docker.transfer.Verification.Remembered;
import io.shiplog.events.log.Audit;
import io.shiplog.events.log.Signatures;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.log.Signers;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.projections.kafka.KafkaSnapshotStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Verifies that the log is as it was written. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Verify that the past was not edited: read the whole log, recompute each link of its hash chain, check the MACs of the records and the signatures of the chain's heads, and compare the replayed state with that of the running cluster and its snapshot. Deviations are listed by shard, offset and revision.",
            "With --file, check an export, without a cluster: the public key is enough.",
            "The exit code is 0 if everything is as it was written, 3 if not, 1 if this cannot be determined: also if the log has signatures by a key that is not known here."
        },
        footer = {
            "",
            "Examples:",
            "  ./shiplog verify",
            "  ./shiplog verify --kafka kafka-1:9093 --kafka-config client.properties --cluster shiplog",
            "  ./shiplog verify --file shiplog.jsonl --public-key log-signing.pub"
        })
public final class VerifyCommand implements Callable<Integer> {
    private static final int NOT_AS_WRITTEN = 3;
    private static final int SHOWN_OF_A_DIGEST = 12;

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(names = "--file", paramLabel = "FILE", description = "check this export instead of a log")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description =
                    "public keys for the signed heads of the log, PEM, beside those in the cluster's pki/log-signing.pub; with --file, instead of them")
    private Optional<Path> publicKey = Optional.empty();

    @Override
    public Integer call() throws InterruptedException, IOException {
        Signers given = publicKey.map(LogKeys::signers).orElse(Signers.NONE);
        if (file.isPresent() && !given.isEmpty()) {
            return ofFile(file.get(), given);
        }
        Signers ofHome = new LogKeys(source.home().logKeyFile()).signers();
        Signers all = new Signers(
                Stream.concat(ofHome.keys().stream(), given.keys().stream()).toList());
        return file.isPresent() ? ofFile(file.get(), all) : ofLog(all);
    }

    private static Integer ofFile(Path file, Signers signers) throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    "no such file: %s. Give a file that './shiplog export' wrote".formatted(file));
        }
        if (signers.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no public key in this directory: give --public-key, the cluster's pki/log-signing.pub");
        }
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            List<FileVerification.Outcome> outcomes = FileVerification.of(lines, signers);
            boolean good = !outcomes.isEmpty();
            boolean forged = false;
            boolean unknown = false;
            for (FileVerification.Outcome outcome : outcomes) {
                System.out.printf(
                        "shard %s: %d events, revisions %d to %d, head %s%n",
                        outcome.shard(), outcome.events(), outcome.oldest(), outcome.newest(), outcome.head());
                report(outcome.signatures(), outcome.newest());
                if (outcome.unsigned() > 0) {
                    System.out.printf(
                            "  The file ends with %d events that no known key signed: it is truncated, or was exported without the signing key.%n",
                            outcome.unsigned());
                }
                forged |= !outcome.findings().isEmpty();
                unknown |= outcome.signatures().unknown().isPresent();
                outcome.findings().forEach(finding -> System.out.println("  NOT AS WRITTEN: " + finding));
                good &= outcome.good();
            }
            return conclude(good, unknown && !forged, "The file");
        }
    }

    private static void report(Signatures signatures, long newest) {
        for (Signatures.Part part : signatures.parts()) {
            SignedHead head = part.newest();
            System.out.printf(
                    "  signed by key %s up to revision %d, at %s%n", part.signer(), head.revision(), head.time());
        }
        long signed = signatures.newest().map(SignedHead::revision).orElse(0L);
        signatures
                .unknown()
                .ifPresent(head -> System.out.printf(
                        "  signed up to revision %d, at %s, by a key that is not known here: give --public-key, the pki/log-signing.pub of the cluster that wrote it%n",
                        head.revision(), head.time()));
        if (signed == 0 && signatures.unknown().isEmpty()) {
            System.out.println("  no signed head: a new log has its first after 64 events");
        } else if (signed > 0 && signed < newest) {
            System.out.printf("  the %d events after revision %d are not signed yet%n", newest - signed, signed);
        }
    }

    private static Integer conclude(boolean good, boolean undetermined, String what) {
        if (undetermined) {
            System.out.println(
                    what
                            + " has signatures by a key that is not known here: whether it is as it was written cannot be determined.");
            return ExitCode.SOFTWARE;
        }
        System.out.println(good ? "All is as it was written." : what + " is NOT as it was written.");
        return good ? ExitCode.OK : NOT_AS_WRITTEN;
    }

    private Integer ofLog(Signers signers) throws InterruptedException {
        try (Closing parts = new Closing()) {
            ShiplogHome home = source.home();
            boolean running = home.running().isPresent();
            KafkaLogConfig config = source.open(parts);
            List<Remembered> remembered = new ArrayList<>(snapshots(config));
            if (running) {
                remembered.addAll(liveImage(home, source.settings()));
            }
            KafkaCluster kafka = parts.with(KafkaCluster.connect(config, Clock.systemUTC()));
            boolean good = true;
            boolean unknown = false;
            for (ShardConfig shard : Shards.ALL) {
                List<Remembered> ofShard = remembered.stream()
                        .filter(each -> each.checkpoint().shard().equals(shard.name()))
                        .toList();
                Outcome outcome = Verification.of(kafka, shard, ofShard, signers, BuiltInKinds.catalogue());
                tell(outcome, System.out);
                if (!signers.isEmpty() && outcome.audit().newest() > 0) {
                    report(outcome.audit().signatures(), outcome.audit().newest());
                }
                good &= outcome.good();
                unknown |= outcome.audit().signatures().unknown().isPresent();
            }
            return conclude(good, unknown && good, "The log");
        }
    }

    private static List<Remembered> snapshots(KafkaLogConfig config) {
        try (SnapshotStore store = KafkaSnapshotStore.open(KafkaStoreConfig.beside(config))) {
            return store.load().values().stream()
                    .map(snapshot -> new Remembered("the snapshot", snapshot.checkpoint()))
                    .toList();
        }
    }

    private static List<Remembered> liveImage(ShiplogHome home, ClusterSettings settings) throws InterruptedException {
        ClusterPki pki = ClusterPki.existing(home.pki());
        List<Remembered> all = new ArrayList<>();
        try (ApiClient api = new ApiClient("https://127.0.0.1:" + settings.port(), pki.identify(Identity.admin()))) {
            for (JsonNode each : api.json("/checkpoints").path("shards")) {
                all.add(new Remembered(
                        "the live image",
                        new Checkpoint(
                                each.path("shard").asText(),
                                each.path("revision").asLong(),
                                Instant.parse(each.path("time").asText()),
                                each.path("chain").asText(),
                                each.path("objects").asLong(),
                                each.path("digest").asText())));
            }
        } catch (IOException e) {
            System.err.println(
                    "shiplog: the running cluster's state is not available for comparison: " + e.getMessage());
        }
        return all;
    }

    private static void tell(Outcome outcome, PrintStream out) {
        Audit audit = outcome.audit();
        out.printf(
                "shard %s: %d events, revisions %d to %d%s, head %s%n",
                audit.shard(),
                audit.events(),
                audit.oldest(),
                audit.newest(),
                audit.voids() == 0 ? "" : ", " + audit.voids() + " void records of superseded writers",
                audit.head());
        for (Audit.Finding finding : audit.findings()) {
            out.printf(
                    "  NOT AS WRITTEN: shard %s, offset %d, revision %d: %s%n",
                    audit.shard(), finding.offset(), finding.revision(), finding.what());
        }
        for (Comparison each : outcome.comparisons()) {
            Checkpoint said = each.said().checkpoint();
            if (each.equal()) {
                out.printf(
                        "  image rebuilt at revision %d: %d objects, equal to %s (digest %s…)%n",
                        said.revision(),
                        said.objects(),
                        each.said().name(),
                        said.digest().substring(0, SHOWN_OF_A_DIGEST));
            } else {
                out.printf(
                        "  NOT EQUAL: at revision %d the replayed log has %d objects with digest %s, but %s has %d with %s%n",
                        said.revision(),
                        each.rebuilt().objects(),
                        each.rebuilt().digest(),
                        each.said().name(),
                        said.objects(),
                        said.digest());
            }
        }
        if (audit.oldest() > 1) {
            out.println("  truncated by its retention: its events are verified, its image cannot be rebuilt from them");
        }
    }
}
