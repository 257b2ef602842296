package io.shiplog.projections.image;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map of a few strings that shares its keys with all maps with the same ones: an object's labels and selectable
 * fields cost only the values.
 */
final class SmallMap extends AbstractMap<String, String> {
    private final String[] keys;
    private final String[] values;

    /** @param keys ownership passes to the map, as with the values; no duplicate keys */
    SmallMap(String[] keys, String[] values) {
        this.keys = keys;
        this.values = values;
    }

    /** The array of keys, for sharing. */
    String[] keys() {
        return keys;
    }

    boolean hasKeys(String[] others) {
        return Arrays.equals(keys, others);
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key)) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return keys.length;
            }

            @Override
            public Iterator<Map.Entry<String, String>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<String, String>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < keys.length;
        }

        @Override
        public Map.Entry<String, String> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Map.Entry<String, String> entry = Map.entry(keys[next], values[next]);
            next++;
            return entry;
        }
    }
}
