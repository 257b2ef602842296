package io.shiplog.command.kind.apps;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;
import java.util.Locale;

/**
 * ControllerRevisions: the immutable past states of a DaemonSet or a StatefulSet.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go">
 *     ValidateControllerRevisionCreate</a>
 */
public final class ControllerRevisionKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text("Controller", "Controller of the object", (object, now) -> controller(object)),
            text(
                    "Revision",
                    "Revision indicates the revision of the state represented by Data.",
                    (object, now) -> object.path("revision").asLong()),
            MetaColumns.AGE);

    private static String controller(JsonNode object) {
        for (JsonNode owner : Trees.at(object, "metadata", "ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                String version = Trees.text(owner, "apiVersion");
                int slash = version.indexOf('/');
                String group = slash < 0 ? "" : "." + version.substring(0, slash);
                return Trees.text(owner, "kind").toLowerCase(Locale.ROOT) + group + "/" + Trees.text(owner, "name");
            }
        }
        return MetaColumns.NONE;
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("apps", "v1", "ControllerRevision", "controllerrevisions", Scope.NAMESPACED)
                .columns(COLUMNS)
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public void setDefaults(ObjectNode revision) {
        Trees.defaultNumber(revision, "revision", 0);
    }

    @Override
    public void prepareForCreate(ObjectNode revision, DecidedState state) {}

    @Override
    public void prepareForUpdate(ObjectNode revision, ObjectNode old, DecidedState state) {}

    @Override
    public void validate(ObjectNode revision, FieldErrors errors) {
        Checks.notNegative(revision.path("revision"), "revision", errors);
    }

    @Override
    public void validateCreate(ObjectNode revision, FieldErrors errors) {
        if (!revision.hasNonNull("data")) {
            errors.required("data", "data is mandatory");
        } else if (!revision.path("data").isObject()) {
            errors.required("data", "data must be a valid JSON object");
        }
    }

    @Override
    public void validateUpdate(ObjectNode revision, ObjectNode old, FieldErrors errors) {
        if (!revision.path("data").equals(old.path("data"))) {
            Checks.immutable(revision.path("data"), old.path("data"), "data", errors);
        }
    }
}
