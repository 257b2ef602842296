package io.shiplog.docker.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.docker.transfer.Copying.Copied;
import io.shiplog.docker.transfer.Copying.ForeignLogException;
import io.shiplog.docker.transfer.Stretch.Part;
import io.shiplog.docker.transfer.Verification.Outcome;
import io.shiplog.docker.transfer.Verification.Remembered;
import io.shiplog.events.log.Audit.Finding;
import io.shiplog.events.log.Chain;
import io.shiplog.events.log.CloudEventLine;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogCopy;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.Signers;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.HeldKeys;
import io.shiplog.events.seal.InMemoryKeyStore;
import io.shiplog.events.seal.KeyEncryptionKeys;
import io.shiplog.events.seal.KeyStore;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.SealedLog;
import io.shiplog.projections.history.Point;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ShardConfig EVENTS = ShardConfig.events();

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;

    @TempDir
    Path home;

    private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);
    private LogKeys keys;
    private KafkaLogConfig config;
    private KafkaCluster source;
    private EventLog log;
    private KafkaCluster target;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static KafkaCluster connect(String cluster) {
        return KafkaCluster.connect(
                KafkaLogConfig.singleBroker(broker.access(), cluster, broker::refusal), Clock.systemUTC());
    }

    /** Thirty events of two writers, who sign. */
    @BeforeEach
    void history() throws Exception {
        keys = new LogKeys(home.resolve("log.key"));
        config = keys.openOrMake(KafkaLogConfig.singleBroker(broker.access(), name, broker::refusal));
        source = KafkaCluster.connect(config, Clock.systemUTC());
        log = source.open(EVENTS);
        LogWriter first = log.claim("", LIMIT);
        Drafts.append(first, 10);
        LogWriter second = log.claim("", LIMIT);
        Drafts.append(second, 20);
        // Another Kafka's topics would have the same names; on the one broker of this test they have not.
        target = connect(name + "-copy");
    }

    @AfterEach
    void disconnect() {
        log.close();
        source.close();
        target.close();
    }

    private static List<Event> read(EventLog log) {
        List<Event> events = new ArrayList<>();
        log.read(log.oldest() - 1, Long.MAX_VALUE, events::addAll);
        return events;
    }

    private Copied copyUpTo(long revision) {
        try (LogCopy copy = target.copy(EVENTS)) {
            return Copying.copy(log, new Part(0, revision), copy);
        }
    }

    private Outcome verify(KafkaCluster cluster, Remembered... remembered) {
        return Verification.of(cluster, EVENTS, List.of(remembered), Signers.NONE, BuiltInKinds.catalogue());
    }

    @Test
    void aCopyIsTheSamePastEventByEvent() {
        Copied copied = copyUpTo(30);

        assertEquals(30, copied.events());
        try (EventLog copy = target.open(EVENTS)) {
            assertEquals(read(log), read(copy));
        }
        Outcome proven = verify(target);
        assertEquals(List.of(), proven.audit().findings());
        assertEquals(verify(source).audit().head(), proven.audit().head());
    }

    @Test
    void anInterruptedCopyResumes() {
        copyUpTo(17);

        Copied rest = copyUpTo(30);

        assertEquals(new Copied(17, 30), rest);
        assertEquals(0, copyUpTo(30).events());
        try (EventLog copy = target.open(EVENTS)) {
            assertEquals(read(log), read(copy));
        }
    }

    @Test
    void aClusterContinuesWithItsCopy() throws Exception {
        copyUpTo(30);

        try (EventLog copy = target.open(EVENTS)) {
            LogWriter writer = copy.claim("", LIMIT);
            assertEquals(3, writer.epoch());
            assertEquals(31, Drafts.append(writer, "next").revision());
        }
        assertTrue(verify(target).good());
    }

    @Test
    void aTargetThatHoldsAnotherLogStaysAsItIs() throws Exception {
        try (EventLog other = target.open(EVENTS)) {
            Drafts.append(other.claim("", LIMIT), "somebody-else");
        }

        String refused = String.valueOf(
                assertThrows(ForeignLogException.class, () -> copyUpTo(30)).getMessage());

        assertTrue(refused.contains("that event is another one"), refused);
        assertEquals(1, verify(target).audit().newest());
    }

    @Test
    void aTargetThatIsFurtherOnStaysAsItIs() {
        copyUpTo(30);

        assertThrows(ForeignLogException.class, () -> copyUpTo(20));
    }

    @Test
    void aCutLogHasACutCopy() {
        try (LogCopy copy = target.copy(EVENTS)) {
            Copying.copy(log, new Part(12, 30), copy);
        }

        try (EventLog copy = target.open(EVENTS)) {
            assertEquals(13, copy.oldest());
            assertEquals(read(log).subList(12, 30), read(copy));
        }
        Outcome proven = verify(target);
        assertEquals(List.of(), proven.audit().findings());
        assertEquals(13, proven.audit().oldest());
    }

    private String exported() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventFile.write(name, log, new Part(0, 30), config.signer(), out);
        return out.toString(UTF_8);
    }

    private Map<String, Copied> imported(String lines, KafkaCluster into) throws IOException {
        try (LogCopy copy = into.copy(EVENTS)) {
            return EventFile.read(new BufferedReader(new StringReader(lines)), name, shard -> copy)
                    .copied();
        }
    }

    @Test
    void whatIsExportedComesBackTheSame() throws Exception {
        Map<String, Copied> copied = imported(exported(), target);

        assertEquals(Map.of("events", new Copied(0, 30)), copied);
        try (EventLog copy = target.open(EVENTS)) {
            assertEquals(read(log), read(copy));
        }
        assertEquals(Map.of("events", new Copied(30, 30)), imported(exported(), target), "once more is nothing more");
    }

    private FileVerification.Outcome checked(String lines) throws IOException {
        List<FileVerification.Outcome> outcomes =
                FileVerification.of(new BufferedReader(new StringReader(lines)), keys.signers());
        assertEquals(1, outcomes.size());
        return outcomes.getFirst();
    }

    @Test
    void anExportIsProvenByThePublicKeyAlone() throws Exception {
        FileVerification.Outcome outcome = checked(exported());

        assertEquals(List.of(), outcome.findings());
        assertTrue(outcome.good());
        assertEquals(30, outcome.events());
        assertEquals(30, outcome.signatures().newest().orElseThrow().revision());
    }

    /** With every link after the edit recomputed, as an attacker who knows the format would. */
    @Test
    void anExportThatWasRewrittenWholeIsFoundByItsSignatures() throws Exception {
        List<String> lines = new ArrayList<>();
        String chain = Chain.START;
        for (String line : exported().lines().toList()) {
            if (line.contains("\"signature\"")) {
                lines.add(line);
                continue;
            }
            Event event = CloudEventLine.read(line.replace("\"actor\":\"alice\"", "\"actor\":\"mallory\"")
                            .getBytes(UTF_8))
                    .event();
            chain = Chain.next(chain, event.shard(), event.epoch(), event.draft());
            lines.add(new String(
                    CloudEventLine.write(name, event.draft().inLog(event.shard(), event.epoch(), chain)), UTF_8));
        }

        FileVerification.Outcome outcome = checked(String.join("\n", lines));

        assertFalse(outcome.good());
        assertTrue(outcome.findings().getFirst().contains("the past was rewritten"), outcome.toString());
    }

    @Test
    void anExportWhoseEndWasCutOffIsNotGood() throws Exception {
        List<String> lines = exported().lines().toList();

        FileVerification.Outcome outcome = checked(String.join("\n", lines.subList(0, lines.size() - 2)));

        assertFalse(outcome.good());
        assertEquals(
                10,
                outcome.signatures().newest().orElseThrow().revision(),
                "the second writer's claim signed the first's head");
    }

    @Test
    void anExportThatWasCutOffWithinALineSaysSo() throws Exception {
        String lines = exported();

        FileVerification.Outcome outcome = checked(lines.substring(0, lines.length() - 40));

        assertFalse(outcome.good());
        assertTrue(outcome.findings().getFirst().contains("truncated"), outcome.toString());
    }

    @Test
    void anExportThatAnotherClusterSignedIsNotGood() throws Exception {
        LogKeys others = new LogKeys(home.resolve("others").resolve("log.key"));
        others.openOrMake(KafkaLogConfig.singleBroker(broker.access(), "others", broker::refusal));

        List<FileVerification.Outcome> outcomes =
                FileVerification.of(new BufferedReader(new StringReader(exported())), others.signers());

        assertFalse(outcomes.getFirst().good());
        assertTrue(outcomes.getFirst().signatures().unknown().isPresent());
    }

    @Test
    void aCopyTakesTheSignaturesAlong() throws Exception {
        imported(exported(), target);

        Outcome proven = Verification.of(target, EVENTS, List.of(), keys.signers(), BuiltInKinds.catalogue());

        // The copy has another cluster's name here, which is signed, too: so the signatures are found, and prove
        // nothing.
        assertEquals(30, proven.audit().signatures().unknown().orElseThrow().revision());
        assertEquals(List.of(), proven.audit().signatures().parts());
    }

    @Test
    void aLineThatWasEditedIsNamed() {
        String edited = exported()
                .replaceFirst("\"actor\":\"alice\"(.*\\R)(.*)\"alice\"", "\"actor\":\"alice\"$1$2\"mallory\"");

        String refused = String.valueOf(assertThrows(IllegalArgumentException.class, () -> imported(edited, target))
                .getMessage());

        assertTrue(refused.startsWith("line 2: shard events, revision 2"), refused);
    }

    /** A ConfigMap that is sealed, behind the thirty that are not; the file's text and what it is sealed with. */
    private String exportedSealed(KeyStore keys, KeyEncryptionKeys held) throws Exception {
        Seal seal = new Seal(Keyring.open(keys, held), type -> true);
        new SealedLog(log, seal)
                .claim("", LIMIT)
                .append(Drafts.configMap(31, "shy", 100))
                .toCompletableFuture()
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Set<String> keyIds = EventFile.write(name, log, new Part(0, 31), config.signer(), out);
        assertEquals(1, keyIds.size());
        EventFile.write(name, keys.newest(), out);
        return out.toString(UTF_8);
    }

    @Test
    void whatIsSealedIsExportedAsItRestsAndOpensElsewhereWithTheKeyFileAlone() throws Exception {
        HeldKeys held = new HeldKeys();

        String file = exportedSealed(new InMemoryKeyStore(), held);
        EventFile.Read read;
        try (LogCopy copy = target.copy(EVENTS)) {
            read = EventFile.read(new BufferedReader(new StringReader(file)), name, shard -> copy);
        }

        assertFalse(file.contains(Drafts.payload(100)), file);
        assertEquals(Set.of(ResourceType.core("configmaps")), read.sealed());
        InMemoryKeyStore elsewhere = new InMemoryKeyStore();
        elsewhere.write(read.keys());
        assertThrows(IllegalStateException.class, () -> Keyring.open(elsewhere, new HeldKeys()));
        Seal seal = new Seal(Keyring.open(elsewhere, held), type -> true);
        try (EventLog copy = new SealedLog(target.open(EVENTS), seal)) {
            assertEquals(
                    Drafts.configMap(31, "shy", 100).object(),
                    read(copy).getLast().object());
        }
    }

    @Test
    void aKeyThatIsNoneIsNamed() throws Exception {
        String file = exportedSealed(new InMemoryKeyStore(), new HeldKeys());
        long keys = file.lines().filter(line -> line.startsWith("{\"keysof\"")).count();
        String damaged = file.replaceFirst("\"wrapped\":\"", "\"wrapped\":\"!");

        String refused = String.valueOf(assertThrows(IllegalArgumentException.class, () -> imported(damaged, target))
                .getMessage());

        assertTrue(keys > 1, file);
        assertTrue(refused.startsWith("line 36: it is no key: "), refused);
    }

    @Test
    void anotherClustersFileIsRefused() {
        String refused = assertThrows(
                        IllegalArgumentException.class,
                        () -> EventFile.read(
                                new BufferedReader(new StringReader(exported())), "shop", shard -> target.copy(EVENTS)))
                .getMessage();

        assertEquals("the file is of the cluster '%s', the target of 'shop'".formatted(name), refused);
    }

    @Test
    void aStretchIsFoundByRevisionAndByTime() {
        Map<String, EventLog> logs = Map.of("events", log);
        try (ScannedHistory history = new ScannedHistory(logs)) {
            Event ninth = read(log).get(8);

            Stretch byRevision =
                    Stretch.of(logs, history, Optional.of(new Point.Revision(9)), Optional.of(new Point.Revision(20)));
            Stretch byTime = Stretch.of(
                    logs,
                    history,
                    Optional.of(new Point.Time(ninth.time())),
                    Optional.of(new Point.Time(ninth.time())));

            assertEquals(new Part(8, 20), byRevision.of("events"));
            assertEquals(new Part(8, 9), byTime.of("events"));
            assertEquals(
                    "revision 31 is not in the log, which has revisions 1 to 30",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> Stretch.of(
                                            logs, history, Optional.of(new Point.Revision(31)), Optional.empty()))
                            .getMessage());
        }
    }

    @Test
    void theImageRebuiltFromTheLogIsComparedWithWhatIsSaid() {
        ImageEvolution evolution = new ImageEvolution(BuiltInKinds.catalogue());
        Image image = evolution.evolve(evolution.first(), "events", read(log)).image();
        Remembered right = new Remembered("the live image", evolution.checkpoint(image, "events"));
        Image less = evolution
                .evolve(evolution.first(), "events", read(log).subList(1, 30))
                .image();
        Remembered wrong = new Remembered("the live image", evolution.checkpoint(less, "events"));

        assertTrue(verify(source, right).good());
        Outcome outcome = verify(source, wrong);
        assertTrue(outcome.audit().clean());
        assertFalse(outcome.good());
    }

    /** On a broker of its own: one byte of the file in which it keeps the topic. */
    @Test
    void oneByteOfTheBrokersFileIsFound(@TempDir Path own) throws Exception {
        EmbeddedBroker first = EmbeddedBroker.start(EmbeddedBrokerConfig.in(own, TestKeys.pki()));
        KafkaLogConfig config = KafkaLogConfig.singleBroker(first.access(), "shop", first::refusal);
        try (KafkaCluster cluster = KafkaCluster.connect(config, Clock.systemUTC());
                EventLog shard = cluster.open(EVENTS)) {
            LogWriter writer = shard.claim("", LIMIT);
            for (int i = 0; i < 20; i++) {
                Drafts.append(writer, "cm-" + i);
            }
        }
        first.close();
        try (RandomAccessFile file = new RandomAccessFile(
                own.resolve("shop.events-0").resolve("00000000000000000000.log").toFile(), "rw")) {
            // A batch is an offset of 8 bytes, a length of 4, and so many bytes: the last ones are of its records.
            for (int batch = 0; batch < 10; batch++) {
                file.skipBytes(Long.BYTES);
                file.skipBytes(file.readInt());
            }
            file.skipBytes(Long.BYTES);
            long place = file.getFilePointer() + Integer.BYTES + file.readInt() - Integer.BYTES;
            file.seek(place);
            int was = file.read();
            file.seek(place);
            file.write(was ^ 1);
        }
        EmbeddedBroker second = EmbeddedBroker.start(EmbeddedBrokerConfig.in(own, TestKeys.pki()));
        try (KafkaCluster cluster = KafkaCluster.connect(
                KafkaLogConfig.singleBroker(second.access(), "shop", second::refusal), Clock.systemUTC())) {
            Outcome outcome = verify(cluster);

            Finding finding = outcome.audit().first().orElseThrow();
            // Each append was its own batch, and the claim is before them.
            assertEquals(10, finding.offset(), finding.toString());
            assertEquals(10, finding.revision(), finding.toString());
            assertEquals(1, outcome.audit().findings().size());
            assertEquals(20, outcome.audit().newest());
        } finally {
            second.close();
        }
    }

    @Test
    void linesAreEventsOneByOne() {
        List<Event> events = exported()
                .lines()
                .filter(line -> !line.startsWith("{\"headof\""))
                .map(line -> CloudEventLine.read(line.getBytes(UTF_8)).event())
                .toList();

        assertEquals(read(log), events);
    }
}
