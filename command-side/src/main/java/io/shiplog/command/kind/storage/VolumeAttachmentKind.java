package io.shiplog.command.kind.storage;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.command.kind.volume.VolumeSpecValidation;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** VolumeAttachments: that a volume is to be attached to a node. */
public final class VolumeAttachmentKind implements Kind {
    private static final int MAX_METADATA_BYTES = 256 * 1024;
    private static final int MAX_MESSAGE_BYTES = 1024;
    private static final String ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            new Column(
                    "Attacher",
                    "string",
                    "name",
                    "attacher indicates the name of the volume driver that MUST handle this request. This is the name returned"
                            + " by GetPluginName().",
                    0,
                    (attachment, now) -> text(attachment, "spec", "attacher")),
            text(
                    "PV",
                    "persistentVolumeName represents the name of the persistent volume to attach.",
                    (attachment, now) -> text(attachment, "spec", "source", "persistentVolumeName")),
            text(
                    "Node",
                    "nodeName represents the node that the volume should be attached to.",
                    (attachment, now) -> text(attachment, "spec", "nodeName")),
            new Column(
                    "Attached",
                    "boolean",
                    "",
                    "attached indicates the volume is successfully attached. This field must only be set by the entity"
                            + " completing the attach operation, i.e. the external-attacher.",
                    0,
                    (attachment, now) ->
                            Trees.at(attachment, "status", "attached").asBoolean()),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft(StorageKinds.GROUP, "v1", "VolumeAttachment", "volumeattachments", Scope.CLUSTER)
                .columns(COLUMNS)
                .subresources("status")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public void prepareForCreate(ObjectNode attachment, DecidedState state) {
        attachment.putObject("status").put("attached", false);
    }

    @Override
    public void validate(ObjectNode attachment, FieldErrors errors) {
        JsonNode spec = attachment.path("spec");
        VolumeChecks.driverName(spec.path("attacher"), "spec.attacher", errors);
        source(spec.path("source"), errors);
        String node = text(spec, "nodeName");
        Checks.each(Names.subdomain(node), "spec.nodeName", node, errors);
        status(attachment.path("status"), errors);
        JsonNode volume = Trees.at(spec, "source", "persistentVolumeName");
        if (volume.isTextual()) {
            Checks.each(Names.subdomain(volume.asText()), "spec.source.persistentVolumeName", volume.asText(), errors);
        }
    }

    private static void source(JsonNode source, FieldErrors errors) {
        boolean inline = source.path("inlineVolumeSpec").isObject();
        JsonNode volume = source.path("persistentVolumeName");
        if (!inline && !volume.isTextual()) {
            errors.required("spec.source", ONE_SOURCE);
        } else if (inline && volume.isTextual()) {
            errors.forbidden("spec.source", ONE_SOURCE);
        } else if (inline) {
            VolumeSpecValidation.validateInline(
                    source.path("inlineVolumeSpec"), "spec.source.inlineVolumeSpec", errors);
        } else if (volume.asText().isEmpty()) {
            errors.required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName");
        }
    }

    private static void status(JsonNode status, FieldErrors errors) {
        if (Provisioning.bytes(status.path("attachmentMetadata")) > MAX_METADATA_BYTES) {
            errors.tooLong("status.attachmentMetadata", MAX_METADATA_BYTES);
        }
        for (String field : List.of("attachError", "detachError")) {
            JsonNode error = status.path(field);
            if (text(error, "message").length() > MAX_MESSAGE_BYTES) {
                // As Kubernetes: the maximum that it names is not the one that it checks.
                errors.tooLong("status." + field + ".message", MAX_METADATA_BYTES);
            }
            if (error.path("errorCode").asInt(0) < 0) {
                errors.invalid(
                        "status." + field + ".errorCode",
                        error.path("errorCode"),
                        "must be between 0 and 2147483647, inclusive");
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode attachment, ObjectNode old, FieldErrors errors) {
        Checks.immutable(attachment.path("spec"), old.path("spec"), "spec", errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode attachment, ObjectNode old, FieldErrors errors) {
        validate(attachment, errors);
    }
}
