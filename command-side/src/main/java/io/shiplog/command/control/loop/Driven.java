package io.shiplog.command.control.loop;

import io.shiplog.projections.image.ImageDelta;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Work driven by a {@link LoopThread}, which calls all methods on its one thread. */
public interface Driven {
    /** Forgets all state and starts from the newest image. */
    void restart();

    /** Forgets all state and does nothing until restarted. Answers to commands in flight are ignored. */
    void stop();

    /** Observes changes; the newest image already contains them. */
    void observe(ImageDelta delta);

    /**
     * Does one piece of work, quickly.
     *
     * @return false if there is no work now
     */
    boolean advance();

    /** When {@link #advance} next has work even if nothing changes; null for never. */
    @Nullable Instant nextAppointment();
}
