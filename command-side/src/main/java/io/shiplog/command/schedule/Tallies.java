package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Crowds.Crowd;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tallies of a view: each is counted when it is first asked for, and from then on follows each pod that comes or goes. The answers
 * are those of a count: asking changes only what it costs.
 *
 * <p>Kube-scheduler counts the pods of all nodes for each pod that it schedules.
 */
final class Tallies {
    /** The greatest number of tallies kept. If more are asked for, all are dropped at the next change and counted when asked for again. */
    static final int MAX = 1024;

    /** The places of queries, shared by the views that follow each other. */
    private final Map<Query, Integer> slots;
    /** By place; null if it has not been asked for. */
    private @Nullable Tally[] kept;

    private Tallies(Map<Query, Integer> slots, @Nullable Tally[] kept) {
        this.slots = slots;
        this.kept = kept;
    }

    static Tallies none() {
        return new Tallies(new ConcurrentHashMap<>(), new @Nullable Tally[0]);
    }

    /** The tally of a query in the view that has these tallies. */
    Tally of(Query query, ClusterView view) {
        Integer known = slots.get(query);
        int slot = known == null ? slots.computeIfAbsent(query, each -> slots.size()) : known;
        if (slot >= MAX) {
            return Tally.count(query, view);
        }
        @Nullable Tally[] now = kept;
        Tally tally = slot < now.length ? now[slot] : null;
        if (tally == null) {
            tally = Tally.count(query, view);
            @Nullable Tally[] next = Arrays.copyOf(now, Math.max(now.length, slot + 1));
            next[slot] = tally;
            kept = next;
        }
        return tally;
    }

    /** The tallies after so many more pods of a crowd on the node at a position. */
    Tallies moved(Crowd crowd, int position, int more, ClusterView view) {
        @Nullable Tally[] now = kept;
        if (slots.size() > MAX) {
            return none();
        }
        if (position < 0) {
            return new Tallies(slots, now);
        }
        @Nullable Tally[] next = now;
        for (int i = 0; i < now.length; i++) {
            Tally tally = now[i];
            int times = tally == null ? 0 : tally.query().pods().times(crowd, view);
            if (tally != null && times > 0) {
                next = next == now ? now.clone() : next;
                next[i] = tally.plus(position, times * more);
            }
        }
        return new Tallies(slots, next);
    }

    /** Those that were asked for. */
    List<Tally> kept() {
        return Arrays.stream(kept).filter(Objects::nonNull).toList();
    }
}
