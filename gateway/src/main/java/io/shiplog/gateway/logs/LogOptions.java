package io.shiplog.gateway.logs;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.outcome.Checked;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which container's log, and how much of it.
 *
 * @param parameters for the node runner, by name
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/strategy.go">LogLocation</a>
 */
record LogOptions(String container, Map<String, String> parameters) {
    private static final List<String> FLAGS = List.of("follow", "previous", "timestamps");
    /** Each with its minimum value. */
    private static final Map<String, Long> NUMBERS = Map.of("tailLines", 0L, "limitBytes", 1L, "sinceSeconds", 1L);

    static Checked<LogOptions> of(Query query, JsonNode pod, String podName) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String flag : FLAGS) {
            if (query.flag(flag)) {
                parameters.put(flag, "true");
            }
        }
        if (query.has("sinceTime") && query.has("sinceSeconds")) {
            return invalid(podName, "", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified");
        }
        if (query.has("sinceTime")) {
            parameters.put("sinceTime", query.text("sinceTime"));
        }
        for (Map.Entry<String, Long> each : NUMBERS.entrySet()) {
            switch (query.number(each.getKey())) {
                case Checked.Refused<Query.OptionalValue<Long>>(Refusal refusal) -> {
                    return Checked.refused(refusal);
                }
                case Checked.Ok<Query.OptionalValue<Long>>(Query.OptionalValue<Long> number) -> {
                    Long value = number.value();
                    if (value != null && value < each.getValue()) {
                        return invalid(
                                podName,
                                each.getKey(),
                                "Invalid value: %d: must be greater than or equal to %d"
                                        .formatted(value, each.getValue()));
                    }
                    if (value != null) {
                        parameters.put(each.getKey(), value.toString());
                    }
                }
            }
        }
        return container(query.text("container"), pod, podName).map(name -> new LogOptions(name, parameters));
    }

    private static Checked<String> container(String asked, JsonNode pod, String podName) {
        List<String> containers = names(pod, "containers");
        List<String> init = names(pod, "initContainers");
        List<String> ephemeral = names(pod, "ephemeralContainers");
        if (!asked.isEmpty()) {
            return containers.contains(asked) || init.contains(asked) || ephemeral.contains(asked)
                    ? Checked.ok(asked)
                    : Checked.bad("container %s is not valid for pod %s".formatted(asked, podName));
        }
        if (containers.size() + init.size() + ephemeral.size() == 1 && containers.size() == 1) {
            return Checked.ok(containers.getFirst());
        }
        StringBuilder message = new StringBuilder("a container name must be specified for pod %s, choose one of: [%s]"
                .formatted(podName, String.join(" ", containers)));
        if (!init.isEmpty()) {
            message.append(" or one of the init containers: [%s]".formatted(String.join(" ", init)));
        }
        if (!ephemeral.isEmpty()) {
            message.append(" or one of the ephemeral containers: [%s]".formatted(String.join(" ", ephemeral)));
        }
        return Checked.bad(message.toString());
    }

    private static List<String> names(JsonNode pod, String field) {
        List<String> names = new ArrayList<>();
        pod.path("spec")
                .path(field)
                .forEach(container -> names.add(container.path("name").asText()));
        return names;
    }

    private static Checked<LogOptions> invalid(String podName, String field, String message) {
        return Checked.refused(new Refusal(
                Reason.INVALID,
                "PodLogOptions \"%s\" is invalid: %s%s"
                        .formatted(podName, field.isEmpty() ? "" : field + ": ", message),
                null,
                "PodLogOptions",
                List.of(new Cause("FieldValueInvalid", message, field)),
                0));
    }

    /** The kubelet's own path. */
    String path(String namespace, String pod) {
        StringBuilder path = new StringBuilder(
                "/containerLogs/%s/%s/%s".formatted(encoded(namespace), encoded(pod), encoded(container)));
        char divider = '?';
        for (Map.Entry<String, String> each : parameters.entrySet()) {
            path.append(divider).append(each.getKey()).append('=').append(encoded(each.getValue()));
            divider = '&';
        }
        return path.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
