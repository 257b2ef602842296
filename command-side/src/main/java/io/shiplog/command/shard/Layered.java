package io.shiplog.command.shard;

import io.shiplog.command.shard.DecidedObjects.Pending;
import io.shiplog.projections.image.StoredObject;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The objects of a type: an image's, overlaid with pending ones. Both are sorted, and so is the result. */
final class Layered extends AbstractCollection<StoredObject> {
    private final Collection<StoredObject> under;
    private final List<Pending> over;

    Layered(Collection<StoredObject> under, List<Pending> over) {
        this.under = under;
        this.over = over;
    }

    @Override
    public Iterator<StoredObject> iterator() {
        return new Merge();
    }

    @Override
    public int size() {
        int size = 0;
        for (Iterator<StoredObject> all = iterator(); all.hasNext(); all.next()) {
            size++;
        }
        return size;
    }

    private final class Merge implements Iterator<StoredObject> {
        private final Iterator<StoredObject> lower = under.iterator();
        private final Iterator<Pending> upper = over.iterator();
        private @Nullable StoredObject low = lower.hasNext() ? lower.next() : null;
        private @Nullable Pending high = upper.hasNext() ? upper.next() : null;
        private @Nullable StoredObject next = advance();

        private @Nullable StoredObject advance() {
            while (low != null || high != null) {
                StoredObject found = step();
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        /** Takes the lesser head; null if the object is deleted. */
        private @Nullable StoredObject step() {
            StoredObject image = low;
            Pending pending = high;
            int order = image == null ? 1 : pending == null ? -1 : image.key().compareTo(pending.key());
            if (order <= 0) {
                low = lower.hasNext() ? lower.next() : null;
            }
            if (order < 0) {
                return image;
            }
            high = upper.hasNext() ? upper.next() : null;
            return pending == null ? null : pending.object();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public StoredObject next() {
            StoredObject result = next;
            if (result == null) {
                throw new NoSuchElementException();
            }
            next = advance();
            return result;
        }
    }
}
