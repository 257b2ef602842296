package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.SignedHead;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The figures of ADR 0106: what codes, links and signatures cost for an event of 2 KB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecordBenchmark {
    private static final int PAYLOAD = 1_900;
    private static final String TOPIC = "test.events";

    private final RecordCodec plain = new RecordCodec("test", "events", TOPIC, RecordMac.NONE);
    private final RecordCodec coded =
            new RecordCodec("test", "events", TOPIC, RecordMac.of(new byte[RecordMac.KEY_BYTES], Map.of()));
    private final EventDraft draft = Drafts.configMap(1, "web", PAYLOAD);
    private final Event event = draft.inLog("events", 1, Chain.next(Chain.START, "events", 1, draft));
    private final ConsumerRecord<byte[], byte[]> plainRecord = History.read(plain.encode(event), 0);
    private final ConsumerRecord<byte[], byte[]> codedRecord = History.read(coded.encode(event), 0);
    private final PrivateKey signer = signer();

    private static PrivateKey signer() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has Ed25519", e);
        }
    }

    @Benchmark
    public String linkOfADraft() {
        return Chain.next(Chain.START, "events", 1, draft);
    }

    @Benchmark
    public ProducerRecord<byte[], byte[]> encodePlain() {
        return plain.encode(event);
    }

    @Benchmark
    public ProducerRecord<byte[], byte[]> encodeCoded() {
        return coded.encode(event);
    }

    @Benchmark
    public Event readPlain() throws RecordCodec.UndecodableException {
        return plain.event(plainRecord, (Head.OfEvent) plain.head(plainRecord));
    }

    @Benchmark
    public Event readCoded() throws RecordCodec.UndecodableException {
        return coded.event(codedRecord, (Head.OfEvent) coded.head(codedRecord));
    }

    @Benchmark
    public boolean checkTheLink() {
        return coded.follows(Chain.START, plainRecord, (Head.OfEvent) plain.head(plainRecord));
    }

    @Benchmark
    public SignedHead signAHead() {
        return SignedHead.sign(signer, "test", "events", 1, event.chain(), Instant.EPOCH);
    }
}
