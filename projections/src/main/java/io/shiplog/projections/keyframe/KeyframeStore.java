package io.shiplog.projections.keyframe;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Permanent storage of keyframes. All methods throw {@code EventLog.LogUnavailableException} if the store cannot be reached:
 * keyframes only save time, and the caller continues without them.
 */
public interface KeyframeStore extends AutoCloseable {
    /** Stores nothing: every moment of the past is replayed from the log's beginning. */
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
     * The existing keyframes, by revision, at the moment of the call. They are not verified: the reader must check their
     * digests.
     */
    NavigableMap<Long, Keyframe> contents();

    /** Passes on the objects of a keyframe of {@link #contents} in the order in which they were written. */
    void read(Keyframe keyframe, Consumer<KeyframeObject> reader);

    /**
     * Writes a keyframe, and returns when it is durable. An interrupted one does not count. Another one of the same revision
     * replaces it.
     *
     * @param objects shard by shard, in the order of their digests
     */
    void write(Keyframe keyframe, Stream<KeyframeObject> objects);

    @Override
    void close();
}
