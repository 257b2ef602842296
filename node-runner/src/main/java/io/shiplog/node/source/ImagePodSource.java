package io.shiplog.node.source;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The pod source of a node whose process holds the whole image. */
public final class ImagePodSource implements PodSource {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final String SHARD = "events";
    private static final ResourceType SERVICES = ResourceType.core("services");
    private static final ResourceType VOLUMES = ResourceType.core("persistentvolumes");
    private static final Set<ResourceType> REFERRED = Set.of(
            ResourceType.core("configmaps"),
            ResourceType.core("secrets"),
            ResourceType.core("persistentvolumeclaims"),
            VOLUMES);

    private final ImageSource images;
    private final String node;

    /** @param node the pods' node */
    public ImagePodSource(ImageSource images, String node) {
        this.images = images;
        this.node = node;
    }

    @Override
    public CompletionStage<?> caughtUp() {
        return images.newest(SHARD);
    }

    @Override
    public Collection<StoredObject> pods() {
        return images.current().by(Indexes.NODE, node);
    }

    @Override
    public Collection<StoredObject> volumes() {
        return images.current().list(VOLUMES);
    }

    @Override
    public @Nullable StoredObject get(ObjectKey key) {
        return images.current().get(key);
    }

    @Override
    public Collection<StoredObject> services(String namespace) {
        return images.current().list(SERVICES, namespace);
    }

    @Override
    public Following follow(Consumer<ObjectKey> changed) {
        ImageSource.Subscription subscription = images.subscribe((delta, image) -> {
            for (Change change : delta.changes()) {
                if (concerns(change)) {
                    changed.accept(change.after().key());
                }
            }
        });
        return subscription::close;
    }

    private boolean concerns(Change change) {
        StoredObject before = change.before();
        ResourceType type = change.after().key().type();
        return REFERRED.contains(type)
                || (type.equals(PODS)
                        && (node.equals(change.after().node()) || (before != null && node.equals(before.node()))));
    }
}
