package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * A project as objects of Kubernetes.
 *
 * @param shared what the services need: configs, secrets, claims, Services, policies
 * @param workloads one of each service, in the order of their dependencies
 * @param builds services that are built, as {@code build} of Compose, by the name of their image
 * @param notes what could not be carried over, a sentence each
 */
record Conversion(
        List<ObjectNode> shared, List<Workload> workloads, Map<String, ObjectNode> builds, List<String> notes) {
    /** The label of a project's objects, with the project's name. */
    static final String PROJECT = "compose.shiplog.io/project";

    /** The label of a service's objects and pods, with the service's name. */
    static final String SERVICE = "compose.shiplog.io/service";

    /**
     * A service's Deployment, DaemonSet or Job.
     *
     * @param dependsOn a condition of Compose, by the name of the service
     */
    record Workload(String service, ObjectNode object, Map<String, String> dependsOn) {}

    /** All objects in the order in which they are applied. */
    List<ObjectNode> objects() {
        List<ObjectNode> all = new java.util.ArrayList<>(shared);
        workloads.forEach(each -> all.add(each.object()));
        return all;
    }
}
