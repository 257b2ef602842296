package io.shiplog.node.pod.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
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
public final class Environment {
    private final DesiredPod pod;
    private final Referred referred;
    private final Place place;
    private final Expansion expansion;

    /** @param expansion counts the size of the container's variables, without those of Services */
    public Environment(DesiredPod pod, Referred referred, Place place, Expansion expansion) {
        this.pod = pod;
        this.referred = referred;
        this.place = place;
        this.expansion = expansion;
    }

    /**
     * The variables in order of definition.
     *
     * @param services the variables about Services
     * @throws UnresolvedException if a reference is missing, or they are too large
     */
    public Map<String, String> of(DesiredContainer container, Map<String, String> services) throws UnresolvedException {
        Map<String, String> env = new LinkedHashMap<>(services);
        for (JsonNode from : container.tree().path("envFrom")) {
            addAll(env, from);
        }
        for (JsonNode variable : container.tree().path("env")) {
            String name = variable.path("name").asText();
            JsonNode valueFrom = variable.path("valueFrom");
            if (!valueFrom.isObject()) {
                env.put(name, expansion.of(variable.path("value").asText(""), env));
                continue;
            }
            if (valueFrom.hasNonNull("configMapKeyRef") || valueFrom.hasNonNull("secretKeyRef")) {
                boolean secret = valueFrom.hasNonNull("secretKeyRef");
                byte[] value = referred.key(valueFrom.path(secret ? "secretKeyRef" : "configMapKeyRef"), secret);
                if (value != null) {
                    env.put(name, expansion.counted(new String(value, StandardCharsets.UTF_8)));
                }
            } else {
                env.put(name, expansion.counted(ownField(container, valueFrom)));
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
        for (Map.Entry<String, byte[]> each : data.entrySet()) {
            env.put(
                    expansion.counted(prefix + each.getKey()),
                    expansion.counted(new String(each.getValue(), StandardCharsets.UTF_8)));
        }
    }
}
