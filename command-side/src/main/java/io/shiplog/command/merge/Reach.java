package io.shiplog.command.merge;

import java.util.List;

/**
 * The fields of an object that a write can change, and so own: all but some, or only some. Pure.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/rest.go">rest.ResetFieldsStrategy</a>
 */
public sealed interface Reach {
    /** Stands for any item of a list in a path of {@link #only}. */
    String ANY = "*";

    /** The paths of a set that the write can change. */
    FieldSet of(FieldSet fields);

    /** All but these top-level fields, such as the status for the main resource. */
    static Reach allBut(Iterable<String> fields) {
        return new AllBut(FieldSet.ofFields(fields));
    }

    /** Only what is at these paths and below them. */
    static Reach only(List<List<String>> paths) {
        return new Only(paths);
    }

    /** @param fields with everything below them */
    record AllBut(FieldSet fields) implements Reach {
        @Override
        public FieldSet of(FieldSet all) {
            return all.without(fields);
        }
    }

    /** @param paths of fields, in which {@link #ANY} stands for an item of a list */
    record Only(List<List<String>> paths) implements Reach {
        public Only {
            paths = List.copyOf(paths);
        }

        @Override
        public FieldSet of(FieldSet all) {
            FieldSet some = new FieldSet();
            for (List<String> path : paths) {
                some = some.union(all.at(path));
            }
            return some;
        }
    }
}
