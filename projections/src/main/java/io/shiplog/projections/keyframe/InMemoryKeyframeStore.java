package io.shiplog.projections.keyframe;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Keyframes in memory: for tests and for clusters without a disk. */
public final class InMemoryKeyframeStore implements KeyframeStore {
    private final Map<Keyframe, List<KeyframeObject>> frames = new ConcurrentHashMap<>();

    @Override
    public NavigableMap<Long, Keyframe> contents() {
        TreeMap<Long, Keyframe> contents = new TreeMap<>();
        frames.keySet().forEach(each -> contents.put(each.revision(), each));
        return Collections.unmodifiableNavigableMap(contents);
    }

    @Override
    public void read(Keyframe keyframe, Consumer<KeyframeObject> reader) {
        List<KeyframeObject> objects = frames.get(keyframe);
        if (objects == null) {
            throw new LogUnavailableException("there is no keyframe of revision " + keyframe.revision());
        }
        objects.forEach(reader);
    }

    @Override
    public void write(Keyframe keyframe, Stream<KeyframeObject> objects) {
        List<KeyframeObject> all = objects.toList();
        frames.keySet().removeIf(each -> each.revision() == keyframe.revision());
        frames.put(keyframe, all);
    }

    @Override
    public void close() {}
}
