package io.shiplog.gateway.identity;

import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.Image;
import io.shiplog.projections.LiveImage;
import io.shiplog.projections.StoredObject;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When the namespaces of today were created. A right in a namespace is a right in that very one: a new team under an old name sees
 * nothing of the former namespace's past. Looked up in the log once per namespace.
 */
public final class NamespaceBirths {
    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    /** How many are remembered; all are forgotten when there are more. */
    private static final int MAX_REMEMBERED = 10_000;

    private final LogHistory history;
    private final ConcurrentHashMap<String, Birth> byUid = new ConcurrentHashMap<>();

    public NamespaceBirths(LogHistory history) {
        this.history = history;
    }

    /**
     * Where a namespace's life begins.
     *
     * @param revision of the main shard
     */
    public record Birth(long revision, Instant time) {}

    /** The birth of the namespace that has the name in an image; empty if none has. */
    public CompletionStage<Optional<Birth>> of(Image image, String namespace) {
        StoredObject object = image.get(ObjectKey.clusterScoped(NAMESPACES, namespace));
        if (object == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Birth known = byUid.get(object.uid());
        return known != null
                ? CompletableFuture.completedFuture(Optional.of(known))
                : looked(object).thenApply(birth -> {
                    if (byUid.size() >= MAX_REMEMBERED) {
                        byUid.clear();
                    }
                    byUid.put(object.uid(), birth);
                    return Optional.of(birth);
                });
    }

    private CompletionStage<Birth> looked(StoredObject namespace) {
        return history.span(LiveImage.MAIN_SHARD)
                .thenCompose(span -> history.page(
                        ChangeQuery.newestFirst(
                                LiveImage.MAIN_SHARD,
                                span.oldest(),
                                span.newest(),
                                ChangeFilter.of(namespace.key()).and(event -> event.type()
                                                .creates()
                                        && uid(event).equals(namespace.uid()))),
                        1))
                .thenApply(page -> page.events().isEmpty()
                        ? roughly(namespace)
                        : new Birth(
                                page.events().getFirst().revision(),
                                page.events().getFirst().time()));
    }

    private static String uid(Event event) {
        return event.object().tree().path("metadata").path("uid").asText("");
    }

    /** Its creation is not in the log any more, or cannot be read: everything up to the end of the second that the object names is withheld. */
    private static Birth roughly(StoredObject namespace) {
        String created = namespace.json().tree().at("/metadata/creationTimestamp").asText("");
        Instant time = created.isEmpty() ? Instant.EPOCH : Instant.parse(created);
        return new Birth(0, time.plusSeconds(1));
    }

    /** {@link #of} without waiting: a namespace that was not looked up yet is taken for born when its second was over. */
    public Optional<Birth> known(Image image, String namespace) {
        StoredObject object = image.get(ObjectKey.clusterScoped(NAMESPACES, namespace));
        if (object == null) {
            return Optional.empty();
        }
        Birth known = byUid.get(object.uid());
        return Optional.of(known == null ? roughly(object) : known);
    }
}
