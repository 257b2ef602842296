package io.shiplog.events.kind;

import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A kind as data: all that discovery, routing, tables and selectors need to know of it.
 *
 * @param versions served versions, the preferred one first; objects are stored in the preferred one
 * @param subresources names such as {@code status}, {@code scale}, {@code binding}, {@code log}, {@code token}
 * @param columns the table's columns; the first is the name
 * @param fields field selectors beside metadata.name and metadata.namespace, each with the path that it reads, parts
 *     divided by dots
 * @param shard the part of the log that holds the kind whole: {@code events}, {@code leases} or {@code happenings}
 * @param storedAs the type under which objects of this kind lie in the log; differs from {@link #type()} only where one
 *     object is served by two groups, as Events are
 */
public record KindDescription(
        String group,
        List<String> versions,
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories,
        Scope scope,
        Set<String> subresources,
        List<Column> columns,
        Map<String, String> fields,
        String shard,
        ResourceType storedAs) {

    public KindDescription {
        versions = List.copyOf(versions);
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        subresources = Set.copyOf(subresources);
        columns = List.copyOf(columns);
        fields = Map.copyOf(fields);
    }

    public ResourceType type() {
        return new ResourceType(group, plural);
    }

    public String listKind() {
        return kind + "List";
    }

    public String preferredVersion() {
        return versions.getFirst();
    }

    /** {@code v1}, {@code apps/v1}. */
    public String apiVersion() {
        return apiVersion(preferredVersion());
    }

    public String apiVersion(String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public boolean namespaced() {
        return scope == Scope.NAMESPACED;
    }

    public boolean has(String subresource) {
        return subresources.contains(subresource);
    }
}
