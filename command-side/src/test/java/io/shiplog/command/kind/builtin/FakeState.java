package io.shiplog.command.kind.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.Index;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A decided state made of objects that a test puts in. */
public final class FakeState implements DecidedState {
    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final TreeMap<ObjectKey, StoredObject> objects = new TreeMap<>();
    private final ImageEvolution evolution;
    private final KindCatalogue kinds;
    private Instant now = NOW;

    /** With all built-in kinds. */
    public FakeState() {
        this(BuiltInKinds.catalogue());
    }

    /** With these kinds. */
    public FakeState(KindCatalogue kinds) {
        this.kinds = kinds;
        this.evolution = new ImageEvolution(kinds);
    }

    /** An object from JSON in single quotes. */
    public FakeState with(ResourceType type, String json) {
        ObjectNode tree = Samples.tree(json);
        ObjectKey key = ObjectKey.of(type, Trees.namespace(tree), Trees.name(tree));
        objects.put(key, evolution.stored(kinds(), key, objects.size() + 1, Json.of(tree), ""));
        return this;
    }

    /** An object as it is stored. */
    public FakeState with(StoredObject object) {
        objects.put(object.key(), object);
        return this;
    }

    public FakeState with(String coreResource, String json) {
        return with(ResourceType.core(coreResource), json);
    }

    /** As after the removal of an object. */
    public FakeState without(ObjectKey key) {
        objects.remove(key);
        return this;
    }

    /** From now on it is that time. */
    public FakeState at(Instant moment) {
        now = moment;
        return this;
    }

    @Override
    public @Nullable StoredObject get(ObjectKey key) {
        return objects.get(key);
    }

    @Override
    public Collection<StoredObject> list(ResourceType type) {
        return objects.values().stream()
                .filter(o -> o.key().type().equals(type))
                .toList();
    }

    @Override
    public <K extends Comparable<? super K>> Collection<StoredObject> by(Index<K> index, K key) {
        return objects.values().stream()
                .filter(object -> object.keys(index).contains(key))
                .toList();
    }

    @Override
    public KindCatalogue kinds() {
        return kinds;
    }

    @Override
    public Instant now() {
        return now;
    }
}
