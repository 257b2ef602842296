package io.shiplog.docker.pki;

import io.shiplog.events.log.Signers;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.RecordMac;
import io.shiplog.events.log.kafka.TopicEnds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The keys that tell a cluster's log from a forged one, in its pki folder: {@code log.key}, with which every process of the cluster
 * makes and checks the MACs of records; {@code log-signing.key}, with which writers sign heads; {@code log-signing.pub}, with
 * which anyone checks them: this cluster's key, and those of clusters that wrote the log before (docs/adr/0106).
 */
public final class LogKeys {
    static final String MACS = "log.key";
    static final String SIGNING = "log-signing.key";
    static final String VERIFYING = "log-signing.pub";

    private static final String MAC = "mac";
    private static final String PLAIN_BELOW = "plain-below";
    private static final String HEAD = """
            # The key of the MACs on the records of the cluster's log (docs/adr/0106). Every process of the cluster needs it.
            # A holder of it that may write to the broker can forge the log.
            """;

    private final Path file;

    /** @param file the key of the MACs; the other two are in the same folder */
    public LogKeys(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * The same Kafka with this cluster's keys. Makes them for a log that has none yet; what such a log holds by then stays
     * readable without a MAC.
     *
     * @throws IllegalStateException if the log has MACs and the key file is missing, or is damaged
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if Kafka does not answer
     */
    public KafkaLogConfig openOrMake(KafkaLogConfig kafka) {
        if (!isMade(kafka)) {
            make(TopicEnds.of(kafka));
        }
        return kafka.withKeys(mac(), signer());
    }

    /**
     * Whether the key of the MACs exists, so that the cluster is not new.
     *
     * @throws IllegalStateException if the log has MACs and the key file is missing
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if Kafka does not answer
     */
    public boolean isMade(KafkaLogConfig kafka) {
        if (Files.exists(file)) {
            return true;
        }
        if (TopicEnds.of(kafka).hasMacs()) {
            throw new IllegalStateException(
                    "the log of the cluster '%s' has MACs made with a key that is not in %s: copy log.key from the pki folder of a process that runs, or restore it with './shiplog keys import'. Nothing was changed."
                            .formatted(kafka.cluster(), file));
        }
        return false;
    }

    /**
     * Reads the files that exist.
     *
     * @throws IllegalStateException if one is damaged, or the signing key is not among the public ones
     */
    void check() {
        if (Files.exists(file)) {
            mac();
        }
        List<PublicKey> publicKeys = signers().keys();
        signer().filter(key -> Files.exists(publicKeys()))
                .filter(key -> publicKeys.stream().noneMatch(each -> Pem.isPair(key, each)))
                .ifPresent(key -> {
                    throw PrivateFile.damaged(publicKeys(), "it lacks the public key of " + SIGNING, null);
                });
    }

    /** The same Kafka with this cluster's keys if there are any, for a command that only reads. */
    public KafkaLogConfig openIfThere(KafkaLogConfig kafka) {
        return Files.exists(file) ? kafka.withKeys(mac(), signer()) : kafka;
    }

    /** Checks the signatures of heads: this cluster's key and those that it was told to trust; none if there is no key. */
    public Signers signers() {
        Path publicKeys = publicKeys();
        try {
            return Files.exists(publicKeys) ? signers(publicKeys) : Signers.NONE;
        } catch (IllegalArgumentException e) {
            throw PrivateFile.damaged(publicKeys, "not Ed25519 public keys in PEM", e);
        }
    }

    /**
     * Public keys that check the signatures of heads.
     *
     * @param pem one or more Ed25519 keys as X.509 SubjectPublicKeyInfo, in PEM
     * @throws IllegalArgumentException if there is none, or something else
     */
    public static Signers signers(Path pem) {
        try {
            List<PublicKey> keys = Pem.publicKeys(PrivateFile.read(pem), "Ed25519");
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("no key");
            }
            return new Signers(keys);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "no such file: %s. Give the cluster's pki/log-signing.pub".formatted(pem), e);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be read: %s".formatted(pem, e.getMessage()), e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(pem + " is not an Ed25519 public key in PEM", e);
        }
    }

    private Optional<PrivateKey> signer() {
        Path key = signingKey();
        try {
            return Files.exists(key) ? Optional.of(Pem.privateKey(key, "Ed25519")) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be read: %s".formatted(key, e.getMessage()), e);
        }
    }

    /** Trusts public keys beside this cluster's own: those of the clusters that wrote the log before. */
    public void trust(Signers others) {
        try {
            addTo(publicKeys(), others);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be written: %s".formatted(publicKeys(), e.getMessage()), e);
        }
    }

    /** Adds the keys that a file of public keys does not have yet. False if there was none to add. */
    static boolean addTo(Path file, Signers others) throws IOException {
        Signers known = Files.exists(file) ? signers(file) : Signers.NONE;
        String missing = others.keys().stream()
                .filter(key -> !known.keys().contains(key))
                .map(key -> Pem.text("PUBLIC KEY", key.getEncoded()))
                .collect(Collectors.joining());
        if (!missing.isEmpty()) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            PrivateFile.write(file, (Files.exists(file) ? Files.readString(file) : "") + missing);
        }
        return !missing.isEmpty();
    }

    private Path publicKeys() {
        return file.resolveSibling(VERIFYING);
    }

    private Path signingKey() {
        return file.resolveSibling(SIGNING);
    }

    private RecordMac mac() {
        byte[] key = {};
        Map<String, Long> plainBelow = new HashMap<>();
        try {
            for (String line : PrivateFile.read(file).lines().toList()) {
                String[] words = line.strip().split(" ");
                if (words[0].equals(MAC) && words.length == 2) {
                    key = Base64.getDecoder().decode(words[1]);
                } else if (words[0].equals(PLAIN_BELOW) && words.length == 3) {
                    plainBelow.put(words[1], Long.parseLong(words[2]));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    throw PrivateFile.damaged(file, "not the key of MACs", null);
                }
            }
            return RecordMac.of(key, plainBelow);
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("the key file %s is gone".formatted(file), e);
        } catch (IOException e) {
            throw new UncheckedIOException("the key file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw PrivateFile.damaged(file, "not the key of MACs", e);
        }
    }

    void make(TopicEnds ends) {
        byte[] key = new byte[RecordMac.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        StringBuilder text =
                new StringBuilder(HEAD).append(MAC + " " + Base64.getEncoder().encodeToString(key) + "\n");
        new TreeMap<>(ends.ends())
                .forEach((partition, end) -> text.append("%s %s %d\n".formatted(PLAIN_BELOW, partition, end)));
        try {
            Files.createDirectories(file.getParent());
            makeSigningKey();
            PrivateFile.createIfMissing(file, text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("the key file %s cannot be written: %s".formatted(file, e.getMessage()), e);
        }
    }

    void makeSigningKey() throws IOException {
        if (Files.exists(signingKey())) {
            return;
        }
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            trust(new Signers(List.of(pair.getPublic())));
            Pem.write(signingKey(), "PRIVATE KEY", pair.getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has Ed25519", e);
        }
    }
}
