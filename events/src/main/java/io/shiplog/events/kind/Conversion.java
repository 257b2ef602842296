package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How objects of a kind are written in one of its versions. Both directions return a tree that may share branches with the given one;
 * {@code apiVersion} and {@code kind} are the caller's to set. Neither loses what the other form cannot say.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/#api-versioning">API versioning</a>
 */
public interface Conversion {
    /** The version's form is the stored one. */
    Conversion NONE = new Conversion() {
        @Override
        public ObjectNode toStored(ObjectNode served) {
            return served;
        }

        @Override
        public ObjectNode fromStored(ObjectNode stored) {
            return stored;
        }
    };

    /** An object in the stored form. */
    ObjectNode toStored(ObjectNode served);

    /** An object in the form of this version. */
    ObjectNode fromStored(ObjectNode stored);
}
