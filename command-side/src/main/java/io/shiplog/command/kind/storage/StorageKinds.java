package io.shiplog.command.kind.storage;

import io.shiplog.command.kind.Kind;
import java.util.List;

/** The kinds of {@code storage.k8s.io}. */
public final class StorageKinds {
    static final String GROUP = "storage.k8s.io";

    private StorageKinds() {}

    /** All of them. */
    public static List<Kind> all() {
        return List.of(
                new StorageClassKind(),
                new VolumeAttachmentKind(),
                new CsiDriverKind(),
                new CsiNodeKind(),
                new CsiStorageCapacityKind(),
                new VolumeAttributesClassKind());
    }
}
