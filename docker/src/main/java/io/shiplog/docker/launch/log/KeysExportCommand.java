package io.shiplog.docker.launch.log;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.cli.PassphraseOption;
import io.shiplog.docker.pki.KeyFile;
import io.shiplog.docker.pki.KeyFiles;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.seal.InMemoryKeyStore;
import io.shiplog.events.seal.KeyBackup;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.KeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.SealedBackup;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes a backup of a cluster's keys. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Write a backup of the keys, encrypted with a passphrase.",
            "It contains the key files and the wrapped data keys: with it and the log, all encrypted objects can be read. The cluster may run or not. After each './shiplog keys rotate' and './shiplog shred' make another backup and destroy the older ones: they open what was shredded since."
        },
        footer = {
            "",
            "Examples:",
            "  ./shiplog keys export",
            "  ./shiplog keys export /backup/shiplog-keys.json --passphrase-file /run/secrets/passphrase"
        })
final class KeysExportCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "the file to write, mode 0600 (default: CLUSTER-keys-TIME.json in the current directory)")
    private Optional<Path> file = Optional.empty();

    @Override
    public Integer call() throws IOException {
        ClusterSettings settings = source.settings();
        Instant now = Instant.now();
        Path target = file.orElse(Path.of("%s-keys-%s.json".formatted(settings.cluster(), STAMP.format(now))))
                .toAbsolutePath();
        if (Files.exists(target)) {
            throw new IllegalStateException(target + " exists: remove it, or choose another file");
        }
        char[] secret = passphrase.askTwice();
        KeyBackup backup;
        try (Closing parts = new Closing()) {
            KeyStore store = KafkaKeyStore.open(source.open(parts));
            backup = backup(settings.cluster(), now, store);
        }
        PrivateFile.write(target, SealedBackup.seal(backup, secret).text());
        long keys = backup.records().stream()
                .filter(KeyRecord.Wrapped.class::isInstance)
                .count();
        System.out.printf(
                "Wrote %s: %d data keys and %s of the cluster '%s'. Keep it and its passphrase apart from the log.%n",
                target, keys, String.join(", ", backup.files().keySet()), settings.cluster());
        return ExitCode.OK;
    }

    /** Matching files and records: a rotation replaces both. */
    private KeyBackup backup(String cluster, Instant now, KeyStore store) throws IOException {
        Path pki = source.home().pki();
        SortedMap<String, String> files;
        List<KeyRecord> records;
        do {
            files = KeyFiles.read(pki);
            records = store.newest();
        } while (!files.equals(KeyFiles.read(pki)));
        if (records.stream().noneMatch(KeyRecord.Wrapped.class::isInstance)) {
            throw new IllegalStateException(
                    "nothing to back up: the topic %s.keys has no data keys".formatted(cluster));
        }
        InMemoryKeyStore copy = new InMemoryKeyStore();
        copy.write(records);
        // An unreadable backup would be noticed too late.
        Keyring.open(copy, new KeyFile(pki.resolve(KeyFiles.SECRETS)));
        return new KeyBackup(cluster, now, files, records);
    }
}
