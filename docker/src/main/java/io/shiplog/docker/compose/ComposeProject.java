package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What Compose files say together: their services in long forms, without those of profiles that are not asked for.
 *
 * @param name of the project
 * @param services by name, in the files' order
 * @param notes what was noticed while reading, for the user
 */
record ComposeProject(String name, Map<String, ObjectNode> services, Resources resources, List<String> notes) {

    /** The top-level elements beside the services, each by name. */
    record Resources(
            Map<String, ObjectNode> networks,
            Map<String, ObjectNode> volumes,
            Map<String, ObjectNode> configs,
            Map<String, ObjectNode> secrets) {}
}
