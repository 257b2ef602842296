package io.shiplog.projections.keyframe;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where keyframes lie, forever. All methods throw {@code EventLog.LogUnavailableException} if the store cannot be reached:
 * keyframes only save time, and the caller goes on without them.
 */
public interface KeyframeStore extends AutoCloseable {
    /** Keeps nothing: every moment of the past is replayed from the log's beginning. */
    KeyframeStore NONE = new KeyframeStore() {
        @Override
        public NavigableMap<Long, Keyframe> contents() {
            return Collections.emptyNavigableMap();
        }

        @Override
        public void read(Keyframe keyframe, Consumer<KeyframeObject> reader) {}

        @Override
        public void write(Keyframe keyframe, Stream<KeyframeObject> objects) {}

        @Override
        public void close() {}
    };

    /**
     * What keyframes there are, by revision, at the moment of the call. They are as they lie there: whether one is whole, its
     * reader must find out by its digests.
     */
    NavigableMap<Long, Keyframe> contents();

    /** Hands over the objects of a keyframe out of {@link #contents} in the order in which they were written. */
    void read(Keyframe keyframe, Consumer<KeyframeObject> reader);

    /**
     * Writes a keyframe, and returns when it is durable. One that is cut short is none. Another one of the same revision takes
     * its place.
     *
     * @param objects shard by shard, in the order of their digests
     */
    void write(Keyframe keyframe, Stream<KeyframeObject> objects);

    @Override
    void close();
}
