package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.reference.Place;
import io.shiplog.node.reference.PodFields;
import io.shiplog.node.reference.Referred;
import io.shiplog.node.reference.UnresolvedException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A container's environment: Services first, then {@code envFrom}, then {@code env}, later ones winning. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/inject-data-application/">Inject data into applications</a>
 */
final class Environment {
    private final DesiredPod pod;
    private final Referred referred;
    private final Place place;

    Environment(DesiredPod pod, Referred referred, Place place) {
        this.pod = pod;
        this.referred = referred;
        this.place = place;
    }

    /**
     * The variables in the order in which they were said.
     *
     * @param services the variables that tell of Services
     * @throws UnresolvedException if something they refer to is not there
     */
    Map<String, String> of(DesiredContainer container, Map<String, String> services) throws UnresolvedException {
        Map<String, String> env = new LinkedHashMap<>(services);
        for (JsonNode from : container.tree().path("envFrom")) {
            addAll(env, from);
        }
        for (JsonNode variable : container.tree().path("env")) {
            String name = variable.path("name").asText();
            JsonNode valueFrom = variable.path("valueFrom");
            if (!valueFrom.isObject()) {
                env.put(name, expand(variable.path("value").asText(""), env));
                continue;
            }
            if (valueFrom.hasNonNull("configMapKeyRef") || valueFrom.hasNonNull("secretKeyRef")) {
                boolean secret = valueFrom.hasNonNull("secretKeyRef");
                byte[] value = referred.key(valueFrom.path(secret ? "secretKeyRef" : "configMapKeyRef"), secret);
                if (value != null) {
                    env.put(name, new String(value, StandardCharsets.UTF_8));
                }
            } else {
                env.put(name, ownField(container, valueFrom));
            }
        }
        return env;
    }

    private String ownField(DesiredContainer container, JsonNode valueFrom) throws UnresolvedException {
        if (valueFrom.hasNonNull("fieldRef")) {
            return PodFields.field(
                    pod.tree(), valueFrom.path("fieldRef").path("fieldPath").asText(), place);
        }
        if (valueFrom.hasNonNull("resourceFieldRef")) {
            return PodFields.resource(pod.tree(), container.tree(), valueFrom.path("resourceFieldRef"), place);
        }
        throw new UnresolvedException("unsupported valueFrom: " + valueFrom);
    }

    private void addAll(Map<String, String> env, JsonNode from) throws UnresolvedException {
        String prefix = from.path("prefix").asText("");
        boolean secret = from.hasNonNull("secretRef");
        JsonNode reference = from.path(secret ? "secretRef" : "configMapRef");
        String name = reference.path("name").asText();
        boolean optional = reference.path("optional").asBoolean(false);
        Map<String, byte[]> data = secret ? referred.secret(name, optional) : referred.configMap(name, optional);
        data.forEach((key, value) -> env.put(prefix + key, new String(value, StandardCharsets.UTF_8)));
    }

    /**
     * Puts values in place of {@code $(NAME)}; {@code $$} is a dollar sign, an unknown name stays as it stands.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go">expand</a>
     */
    static String expand(String text, Map<String, String> env) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                expanded.append(c);
                at++;
            } else if (text.charAt(at + 1) == '$') {
                expanded.append('$');
                at += 2;
            } else if (text.charAt(at + 1) == '(' && text.indexOf(')', at) > 0) {
                int end = text.indexOf(')', at);
                String name = text.substring(at + 2, end);
                expanded.append(env.getOrDefault(name, "$(" + name + ")"));
                at = end + 1;
            } else {
                expanded.append('$');
                at++;
            }
        }
        return expanded.toString();
    }
}
