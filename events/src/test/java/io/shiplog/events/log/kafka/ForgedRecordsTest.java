package io.shiplog.events.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What a client without the cluster's key can append to a shard's topic, and its effect. */
class ForgedRecordsTest {
    private static final String TOPIC = "test.events";
    private static final RecordMac OURS = RecordMac.of(key(1), Map.of());
    private static final RecordCodec CODEC = codec(TOPIC, OURS);

    private final Quarantine quarantine = new Quarantine(TOPIC);
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    private static byte[] key(int seed) {
        byte[] key = new byte[RecordMac.KEY_BYTES];
        new SplittableRandom(seed).nextBytes(key);
        return key;
    }

    private static RecordCodec codec(String topic, RecordMac mac) {
        return new RecordCodec("test", "events", topic, mac);
    }

    private static Event event(long revision, String previousLink, String name) {
        EventDraft draft = Drafts.configMap(revision, name);
        return draft.inLog("events", 1, Chain.next(previousLink, "events", 1, draft));
    }

    private void add(ProducerRecord<byte[], byte[]> record) {
        records.add(History.read(record, records.size()));
    }

    private void claim(long epoch, RecordCodec by) {
        add(by.encode(new Claim(epoch, "evil:1", Instant.EPOCH), "claim-" + epoch, Duration.ZERO, null));
    }

    private List<String> counted(RecordCodec reader) {
        Sequencer sequencer = new Sequencer(reader, quarantine, Place.START, Sequencer.Watcher.NONE);
        List<String> names = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Event event = sequencer.next(record);
            if (event != null) {
                names.add(event.revision() + " " + event.key().name());
            }
        }
        return names;
    }

    @Test
    void nothingThatLacksTheKeyCounts() {
        // given
        Event first = event(1, Chain.START, "first");
        Event forged = event(2, first.chain(), "forged");
        Event second = event(2, first.chain(), "second");
        claim(1, CODEC);
        add(CODEC.encode(first));
        // when: the next event, right in all but the key, and a claim of a newer epoch
        add(codec(TOPIC, RecordMac.NONE).encode(forged));
        add(codec(TOPIC, RecordMac.of(key(2), Map.of())).encode(forged));
        claim(2, codec(TOPIC, RecordMac.NONE));
        add(CODEC.encode(second));

        // then
        assertEquals(List.of("1 first", "2 second"), counted(CODEC));
        assertEquals(3, quarantine.count());
    }

    @Test
    void aRecordOfAnotherTopicDoesNotCountHere() {
        claim(1, codec("other.events", OURS));
        add(codec("other.events", OURS).encode(event(1, Chain.START, "moved")));
        List<ConsumerRecord<byte[], byte[]>> moved = records.stream()
                .map(each -> new ConsumerRecord<>(TOPIC, 0, each.offset(), each.key(), each.value()))
                .toList();
        for (int i = 0; i < moved.size(); i++) {
            for (Header header : records.get(i).headers()) {
                moved.get(i).headers().add(header);
            }
        }
        records.clear();
        records.addAll(moved);

        assertEquals(List.of(), counted(CODEC));
        assertEquals(2, quarantine.count());
    }

    @Test
    void aGenuineRecordThatIsRepeatedCountsOnce() {
        Event first = event(1, Chain.START, "first");
        claim(1, CODEC);
        add(CODEC.encode(first));
        add(CODEC.encode(first));
        claim(1, CODEC);

        assertEquals(List.of("1 first"), counted(CODEC));
    }

    @Test
    void anEventOfAnotherPastWithTheSameKeyIsVoidForItsLink() {
        // given two pasts of one cluster: the log was restored from a backup, and went on
        Event first = event(1, Chain.START, "first");
        Event lost = event(2, first.chain(), "lost");
        Event second = event(2, first.chain(), "second");
        Event afterLost = event(3, lost.chain(), "after-lost");
        Event third = event(3, second.chain(), "third");
        claim(1, CODEC);
        add(CODEC.encode(first));
        add(CODEC.encode(second));

        // when the other one is spliced in
        add(CODEC.encode(afterLost));
        add(CODEC.encode(third));

        // then
        assertEquals(List.of("1 first", "2 second", "3 third"), counted(CODEC));
        assertEquals(1, quarantine.count());
    }

    @Test
    void theLinkIsCheckedWithoutAKeyToo() {
        RecordCodec plain = codec(TOPIC, RecordMac.NONE);
        Event first = event(1, Chain.START, "first");
        claim(1, plain);
        add(plain.encode(first));
        add(plain.encode(event(2, Chain.START, "forged")));
        add(plain.encode(event(2, first.chain(), "second")));

        assertEquals(List.of("1 first", "2 second"), counted(plain));
    }

    @Test
    void whatWasWrittenBeforeTheClusterHadAKeyCounts() {
        RecordCodec before = codec(TOPIC, RecordMac.NONE);
        Event first = event(1, Chain.START, "first");
        claim(1, before);
        add(before.encode(first));
        RecordCodec now = codec(TOPIC, RecordMac.of(key(1), Map.of(TOPIC + "-0", (long) records.size())));
        add(now.encode(event(2, first.chain(), "second")));
        add(before.encode(event(3, first.chain(), "forged")));

        assertEquals(List.of("1 first", "2 second"), counted(now));
    }

    /** One bit of key, value, header name or header value, or a header more or less. */
    @RepeatedTest(300)
    void aRecordThatWasAlteredAnywhereIsNotGenuine(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        ProducerRecord<byte[], byte[]> written = CODEC.encode(event(1, Chain.START, "web"));
        assertTrue(OURS.isGenuine(History.read(written, 0)));
        byte[] key = written.key().clone();
        byte[] value = written.value().clone();
        List<Header> headers = new ArrayList<>();
        for (Header header : written.headers()) {
            headers.add(new RecordHeader(header.key(), header.value().clone()));
        }
        int header = random.nextInt(headers.size());
        switch (random.nextInt(5)) {
            case 0 -> flip(key, random);
            case 1 -> flip(value, random);
            case 2 -> flip(headers.get(header).value(), random);
            case 3 -> headers.remove(header);
            default -> headers.add(header, new RecordHeader("ce_actor", "system:admin".getBytes(UTF_8)));
        }

        ProducerRecord<byte[], byte[]> altered =
                new ProducerRecord<>(TOPIC, 0, written.timestamp(), key, value, headers);

        assertFalse(OURS.isGenuine(History.read(altered, 0)));
        assertInstanceOf(Head.Unreadable.class, CODEC.head(History.read(altered, 0)));
    }

    private static void flip(byte[] bytes, SplittableRandom random) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }

    @Test
    void theLinkFromTheRecordsBytesIsThatOfTheDecodedEvent() throws Exception {
        for (GoldenRecordsTest.Golden golden : GoldenRecordsTest.events().toList()) {
            ConsumerRecord<byte[], byte[]> record = History.read(CODEC.encode(golden.event()), 0);
            Head.OfEvent head = (Head.OfEvent) CODEC.head(record);

            assertTrue(CODEC.follows(Chain.START, record, head), golden.name());
            assertFalse(CODEC.follows(golden.event().chain(), record, head), golden.name());
            assertNotNull(CODEC.event(record, head));
        }
    }
}
