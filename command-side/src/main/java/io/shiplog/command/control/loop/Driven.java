package io.shiplog.command.control.loop;

import io.shiplog.projections.ImageDelta;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a {@link LoopThread} drives: all methods are called by its one thread. */
public interface Driven {
    /** Forgets everything and begins with what the newest image shows. */
    void startAnew();

    /** Forgets everything and does nothing until it starts anew. Answers to commands that are under way are passed over. */
    void stop();

    /** Takes note of changes; they are in the newest image already. */
    void observe(ImageDelta delta);

    /**
     * Does one piece of work, quickly.
     *
     * @return false if there is none now
     */
    boolean advance();

    /** When {@link #advance} will have something to do though nothing changes; null for never. */
    @Nullable Instant nextAppointment();
}
