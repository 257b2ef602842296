package io.shiplog.command.kind.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;
import java.util.Locale;

/**
 * The template of pods in a workload or a PodTemplate.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go">
 *     ValidatePodTemplateSpec</a>
 */
public final class PodTemplateValidation {
    private PodTemplateValidation() {}

    /** @param path the template's path: {@code template}, {@code spec.template} */
    public static void validate(JsonNode template, String path, FieldErrors errors) {
        JsonNode metadata = template.path("metadata");
        Checks.labels(metadata.path("labels"), path + ".labels", errors);
        metadata.path("annotations")
                .fieldNames()
                .forEachRemaining(key ->
                        Checks.each(Names.qualified(key.toLowerCase(Locale.ROOT)), path + ".annotations", key, errors));
        PodSpecValidation.validate(template.path("spec"), path + ".spec", errors);
        if (!Trees.at(template, "spec", "ephemeralContainers").isEmpty()) {
            errors.forbidden(path + ".spec.ephemeralContainers", "ephemeral containers not allowed in pod template");
        }
    }

    /** The error of a template whose labels its selector does not select. */
    public static void notSelected(JsonNode template, String path, FieldErrors errors) {
        JsonNode labels = Trees.at(template, "metadata", "labels");
        errors.invalid(
                path + ".metadata.labels",
                labels.isMissingNode() ? NullNode.instance : labels,
                "`selector` does not match template `labels`");
    }

    /**
     * A template of pods that run indefinitely: they always restart and have no deadline.
     *
     * @param kind the kind in the message, {@code DaemonSet}
     */
    public static void runsForever(JsonNode template, String path, String kind, FieldErrors errors) {
        String restart = Trees.text(template, "spec", "restartPolicy");
        if (!restart.equals("Always")) {
            errors.notSupported(path + ".spec.restartPolicy", restart, List.of("Always"));
        }
        if (template.path("spec").has("activeDeadlineSeconds")) {
            errors.forbidden(
                    path + ".spec.activeDeadlineSeconds", "activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }
}
