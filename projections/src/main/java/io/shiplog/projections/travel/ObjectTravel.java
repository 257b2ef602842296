package io.shiplog.projections.travel;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.LogHistory.Span;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Time travel without an image for single objects: an object at a revision is the result of its newest event up to there.
 * Objects of shards other than the main one, and those whose newest event may have been truncated, are looked up in an image.
 */
public final class ObjectTravel implements TimeTravel {
    private static final ResourceType DEFINITIONS =
            new ResourceType("apiextensions.k8s.io", "customresourcedefinitions");

    private final TimeTravel images;
    private final LogHistory history;
    private final ImageSource current;
    private final ImageEvolution evolution;
    private final InstantSource clock;

    /**
     * @param images for all other requests
     * @param current the newest image: its kinds are those of each moment since the last change of a definition
     * @param clock the present, to detect future moments
     */
    public ObjectTravel(TimeTravel images, LogHistory history, ImageSource current, InstantSource clock) {
        this.images = images;
        this.history = history;
        this.current = current;
        this.evolution = new ImageEvolution(current.current().kinds());
        this.clock = clock;
    }

    @Override
    public CompletionStage<Image> at(long revision) {
        return images.at(revision);
    }

    @Override
    public CompletionStage<Image> at(Instant time) {
        return images.at(time);
    }

    @Override
    public CompletionStage<Optional<StoredObject>> at(long revision, ObjectKey key) {
        return inMainShard(key) && kindsAreThoseOfNow(revision) ? newest(key, revision) : images.at(revision, key);
    }

    /** An older moment is read from its image, which has its kinds. */
    private boolean kindsAreThoseOfNow(long revision) {
        return current.current().changed(DEFINITIONS) <= revision;
    }

    @Override
    public CompletionStage<Optional<StoredObject>> at(Instant time, ObjectKey key) {
        if (!inMainShard(key) || time.isAfter(clock.instant())) {
            return images.at(time, key);
        }
        return history.revisionAt(Image.MAIN_SHARD, time).thenCompose(revision -> at(revision, key));
    }

    private boolean inMainShard(ObjectKey key) {
        KindDescription kind = current.current().kinds().get(key.type());
        return kind == null || kind.shard().equals(Image.MAIN_SHARD);
    }

    private CompletionStage<Optional<StoredObject>> newest(ObjectKey key, long revision) {
        return history.span(Image.MAIN_SHARD)
                .thenCompose(span -> span.holds(revision)
                        ? find(
                                span,
                                ChangeQuery.newestFirst(
                                        Image.MAIN_SHARD, span.oldest(), revision, ChangeFilter.ofStates(key)),
                                key,
                                revision)
                        : images.at(revision, key));
    }

    private CompletionStage<Optional<StoredObject>> find(Span span, ChangeQuery query, ObjectKey key, long revision) {
        return history.page(query, 1).thenCompose(page -> {
            if (!page.events().isEmpty()) {
                return CompletableFuture.completedFuture(after(page));
            }
            if (!page.last()) {
                return find(span, query.goingOn(page.next()), key, revision);
            }
            return span.oldest() == 1 ? CompletableFuture.completedFuture(Optional.empty()) : images.at(revision, key);
        });
    }

    private Optional<StoredObject> after(ChangePage page) {
        Event event = page.events().getFirst();
        return event.type().removes()
                ? Optional.empty()
                : Optional.of(evolution.stored(
                        current.current().kinds(),
                        event.key(),
                        event.revision(),
                        event.object(),
                        event.correlationId()));
    }
}
