package io.shiplog.projections.image;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A declared index of an image: under which keys an object is found. The keys are extracted with the object's other parts, in the
 * same pass over its bytes, and the image keeps the index by one mechanism for all; see {@link Indexes} for those there are. The keys
 * of an object come from texts in it, or from its labels.
 *
 * @param <K> the keys
 */
public final class Index<K extends Comparable<? super K>> {
    /** In a path: every element of an array. */
    static final String EACH = "*";

    private final String name;
    private final @Nullable ResourceType type;
    private final List<List<String>> paths;
    private final BiFunction<ObjectKey, String, @Nullable K> key;
    private final @Nullable BiFunction<ObjectKey, Map<String, String>, List<K>> ofLabels;

    /**
     * One key of one index.
     *
     * @param index in which it is a key
     * @param value the key
     */
    public record Key<K extends Comparable<? super K>>(Index<K> index, K value) {}

    /**
     * @param name in messages
     * @param type whose objects are indexed, null for those of every type
     * @param key the key of an object for a non-empty text at one of the paths, null if that text is no key
     * @param paths where the texts are, with dots between the parts; {@value #EACH} is every element of an array
     */
    Index(String name, @Nullable ResourceType type, BiFunction<ObjectKey, String, @Nullable K> key, String... paths) {
        this(name, type, key, null, paths);
    }

    private Index(
            String name,
            @Nullable ResourceType type,
            BiFunction<ObjectKey, String, @Nullable K> key,
            @Nullable BiFunction<ObjectKey, Map<String, String>, List<K>> ofLabels,
            String... paths) {
        this.name = name;
        this.type = type;
        this.key = key;
        this.ofLabels = ofLabels;
        this.paths = Arrays.stream(paths).map(p -> List.of(p.split("\\."))).toList();
    }

    /**
     * An index by labels, of those objects that do not exclude themselves.
     *
     * @param keys different keys for an object's labels
     * @param excludes the key of a text that excludes the object from the index, null for all other texts
     * @param paths where the texts are
     */
    static <K extends Comparable<? super K>> Index<K> ofLabels(
            String name,
            ResourceType type,
            BiFunction<ObjectKey, Map<String, String>, List<K>> keys,
            BiFunction<ObjectKey, String, @Nullable K> excludes,
            String... paths) {
        return new Index<>(name, type, excludes, keys, paths);
    }

    /** A key of this index. */
    public Key<K> at(K value) {
        return new Key<>(this, value);
    }

    /** Whether objects of a type are indexed. */
    public boolean covers(ResourceType other) {
        return type == null || type.equals(other);
    }

    List<List<String>> paths() {
        return paths;
    }

    /** The key of an object for a non-empty text at one of the paths, or null. */
    @Nullable Key<K> read(ObjectKey object, String text) {
        K value = key.apply(object, text);
        return value == null ? null : at(value);
    }

    /** Whether the keys are those of the labels; a text then excludes the object. */
    boolean isOfLabels() {
        return ofLabels != null;
    }

    /** The keys of an object for its labels. */
    List<Key<K>> read(ObjectKey object, Map<String, String> labels) {
        return ofLabels == null
                ? List.of()
                : ofLabels.apply(object, labels).stream().map(this::at).toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
