package io.shiplog.gateway.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.GoQuote;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.discovery.VirtualResource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a question about access must say. The kind is missing from the message, as in kube-apiserver, which has decoded it away.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/authorization/validation/validation.go">validation.go</a>
 */
final class AccessReviewValidation {
    private static final String GROUP = "authorization.k8s.io";

    private AccessReviewValidation() {}

    /** Why the review is invalid; null if it is not. */
    static @Nullable Refusal refusal(JsonNode spec, VirtualResource which, String namespace) {
        List<Cause> causes = new ArrayList<>();
        JsonNode resource = spec.path("resourceAttributes");
        JsonNode other = spec.path("nonResourceAttributes");
        if (resource.isObject() && other.isObject()) {
            causes.add(invalid(
                    "spec.nonResourceAttributes",
                    shown(other),
                    "cannot be specified in combination with resourceAttributes"));
        }
        if (!resource.isObject() && !other.isObject()) {
            causes.add(invalid(
                    "spec.resourceAttributes",
                    "null",
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
        if (which != VirtualResource.SELF_SUBJECT_ACCESS_REVIEW
                && spec.path("user").asText("").isEmpty()
                && spec.path("groups").isEmpty()) {
            causes.add(invalid("spec.user", "\"\"", "at least one of user or group must be specified"));
        }
        if (which == VirtualResource.LOCAL_SUBJECT_ACCESS_REVIEW) {
            String asked = resource.path("namespace").asText("");
            if (resource.isObject() && !asked.equals(namespace)) {
                causes.add(invalid(
                        "spec.resourceAttributes.namespace", GoQuote.of(asked), "must match metadata.namespace"));
            }
            if (other.isObject()) {
                causes.add(invalid("spec.nonResourceAttributes", shown(other), "disallowed on this kind of request"));
            }
        }
        return causes.isEmpty() ? null : of(causes);
    }

    private static Refusal of(List<Cause> causes) {
        String all = causes.stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .collect(Collectors.joining(", "));
        return new Refusal(
                Reason.INVALID,
                ".%s \"\" is invalid: %s".formatted(GROUP, causes.size() == 1 ? all : "[" + all + "]"),
                ObjectKey.clusterScoped(new ResourceType(GROUP, ""), ""),
                null,
                causes,
                0);
    }

    private static Cause invalid(String field, String value, String why) {
        return new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + why, field);
    }

    /** As Kubernetes' own Go type is written, which has no names for JSON. */
    private static String shown(JsonNode attributes) {
        return "{\"Path\":%s,\"Verb\":%s}"
                .formatted(
                        GoQuote.of(attributes.path("path").asText("")),
                        GoQuote.of(attributes.path("verb").asText("")));
    }
}
