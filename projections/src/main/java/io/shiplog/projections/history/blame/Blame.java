package io.shiplog.projections.history.blame;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.diff.FieldDiff;
import io.shiplog.projections.history.diff.FieldDiff.Leaf;
import io.shiplog.projections.history.diff.ValuePath;
import io.shiplog.projections.history.diff.ValueTree;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For each value of an object, the event that last set it. Takes the object's changes, newest first, until every value has its
 * event or there are no more.
 */
public final class Blame {
    private final List<Leaf> leaves;
    private final Set<Leaf> open;
    private final Map<Leaf, Event> setBy = new HashMap<>();
    private final Map<Leaf, LineBlame> byLine = new HashMap<>();

    /** @param object the state whose values are to be blamed */
    public Blame(JsonNode object) {
        this.leaves = FieldDiff.leaves(object);
        this.open = new LinkedHashSet<>(leaves);
        for (Leaf leaf : leaves) {
            if (LineBlame.applies(leaf.value())) {
                byLine.put(leaf, new LineBlame(leaf.value().asText()));
            }
        }
    }

    /**
     * A value and its event.
     *
     * @param pointer to the value in the object, by RFC 6901
     * @param event null if unknown: the log was truncated after it, or it cannot be decoded
     * @param lines for a text with many lines, the event of each; empty for any other value
     */
    public record Blamed(
            ValuePath path,
            JsonPointer pointer,
            JsonNode value,
            @Nullable Event event,
            List<Optional<Event>> lines) {}

    /** Whether a value, or a line of one, still waits for its event. */
    public boolean isOpen() {
        return !open.isEmpty() || byLine.values().stream().anyMatch(LineBlame::isOpen);
    }

    /**
     * Takes the object's next older change. It is blamed for values that have been unchanged since. A value that differed right
     * after it was set in between, by an unknown event.
     */
    public void older(PastChange change) {
        boolean isKnown = change.creates() || change.before() != null;
        ValueTree before = tree(change.before());
        ValueTree after = tree(change.after());
        byLine.forEach(
                (leaf, lines) -> lines.older(before.get(leaf.path()), after.get(leaf.path()), isKnown, change.event()));
        for (Iterator<Leaf> rest = open.iterator(); rest.hasNext(); ) {
            Leaf leaf = rest.next();
            if (!leaf.value().equals(after.get(leaf.path()))) {
                rest.remove();
            } else if (isKnown && !leaf.value().equals(before.get(leaf.path()))) {
                setBy.put(leaf, change.event());
                rest.remove();
            }
        }
    }

    private static ValueTree tree(@Nullable Json state) {
        return new ValueTree(state == null ? MissingNode.getInstance() : state.tree());
    }

    private List<Optional<Event>> lines(Leaf leaf) {
        LineBlame lines = byLine.get(leaf);
        return lines == null ? List.of() : lines.result();
    }

    /** All values in the object's order. */
    public List<Blamed> result() {
        return leaves.stream()
                .map(leaf -> new Blamed(leaf.path(), leaf.pointer(), leaf.value(), setBy.get(leaf), lines(leaf)))
                .toList();
    }
}
