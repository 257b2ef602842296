package io.shiplog.projections.history.diff;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Paths, to be asked whether any of them touches another path, in a time that does not grow with their number. */
public final class PathSet {
    private final Set<ValuePath> paths;
    /** What holds any of them, directly or not. */
    private final Set<ValuePath> holders = new HashSet<>();

    public PathSet(Collection<ValuePath> paths) {
        this.paths = Set.copyOf(paths);
        for (ValuePath path : paths) {
            ValuePath holder = path;
            while (!holder.steps().isEmpty()) {
                holder = holder.parent();
                if (!holders.add(holder)) {
                    break;
                }
            }
        }
    }

    /** As {@link ValuePath#touches} with any of them. */
    public boolean touches(ValuePath path) {
        if (holders.contains(path)) {
            return true;
        }
        for (ValuePath holder = path; ; holder = holder.parent()) {
            if (paths.contains(holder)) {
                return true;
            }
            if (holder.steps().isEmpty()) {
                return false;
            }
        }
    }
}
