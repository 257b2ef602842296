package io.shiplog.gateway.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * When today's namespaces were created. A right in a namespace applies to that very one: a new team under an old name sees
 * nothing of the former namespace's past. Looked up in the log once per namespace.
 */
public final class NamespaceBirths {
    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    /** How many are cached; the cache is cleared when it is full. */
    private static final int MAX_REMEMBERED = 10_000;

    private final LogHistory history;
    private final Cache<String, Birth> byUid =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

    public NamespaceBirths(LogHistory history) {
        this.history = history;
    }

    /**
     * The creation of a namespace.
     *
     * @param revision of the main shard
     */
    public record Birth(long revision, Instant time) {}

    /** The creation of the namespace with the name in an image; empty if there is none. */
    public CompletionStage<Optional<Birth>> of(Image image, String namespace) {
        StoredObject object = image.get(ObjectKey.clusterScoped(NAMESPACES, namespace));
        if (object == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Birth known = byUid.getIfPresent(object.uid());
        return known != null
                ? CompletableFuture.completedFuture(Optional.of(known))
                : looked(object).thenApply(birth -> {
                    byUid.put(object.uid(), birth);
                    return Optional.of(birth);
                });
    }

    /** The search starts at the second in the object's metadata, not at an end of the log. */
    private CompletionStage<Birth> looked(StoredObject namespace) {
        Instant second = second(namespace);
        return history.revisionAt(Image.MAIN_SHARD, second.minusNanos(1))
                .thenCombine(
                        history.span(Image.MAIN_SHARD),
                        (before, span) -> ChangeQuery.oldestFirst(
                                Image.MAIN_SHARD,
                                Math.max(before + 1, span.oldest()),
                                span.newest(),
                                ChangeFilter.of(namespace.key()).and(event -> isBirth(event, namespace))))
                .thenCompose(this::first)
                .thenCompose(birth ->
                        birth.isPresent() ? CompletableFuture.completedFuture(birth.get()) : atTheEndOf(second));
    }

    private static boolean isBirth(Event event, StoredObject namespace) {
        return event.type().creates() && uid(event).equals(namespace.uid());
    }

    private CompletionStage<Optional<Birth>> first(ChangeQuery query) {
        return history.page(query, 1).thenCompose(page -> {
            if (!page.events().isEmpty()) {
                Event event = page.events().getFirst();
                return CompletableFuture.completedFuture(Optional.of(new Birth(event.revision(), event.time())));
            }
            return page.last()
                    ? CompletableFuture.completedFuture(Optional.<Birth>empty())
                    : first(query.goingOn(page.next()));
        });
    }

    /** The creation is no longer in the log, or cannot be decoded: everything up to the end of its second is withheld. */
    private CompletionStage<Birth> atTheEndOf(Instant second) {
        Instant end = second.plusSeconds(1);
        return history.revisionAt(Image.MAIN_SHARD, end).thenApply(before -> new Birth(before + 1, end));
    }

    private static String uid(Event event) {
        return event.object().tree().path("metadata").path("uid").asText("");
    }

    /** The second in which a namespace was created, from its metadata. */
    private static Instant second(StoredObject namespace) {
        String created =
                namespace.json().tree().at("/metadata/creationTimestamp").asText("");
        return created.isEmpty() ? Instant.EPOCH : Instant.parse(created);
    }

    /**
     * A time at which a namespace certainly existed, without waiting: its creation if that is cached, else the end of its
     * second. Empty if there is none.
     */
    public Optional<Instant> since(Image image, String namespace) {
        StoredObject object = image.get(ObjectKey.clusterScoped(NAMESPACES, namespace));
        if (object == null) {
            return Optional.empty();
        }
        Birth known = byUid.getIfPresent(object.uid());
        return Optional.of(known == null ? second(object).plusSeconds(1) : known.time());
    }

    /** The cached creation of the namespace with the name in an image. */
    public Optional<Birth> known(Image image, String namespace) {
        StoredObject object = image.get(ObjectKey.clusterScoped(NAMESPACES, namespace));
        return object == null ? Optional.empty() : Optional.ofNullable(byUid.getIfPresent(object.uid()));
    }
}
