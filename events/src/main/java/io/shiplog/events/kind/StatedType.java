package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Refusal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code apiVersion} and {@code kind} that a body states. Kubernetes' decoder looks at them before anything else; what is
 * missing counts as stated correctly.
 *
 * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/runtime/serializer/json/meta.go">meta.go</a>
 */
public final class StatedType {
    /** The versions that Kubernetes still knows by name and no longer serves. */
    private static final Map<String, Set<String>> FORMER_VERSIONS = Map.of(
            "Deployment", Set.of("apps/v1beta1", "apps/v1beta2", "extensions/v1beta1"),
            "ReplicaSet", Set.of("apps/v1beta2", "extensions/v1beta1"),
            "EndpointSlice", Set.of("discovery.k8s.io/v1beta1"),
            "Event", Set.of("events.k8s.io/v1beta1"),
            "Lease", Set.of("coordination.k8s.io/v1beta1"),
            "PriorityClass", Set.of("scheduling.k8s.io/v1alpha1", "scheduling.k8s.io/v1beta1"),
            "Role", Set.of("rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io/v1beta1"),
            "RoleBinding", Set.of("rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io/v1beta1"),
            "ClusterRole", Set.of("rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io/v1beta1"),
            "ClusterRoleBinding", Set.of("rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io/v1beta1"));

    /** Kubernetes names the source of the types of a group: those of two groups are elsewhere. */
    private static final Map<String, String> SCHEMES = Map.of(
            "apiextensions.k8s.io", "k8s.io/apiextensions-apiserver/pkg/apiserver/apiserver.go:55",
            "apiregistration.k8s.io", "k8s.io/kube-aggregator/pkg/apiserver/scheme/scheme.go:28");

    private static final String SCHEME = "pkg/api/legacyscheme/scheme.go:30";

    private StatedType() {}

    /** Why the two cannot be read, in the words of Go's decoder; null if they can. */
    public static @Nullable String unreadable(JsonNode body) {
        if (!body.isObject()) {
            return "json: cannot unmarshal %s into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }"
                    .formatted(name(body));
        }
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            boolean states =
                    field.getKey().equals("apiVersion") || field.getKey().equals("kind");
            if (states && !field.getValue().isTextual() && !field.getValue().isNull()) {
                return "json: cannot unmarshal %s into Go struct field .%s of type string"
                        .formatted(name(field.getValue()), field.getKey());
            }
        }
        return null;
    }

    /**
     * Why a body of this stated type is none of the kind, in the version in which it is written; null if it is.
     *
     * @param schemas of the kinds that are known by name
     */
    public static @Nullable Refusal refusal(KindDescription kind, KindVersion as, JsonNode body, Schemas schemas) {
        return refusal(kind.apiVersion(as.name()), kind.kind(), body, schemas);
    }

    /**
     * The same for the body of a subresource, or of another kind that has no objects.
     *
     * @param expected its {@code apiVersion}
     * @return 400, in Kubernetes' words; also if the two fields are no texts
     */
    public static @Nullable Refusal refusal(String expected, String kind, JsonNode body) {
        String unreadable = unreadable(body);
        return unreadable == null
                ? refusal(expected, kind, body, Schemas.builtIn())
                : Refusal.of(
                        Refusal.Reason.BAD_REQUEST,
                        "the object provided is unrecognized (must be of type %s): couldn't get version/kind; json parse error: %s"
                                .formatted(kind, unreadable));
    }

    private static @Nullable Refusal refusal(String expected, String kind, JsonNode body, Schemas schemas) {
        String apiVersion = or(body.path("apiVersion").asText(""), expected);
        String named = or(body.path("kind").asText(""), kind);
        if (apiVersion.equals(expected) && named.equals(kind)) {
            return null;
        }
        String group = group(apiVersion);
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        if (schemas.of(group, version, named) == null
                && !FORMER_VERSIONS.getOrDefault(named, Set.of()).contains(apiVersion)) {
            return cannotBeHandled(
                    kind,
                    named,
                    version,
                    "no kind \"%s\" is registered for version \"%s\" in scheme \"%s\""
                            .formatted(named, apiVersion, SCHEMES.getOrDefault(group(expected), SCHEME)));
        }
        if (named.equals(kind)) {
            return Refusal.of(
                    Refusal.Reason.BAD_REQUEST,
                    "the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(apiVersion, expected));
        }
        return cannotBeHandled(
                kind,
                named,
                version,
                "converting (%s.%s) to (%s.%s): unknown conversion"
                        .formatted(version, named, internal(group(expected)), kind));
    }

    private static Refusal cannotBeHandled(String kind, String named, String version, String why) {
        return Refusal.of(
                Refusal.Reason.BAD_REQUEST,
                "%s in version \"%s\" cannot be handled as a %s: %s".formatted(named, version, kind, why));
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** JSON's name of a value's type, as Go's decoder calls it. */
    private static String name(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> "bool";
            default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }

    /** Kubernetes' package of a group's internal types. */
    private static String internal(String group) {
        int dot = group.indexOf('.');
        return group.isEmpty() ? "core" : dot < 0 ? group : group.substring(0, dot);
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
