package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of paths into an object. Filled once, by {@link #insert} and {@link #child}; afterwards a value: the operations give new sets that may
 * share parts.
 *
 * @see <a href="https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/fieldpath#Set">fieldpath.Set</a>
 */
public final class FieldSet {
    /** An element that is in the set itself, or begins longer paths of the set, or both. */
    private static final class Entry {
        final PathElement element;
        boolean member;

        @Nullable FieldSet children;

        Entry(PathElement element, boolean member, @Nullable FieldSet children) {
            this.element = element;
            this.member = member;
            this.children = children;
        }

        FieldSet below() {
            return children == null ? EMPTY : children;
        }
    }

    private static final FieldSet EMPTY = new FieldSet();

    /** Up to here an element is put into its place; one that comes out of order among more makes the set {@link #loose}. */
    private static final int FEW = 64;

    /** Sorted by element, unless the set is loose. */
    private final ArrayList<Entry> entries = new ArrayList<>(4);

    /**
     * Where many elements come out of order, in the order of a client's body: putting each into its place would be quadratic. Sorted when the set is
     * first read; null for a sorted one.
     */
    private @Nullable Map<PathElement, Entry> loose;

    FieldSet() {}

    /** A set of fields of the object itself, each with everything below it as far as {@link #without} is concerned. */
    public static FieldSet ofFields(Iterable<String> names) {
        FieldSet set = new FieldSet();
        names.forEach(name -> set.insert(PathElement.field(name)));
        return set;
    }

    /** A set with one path of fields. */
    public static FieldSet ofPath(String... names) {
        FieldSet set = new FieldSet();
        FieldSet at = set;
        for (int i = 0; i < names.length - 1; i++) {
            at = at.child(PathElement.field(names[i]));
        }
        at.insert(PathElement.field(names[names.length - 1]));
        return set;
    }

    /**
     * Parses FieldsV1.
     *
     * @throws MergeException if it is malformed
     */
    static FieldSet parse(JsonNode fieldsV1) {
        FieldSet set = new FieldSet();
        fill(set, fieldsV1);
        return set;
    }

    /** Fills a set; gives whether the parent is a member itself. */
    private static boolean fill(FieldSet set, JsonNode fields) {
        List<Map.Entry<PathElement, JsonNode>> inOrder = new ArrayList<>(fields.size());
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            PathElement element = field.getKey().equals(".") ? null : PathElement.parse(field.getKey());
            if (element != null) {
                inOrder.add(Map.entry(element, field.getValue()));
            }
        }
        // A client may send them in any order, and inserting one by one into the middle of many is quadratic.
        inOrder.sort(Map.Entry.comparingByKey());
        for (Map.Entry<PathElement, JsonNode> field : inOrder) {
            FieldSet below = new FieldSet();
            Entry entry = set.entry(field.getKey());
            entry.member |= fill(below, field.getValue());
            entry.children = below.isEmpty() ? entry.children : below;
        }
        return fields.has(".") || inOrder.isEmpty();
    }

    /** FieldsV1, in Kubernetes' order. */
    public ObjectNode toJson() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        for (Entry entry : sorted()) {
            FieldSet below = entry.below();
            if (!entry.member && below.isEmpty()) {
                continue;
            }
            ObjectNode child = Json.MAPPER.createObjectNode();
            if (entry.member && !below.isEmpty()) {
                child.putObject(".");
            }
            if (!below.isEmpty()) {
                child.setAll(below.toJson());
            }
            json.set(entry.element.text(), child);
        }
        return json;
    }

    private List<Entry> sorted() {
        if (loose != null) {
            entries.sort(Comparator.comparing(entry -> entry.element));
            loose = null;
        }
        return entries;
    }

    private int index(PathElement element) {
        sorted();
        int low = 0;
        int high = entries.size() - 1;
        // Most elements come in order: look at the end first.
        if (high >= 0 && entries.get(high).element.compareTo(element) < 0) {
            return -high - 2;
        }
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = entries.get(middle).element.compareTo(element);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private Entry entry(PathElement element) {
        if (loose != null) {
            return looseEntry(loose, element);
        }
        int at = index(element);
        if (at >= 0) {
            return entries.get(at);
        }
        if (-at - 1 < entries.size() && entries.size() >= FEW) {
            Map<PathElement, Entry> all = new HashMap<>();
            entries.forEach(entry -> all.put(entry.element, entry));
            loose = all;
            return looseEntry(all, element);
        }
        Entry entry = new Entry(element, false, null);
        entries.add(-at - 1, entry);
        return entry;
    }

    private Entry looseEntry(Map<PathElement, Entry> all, PathElement element) {
        return all.computeIfAbsent(element, missing -> {
            Entry entry = new Entry(missing, false, null);
            entries.add(entry);
            return entry;
        });
    }

    void insert(PathElement element) {
        entry(element).member = true;
    }

    /** The paths that begin with an element, to fill. */
    FieldSet child(PathElement element) {
        Entry entry = entry(element);
        FieldSet below = entry.children;
        if (below == null) {
            below = new FieldSet();
            entry.children = below;
        }
        return below;
    }

    /** Whether the path with this one element is in the set. */
    boolean has(PathElement element) {
        int at = index(element);
        return at >= 0 && entries.get(at).member;
    }

    /** Whether the path is in the set. */
    boolean has(List<PathElement> path) {
        FieldSet at = this;
        for (PathElement element : path.subList(0, path.size() - 1)) {
            at = at.below(element);
        }
        return at.has(path.getLast());
    }

    /** The rest of the paths that begin with an element. */
    FieldSet below(PathElement element) {
        int at = index(element);
        return at >= 0 ? entries.get(at).below() : EMPTY;
    }

    public boolean isEmpty() {
        for (Entry entry : entries) {
            if (entry.member || !entry.below().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private void add(PathElement element, boolean member, FieldSet children) {
        if (member || !children.isEmpty()) {
            entries.add(new Entry(element, member, children.isEmpty() ? null : children));
        }
    }

    /** The paths of both. */
    public FieldSet union(FieldSet other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        FieldSet union = new FieldSet();
        List<Entry> ours = sorted();
        List<Entry> theirs = other.sorted();
        int i = 0;
        int j = 0;
        while (i < ours.size() || j < theirs.size()) {
            Entry a = i < ours.size() ? ours.get(i) : null;
            Entry b = j < theirs.size() ? theirs.get(j) : null;
            int order = a == null ? 1 : b == null ? -1 : a.element.compareTo(b.element);
            if (a != null && order < 0) {
                union.add(a.element, a.member, a.below());
                i++;
            } else if (b != null && order > 0) {
                union.add(b.element, b.member, b.below());
                j++;
            } else if (a != null && b != null) {
                union.add(a.element, a.member || b.member, a.below().union(b.below()));
                i++;
                j++;
            }
        }
        return union;
    }

    /** The paths of all: in pairs, since adding one after another copies the growing sum each time. */
    static FieldSet union(List<FieldSet> sets) {
        return switch (sets.size()) {
            case 0 -> EMPTY;
            case 1 -> sets.getFirst();
            default -> {
                int half = sets.size() / 2;
                yield union(sets.subList(0, half)).union(union(sets.subList(half, sets.size())));
            }
        };
    }

    /** The paths that both have. */
    public FieldSet intersection(FieldSet other) {
        FieldSet common = new FieldSet();
        for (Entry entry : sorted()) {
            int at = other.index(entry.element);
            if (at >= 0) {
                Entry theirs = other.entries.get(at);
                common.add(
                        entry.element,
                        entry.member && theirs.member,
                        entry.below().intersection(theirs.below()));
            }
        }
        return common;
    }

    /** The paths that the other does not have. */
    public FieldSet difference(FieldSet other) {
        return minus(other, false);
    }

    /** The paths that are neither in the other nor below one of its paths. */
    public FieldSet without(FieldSet other) {
        return minus(other, true);
    }

    /** The paths that begin with these fields; {@link Reach#ANY} stands for any element that is no field. */
    FieldSet at(List<String> path) {
        if (path.isEmpty()) {
            return this;
        }
        FieldSet found = new FieldSet();
        for (Entry entry : sorted()) {
            String field = entry.element.fieldName();
            boolean matches = field == null ? path.getFirst().equals(Reach.ANY) : field.equals(path.getFirst());
            if (matches) {
                boolean last = path.size() == 1;
                found.add(entry.element, last && entry.member, entry.below().at(path.subList(1, path.size())));
            }
        }
        return found;
    }

    private FieldSet minus(FieldSet other, boolean withAllBelow) {
        if (other.entries.isEmpty()) {
            return this;
        }
        FieldSet rest = new FieldSet();
        for (Entry entry : sorted()) {
            int at = other.index(entry.element);
            if (at < 0) {
                rest.entries.add(entry);
                continue;
            }
            Entry theirs = other.entries.get(at);
            if (!(withAllBelow && theirs.member)) {
                rest.add(
                        entry.element,
                        entry.member && !theirs.member,
                        entry.below().minus(theirs.below(), withAllBelow));
            }
        }
        return rest;
    }

    /** The set with the fields of structs that lead to its paths: a struct's field goes with what is below it. */
    FieldSet withNamedFields(Shape shape) {
        FieldSet whole = new FieldSet();
        for (Entry entry : sorted()) {
            String name = entry.element.fieldName();
            boolean named = name != null && shape.declares(name);
            FieldSet below = entry.below();
            Shape type = name != null ? shape.field(name) : entry.element.isKey() ? shape.element() : Shape.UNTYPED;
            whole.add(
                    entry.element,
                    entry.member || (named && !below.isEmpty()),
                    below.isEmpty() ? below : below.withNamedFields(type));
        }
        return whole;
    }

    /** All paths, in order. */
    void forEach(Consumer<List<PathElement>> then) {
        forEach(new ArrayList<>(), then);
    }

    private void forEach(ArrayList<PathElement> prefix, Consumer<List<PathElement>> then) {
        for (Entry entry : sorted()) {
            prefix.add(entry.element);
            if (entry.member) {
                then.accept(List.copyOf(prefix));
            }
            entry.below().forEach(prefix, then);
            prefix.removeLast();
        }
    }

    /** The number of paths. */
    int size() {
        int size = 0;
        for (Entry entry : entries) {
            size += (entry.member ? 1 : 0) + entry.below().size();
        }
        return size;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldSet set && toJson().equals(set.toJson());
    }

    @Override
    public int hashCode() {
        return toJson().hashCode();
    }

    /** The paths, one after another: {@code .spec.replicas .metadata.labels.app}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEach(path -> text.append(text.isEmpty() ? "" : " ").append(text(path)));
        return text.toString();
    }

    /** A path as messages show it: {@code .spec.containers[name="a"].image}. */
    static String text(List<PathElement> path) {
        StringBuilder text = new StringBuilder();
        path.forEach(text::append);
        return text.toString();
    }
}
