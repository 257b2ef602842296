package io.shiplog.node.pod.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.image.StoredObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Docker link style variables about Services. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables">Environment
 *     variables</a>
 */
public final class ServiceVariables {
    private ServiceVariables() {}

    /** The variables of all Services with an address. */
    public static Map<String, String> of(Collection<StoredObject> services) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (StoredObject service : services) {
            JsonNode spec = service.json().tree().path("spec");
            String ip = spec.path("clusterIP").asText("");
            if (!ip.isEmpty() && !ip.equals("None") && spec.path("ports").size() > 0) {
                add(variables, service.key().name(), ip, spec.path("ports"));
            }
        }
        return variables;
    }

    private static void add(Map<String, String> variables, String service, String ip, JsonNode ports) {
        String prefix = word(service);
        String first = ports.path(0).path("port").asText();
        variables.put(prefix + "_SERVICE_HOST", ip);
        variables.put(prefix + "_SERVICE_PORT", first);
        for (JsonNode port : ports) {
            if (port.hasNonNull("name")) {
                variables.put(
                        prefix + "_SERVICE_PORT_" + word(port.path("name").asText()),
                        port.path("port").asText());
            }
        }
        String firstProtocol = ports.path(0).path("protocol").asText("TCP").toLowerCase(Locale.ROOT);
        variables.put(prefix + "_PORT", firstProtocol + "://" + ip + ":" + first);
        for (JsonNode port : ports) {
            String protocol = port.path("protocol").asText("TCP");
            String number = port.path("port").asText();
            String each = prefix + "_PORT_" + number + "_" + protocol;
            variables.put(each, protocol.toLowerCase(Locale.ROOT) + "://" + ip + ":" + number);
            variables.put(each + "_PROTO", protocol.toLowerCase(Locale.ROOT));
            variables.put(each + "_PORT", number);
            variables.put(each + "_ADDR", ip);
        }
    }

    private static String word(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
