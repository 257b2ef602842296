package io.shiplog.events.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Audit;
import io.shiplog.events.log.Audit.Finding;
import io.shiplog.events.log.Audit.Witness;
import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.log.Signers;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class AuditorTest {
    private static final RecordCodec CODEC = new RecordCodec("test", "events", "test.events", RecordMac.NONE);
    private static final Instant NOW = Instant.parse("2026-11-22T03:12:00Z");

    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private String chain = Chain.START;
    private long revision;

    private void claim(long epoch) {
        add(CODEC.encode(new Claim(epoch, "", NOW), "claim-" + epoch, Duration.ZERO, null));
    }

    private Event event(long epoch) {
        revision++;
        EventDraft draft = Drafts.configMap(revision, "cm-" + revision);
        Event event = draft.inLog("events", epoch, Chain.next(chain, "events", epoch, draft));
        chain = event.chain();
        add(CODEC.encode(event));
        return event;
    }

    private void add(ProducerRecord<byte[], byte[]> record) {
        // Copies: the codec shares some of its bytes, and what is flipped here must not flip there.
        RecordHeaders headers = new RecordHeaders();
        record.headers()
                .forEach(header -> headers.add(header.key(), header.value().clone()));
        records.add(at(records.size(), record.timestamp(), record.key(), record.value(), headers));
    }

    private static ConsumerRecord<byte[], byte[]> at(
            long offset, long time, byte[] key, byte[] value, Iterable<Header> headers) {
        return new ConsumerRecord<>(
                "test.events",
                0,
                offset,
                time,
                TimestampType.CREATE_TIME,
                key.length,
                value.length,
                key,
                value,
                new RecordHeaders(headers),
                Optional.empty());
    }

    private Audit audit(Witness... witnesses) {
        Auditor auditor = new Auditor("events", CODEC, List.of(witnesses), Signers.NONE, batch -> {});
        records.forEach(auditor::next);
        return auditor.finished();
    }

    /** Ten events of two epochs, and what the first writer left when it was superseded. */
    private void history() {
        claim(1);
        for (int i = 0; i < 5; i++) {
            event(1);
        }
        claim(2);
        String counted = chain;
        event(1);
        chain = counted;
        revision--;
        for (int i = 0; i < 5; i++) {
            event(2);
        }
    }

    @Test
    void whatAWriterLeftIsClean() {
        history();

        Audit audit = audit(new Witness("the snapshot", 10, chain));

        assertEquals(List.of(), audit.findings());
        assertEquals(10, audit.events());
        assertEquals(10, audit.newest());
        assertEquals(1, audit.voids());
        assertEquals(chain, audit.head());
    }

    /** Any byte of any record's value or headers, but those of void records and claims, which the chain does not go over. */
    @RepeatedTest(300)
    void oneFlippedByteIsFoundWhereItIs(RepetitionInfo repetition) {
        history();
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        int offset = List.of(1, 2, 3, 4, 5, 8, 9, 10, 11, 12).get(random.nextInt(10));
        long itsRevision = offset <= 5 ? offset : offset - 2;
        ConsumerRecord<byte[], byte[]> record = records.get(offset);
        List<byte[]> parts = new ArrayList<>(List.of(record.key(), record.value()));
        record.headers().forEach(header -> parts.add(header.value()));
        byte[] part = parts.get(random.nextInt(parts.size()));
        int place = random.nextInt(part.length);
        part[place] ^= (byte) (1 << random.nextInt(7));

        Finding first = audit().first()
                .orElseThrow(() -> new AssertionError("not found, seed " + repetition.getCurrentRepetition()));

        assertEquals(offset, first.offset(), "seed " + repetition.getCurrentRepetition() + ": " + first);
        assertEquals(itsRevision, first.revision(), first.what());
    }

    @Test
    void aChangedTimeOfARecordIsFound() {
        history();
        ConsumerRecord<byte[], byte[]> record = records.get(3);
        records.set(3, at(3, record.timestamp() + 1, record.key(), record.value(), record.headers()));

        assertEquals("its time", audit().first().orElseThrow().what().substring(0, 8));
    }

    @Test
    void aRecordThatWasTakenOutIsMissed() {
        history();
        records.remove(4);

        Finding first = audit().first().orElseThrow();

        assertEquals(4, first.revision());
        assertEquals(5, first.offset());
    }

    @Test
    void aRecordThatWasPutInIsFound() {
        history();
        records.add(at(records.size(), 1, "x".getBytes(), "{}".getBytes(), new RecordHeaders()));

        Finding first = audit().first().orElseThrow();

        assertEquals(13, first.offset());
        assertTrue(first.what().startsWith("is no record of this log"), first.what());
    }

    @Test
    void aPastThatWasRewrittenWholeIsFoundByAWitness() {
        history();
        String remembered = chain;
        records.clear();
        revision = 0;
        chain = Chain.START;
        claim(1);
        for (int i = 0; i < 10; i++) {
            event(1);
        }

        assertTrue(audit().clean(), "nobody remembers");
        Finding first =
                audit(new Witness("the snapshot", 10, remembered)).first().orElseThrow();

        assertEquals(10, first.revision());
        assertTrue(first.what().contains("rewritten"), first.what());
    }

    @Test
    void anEndThatWasCutOffIsFoundByAWitness() {
        history();
        String remembered = chain;
        records.removeLast();

        Finding first =
                audit(new Witness("the snapshot", 10, remembered)).first().orElseThrow();

        assertEquals(10, first.revision());
        assertTrue(first.what().startsWith("is missing"), first.what());
    }

    private static KeyPair keys() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    private Audit audit(KeyPair keys) {
        Auditor auditor = new Auditor("events", CODEC, List.of(), new Signers(List.of(keys.getPublic())), batch -> {});
        records.forEach(auditor::next);
        return auditor.finished();
    }

    private void sign(KeyPair keys, long epoch, long signed, String link) {
        SignedHead head = SignedHead.sign(keys.getPrivate(), "test", "events", signed, link, NOW);
        add(CODEC.encode(new Claim(epoch, "", NOW), "claim-" + epoch, Duration.ZERO, head));
    }

    @Test
    void signedHeadsProveThePastUpToTheNewestOfThem() throws Exception {
        KeyPair keys = keys();
        history();
        sign(keys, 2, 10, chain);
        event(2);

        Audit audit = audit(keys);

        assertEquals(List.of(), audit.findings());
        assertEquals(10, audit.signatures().newest().orElseThrow().revision());
        assertEquals(11, audit.newest());
    }

    @Test
    void aPastThatWasRewrittenWholeContradictsASignedHead() throws Exception {
        KeyPair keys = keys();
        history();
        sign(keys, 2, 10, Chain.START.replace('0', '1'));

        Finding first = audit(keys).first().orElseThrow();

        assertEquals(10, first.revision());
        assertTrue(first.what().contains("the past was rewritten"), first.what());
    }

    @Test
    void aHeadThatAnotherKeySignedProvesNothing() throws Exception {
        history();
        sign(keys(), 2, 10, chain);

        Audit audit = audit(keys());

        assertEquals(List.of(), audit.findings(), "not known is not forged");
        assertEquals(List.of(), audit.signatures().parts());
        assertEquals(10, audit.signatures().unknown().orElseThrow().revision());
    }

    @Test
    void aRestoredLogNamesWhoSignedWhichPart() throws Exception {
        KeyPair former = keys();
        KeyPair own = keys();
        history();
        sign(former, 2, 10, chain);
        event(2);
        sign(own, 3, 11, chain);

        Auditor auditor = new Auditor(
                "events", CODEC, List.of(), new Signers(List.of(own.getPublic(), former.getPublic())), batch -> {});
        records.forEach(auditor::next);
        Audit audit = auditor.finished();

        assertEquals(List.of(), audit.findings());
        assertTrue(audit.signatures().unknown().isEmpty());
        assertEquals(
                List.of(Signers.name(former.getPublic()) + " to 10", Signers.name(own.getPublic()) + " to 11"),
                audit.signatures().parts().stream()
                        .map(part -> part.signer() + " to " + part.newest().revision())
                        .toList());
    }

    @Test
    void eventsThatAreMissingBeforeASignedHeadAreFound() throws Exception {
        KeyPair keys = keys();
        history();
        sign(keys, 2, 11, chain);

        Finding first = audit(keys).first().orElseThrow();

        assertTrue(first.what().startsWith("is missing"), first.what());
    }

    @Test
    void aLogThatWasCutByItsRetentionBeginsWhereItBegins() {
        history();
        records.subList(0, 3).clear();
        Auditor auditor = new Auditor("events", CODEC, List.of(), Signers.NONE, batch -> {});
        auditor.cut();
        records.forEach(auditor::next);

        Audit audit = auditor.finished();

        assertEquals(List.of(), audit.findings());
        assertEquals(3, audit.oldest());
        assertEquals(10, audit.newest());
    }

    @Test
    void recordsThatKafkaCannotReadAreReported() {
        history();
        Auditor auditor = new Auditor("events", CODEC, List.of(), Signers.NONE, batch -> {});
        records.subList(0, 2).forEach(auditor::next);
        auditor.unreadable(2, 3, "the checksum does not fit");
        records.subList(4, records.size()).forEach(auditor::next);

        Audit audit = auditor.finished();

        assertEquals(1, audit.findings().size(), audit.findings().toString());
        assertEquals(2, audit.findings().getFirst().offset());
        assertEquals(2, audit.findings().getFirst().revision());
        assertEquals(10, audit.newest());
    }
}
