package io.shiplog.command.merge;

import io.shiplog.command.merge.ManagerEntry.Manager;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A field that an apply wants to change and another manager owns.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts">Conflicts</a>
 */
public record Conflict(Manager manager, List<PathElement> path) {
    public Conflict {
        path = List.copyOf(path);
    }

    static List<Conflict> sorted(List<Conflict> conflicts) {
        return conflicts.stream()
                .sorted(Comparator.comparing(conflict -> conflict.manager().sortKey()))
                .toList();
    }

    /** The same conflict, about an object in another version: a Scale shows the fields of its object. */
    public Conflict in(String apiVersion) {
        return new Conflict(new Manager(manager.name(), manager.operation(), apiVersion, manager.subresource()), path);
    }

    /** The path of the field: {@code .spec.replicas}. */
    public String field() {
        return FieldSet.text(path);
    }

    /** {@code conflict with "kubectl" using apps/v1}. */
    public String message() {
        return "conflict with " + shown(manager);
    }

    private static String shown(Manager manager) {
        String text = '"' + manager.name() + '"';
        if (!manager.subresource().isEmpty()) {
            text += " with subresource \"" + manager.subresource() + '"';
        }
        return manager.applies() ? text : text + " using " + manager.apiVersion();
    }

    /** The sentence about all of them. */
    public static String message(List<Conflict> conflicts) {
        if (conflicts.size() == 1) {
            Conflict only = conflicts.getFirst();
            return "Apply failed with 1 conflict: %s: %s".formatted(only.message(), only.field());
        }
        Map<String, List<Conflict>> byManager = conflicts.stream()
                .collect(Collectors.groupingBy(
                        conflict -> conflict.manager().sortKey(), TreeMap::new, Collectors.toList()));
        String lines = byManager.values().stream()
                .map(theirs -> "conflicts with %s:\n"
                                .formatted(shown(theirs.getFirst().manager()))
                        + theirs.stream().map(each -> "- " + each.field()).collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n"));
        return "Apply failed with %d conflicts: %s".formatted(conflicts.size(), lines);
    }
}
