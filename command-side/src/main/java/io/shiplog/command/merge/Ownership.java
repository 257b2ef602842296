package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.merge.ManagerEntry.Manager;
import io.shiplog.events.json.Json;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which fields after a write. An update owns what it changes, and takes it from others; an apply owns what it says, needs
 * force to take it from others, and removes what it no longer says and no other owns.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-Side Apply</a>
 */
public final class Ownership {
    /** Entries of updates per object. The oldest are merged into one. */
    static final int MAX_UPDATERS = 10;

    /** The manager of the entries that are merged. */
    static final String ANCIENT = "ancient-changes";

    /** The manager of what was there before the first apply to an object without entries. */
    static final String BEFORE_FIRST_APPLY = "before-first-apply";

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /** Characters of all annotations together, as Kubernetes limits them. */
    private static final int MAX_ANNOTATIONS = 256 * 1024;

    /** What the system sets is owned by none. */
    private static final FieldSet SYSTEM_FIELDS = systemFields();

    /** What a new object is compared with. Not to be changed. */
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private Ownership() {}

    private static FieldSet systemFields() {
        FieldSet fields = FieldSet.ofFields(List.of("apiVersion", "kind", "metadata"));
        for (String name : List.of(
                "name",
                "namespace",
                "creationTimestamp",
                "selfLink",
                "uid",
                "clusterName",
                "generation",
                "managedFields",
                "resourceVersion")) {
            fields = fields.union(FieldSet.ofPath("metadata", name));
        }
        return fields;
    }

    /**
     * A write.
     *
     * @param manager the field manager; empty stands for an unknown one
     * @param apiVersion in which the objects are given
     * @param subresource empty for the main resource
     * @param time RFC 3339 in whole seconds; null for an entry without one
     * @param versions the forms of the kind; it serves {@code apiVersion}
     * @param reach the fields that the write can change
     */
    public record Write(
            String manager,
            String apiVersion,
            String subresource,
            @Nullable String time,
            Versions versions,
            Reach reach) {

        private Manager as(String operation) {
            return new Manager(manager.isEmpty() ? "unknown" : manager, operation, apiVersion, subresource);
        }

        private Shape shape() {
            Shape shape = versions.shape(apiVersion);
            return shape == null ? Shape.UNTYPED : shape;
        }

        /** Removes what this write cannot change, and what the system sets. */
        private FieldSet owned(FieldSet fields) {
            return reach.of(fields).difference(SYSTEM_FIELDS);
        }
    }

    /** The result of an apply. */
    public sealed interface Applied {

        /**
         * The object after the apply, with its entries.
         *
         * @param object shares parts with the arguments
         */
        record Merged(ObjectNode object, @Nullable ArrayNode managedFields) implements Applied {}

        /** Other managers own what the configuration sets. */
        record Conflicting(List<Conflict> conflicts) implements Applied {}

        /** The configuration does not fit the type of the object. */
        record Misshapen(String why) implements Applied {}
    }

    /**
     * The entries of a new object.
     *
     * @param created the object as the client wants it, with defaults
     * @return null if nothing of it is owned
     */
    public static @Nullable ArrayNode created(Write write, ObjectNode created) {
        return updated(write, null, new ArrayList<>(), created);
    }

    /**
     * The entries after an update.
     *
     * @param live the object before; null if the update creates it
     * @param sent the {@code metadata.managedFields} of the new object; missing where clients cannot change them
     * @param next the new object as the client wants it, with defaults; entries in it are ignored
     * @return the very node of the live object if nothing changed; null if there are no entries
     */
    public static @Nullable ArrayNode updated(Write write, @Nullable ObjectNode live, JsonNode sent, ObjectNode next) {
        if (isReset(sent)) {
            return live == null ? updated(write, null, new ArrayList<>(), next) : null;
        }
        ArrayNode stored = stored(live);
        boolean edited = !sent.isEmpty() && !sent.equals(stored);
        List<ManagerEntry> entries = edited ? checkedOrNull(sent) : null;
        if (entries == null) {
            edited = false;
            entries = entriesOrNull(stored);
        }
        if (live == null) {
            return updated(write, null, entries == null ? new ArrayList<>() : entries, next);
        }
        if (entries == null || entries.isEmpty()) {
            // Ownership is tracked from creation or the first apply on.
            return null;
        }
        return updated(write, live, edited ? null : stored, entries, next);
    }

    private static @Nullable ArrayNode updated(
            Write write, @Nullable ObjectNode live, List<ManagerEntry> entries, ObjectNode next) {
        return updated(write, live, null, entries, next);
    }

    private static @Nullable ArrayNode updated(
            Write write,
            @Nullable ObjectNode live,
            @Nullable ArrayNode unchanged,
            List<ManagerEntry> entries,
            ObjectNode next) {
        try {
            Shape shape = write.shape();
            Comparison comparison =
                    Comparison.of(shape, live == null ? NOTHING : live, next).within(write.reach());
            if (unchanged != null && onlySystemFields(comparison)) {
                return unchanged;
            }
            return json(update(write, live, next, comparison, entries));
        } catch (MergeException e) {
            // As Kubernetes does: an object whose items cannot be told apart has no owners.
            return null;
        }
    }

    /** Nothing that anyone can own: revisions and times. */
    private static boolean onlySystemFields(Comparison comparison) {
        return comparison.changed().difference(SYSTEM_FIELDS).isEmpty()
                && comparison.removed().difference(SYSTEM_FIELDS).isEmpty();
    }

    private static List<ManagerEntry> update(
            Write write,
            @Nullable ObjectNode live,
            ObjectNode next,
            Comparison comparison,
            List<ManagerEntry> entries) {
        List<ManagerEntry> all = new ArrayList<>();
        Comparisons comparisons = new Comparisons(write, live, next, comparison);
        for (ManagerEntry entry : entries) {
            Comparison theirs = comparisons.in(entry.manager().apiVersion());
            if (theirs != null) {
                addIfAny(all, less(entry, comparisons.lost(theirs)));
            }
        }
        FieldSet own = write.owned(comparison.changed());
        if (!own.isEmpty()) {
            Manager self = write.as(ManagerEntry.UPDATE);
            ManagerEntry before = find(all, self);
            FieldSet whole = before == null ? own : own.union(before.fields());
            all.remove(before);
            all.add(ManagerEntry.of(self, write.time(), whole));
        }
        return capped(all);
    }

    private static ManagerEntry less(ManagerEntry entry, FieldSet lost) {
        return entry.fields().intersection(lost).isEmpty()
                ? entry
                : entry.with(entry.fields().difference(lost));
    }

    private static void addIfAny(List<ManagerEntry> all, ManagerEntry entry) {
        if (!entry.fields().isEmpty()) {
            all.add(entry);
        }
    }

    private static @Nullable ManagerEntry find(List<ManagerEntry> entries, Manager manager) {
        for (ManagerEntry entry : entries) {
            if (entry.manager().identity().equals(manager.identity())) {
                return entry;
            }
        }
        return null;
    }

    /** Merges the oldest updates of a version until few enough are left. */
    private static List<ManagerEntry> capped(List<ManagerEntry> entries) {
        List<ManagerEntry> updates = new ArrayList<>(
                entries.stream().filter(entry -> !entry.manager().applies()).toList());
        int surplus = updates.size() - MAX_UPDATERS;
        if (surplus <= 0) {
            return entries;
        }
        updates.sort((a, b) -> a.seconds() != b.seconds()
                ? Long.compare(a.seconds(), b.seconds())
                : a.manager().sortKey().compareTo(b.manager().sortKey()));
        Map<String, List<ManagerEntry>> buckets = new LinkedHashMap<>();
        for (ManagerEntry entry : updates) {
            if (surplus <= 0) {
                break;
            }
            List<ManagerEntry> bucket =
                    buckets.computeIfAbsent(entry.manager().apiVersion(), version -> new ArrayList<>());
            bucket.add(entry);
            surplus -= bucket.size() > 1 ? 1 : 0;
        }
        Set<ManagerEntry> merged = Collections.newSetFromMap(new IdentityHashMap<>());
        List<ManagerEntry> all = new ArrayList<>();
        buckets.forEach((version, bucket) -> {
            if (bucket.size() > 1) {
                merged.addAll(bucket);
                all.add(ManagerEntry.of(
                        new Manager(ANCIENT, ManagerEntry.UPDATE, version, ""),
                        bucket.getLast().time(),
                        FieldSet.union(bucket.stream().map(ManagerEntry::fields).toList())));
            }
        });
        entries.stream().filter(entry -> !merged.contains(entry)).forEach(all::add);
        return all;
    }

    /**
     * Applies a configuration.
     *
     * @param live the object before, in the write's version; null if it does not exist
     * @param config the client's configuration, unchecked
     * @param force whether to take fields from other managers
     */
    public static Applied apply(Write write, @Nullable ObjectNode live, ObjectNode config, boolean force) {
        try {
            Conformity.check(write.shape(), config);
            ObjectNode before = live == null ? JsonNodeFactory.instance.objectNode() : bare(live);
            List<ManagerEntry> entries = entries(stored(live));
            if (live != null && entries.isEmpty()) {
                entries = beforeFirstApply(write, before);
            }
            return kubectl(write)
                    ? applyByKubectl(write, live, before, config, entries, force)
                    : apply(write, live, before, config, entries, force);
        } catch (MergeException e) {
            return new Applied.Misshapen(e.why());
        }
    }

    private static boolean kubectl(Write write) {
        return write.manager().equals("kubectl");
    }

    /** An object without its entries: they are no fields that anyone owns. */
    private static ObjectNode bare(ObjectNode object) {
        if (!object.path("metadata").has("managedFields")) {
            return object;
        }
        ObjectNode bare = JsonNodeFactory.instance.objectNode();
        bare.setAll(object);
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        object.path("metadata").properties().forEach(field -> metadata.set(field.getKey(), field.getValue()));
        metadata.remove("managedFields");
        bare.set("metadata", metadata);
        return bare;
    }

    private static List<ManagerEntry> beforeFirstApply(Write write, ObjectNode live) {
        Write before = new Write(
                BEFORE_FIRST_APPLY,
                write.apiVersion(),
                write.subresource(),
                write.time(),
                write.versions(),
                write.reach());
        Shape shape = write.shape();
        return update(before, null, live, Comparison.of(shape, NOTHING, live).within(write.reach()), List.of());
    }

    private static Applied apply(
            Write write,
            @Nullable ObjectNode live,
            ObjectNode before,
            ObjectNode config,
            List<ManagerEntry> entries,
            boolean force) {
        Shape shape = write.shape();
        JsonNode merged = Merging.merge(shape, before, config);
        Manager self = write.as(ManagerEntry.APPLY);
        ManagerEntry last = find(entries, self);
        FieldSet said = write.reach().of(Comparison.paths(shape, config));
        ManagerEntry own = ManagerEntry.of(self, last == null ? null : last.time(), said);
        List<ManagerEntry> all = new ArrayList<>(entries);
        all.remove(last);
        all.add(own);
        if (last != null) {
            merged = new Pruning(write, all).prune(object(merged), last);
        }
        return settled(write, live, before, object(merged), all, own, force);
    }

    private static ObjectNode object(@Nullable JsonNode node) {
        return node instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }

    private static Applied settled(
            Write write,
            @Nullable ObjectNode live,
            ObjectNode before,
            ObjectNode next,
            List<ManagerEntry> all,
            ManagerEntry own,
            boolean force) {
        Comparison comparison = Comparison.of(write.shape(), before, next).within(write.reach());
        Comparisons comparisons = new Comparisons(write, before, next, comparison);
        List<Conflict> conflicts = new ArrayList<>();
        List<ManagerEntry> rest = new ArrayList<>();
        for (ManagerEntry entry : all) {
            if (entry == own) {
                continue;
            }
            Comparison theirs = comparisons.in(entry.manager().apiVersion());
            if (theirs == null) {
                continue;
            }
            entry.fields()
                    .intersection(theirs.changed())
                    .forEach(path -> conflicts.add(new Conflict(entry.manager(), path)));
            addIfAny(rest, less(entry, comparisons.lost(theirs)));
        }
        if (!force && !conflicts.isEmpty()) {
            return new Applied.Conflicting(Conflict.sorted(conflicts));
        }
        boolean changed = live == null || !Comparison.same(before, next);
        FieldSet fields = own.fields().difference(SYSTEM_FIELDS);
        if (!fields.isEmpty()) {
            rest.add(ManagerEntry.of(own.manager(), changed ? write.time() : own.time(), fields));
        }
        return new Applied.Merged(next, json(rest));
    }

    /**
     * kubectl's appliers take over what kubectl's client-side apply left in its annotation, and keep the annotation up to date.
     *
     * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply">Upgrading
     *     from client-side apply</a>
     */
    private static Applied applyByKubectl(
            Write write,
            @Nullable ObjectNode live,
            ObjectNode before,
            ObjectNode config,
            List<ManagerEntry> entries,
            boolean force) {
        Applied applied = apply(write, live, before, config, entries, force);
        if (applied instanceof Applied.Conflicting conflicting) {
            FieldSet allowed = lastApplied(write, before);
            List<Conflict> others = conflicting.conflicts().stream()
                    .filter(conflict -> !allowed.has(conflict.path()))
                    .toList();
            applied = others.isEmpty()
                    ? apply(write, live, before, config, entries, true)
                    : new Applied.Conflicting(others);
        }
        return applied instanceof Applied.Merged merged ? withAnnotation(merged, config) : applied;
    }

    /** What client-side apply set and no other manager changed since. */
    private static FieldSet lastApplied(Write write, ObjectNode live) {
        String text =
                live.path("metadata").path("annotations").path(LAST_APPLIED).asText("");
        ObjectNode last = parsed(text);
        if (last == null || !last.path("apiVersion").asText().equals(write.apiVersion())) {
            return new FieldSet();
        }
        try {
            Conformity.check(write.shape(), last);
            Comparison since = Comparison.of(write.shape(), last, live);
            return Comparison.paths(write.shape(), last)
                    .difference(since.changed())
                    .difference(since.removed());
        } catch (MergeException e) {
            return new FieldSet();
        }
    }

    private static @Nullable ObjectNode parsed(String text) {
        try {
            return !text.isEmpty() && Json.of(text).tree() instanceof ObjectNode object ? object : null;
        } catch (UncheckedIOException e) {
            return null;
        }
    }

    private static Applied withAnnotation(Applied.Merged merged, ObjectNode config) {
        JsonNode annotations = merged.object().path("metadata").path("annotations");
        if (annotations.path(LAST_APPLIED).asText("").isEmpty()) {
            return merged;
        }
        ObjectNode applied = config.deepCopy();
        if (applied.path("metadata").path("annotations") instanceof ObjectNode own) {
            own.remove(LAST_APPLIED);
            if (own.isEmpty() && applied.path("metadata") instanceof ObjectNode metadata) {
                metadata.remove("annotations");
            }
        }
        ObjectNode object = merged.object().deepCopy();
        ObjectNode next = object.withObject("/metadata/annotations");
        // Ends in a line feed, as Go's encoder writes it.
        next.put(LAST_APPLIED, Json.of(sorted(applied)) + "\n");
        int size = 0;
        for (Map.Entry<String, JsonNode> annotation : next.properties()) {
            size += annotation.getKey().length()
                    + annotation.getValue().asText().length();
        }
        if (size > MAX_ANNOTATIONS) {
            next.remove(LAST_APPLIED);
        }
        return new Applied.Merged(object, merged.managedFields());
    }

    /** With sorted fields, as Go writes maps. */
    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(field -> object.set(field.getKey(), sorted(field.getValue())));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(sorted(item)));
            return array;
        }
        return node;
    }

    /** Whether the client asks to forget all owners: an empty list, or one empty entry. */
    private static boolean isReset(JsonNode sent) {
        return sent.isArray() && (sent.isEmpty() || (sent.size() == 1 && saysNothing(sent.get(0))));
    }

    /** Whether all fields of an entry have their zero values, as Go compares it. */
    private static boolean saysNothing(JsonNode entry) {
        for (JsonNode field : entry) {
            if (!field.isNull() && !(field.isTextual() && field.textValue().isEmpty())) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable ArrayNode stored(@Nullable ObjectNode live) {
        return live != null && live.path("metadata").path("managedFields") instanceof ArrayNode array ? array : null;
    }

    /** The entries; null if one is malformed, which counts as none at all. */
    private static @Nullable List<ManagerEntry> entriesOrNull(@Nullable JsonNode json) {
        try {
            return entries(json);
        } catch (MergeException e) {
            return null;
        }
    }

    /** Entries that a client sent: their field sets are checked too. */
    private static @Nullable List<ManagerEntry> checkedOrNull(JsonNode sent) {
        try {
            List<ManagerEntry> entries = entries(sent);
            entries.forEach(ManagerEntry::fields);
            return entries;
        } catch (MergeException e) {
            return null;
        }
    }

    private static List<ManagerEntry> entries(@Nullable JsonNode json) {
        List<ManagerEntry> entries = new ArrayList<>();
        if (json != null) {
            json.forEach(each -> entries.add(ManagerEntry.parse(each)));
        }
        return entries;
    }

    private static @Nullable ArrayNode json(List<ManagerEntry> entries) {
        if (entries.isEmpty()) {
            return null;
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        List<ManagerEntry> sorted = new ArrayList<>(entries);
        sorted.sort(ManagerEntry.ORDER);
        sorted.forEach(entry -> array.add(entry.json()));
        return array;
    }

    /** The comparison of two objects in the versions of their managers. */
    private static final class Comparisons {
        private final Write write;
        private final @Nullable ObjectNode before;
        private final ObjectNode after;
        private final Map<String, @Nullable Comparison> known = new LinkedHashMap<>();
        private final Map<Comparison, FieldSet> lost = new IdentityHashMap<>();

        Comparisons(Write write, @Nullable ObjectNode before, ObjectNode after, Comparison own) {
            this.write = write;
            this.before = before;
            this.after = after;
            known.put(write.apiVersion(), own);
        }

        /** What a manager no longer owns after a change: computed once, however many managers there are. */
        FieldSet lost(Comparison comparison) {
            return lost.computeIfAbsent(comparison, each -> each.changed().union(each.removed()));
        }

        /** Null for a version that is no longer served: its managers are dropped. */
        @Nullable Comparison in(String apiVersion) {
            if (!known.containsKey(apiVersion)) {
                known.put(apiVersion, compared(apiVersion));
            }
            return known.get(apiVersion);
        }

        private @Nullable Comparison compared(String apiVersion) {
            Shape shape = write.versions().shape(apiVersion);
            if (shape == null) {
                return null;
            }
            ObjectNode was = before == null
                    ? NOTHING
                    : write.versions().convert(before.deepCopy(), write.apiVersion(), apiVersion);
            ObjectNode is = write.versions().convert(after.deepCopy(), write.apiVersion(), apiVersion);
            return Comparison.of(shape, was, is).within(write.reach());
        }
    }
}
