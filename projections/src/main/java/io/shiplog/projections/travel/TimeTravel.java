package io.shiplog.projections.travel;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Images of earlier moments. Stages fail with {@code CutLogException} if the log was truncated, {@link NotYetException} for the
 * future.
 */
public interface TimeTravel {
    /** The image after a revision of the main shard {@code events}; the other shards as they were at that time. */
    CompletionStage<Image> at(long revision);

    /** The image of a moment: every event whose time is not after it. */
    CompletionStage<Image> at(Instant time);

    /** One object after a revision of the main shard; empty if it was not there. */
    default CompletionStage<Optional<StoredObject>> at(long revision, ObjectKey key) {
        return at(revision).thenApply(image -> Optional.ofNullable(image.get(key)));
    }

    /** One object at a moment; empty if it was not there. */
    default CompletionStage<Optional<StoredObject>> at(Instant time, ObjectKey key) {
        return at(time).thenApply(image -> Optional.ofNullable(image.get(key)));
    }

    /** The moment is in the future. */
    final class NotYetException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final long newest;

        /**
         * @param moment as it was asked for
         * @param newest the newest revision there is
         */
        public NotYetException(String moment, long newest) {
            super("%s is in the future: the newest revision is %d".formatted(moment, newest));
            this.newest = newest;
        }

        /** The newest revision there was. */
        public long newest() {
            return newest;
        }
    }
}
