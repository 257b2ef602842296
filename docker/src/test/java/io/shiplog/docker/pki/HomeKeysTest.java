package io.shiplog.docker.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Signers;
import io.shiplog.events.log.kafka.TopicEnds;
import io.shiplog.events.seal.KeyEncryptionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file of a pki folder in each bad state: what a start does. */
class HomeKeysTest {
    private static final Set<KeyPart> ALL = EnumSet.allOf(KeyPart.class);
    private static final HomeKeys.Start AGAIN = new HomeKeys.Start(true, false);

    /** Made with the cluster, never again. */
    private static final List<String> KEPT = List.of(
            "ca.crt",
            "ca.key",
            "sa.key",
            "sa.pub",
            "admin.token",
            "log-signing.key",
            "log-signing.pub",
            "kafka/ca.crt",
            "kafka/ca.key");

    /** Their absence is for others to judge, who know the log: {@link LogKeysTest} and {@code KeyringTest}. */
    private static final List<String> OF_THE_LOG = List.of("log.key", "secrets.key");

    /** Issued by an authority, which may do so again. */
    private static final List<String> ISSUED =
            List.of("admin.crt", "admin.key", "kafka/cluster.crt", "kafka/cluster.key", "kafka/client.properties");

    @TempDir
    private static Path folder;

    private static int homes;

    private Path pki = Path.of("");
    private final List<String> said = new ArrayList<>();

    private static Path template = Path.of("");
    private static Path other = Path.of("");

    @BeforeAll
    static void makeTwoClusters() throws IOException {
        template = newCluster();
        other = newCluster();
    }

    private static Path newCluster() throws IOException {
        Path pki = folder.resolve("cluster-" + homes++).resolve("pki");
        Files.createDirectories(pki);
        new LogKeys(pki.resolve("log.key")).make(new TopicEnds(Map.of(), false));
        new KeyFile(pki.resolve("secrets.key")).orFirst(KeyEncryptionKey.of(new byte[32]));
        start(pki, new HomeKeys.Start(false, false), line -> {});
        return pki;
    }

    @BeforeEach
    void copyTheCluster() throws IOException {
        pki = folder.resolve("cluster-" + homes++).resolve("pki");
        try (Stream<Path> all = Files.walk(template)) {
            for (Path each : all.sorted().toList()) {
                Path copy = pki.resolve(template.relativize(each));
                Files.createDirectories(copy.getParent());
                Files.copy(each, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** All that a start does with the folder. */
    private static void start(Path pki, HomeKeys.Start how, Consumer<String> say) {
        ClusterPki opened = new HomeKeys(pki, pki.resolve("log.key")).open("test", ALL, how, say);
        KafkaPki.open(pki.resolve("kafka"));
        opened.identify(Identity.admin());
        new KeyFile(pki.resolve("secrets.key")).all();
    }

    private void startAgain() {
        start(pki, AGAIN, said::add);
    }

    private SortedMap<String, String> contents() throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(pki)) {
            for (Path each : all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                contents.put(
                        pki.relativize(each).toString(),
                        Files.readString(each, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    enum Fault {
        MISSING {
            @Override
            void befall(Path file, String name) throws IOException {
                Files.delete(file);
            }
        },
        LINK_TO_NOTHING {
            @Override
            void befall(Path file, String name) throws IOException {
                Files.delete(file);
                Files.createSymbolicLink(file, Path.of("/nonexistent"));
            }
        },
        EMPTY {
            @Override
            void befall(Path file, String name) throws IOException {
                Files.writeString(file, "");
            }
        },
        TRUNCATED {
            @Override
            void befall(Path file, String name) throws IOException {
                byte[] all = Files.readAllBytes(file);
                // The middle of a line with the key, behind comments.
                Files.write(file, java.util.Arrays.copyOf(all, name.endsWith(".token") ? 9 : all.length - 40));
            }
        },
        GARBAGE {
            @Override
            void befall(Path file, String name) throws IOException {
                Files.write(file, new byte[] {(byte) 0xff, 0, 10, (byte) 0xfe});
            }
        },
        OF_ANOTHER_CLUSTER {
            @Override
            void befall(Path file, String name) throws IOException {
                Files.write(file, Files.readAllBytes(other.resolve(name)));
            }
        },
        FOLDER {
            @Override
            void befall(Path file, String name) throws IOException {
                Files.delete(file);
                Files.createDirectory(file);
            }
        };

        abstract void befall(Path file, String name) throws IOException;
    }

    static Stream<Arguments> refused() {
        return Stream.concat(KEPT.stream(), OF_THE_LOG.stream())
                .flatMap(name -> Stream.of(Fault.values())
                        .filter(fault -> !(OF_THE_LOG.contains(name)
                                && (fault == Fault.MISSING || fault == Fault.LINK_TO_NOTHING)))
                        // A token and a key of the log say nothing about their cluster; what they open does.
                        .filter(fault -> !(fault == Fault.OF_ANOTHER_CLUSTER
                                && (OF_THE_LOG.contains(name) || name.equals("admin.token"))))
                        .filter(fault -> !(fault == Fault.EMPTY && name.equals("secrets.key")))
                        .map(fault -> Arguments.of(name, fault)));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String name, Fault fault) throws IOException {
        fault.befall(pki.resolve(name), name);
        SortedMap<String, String> before = contents();

        Exception refusal = assertThrows(IllegalStateException.class, this::startAgain);

        String message = String.valueOf(refusal.getMessage());
        String pair = name.replaceAll("\\.(crt|pub|key)$", ".");
        assertTrue(message.contains(pki.resolve(pair).toString()), message);
        assertTrue(message.contains("Nothing was changed"), message);
        assertEquals(before, contents());
    }

    static Stream<Arguments> issuedAgain() {
        return ISSUED.stream()
                .flatMap(name -> Stream.of(Fault.values())
                        .filter(fault -> fault != Fault.FOLDER)
                        .map(fault -> Arguments.of(name, fault)));
    }

    @ParameterizedTest
    @MethodSource
    void issuedAgain(String name, Fault fault) throws IOException {
        fault.befall(pki.resolve(name), name);

        startAgain();

        Path file = pki.resolve(name);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        if (name.endsWith(".crt")) {
            Pem.certificate(file);
        }
        startAgain();
    }

    static Stream<KeyPart> aWholePartIsMissing() {
        return Stream.of(KeyPart.values());
    }

    @ParameterizedTest
    @MethodSource
    void aWholePartIsMissing(KeyPart part) throws IOException {
        for (String name : part.names()) {
            Files.delete(pki.resolve(name));
        }
        SortedMap<String, String> before = contents();

        Exception refusal = assertThrows(IllegalStateException.class, this::startAgain);

        String message = String.valueOf(refusal.getMessage());
        part.names()
                .forEach(name -> assertTrue(message.contains(pki.resolve(name).toString()), message));
        assertTrue(message.contains(part.loss()), message);
        assertTrue(message.contains("./shiplog keys import") && message.contains("--accept-key-loss"), message);
        assertEquals(before, contents());

        start(pki, new HomeKeys.Start(true, true), said::add);

        SortedMap<String, String> after = contents();
        part.names().forEach(name -> assertTrue(after.containsKey(name), name));
        assertTrue(said.stream().anyMatch(line -> line.contains(part.loss())), said::toString);
        startAgain();
    }

    @Test
    void halfAPairThatIsReplacedIsKept() throws IOException {
        String key = Files.readString(pki.resolve("ca.key"));
        Files.delete(pki.resolve("ca.crt"));

        start(pki, new HomeKeys.Start(true, true), said::add);

        assertNotEquals(key, Files.readString(pki.resolve("ca.key")));
        assertTrue(
                contents().entrySet().stream()
                        .anyMatch(each -> each.getKey().startsWith("ca.key.replaced-")
                                && each.getValue().equals(key)),
                said::toString);
    }

    @Test
    void theRefusalNamesAllThatIsMissing() throws IOException {
        for (String name : KEPT) {
            Files.delete(pki.resolve(name));
        }

        Exception refusal = assertThrows(IllegalStateException.class, this::startAgain);

        KEPT.forEach(name -> assertTrue(String.valueOf(refusal.getMessage()).contains(name), refusal.getMessage()));
    }

    @Test
    void aProcessNeedsOnlyItsOwnKeys() throws IOException {
        for (String name : List.of("sa.key", "sa.pub", "admin.token", "log-signing.key", "log-signing.pub")) {
            Files.delete(pki.resolve(name));
        }
        SortedMap<String, String> before = contents();

        new HomeKeys(pki, pki.resolve("log.key")).open("test", Set.of(KeyPart.AUTHORITY), AGAIN, said::add);

        assertEquals(before, contents(), "nothing is made on the way");
    }

    @Test
    void filesThatOthersMayReadAreRestricted() throws IOException {
        for (String name : List.of("ca.key", "sa.key", "admin.token", "log.key", "secrets.key", "kafka/ca.key")) {
            Files.setPosixFilePermissions(pki.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
            said.clear();

            startAgain();

            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pki.resolve(name))), name);
            assertEquals(1, said.size(), said::toString);
            assertTrue(said.getFirst().contains(name) && said.getFirst().contains("rw-r--r--"), said::toString);
        }
    }

    @Test
    void aLinkToTheFileIsFollowedAndLeftAlone() throws IOException {
        for (String name : KEPT) {
            Path file = pki.resolve(name);
            Path kept = folder.resolve("kept-" + homes++);
            Files.move(file, kept);
            Files.createSymbolicLink(file, kept);
            Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("r--r-----"));
        }

        startAgain();

        assertEquals(List.of(), said);
        KEPT.forEach(name -> assertTrue(Files.isSymbolicLink(pki.resolve(name)), name));
    }

    @Test
    void otherSignersOfTheLogAreNoFault() {
        new LogKeys(pki.resolve("log.key")).trust(new LogKeys(other.resolve("log.key")).signers());

        startAgain();

        Signers signers = new LogKeys(pki.resolve("log.key")).signers();
        assertEquals(2, signers.keys().size());
    }
}
