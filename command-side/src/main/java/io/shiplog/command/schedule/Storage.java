package io.shiplog.command.schedule;

import io.shiplog.command.control.view.ClaimView;
import io.shiplog.command.control.view.StorageClassView;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.control.view.VolumeView;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** Claims, volumes and their classes, as the scheduler sees them. Immutable: a change gives the next one. */
record Storage(
        PMap<ObjectKey, ClaimView> claims,
        TreePMap<String, VolumeView> volumes,
        PMap<String, StorageClassView> classes) {
    static final Storage EMPTY = new Storage(HashTreePMap.empty(), TreePMap.empty(), HashTreePMap.empty());

    static Storage of(Image image) {
        Storage storage = EMPTY;
        for (StoredObject claim : image.list(Types.CLAIMS)) {
            storage = storage.with(claim);
        }
        for (StoredObject volume : image.list(Types.VOLUMES)) {
            storage = storage.with(volume);
        }
        for (StoredObject storageClass : image.list(Types.STORAGE_CLASSES)) {
            storage = storage.with(storageClass);
        }
        return storage;
    }

    /** The next one; the same if the change is about another type. */
    Storage evolve(Change change) {
        ObjectKey key = change.after().key();
        if (!change.removes()) {
            return with(change.after());
        }
        if (key.type().equals(Types.CLAIMS)) {
            return new Storage(claims.minus(key), volumes, classes);
        }
        if (key.type().equals(Types.VOLUMES)) {
            return new Storage(claims, volumes.minus(key.name()), classes);
        }
        return key.type().equals(Types.STORAGE_CLASSES)
                ? new Storage(claims, volumes, classes.minus(key.name()))
                : this;
    }

    private Storage with(StoredObject object) {
        ObjectKey key = object.key();
        if (key.type().equals(Types.CLAIMS)) {
            return new Storage(claims.plus(key, ClaimView.of(object)), volumes, classes);
        }
        if (key.type().equals(Types.VOLUMES)) {
            return new Storage(claims, volumes.plus(key.name(), VolumeView.of(object)), classes);
        }
        return key.type().equals(Types.STORAGE_CLASSES)
                ? new Storage(claims, volumes, classes.plus(key.name(), StorageClassView.of(object)))
                : this;
    }

    /** The claim of a pod's volume, or null. */
    @Nullable ClaimView claim(String namespace, String name) {
        return claims.get(ObjectKey.of(Types.CLAIMS, namespace, name));
    }

    /** The class of a claim, or null. */
    @Nullable StorageClassView classOf(ClaimView claim) {
        return classes.get(claim.storageClass());
    }
}
