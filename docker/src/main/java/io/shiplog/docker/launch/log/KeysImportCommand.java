package io.shiplog.docker.launch.log;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.cli.PassphraseOption;
import io.shiplog.docker.pki.KeyFile;
import io.shiplog.docker.pki.KeyFiles;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.seal.InMemoryKeyEncryptionKeys;
import io.shiplog.events.seal.KeyBackup;
import io.shiplog.events.seal.KeyEncryptionKeys;
import io.shiplog.events.seal.KeyRestore;
import io.shiplog.events.seal.KeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.SealedBackup;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Restores keys from a backup. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Restore missing keys from a backup, with the cluster stopped.",
            "Restores key files and writes data keys into their topic. Nothing that exists and works is replaced, and no key that was shredded since the backup is restored."
        },
        footer = {
            "",
            "Examples:",
            "  ./shiplog down && ./shiplog keys import shiplog-keys-20261127T120000Z.json && ./shiplog up -d",
            "  ./shiplog keys import /backup/shiplog-keys.json --passphrase-file /run/secrets/passphrase"
        })
final class KeysImportCommand implements Callable<Integer> {
    @Mixin
    private SourceOptions source = new SourceOptions();

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    @Parameters(paramLabel = "FILE", description = "as './shiplog keys export' wrote it")
    private Path file = Path.of("");

    @Override
    public Integer call() throws IOException {
        ClusterSettings settings = source.settings();
        ShiplogHome home = source.home();
        if (home.running().isPresent()) {
            throw new IllegalStateException("the cluster is running: './shiplog down' first");
        }
        SealedBackup sealed = SealedBackup.read(Files.readString(file));
        if (!sealed.cluster().equals(settings.cluster())) {
            throw new IllegalArgumentException(
                    "%s is of the cluster '%s', this is '%s'".formatted(file, sealed.cluster(), settings.cluster()));
        }
        KeyBackup backup = sealed.open(passphrase.ask());
        // The log cannot be read without its own key files, so they are restored first. The key-encryption keys follow
        // when the
        // plan is known.
        SortedMap<String, String> others = new TreeMap<>(backup.files());
        String secrets = others.remove(KeyFiles.SECRETS);
        tell(KeyFiles.putBack(home.pki(), others), home, System.out);
        try (Closing parts = new Closing()) {
            KafkaLogConfig kafka = source.open(parts);
            KeyStore store = KafkaKeyStore.open(kafka);
            KeyRestore.Plan plan = plan(kafka, store, backup, secrets == null ? "" : secrets);
            if (secrets != null) {
                tell(KeyFiles.putBack(home.pki(), Map.of(KeyFiles.SECRETS, secrets)), home, System.out);
            }
            store.write(plan.records());
            Keyring.open(store, new KeyFile(home.keyFile()));
            System.out.printf(
                    "Data keys: %d restored, %d already here, %d marked as shredded.%n",
                    plan.keys(), plan.present(), plan.shredded());
            plan.replaced()
                    .ifPresent(time -> System.out.printf(
                            "The key-encryption key in force was replaced at %s and is in force again: run './shiplog keys rotate' after the start.%n",
                            time));
        }
        return ExitCode.OK;
    }

    private KeyRestore.Plan plan(KafkaLogConfig kafka, KeyStore store, KeyBackup backup, String secrets) {
        Path keyFile = source.home().keyFile();
        InMemoryKeyEncryptionKeys ofBackup = new InMemoryKeyEncryptionKeys(keyFile.toString());
        ofBackup.replace(KeyFile.keys(secrets, "%s in the backup".formatted(KeyFiles.SECRETS)));
        KeyEncryptionKeys here = Files.exists(keyFile) ? new KeyFile(keyFile) : ofBackup;
        try (Shards shards = Shards.open(kafka, Clock.systemUTC())) {
            return KeyRestore.plan(
                    store,
                    here,
                    backup,
                    ofBackup,
                    KeysInLog.read(shards.main(), shards.logs().values()));
        }
    }

    private static void tell(SortedMap<String, KeyFiles.Outcome> files, ShiplogHome home, PrintStream out) {
        files.forEach((name, outcome) -> {
            Path path = home.pki().resolve(name);
            switch (outcome) {
                case PUT_BACK -> out.println("Put back " + path);
                case SAME -> {}
                case ADDED -> out.println("Added public keys of the backup to " + path);
                case DIFFERENT ->
                    out.println("Kept " + path + ", which is another one than in the backup: " + advice(name));
            }
        });
    }

    private static String advice(String name) {
        return name.equals(KeyFiles.SECRETS)
                ? "the restored data keys are wrapped with its key-encryption key."
                : "to take the one in the backup, move it away and run this again.";
    }
}
