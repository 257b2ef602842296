package io.shiplog.node.net.services;

import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The current Services of a process, read on demand and only if a Service or a slice changed. Thread-safe; one per machine,
 * shared by the proxy and the name server.
 */
public final class ServicesWatch implements AutoCloseable {
    private final ImageSource images;
    private final ImageSource.Subscription subscription;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** The newest image in which Services or slices changed. Both are in one shard: it only moves forward. */
    private volatile Image newest = Image.EMPTY;

    private volatile Read read;

    private record Read(Image image, Services services) {}

    /** Of a cluster without {@code externalIPs}. */
    public ServicesWatch(ImageSource images) {
        this(images, Set.of());
    }

    /** @param externalIps the ranges whose addresses a Service may claim by {@code externalIPs} */
    public ServicesWatch(ImageSource images, Set<Ipv4Range> externalIps) {
        this.images = images;
        this.read = new Read(Image.EMPTY, Services.allowing(externalIps));
        this.subscription = images.subscribe(this::onDelta);
        startFrom(subscription.start());
    }

    /** Unless a delta was faster. */
    private synchronized void startFrom(Image image) {
        if (newest == Image.EMPTY) {
            newest = image;
        }
    }

    private void onDelta(ImageDelta delta, Image image) {
        for (Change change : delta.changes()) {
            ResourceType type = change.after().key().type();
            if (type.equals(Services.SERVICES)
                    || type.equals(Services.ENDPOINT_SLICES)
                    || type.equals(Services.NODES) && changesZone(change)) {
                moveTo(image);
                listeners.forEach(Runnable::run);
                return;
            }
        }
    }

    private static boolean changesZone(Change change) {
        StoredObject before = change.before();
        String was = before == null ? "" : Services.zone(before);
        return !was.equals(change.removes() ? "" : Services.zone(change.after()));
    }

    private synchronized void moveTo(Image image) {
        newest = image;
    }

    /** Calls back after a change, on the log's reading thread: hand over and return. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** The Services of the newest image. */
    public Services current() {
        Read known = read;
        return known.image() == newest ? known.services() : refresh();
    }

    /** The newest image, for rare queries without an index. Never blocks. */
    public Image image() {
        return images.current();
    }

    private synchronized Services refresh() {
        Image image = newest;
        if (read.image() != image) {
            read = new Read(image, read.services().next(image));
        }
        return read.services();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
