package io.shiplog.projections.image;

import java.util.concurrent.CompletionStage;

/** The current image of a process, and the stream of its changes. */
public interface ImageSource {
    /** The newest image. Does not block. */
    Image current();

    /** Completes when the image holds every write acknowledged before the call, as a read without resourceVersion needs. */
    CompletionStage<Image> newest(String shard);

    /** Completes when the image has reached a revision of a shard. */
    CompletionStage<Image> atLeast(String shard, long revision);

    /**
     * Registers a listener. It is called with every delta after the returned image, exactly once each, on the log's reading
     * thread: it must hand work over and return.
     */
    Subscription subscribe(ImageListener listener);

    /** Receives deltas, each with the resulting image. */
    @FunctionalInterface
    interface ImageListener {
        void onDelta(ImageDelta delta, Image image);
    }

    /** A registered listener and the image from which its deltas start. */
    interface Subscription extends AutoCloseable {
        Image start();

        @Override
        void close();
    }
}
