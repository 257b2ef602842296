package io.shiplog.docker.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.log.Signers;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogKeysTest {
    @TempDir
    static Path directory;

    @TempDir
    Path home;

    private static EmbeddedBroker broker;
    private static KafkaLogConfig kafka;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
        kafka = KafkaLogConfig.singleBroker(broker.access(), "keys", Optional::empty);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private Path file() {
        return home.resolve("pki").resolve("log.key");
    }

    @Test
    void theKeysAreMadeOnceForTheirOwnerAlone() throws Exception {
        new LogKeys(file()).openOrMake(kafka);
        String made = Files.readString(file());
        new LogKeys(file()).openOrMake(kafka);

        assertEquals(made, Files.readString(file()));
        for (Path each : new Path[] {file(), file().resolveSibling("log-signing.key")}) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
        }
        try (var files = Files.list(file().getParent())) {
            assertEquals(3, files.count(), "nothing else is left");
        }
    }

    @Test
    void whatTheSigningKeySignsThePublicKeyProves() {
        KafkaLogConfig config = new LogKeys(file()).openOrMake(kafka);

        SignedHead head =
                SignedHead.sign(config.signer().orElseThrow(), "keys", "events", 1, "ab".repeat(32), Instant.now());

        assertTrue(head.isSignedBy(new LogKeys(file()).signers().keys().getFirst()));
    }

    @Test
    void trustedSignersAreKeptBesideItsOwn() {
        new LogKeys(file()).openOrMake(kafka);
        LogKeys former = new LogKeys(home.resolve("former").resolve("log.key"));
        former.openOrMake(kafka);

        new LogKeys(file()).trust(former.signers());
        new LogKeys(file()).trust(former.signers());

        Signers signers = new LogKeys(file()).signers();
        assertEquals(2, signers.keys().size(), "twice is once");
        assertEquals(former.signers().keys().getFirst(), signers.keys().getLast());
    }

    @Test
    void aProcessWithoutTheSigningKeyStillKnowsTheRecords() throws Exception {
        new LogKeys(file()).openOrMake(kafka);
        Files.delete(file().resolveSibling("log-signing.key"));

        KafkaLogConfig config = new LogKeys(file()).openOrMake(kafka);

        assertTrue(config.signer().isEmpty());
        assertFalse(Files.exists(file().resolveSibling("log-signing.key")), "no second key under the same public one");
    }

    @Test
    void aCommandThatOnlyReadsMakesNoKeys() {
        assertSame(kafka, new LogKeys(file()).openIfThere(kafka));
        assertFalse(Files.exists(file()));
    }

    @Test
    void aDamagedFileIsNamedAndKept() throws Exception {
        new LogKeys(file()).openOrMake(kafka);
        for (String damaged : new String[] {"", "mac short\n", "mac AAAA\n", "what is this\n", "plain-below x-0 y\n"}) {
            Files.writeString(file(), damaged);

            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, () -> new LogKeys(file()).openOrMake(kafka));

            assertTrue(
                    String.valueOf(refused.getMessage())
                            .contains("is damaged (not the key of MACs): restore your copy of it"),
                    damaged);
            assertEquals(damaged, Files.readString(file()));
        }
    }

    @Test
    void aFileThatIsNoPublicKeyIsNamed() throws Exception {
        Path file = Files.writeString(home.resolve("x.pub"), "no key");

        assertThrows(IllegalArgumentException.class, () -> LogKeys.signers(file));
    }
}
