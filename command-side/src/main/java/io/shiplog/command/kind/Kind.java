package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.Actor;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kind: what it is, and the rules for writing its objects. The rules are called by the decider in this order: {@link #setDefaults}, {@link #prepareForCreate} or {@link
 * #prepareForUpdate}, {@link #admit}, {@link #validate} and {@link #validateCreate} or {@link #validateUpdate}, {@link #admitValid}, {@link #warnings}. Trees are the decider's
 * own copies; only set and prepare may change them. Metadata common to all kinds (name, uid, labels, finalizers, generation,
 * deletion) is handled by the decider.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/create.go">rest.RESTCreateStrategy</a>
 */
public interface Kind {
    /** The lists and maps of metadata that clients write. */
    Set<String> CLIENTS_METADATA = Set.of("labels", "annotations", "ownerReferences", "finalizers");

    /** What discovery, routing, tables and selectors need to know of it. */
    KindDescription description();

    /** Kubernetes' messages for an invalid name of an object; none for a valid one. */
    default List<String> nameErrors(String name) {
        return Names.subdomain(name);
    }

    /** Whether a new object without a name gets one of its own, a uid. */
    default boolean namesItself() {
        return false;
    }

    /** Whether {@code metadata.generation} counts the changes of everything but metadata and status. */
    default boolean hasGeneration() {
        return true;
    }

    /** Whether {@code metadata.generation} stays 1 whatever changes. */
    default boolean keepsFirstGeneration() {
        return false;
    }

    /** Whether {@code metadata.generation} counts the changes of labels, too. */
    default boolean countsLabels() {
        return false;
    }

    /** Whether a PUT to an unused name creates an object. */
    default boolean createsOnUpdate() {
        return false;
    }

    /** Whether a PUT may omit the resourceVersion that it replaces. */
    default boolean allowsUnconditionalUpdate() {
        return true;
    }

    /**
     * The fields of metadata that a write of the status may change, of {@link #CLIENTS_METADATA}.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/strategy.go">PrepareForUpdate of the
     *     status strategies, here that of pods</a>
     */
    default Set<String> statusMetadata() {
        return Set.of();
    }

    /**
     * The top-level fields of which a write of the main resource keeps nothing, so that its writer does not own them.
     *
     * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/rest.go">rest.ResetFieldsStrategy</a>
     */
    default Set<String> resetFields() {
        return Set.of("status");
    }

    /** Whether dependents are orphaned when the client gives no propagationPolicy. */
    default boolean orphansByDefault() {
        return false;
    }

    /** Sets the kind's documented defaults. Idempotent. */
    default void setDefaults(ObjectNode object) {}

    /** Drops fields that a user may not set (status), and allocates addresses and ports. */
    default void prepareForCreate(ObjectNode object, DecidedState state) {
        object.remove("status");
    }

    /** As {@link #prepareForCreate(ObjectNode, DecidedState)}, for a kind whose objects say who made them. */
    default void prepareForCreate(ObjectNode object, Actor actor, DecidedState state) {
        prepareForCreate(object, state);
    }

    /** Keeps fields that this update may not change: the status for the main resource. */
    default void prepareForUpdate(ObjectNode object, ObjectNode old, DecidedState state) {
        if (old.has("status")) {
            object.set("status", old.get("status"));
        } else {
            object.remove("status");
        }
    }

    /** Keeps fields that an update of a subresource may not change: everything but the status, for {@code status}. */
    default void prepareForStatusUpdate(ObjectNode object, ObjectNode old, DecidedState state) {
        if (old.has("spec")) {
            object.set("spec", old.get("spec"));
        }
    }

    /** Keeps fields that a write of the subresource {@code approval} may not change. */
    default void prepareForApproval(ObjectNode object, ObjectNode old, DecidedState state) {
        prepareForStatusUpdate(object, old, state);
    }

    /**
     * Keeps fields that a write of a subresource with a part of the spec may not change, such as {@code resize} of pods. Metadata and
     * status are kept already, and the defaults set.
     */
    default void prepareForPart(String subresource, ObjectNode object, ObjectNode old, DecidedState state) {}

    /**
     * The fields that a write of a subresource with a part of the spec may own, each as a path in which {@code *} stands for any item
     * of a list.
     *
     * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/rest.go">rest.ResetFieldsFilterStrategy</a>
     */
    default List<List<String>> fieldsOfPart(String subresource) {
        return List.of();
    }

    /**
     * As {@link #admit(ObjectNode, ObjectNode, Actor, DecidedState)}, for a kind whose subresources have rules of their own.
     *
     * @param subresource {@code status}, {@code approval}, or empty for the object itself
     */
    default @Nullable Refusal admit(
            String subresource, ObjectNode object, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        return admit(object, old, actor, state);
    }

    /** Admission that depends on the rest of the state: a missing ServiceAccount, a role beyond the actor's own rights. */
    default @Nullable Refusal admit(ObjectNode object, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        return null;
    }

    /**
     * What this object takes that no other one may have: an address, a port. Checked once more when the change becomes an event.
     *
     * @param old the object before, null for a new one: it keeps what it has
     */
    default List<Guard> guards(ObjectNode object, @Nullable ObjectNode old) {
        return List.of();
    }

    /** Admission of an object that is valid: bounds of its namespace, pod security. Called after all validation. */
    default @Nullable Refusal admitValid(ObjectNode object, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        return null;
    }

    /** Validates an object. */
    default void validate(ObjectNode object, FieldErrors errors) {}

    /** Whether the metadata of a new object is only looked at when nothing else is wrong. */
    default boolean validatesMetadataLast() {
        return false;
    }

    /** Validates what only a new object must be. Called after {@link #validate}. */
    default void validateCreate(ObjectNode object, FieldErrors errors) {}

    /** Validates a change: immutable fields. Called after {@link #validate}. */
    default void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {}

    /** Validates a changed object: all of it, then what changed. Kubernetes has another order, or less, for some kinds. */
    default void validateChange(ObjectNode object, ObjectNode old, FieldErrors errors) {
        validate(object, errors);
        validateUpdate(object, old, errors);
    }

    /** Validates a change of the status subresource. */
    default void validateStatusUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {}

    /** Validates a change of a subresource with a part of the spec. Called after {@link #validate}. */
    default void validatePart(String subresource, ObjectNode object, ObjectNode old, FieldErrors errors) {}

    /** Validates a change of the approval subresource. */
    default void validateApproval(ObjectNode object, ObjectNode old, FieldErrors errors) {}

    /** Messages for the {@code Warning} header. */
    default List<String> warnings(ObjectNode object) {
        return List.of();
    }

    /** Messages for the {@code Warning} header of an update. A change of the status gives none. */
    default List<String> warningsOfUpdate(ObjectNode object, ObjectNode old) {
        return warnings(object);
    }

    /**
     * The grace period of a deletion, in seconds.
     *
     * @param requested the user's value, or null
     * @return 0 for a kind that is deleted at once
     */
    default long gracePeriodSeconds(ObjectNode object, @Nullable Long requested) {
        return 0;
    }
}
