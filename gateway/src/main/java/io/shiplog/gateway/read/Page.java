package io.shiplog.gateway.read;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.select.Selection;
import io.shiplog.gateway.view.ListHead;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of a list, and its metadata. A pure function of an image. */
record Page(ListHead head, List<StoredObject> objects) {

    /**
     * Takes a page.
     *
     * @param from where it begins, null for the first page
     * @param limit 0 for no limit
     */
    static Page of(Image image, KindDescription kind, Selection selection, @Nullable ContinueToken from, long limit) {
        long revision = image.revision(kind.shard());
        List<StoredObject> objects = new ArrayList<>();
        String namespace = selection.namespace();
        for (StoredObject object : candidates(image, kind, selection, from)) {
            if (!namespace.isEmpty() && !object.key().namespace().equals(namespace)) {
                break;
            }
            if (!selection.matches(object)) {
                continue;
            }
            if (limit > 0 && objects.size() == limit) {
                return new Page(more(image, kind, selection, from, object.key(), limit, revision), objects);
            }
            objects.add(object);
        }
        return new Page(ListHead.of(revision), objects);
    }

    private static Collection<StoredObject> candidates(
            Image image, KindDescription kind, Selection selection, @Nullable ContinueToken from) {
        if (from != null) {
            return image.listFrom(ObjectKey.of(kind.storedAs(), from.namespace(), from.name()));
        }
        String name = selection.fields().name();
        if (!name.isEmpty() && (!selection.namespace().isEmpty() || !kind.namespaced())) {
            StoredObject only = image.get(ObjectKey.of(kind.storedAs(), selection.namespace(), name));
            return only == null ? List.of() : List.of(only);
        }
        return selection.namespace().isEmpty()
                ? image.list(kind.storedAs())
                : image.list(kind.storedAs(), selection.namespace());
    }

    private static ListHead more(
            Image image,
            KindDescription kind,
            Selection selection,
            @Nullable ContinueToken from,
            ObjectKey next,
            long limit,
            long revision) {
        long left = -1;
        if (selection.everything()) {
            // Counted once, on the first page; later pages subtract.
            long all = from != null && from.left() >= 0
                    ? from.left()
                    : selection.namespace().isEmpty()
                            ? image.list(kind.storedAs()).size()
                            : image.list(kind.storedAs(), selection.namespace()).size();
            left = all - limit;
        }
        String token = new ContinueToken(revision, next.namespace(), next.name(), left).text();
        return new ListHead(revision, token, left < 0 ? null : left);
    }
}
