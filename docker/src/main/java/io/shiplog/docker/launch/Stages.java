package io.shiplog.docker.launch;

import io.shiplog.projections.Progress;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Tells the user how a start comes along. Lines begin with {@code "> "}, by which the script finds them among the log's.
 */
final class Stages {
    private final PrintStream out;
    private final long began = System.nanoTime();

    Stages(PrintStream out) {
        this.out = out;
    }

    /** A step has begun, or news of it. */
    void say(String text) {
        out.println("> " + text);
        out.flush();
    }

    /** {@code 1.2}: since the process began to start the cluster. */
    String seconds() {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - began) / 1e9);
    }

    /** A replay's progress, of large ones only. */
    Progress replay() {
        return (shard, done, total, rate) -> {
            if (total > LARGE_REPLAY) {
                say(String.format(
                        Locale.ROOT, "  %s: %,d of %,d events read back (%,.0f/s)", shard, done, total, rate));
            }
        };
    }

    /** Shorter replays are over before anybody has read the line. */
    private static final int LARGE_REPLAY = 50_000;
}
