package io.shiplog.gateway.select;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.image.StoredObject;

/**
 * The objects of a type that a list or a watch selects.
 *
 * @param namespace empty for all
 */
public record Selection(String namespace, LabelSelector labels, FieldSelector fields) {

    /** Parses {@code labelSelector} and {@code fieldSelector}. */
    public static Checked<Selection> of(Query query, KindDescription kind, String namespace, String name) {
        return SelectorReader.parse(query.text("labelSelector"))
                .then(labels -> FieldSelector.parse(query.text("fieldSelector"))
                        .then(fields -> fields.forKind(kind))
                        .then(fields -> named(fields, name))
                        .map(fields -> new Selection(kind.namespaced() ? namespace : "", labels, fields)));
    }

    /** A watch on a path with a name watches that object. */
    private static Checked<FieldSelector> named(FieldSelector fields, String name) {
        if (name.isEmpty() || fields.name().equals(name)) {
            return Checked.ok(fields);
        }
        return fields.everything()
                ? Checked.ok(new FieldSelector(
                        java.util.List.of(new FieldSelector.Requirement("metadata.name", true, name))))
                : Checked.bad("field metadata.name must match the name in the path: " + name);
    }

    public boolean matches(StoredObject object) {
        return (namespace.isEmpty() || object.key().namespace().equals(namespace))
                && fields.matches(object)
                && labels.matches(object.labels());
    }

    /** Whether all objects of the type and namespace are selected. */
    public boolean everything() {
        return labels.isEmpty() && fields.everything();
    }
}
