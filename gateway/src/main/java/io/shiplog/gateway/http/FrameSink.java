package io.shiplog.gateway.http;

import java.util.function.BooleanSupplier;

/** Where the frames of a watch go, as fast as its client reads them: to the body of the answer, or to a WebSocket. */
public interface FrameSink {
    /** Opens the stream for an exchange. */
    @FunctionalInterface
    interface Opening {
        /** @param source adds the next frames; false if there are none now */
        FrameSink open(BooleanSupplier source);
    }

    /** Adds a frame behind all others, in parts that must not change any more. */
    void frame(byte[]... parts);

    /** No frame comes any more: the stream ends when all have left. */
    void end();

    /** Whether the client has not read what was sent before. */
    boolean isWaiting();

    /** Sends what there is, up to what the client takes; the rest leaves by itself. To be called when the source has more, too. */
    void pump();
}
