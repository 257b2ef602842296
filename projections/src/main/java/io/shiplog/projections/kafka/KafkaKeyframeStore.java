package io.shiplog.projections.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.kafka.SideTopic;
import io.shiplog.projections.kafka.KeyframeCodec.Entry;
import io.shiplog.projections.keyframe.Keyframe;
import io.shiplog.projections.keyframe.KeyframeObject;
import io.shiplog.projections.keyframe.KeyframeStore;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Keyframes in a topic that keeps everything. One partition has the objects, as snapshots have them; the other is the table of
 * contents. A keyframe without an entry there is an interrupted write.
 */
public final class KafkaKeyframeStore implements KeyframeStore {
    private static final int OBJECTS = 0;
    private static final int CONTENTS = 1;

    private final String name;
    private final SideTopic objects;
    private final SideTopic contents;
    private final SnapshotCodec objectCodec;
    private final KeyframeCodec contentsCodec;
    private final NavigableMap<Long, Entry> known = new TreeMap<>();
    private final short replicationFactor;
    private final Supplier<Optional<String>> refusal;
    private boolean made;
    /** The offset up to which the table of contents was read. */
    private long read;

    /** The store of a cluster. Its topic is created at its first use, if it is missing: starts do not wait for it. */
    public KafkaKeyframeStore(KafkaStoreConfig config) {
        String topic = config.keyframes();
        this.name = topic;
        this.objects = new SideTopic(config.kafka(), topic, OBJECTS);
        this.contents = new SideTopic(config.kafka(), topic, CONTENTS);
        this.objectCodec = new SnapshotCodec(topic);
        this.contentsCodec = new KeyframeCodec(topic, CONTENTS);
        this.replicationFactor = config.replicationFactor();
        this.refusal = config.refusal();
    }

    @Override
    public synchronized NavigableMap<Long, Keyframe> contents() {
        make();
        read = contents.read(
                read,
                message -> KeyframeCodec.decode(message)
                        .ifPresent(entry -> known.put(entry.keyframe().revision(), entry)));
        TreeMap<Long, Keyframe> keyframes = new TreeMap<>();
        known.forEach((revision, entry) -> keyframes.put(revision, entry.keyframe()));
        return Collections.unmodifiableNavigableMap(keyframes);
    }

    @Override
    public void read(Keyframe keyframe, Consumer<KeyframeObject> reader) {
        Entry entry = entry(keyframe);
        objects.read(entry.objects().from(), entry.objects().to(), message -> {
            String key = SnapshotCodec.key(message);
            // A record that is not an object is a missing object, which the digest detects.
            SnapshotCodec.object(key, message)
                    .ifPresent(object -> reader.accept(new KeyframeObject(SnapshotCodec.shardOf(key), object)));
        });
    }

    private void requireSpace() {
        refusal.get().ifPresent(why -> {
            throw new LogUnavailableException(why);
        });
    }

    private synchronized void make() {
        if (!made) {
            KafkaStoreConfig.tellMade(contents.makeForEver(CONTENTS + 1, replicationFactor), name);
            made = true;
        }
    }

    private synchronized Entry entry(Keyframe keyframe) {
        Entry entry = known.get(keyframe.revision());
        if (entry == null || !entry.keyframe().equals(keyframe)) {
            throw new LogUnavailableException("there is no keyframe of revision " + keyframe.revision());
        }
        return entry;
    }

    @Override
    public void write(Keyframe keyframe, Stream<KeyframeObject> all) {
        requireSpace();
        make();
        SideTopic.Written written = objects.write(all.map(each -> objectCodec.put(each.shard(), each.object())));
        // Last: it counts from here on.
        contents.write(Stream.of(contentsCodec.encode(new Entry(keyframe, written))));
    }

    @Override
    public void close() {}
}
