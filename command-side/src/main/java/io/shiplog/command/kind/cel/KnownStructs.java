package io.shiplog.command.kind.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The structs of Kubernetes' variables.
 *
 * @see <a
 *     href="https://github.com/kubernetes/apiserver/blob/master/pkg/admission/plugin/cel/compile.go">BuildRequestType,
 *     BuildNamespaceType</a>
 */
final class KnownStructs {
    private static final String TEXTS = "map<string,string>";

    static final List<StructType> REQUEST = List.of(
            struct(
                    "kubernetes.AdmissionRequest",
                    "kind struct:kubernetes.GroupVersionKind",
                    "resource struct:kubernetes.GroupVersionResource",
                    "subResource string",
                    "requestKind struct:kubernetes.GroupVersionKind",
                    "requestResource struct:kubernetes.GroupVersionResource",
                    "requestSubResource string",
                    "name string",
                    "namespace string",
                    "operation string",
                    "userInfo struct:kubernetes.UserInfo",
                    "dryRun bool",
                    "options dyn"),
            struct("kubernetes.GroupVersionKind", "group string", "version string", "kind string"),
            struct("kubernetes.GroupVersionResource", "group string", "version string", "resource string"),
            struct(
                    "kubernetes.UserInfo",
                    "username string",
                    "uid string",
                    "groups list<string>",
                    "extra map<string,list<string>>"),
            struct(
                    "kubernetes.Namespace",
                    "metadata struct:kubernetes.NamespaceMetadata",
                    "spec struct:kubernetes.NamespaceSpec",
                    "status struct:kubernetes.NamespaceStatus"),
            struct(
                    "kubernetes.NamespaceMetadata",
                    "name string",
                    "generateName string",
                    "namespace string",
                    "labels " + TEXTS,
                    "annotations " + TEXTS,
                    "UID string",
                    "creationTimestamp timestamp",
                    "deletionGracePeriodSeconds int",
                    "deletionTimestamp timestamp",
                    "generation int",
                    "resourceVersion string",
                    "finalizers list<string>"),
            struct("kubernetes.NamespaceSpec", "finalizers list<string>"),
            struct(
                    "kubernetes.NamespaceStatus",
                    "conditions list<struct:kubernetes.NamespaceCondition>",
                    "phase string"),
            struct(
                    "kubernetes.NamespaceCondition",
                    "status string",
                    "type string",
                    "lastTransitionTime timestamp",
                    "message string",
                    "reason string"));

    static final List<StructType> DEVICE = List.of(struct(
            "kubernetes.DRADevice",
            "driver string",
            "allowMultipleAllocations bool",
            "attributes map<string,map<string,dyn>>",
            "capacity map<string,map<string,kubernetes.Quantity>>"));

    private KnownStructs() {}

    /** @param fields each a name and a type */
    private static StructType struct(String name, String... fields) {
        Map<String, CelType> types = new LinkedHashMap<>();
        for (String field : fields) {
            int space = field.indexOf(' ');
            types.put(field.substring(0, space), TypeNames.of(field.substring(space + 1)));
        }
        return TypeNames.struct(name, types);
    }
}
