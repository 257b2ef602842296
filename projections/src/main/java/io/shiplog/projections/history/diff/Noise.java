package io.shiplog.projections.history.diff;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Fields without information for users: the server maintains them, or kubectl keeps its notes in them. */
public final class Noise {
    /** The annotation in which {@code kubectl apply} keeps the last applied manifest. */
    public static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /** The annotation in which the server counts the changes of a DaemonSet's template. */
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final List<String> METADATA =
            List.of("uid", "managedFields", "resourceVersion", "generation", "selfLink");

    private Noise() {}

    /** Whether a field is noise, by its path as a Change has it. */
    public static boolean isNoise(String path) {
        return path.contains(LAST_APPLIED)
                || path.contains(TEMPLATE_GENERATION)
                || METADATA.stream()
                        .anyMatch(
                                each -> path.equals(".metadata." + each) || path.startsWith(".metadata." + each + "["));
    }

    /** Removes the noise from an object. */
    public static void remove(ObjectNode object) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(METADATA);
            if (metadata.get("annotations") instanceof ObjectNode annotations) {
                annotations.remove(List.of(LAST_APPLIED, TEMPLATE_GENERATION));
                if (annotations.isEmpty()) {
                    metadata.remove("annotations");
                }
            }
        }
    }
}
