package io.shiplog.docker.launch.assembly;

import io.shiplog.projections.live.Progress;
import java.io.PrintStream;
import java.util.Locale;

/** Reports the progress of a start to the user. Lines begin with {@code "> "}, by which the script finds them in the log. */
public final class Stages {
    private final PrintStream out;
    private final long began = System.nanoTime();

    /** Measures seconds from now on. */
    public Stages(PrintStream out) {
        this.out = out;
    }

    /** A step has begun, or progressed. */
    public void say(String text) {
        out.println("> " + text);
        out.flush();
    }

    /** {@code 1.2}: seconds since the start. */
    public String seconds() {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - began) / 1e9);
    }

    /** A replay's progress, only for large ones. */
    public Progress replay() {
        return (shard, done, total, rate) -> {
            if (total > LARGE_REPLAY) {
                say(String.format(
                        Locale.ROOT, "  %s: %,d of %,d events read back (%,.0f/s)", shard, done, total, rate));
            }
        };
    }

    /** Shorter replays are over before the line could be read. */
    private static final int LARGE_REPLAY = 50_000;
}
