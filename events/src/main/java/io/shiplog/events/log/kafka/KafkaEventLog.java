package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.RecordPosition;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.object.ResourceType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A shard on Kafka: a topic with one partition. One thread reads its end; past events are read on the caller's thread. All
 * guarantees of {@link EventLog} hold between processes too: see docs/adr/0102.
 */
public final class KafkaEventLog implements EventLog {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CATCH_UP_AT_OPEN = Duration.ofSeconds(30);
    private static final Duration QUERY = Duration.ofSeconds(30);
    /** Up to this many events, a reader with small fetches is used. */
    private static final int POINT_EVENTS = 32;
    /** Up to this many records, it searches for an event's position. */
    private static final int FEW_RECORDS = 512;
    /** Consecutive polls without a record after which a read fails. */
    private static final int MOST_EMPTY_POLLS = 50;

    private final String shard;
    private final KafkaLogConfig config;
    private final Clock clock;
    private final RecordCodec codec;
    private final Quarantine quarantine;
    private final PlaceIndex index = new PlaceIndex();
    private final ReaderPool readers;
    private final ReaderPool pointReaders;
    private final RevisionSearch search;
    private final LiveReader live;
    private final EndOfLog end;
    private final LongSupplier begin;
    private final Object claiming = new Object();

    /** The oldest revision, and the first offset for which that holds: a cut moves it, in whatever process. */
    private record Oldest(long revision, long begin) {}

    private volatile Oldest oldest = new Oldest(1, 0);

    private KafkaEventLog(ShardConfig shard, KafkaLogConfig config, Admin admin, Clock clock) {
        this.shard = shard.name();
        this.config = config;
        this.clock = clock;
        String topic = config.topic(shard.name());
        TopicPartition partition = new TopicPartition(topic, 0);
        this.codec = new RecordCodec(
                config.cluster(), shard.name(), topic, config.kafka().mac());
        this.quarantine = new Quarantine(topic);
        ClientProperties properties = new ClientProperties(config);
        this.readers = new ReaderPool(properties.pastReader(shard.name()), topic);
        this.pointReaders = new ReaderPool(properties.pointReader(shard.name()), topic);
        this.search = new RevisionSearch(codec, index);
        PartitionReader own = new PartitionReader(properties.liveReader(shard.name()), topic);
        // Queried before any fetch: a query waits behind a fetch at the log's end for as long as that waits.
        long newest = own.end();
        RevisionSearch.Start start = search.nearEnd(own);
        Optional<Cutter> cutter = shard.retention().map(age -> new Cutter(admin, partition, age, clock));
        this.live = new LiveReader(shard.name(), config, codec, quarantine, own, index, start, cutter.orElse(null));
        this.end = new EndOfLog(admin, partition, live, config.readLease());
        this.begin = () -> begin(admin, partition);
        index.note(start.place());
        if (start.fromBeginning()) {
            index.note(Place.START);
        }
        live.start();
        await(live.passed(newest), CATCH_UP_AT_OPEN, "reading shard " + shard.name());
        if (live.place().epoch() == 0
                && quarantine.count() > 0
                && config.kafka().mac() != RecordMac.NONE) {
            close();
            throw new LogUnavailableException(
                    "no record of the topic %s has a MAC of this cluster's key: put the right pki/log.key there. Nothing was changed."
                            .formatted(topic));
        }
    }

    static KafkaEventLog open(ShardConfig shard, KafkaLogConfig config, Admin admin, Clock clock) {
        return new KafkaEventLog(shard, config, admin, clock);
    }

    @Override
    public String shard() {
        return shard;
    }

    @Override
    public CompletionStage<Long> end() {
        return end.end();
    }

    /** The position up to which it has been read. */
    Place place() {
        return live.place();
    }

    @Override
    public long rejected() {
        return quarantine.count();
    }

    @Override
    public long oldest() {
        Oldest known = oldest;
        return begin.getAsLong() == known.begin() ? known.revision() : readers.use(this::lookForOldest);
    }

    private long lookForOldest(PartitionReader reader) {
        long first = reader.begin();
        long revision = search.oldest(reader, live.place());
        if (reader.begin() == first) {
            oldest = new Oldest(revision, first);
        }
        return revision;
    }

    /** Through the admin client: a reader's query waits behind its own fetch. */
    private static long begin(Admin admin, TopicPartition partition) {
        try {
            return await(
                            admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                                    .partitionResult(partition)
                                    .toCompletionStage()
                                    .toCompletableFuture(),
                            QUERY,
                            "querying the beginning of " + partition.topic())
                    .offset();
        } catch (IllegalStateException e) {
            throw new LogUnavailableException("the log is closed", e);
        }
    }

    @Override
    public long read(long after, long upTo, BatchReader batches) {
        return read(after, upTo, Sequencer.EVERY_KEY, batches);
    }

    @Override
    public long read(long after, long upTo, ResourceType type, BatchReader batches) {
        return read(after, upTo, RecordCodec.keysOf(type), batches);
    }

    private long read(long after, long upTo, byte[] keys, BatchReader batches) {
        live.check();
        long last = Math.min(upTo, live.place().revision());
        if (after >= last) {
            return after;
        }
        ReaderPool fitting = last - after <= POINT_EVENTS ? pointReaders : readers;
        return fitting.use(reader -> {
            try {
                Heads heads = new Heads(after, last);
                Sequencer sequencer = new Sequencer(codec, quarantine, place(reader, after), heads, keys);
                return read(reader, sequencer, after, last, batches, heads);
            } catch (InvalidOffsetException e) {
                throw new CutLogException(after + 1, readers.use(this::lookForOldest));
            }
        });
    }

    private static void handOver(List<Event> batch, BatchReader batches) {
        if (!batch.isEmpty()) {
            batches.onEvents(List.copyOf(batch));
            batch.clear();
        }
    }

    /** The signed heads between the events of a read, one at a time. */
    private static final class Heads implements Sequencer.Watcher {
        private final long after;
        private final long last;
        private @Nullable SignedHead found;

        private Heads(long after, long last) {
            this.after = after;
            this.last = last;
        }

        @Override
        public void onClaim(Head.OfClaim claim, boolean counts, Place place) {
            SignedHead signed = claim.signed();
            if (signed != null && signed.revision() > after && signed.revision() <= last) {
                found = signed;
            }
        }

        private void handOver(BatchReader reader) {
            if (found != null) {
                reader.onHead(found);
                found = null;
            }
        }
    }

    private Place place(PartitionReader reader, long after) {
        Place end = live.place();
        return search.exactly(reader, after, end, FEW_RECORDS)
                .or(() -> readers.use(far -> search.exactly(far, after, end, LogWindow.RECORDS)))
                .orElseGet(() -> readers.use(far -> search.at(far, after, end)));
    }

    private long read(
            PartitionReader reader, Sequencer sequencer, long after, long last, BatchReader batches, Heads heads) {
        reader.seek(sequencer.place().offset());
        int empty = 0;
        while (sequencer.place().revision() < last) {
            List<ConsumerRecord<byte[], byte[]>> records = reader.poll(POLL);
            empty = records.isEmpty() ? empty + 1 : 0;
            if (empty > MOST_EMPTY_POLLS) {
                throw new LogUnavailableException("shard %s: the broker gives no records".formatted(shard));
            }
            List<Event> batch = new ArrayList<>(records.size());
            for (ConsumerRecord<byte[], byte[]> record : records) {
                Event event = sequencer.next(record);
                if (event != null && event.revision() > after && event.revision() <= last) {
                    batch.add(event);
                }
                if (heads.found != null) {
                    handOver(batch, batches);
                    heads.handOver(batches);
                }
            }
            index.note(sequencer.place());
            handOver(batch, batches);
        }
        return last;
    }

    @Override
    public Optional<RecordPosition> position(long revision) {
        live.check();
        if (revision > live.place().revision()) {
            return Optional.empty();
        }
        return pointReaders.use(reader -> {
            try {
                return Optional.of(position(reader, revision));
            } catch (InvalidOffsetException e) {
                throw new CutLogException(revision, readers.use(this::lookForOldest));
            }
        });
    }

    private RecordPosition position(PartitionReader reader, long revision) {
        Sequencer sequencer = new Sequencer(codec, quarantine, place(reader, revision - 1), Sequencer.Watcher.NONE);
        reader.seek(sequencer.place().offset());
        for (int empty = 0; empty <= MOST_EMPTY_POLLS; empty++) {
            List<ConsumerRecord<byte[], byte[]>> records = reader.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                sequencer.next(record);
                if (sequencer.place().revision() == revision) {
                    return new RecordPosition(record.topic(), record.partition(), record.offset());
                }
            }
            empty = records.isEmpty() ? empty : 0;
        }
        throw new LogUnavailableException("shard %s: the broker gives no records".formatted(shard));
    }

    @Override
    public Tail tail(long after, BatchReader batches) {
        live.check();
        Optional<Tail> tail = live.join(after, batches);
        if (tail.isPresent()) {
            return tail.get();
        }
        Place from = readers.use(reader -> search.at(reader, after, live.place()));
        Sequencer sequencer = new Sequencer(codec, quarantine, from, Sequencer.Watcher.NONE);
        CatchUp catchUp = new CatchUp(shard, live, readers, sequencer, index, after, batches);
        catchUp.start();
        return catchUp;
    }

    @Override
    public LogWriter claim(String address, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (claiming) {
            while (true) {
                live.check();
                refusal().ifPresent(why -> {
                    throw new LogUnavailableException(why);
                });
                KafkaLogWriter writer = claimant(address, left(deadline));
                if (claimed(writer, deadline)) {
                    await(live.quiet(), deadline);
                    return writer;
                }
                writer.close();
            }
        }
    }

    private KafkaLogWriter claimant(String address, Duration timeout) {
        Claim claim = new Claim(live.place().epoch() + 1, address, clock.instant());
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                new ClientProperties(config).producer(shard, timeout),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        String id = shard + "/claims/" + UUID.randomUUID();
        return new KafkaLogWriter(shard, codec, producer, config.refusal(), claim, id, config.readLease(), this::sign);
    }

    private @Nullable SignedHead sign(long revision, String chain) {
        return revision == 0 || chain.equals(Chain.START)
                ? null
                : config.signer()
                        .map(key -> SignedHead.sign(key, config.cluster(), shard, revision, chain, clock.instant()))
                        .orElse(null);
    }

    /** False if another claim of the same epoch was faster. */
    private boolean claimed(KafkaLogWriter writer, long deadline) {
        try {
            CompletableFuture<Boolean> counts = live.awaitClaim(writer);
            Place read = live.place();
            writer.sendClaim(read.revision(), read.chain());
            return await(counts, left(deadline), "claiming shard " + shard);
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    private static void await(Duration quiet, long deadline) {
        try {
            Thread.sleep(quiet.compareTo(left(deadline)) < 0 ? quiet : left(deadline));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while claiming", e);
        }
    }

    private static Duration left(long deadline) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new LogUnavailableException("the claim did not succeed in time");
        }
        return Duration.ofNanos(left);
    }

    private static <T> T await(CompletableFuture<T> future, Duration limit, String what) {
        try {
            return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new LogUnavailableException("%s failed: %s".formatted(what, e.getCause()), e);
        } catch (TimeoutException e) {
            throw new LogUnavailableException("%s took longer than %s".formatted(what, limit), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while " + what, e);
        }
    }

    @Override
    public Optional<String> refusal() {
        return config.refusal().get();
    }

    @Override
    public Optional<Claim> newestClaim() {
        return live.newestClaim();
    }

    @Override
    public void close() {
        live.close();
        readers.close();
        pointReaders.close();
    }
}
