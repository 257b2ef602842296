package io.shiplog.events.kind;

import io.shiplog.events.object.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kind as data: everything that discovery, routing, tables and selectors need.
 *
 * @param versions served versions, the preferred one first; objects are stored in the form of the preferred one, unless
 *     {@code storedAs} is another type
 * @param subresources names such as {@code status}, {@code scale}, {@code binding}, {@code log}, {@code token}
 */
public record KindDescription(
        String group,
        Names names,
        List<KindVersion> versions,
        Scope scope,
        Set<String> subresources,
        Reading reading,
        Storage storage) {

    /** The names of a kind in requests. */
    public record Names(String kind, String plural, String singular, List<String> shortNames, List<String> categories) {
        public Names {
            shortNames = List.copyOf(shortNames);
            categories = List.copyOf(categories);
        }
    }

    /**
     * What is read from the stored form.
     *
     * @param columns the table's columns; the one of format {@code name} names the object
     * @param fields field selectors besides metadata.name and metadata.namespace, each with its path
     */
    public record Reading(List<Column> columns, Map<String, FieldPath> fields) {
        public Reading {
            columns = List.copyOf(columns);
            fields = Map.copyOf(fields);
        }
    }

    /**
     * Where objects are stored.
     *
     * @param shard the shard of the log that holds all objects of the kind: {@code events}, {@code leases} or {@code happenings}
     * @param storedAs the type under which objects of this kind are stored in the log; differs from {@link #type()} only if one
     *     object is served by two groups, as Events are
     */
    public record Storage(String shard, ResourceType storedAs) {}

    public KindDescription {
        versions = List.copyOf(versions);
        subresources = Set.copyOf(subresources);
    }

    /** The kind's name: {@code Pod}. */
    public String kind() {
        return names.kind;
    }

    public String plural() {
        return names.plural;
    }

    public String singular() {
        return names.singular;
    }

    public List<String> shortNames() {
        return names.shortNames;
    }

    public List<String> categories() {
        return names.categories;
    }

    /** The table's columns, read from the stored form. */
    public List<Column> columns() {
        return reading.columns;
    }

    /** Field selectors besides metadata.name and metadata.namespace, each with its path in the stored form. */
    public Map<String, FieldPath> fields() {
        return reading.fields;
    }

    /** The shard of the log that holds all objects of the kind. */
    public String shard() {
        return storage.shard;
    }

    /** The type under which objects of this kind are stored in the log. */
    public ResourceType storedAs() {
        return storage.storedAs;
    }

    /** A new description to fill in; see {@link Draft}. */
    public static Draft draft(String group, String version, String kind, String plural, Scope scope) {
        return new Draft(group, version, kind, plural, scope);
    }

    public ResourceType type() {
        return new ResourceType(group, names.plural);
    }

    public String listKind() {
        return names.kind + "List";
    }

    public String preferredVersion() {
        return versions.getFirst().name();
    }

    /** The version with this name, the preferred one if the name is empty, or null. */
    public @Nullable KindVersion version(String name) {
        if (name.isEmpty()) {
            return versions.getFirst();
        }
        for (KindVersion each : versions) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** The name of a field selector in the stored form: {@code involvedObject.name} for {@code regarding.name}. */
    public String storedField(String field) {
        FieldPath path = fields().get(field);
        return path == null || storedAs().equals(type()) ? field : path.first();
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

    /**
     * A builder for a description. Defaults: one version, the kind's name in lower case as singular, no short names, the shard
     * {@code events}, stored as itself.
     */
    public static final class Draft {
        private final ResourceType type;
        private final List<KindVersion> versions = new ArrayList<>();
        private final String kind;
        private final Scope scope;
        private List<String> shortNames = List.of();
        private List<String> categories = List.of();
        private Set<String> subresources = Set.of();
        private List<Column> columns = MetaColumns.NAME_AND_AGE;
        private final Map<String, FieldPath> fields = new LinkedHashMap<>();
        private String shard = "events";
        private ResourceType storedAs;

        private Draft(String group, String version, String kind, String plural, Scope scope) {
            this.type = new ResourceType(group, plural);
            this.kind = kind;
            this.scope = scope;
            this.storedAs = type;
            this.versions.add(new KindVersion(version, Conversion.NONE));
        }

        /** One more served version, in another form. */
        public Draft version(String name, Conversion conversion) {
            versions.add(new KindVersion(name, conversion));
            return this;
        }

        public Draft shortNames(String... names) {
            shortNames = List.of(names);
            return this;
        }

        public Draft categories(String... names) {
            categories = List.of(names);
            return this;
        }

        public Draft subresources(String... names) {
            subresources = Set.of(names);
            return this;
        }

        public Draft columns(List<Column> all) {
            columns = all;
            return this;
        }

        /** Field selectors that are named like the path that they read. */
        public Draft fields(String... paths) {
            for (String path : paths) {
                field(path, FieldPath.of(path));
            }
            return this;
        }

        public Draft field(String name, FieldPath path) {
            fields.put(name, path);
            return this;
        }

        public Draft shard(String name) {
            shard = name;
            return this;
        }

        /**
         * The first version is deprecated.
         *
         * @param warning that every answer carries
         */
        public Draft deprecated(String warning) {
            KindVersion first = versions.getFirst();
            versions.set(0, new KindVersion(first.name(), first.conversion(), warning));
            return this;
        }

        /** Objects of this kind are those of another type, in another form. */
        public Draft storedAs(ResourceType other, Conversion conversion) {
            storedAs = other;
            versions.set(0, new KindVersion(versions.getFirst().name(), conversion));
            return this;
        }

        public KindDescription done() {
            return new KindDescription(
                    type.group(),
                    new Names(kind, type.resource(), kind.toLowerCase(Locale.ROOT), shortNames, categories),
                    versions,
                    scope,
                    subresources,
                    new Reading(columns, fields),
                    new Storage(shard, storedAs));
        }
    }
}
