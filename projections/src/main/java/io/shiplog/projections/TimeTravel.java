package io.shiplog.projections;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** Images of earlier moments. Stages fail with {@code CutLogException} where the log was cut, {@link NotYetException} for the future. */
public interface TimeTravel {
    /** The image after a revision of the main shard {@code events}; the other shards as they were at that time. */
    CompletionStage<Image> at(long revision);

    /** The image of a moment: every event whose time is not after it. */
    CompletionStage<Image> at(Instant time);

    /** The moment has not come yet. */
    final class NotYetException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NotYetException(String message) {
            super(message);
        }
    }
}
