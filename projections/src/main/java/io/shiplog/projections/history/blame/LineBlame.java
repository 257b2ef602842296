package io.shiplog.projections.history.blame;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.log.Event;
import io.shiplog.projections.history.diff.LineDiff;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** For each line of a text, the event that wrote it, as {@code git blame} does for a file. Used like {@link Blame}. */
final class LineBlame {
    /** Comparing texts costs time by their length; longer ones are blamed as a whole. */
    private static final int LONGEST = 256 * 1024;
    /** An answer has an entry for each line. */
    private static final int MOST_LINES = 10_000;

    private final @Nullable Event[] setBy;
    /** The position of each line in the current older text; -1 for one that has its event, or will have none. */
    private final int[] at;

    private List<String> reached;

    LineBlame(String text) {
        this.reached = text.lines().toList();
        this.setBy = new Event[reached.size()];
        this.at = new int[reached.size()];
        Arrays.setAll(at, i -> i);
    }

    /** Whether a value is a multi-line text. */
    static boolean applies(JsonNode value) {
        return value.isTextual()
                && value.asText().length() <= LONGEST
                && value.asText().stripTrailing().indexOf('\n') >= 0
                && value.asText().lines().limit(MOST_LINES + 1).count() <= MOST_LINES;
    }

    boolean isOpen() {
        return Arrays.stream(at).anyMatch(index -> index >= 0);
    }

    /**
     * Takes the next older change.
     *
     * @param isKnown whether the state before is known
     */
    void older(@Nullable JsonNode before, @Nullable JsonNode after, boolean isKnown, Event event) {
        if (!isOpen() || isKnown && before != null && before.equals(after)) {
            return;
        }
        if (after == null || !after.asText().lines().toList().equals(reached)) {
            Arrays.fill(at, -1); // it became the current text by an unknown event
            return;
        }
        if (!isKnown) {
            return;
        }
        List<String> was =
                before != null && before.isTextual() ? before.asText().lines().toList() : List.of();
        int[] origin = LineDiff.shared(was, reached);
        for (int i = 0; i < at.length; i++) {
            if (at[i] >= 0) {
                int older = origin[at[i]];
                if (older < 0) {
                    setBy[i] = event;
                }
                at[i] = older;
            }
        }
        reached = was;
    }

    /** For each line its event; empty if unknown. */
    List<Optional<Event>> result() {
        return Arrays.stream(setBy).<Optional<Event>>map(Optional::ofNullable).toList();
    }
}
