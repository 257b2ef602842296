package io.shiplog.gateway.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.stream.RunnerAddress;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the target of a proxied request in an image. Pure but for the choice among endpoints.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/service/storage/storage.go">ResourceLocation</a>
 */
final class ProxyTargets {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final ResourceType SERVICES = ResourceType.core("services");
    private static final ResourceType ENDPOINTS = ResourceType.core("endpoints");

    private final Image image;
    private final RandomGenerator random;

    ProxyTargets(Image image, RandomGenerator random) {
        this.image = image;
        this.random = random;
    }

    /** @param resource {@code pods}, {@code services} or {@code nodes} */
    Checked<ProxyTarget> find(String resource, String namespace, String id) {
        ProxyName name = ProxyName.parse(id);
        if (name == null) {
            String one = resource.substring(0, resource.length() - 1);
            return Checked.bad("invalid %s request \"%s\"".formatted(one, id));
        }
        return switch (resource) {
            case "pods" -> pod(namespace, name);
            case "services" -> service(namespace, name, id);
            default -> node(name);
        };
    }

    private Checked<ProxyTarget> pod(String namespace, ProxyName name) {
        ObjectKey key = ObjectKey.of(PODS, namespace, name.name());
        StoredObject pod = image.get(key);
        if (pod == null) {
            return Checked.refused(Refusal.notFound(key));
        }
        JsonNode tree = pod.json().tree();
        String port = name.port().isEmpty() ? firstPort(tree) : name.port();
        String address = tree.path("status").path("podIP").asText("");
        return address.isEmpty() ? Checked.bad("address not allowed") : toPod(pod, name.schemeOrHttp(), address, port);
    }

    private static String firstPort(JsonNode pod) {
        for (JsonNode container : pod.path("spec").path("containers")) {
            for (JsonNode port : container.path("ports")) {
                return port.path("containerPort").asText();
            }
        }
        return "";
    }

    private Checked<ProxyTarget> toPod(StoredObject pod, String scheme, String address, String port) {
        if (!port.isEmpty() && !isPort(port)) {
            return unavailable("error trying to reach service: dial tcp: lookup tcp/%s: unknown port".formatted(port));
        }
        String node = pod.node();
        return node == null
                ? Checked.bad("pod %s does not have a host assigned"
                        .formatted(pod.key().name()))
                : RunnerAddress.of(image, node, pod.key().name())
                        .map(where -> new ProxyTarget(where, pod, scheme, address, port));
    }

    private static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) > 0 && Integer.parseInt(text) < 1 << 16;
    }

    private static <T> Checked<T> unavailable(String why) {
        return Checked.refused(Refusal.of(Reason.SERVICE_UNAVAILABLE, why));
    }

    private Checked<ProxyTarget> service(String namespace, ProxyName name, String id) {
        String port = name.port();
        if (port.matches("[0-9]{1,18}")) {
            ObjectKey key = ObjectKey.of(SERVICES, namespace, name.name());
            StoredObject service = image.get(key);
            if (service == null) {
                return Checked.refused(Refusal.notFound(key));
            }
            String named = portName(service.json().tree(), Long.parseLong(port));
            if (named == null) {
                return unavailable("no service port %s found for service \"%s\"".formatted(port, name.name()));
            }
            port = named;
        }
        ObjectKey key = ObjectKey.of(ENDPOINTS, namespace, name.name());
        StoredObject endpoints = image.get(key);
        if (endpoints == null) {
            return Checked.refused(Refusal.notFound(key));
        }
        JsonNode subsets = endpoints.json().tree().path("subsets");
        if (subsets.isEmpty()) {
            return unavailable("no endpoints available for service \"%s\"".formatted(name.name()));
        }
        return ready(namespace, subsets, port, name.schemeOrHttp(), id);
    }

    private static @Nullable String portName(JsonNode service, long number) {
        for (JsonNode port : service.path("spec").path("ports")) {
            if (port.path("port").asLong() == number) {
                return port.path("name").asText("");
            }
        }
        return null;
    }

    /** One of the ready addresses that are pods: others could be anything, such as an address of the control plane. */
    private Checked<ProxyTarget> ready(String namespace, JsonNode subsets, String port, String scheme, String id) {
        for (JsonNode subset : shuffled(subsets)) {
            for (JsonNode each : subset.path("ports")) {
                if (!each.path("name").asText("").equals(port)) {
                    continue;
                }
                for (JsonNode address : shuffled(subset.path("addresses"))) {
                    StoredObject pod = pod(namespace, address);
                    if (pod != null) {
                        return toPod(
                                pod,
                                scheme,
                                address.path("ip").asText(),
                                each.path("port").asText());
                    }
                }
            }
        }
        return unavailable("no endpoints available for service \"%s\"".formatted(id));
    }

    /** From a random one on, as kube-apiserver. */
    private List<JsonNode> shuffled(JsonNode all) {
        List<JsonNode> turned = new ArrayList<>();
        int size = all.size();
        int first = size == 0 ? 0 : random.nextInt(size);
        for (int i = 0; i < size; i++) {
            turned.add(all.get((first + i) % size));
        }
        return turned;
    }

    private @Nullable StoredObject pod(String namespace, JsonNode address) {
        JsonNode reference = address.path("targetRef");
        boolean isPod = reference.path("kind").asText("Pod").equals("Pod")
                && reference.path("namespace").asText("").equals(namespace);
        StoredObject pod = isPod
                ? image.get(ObjectKey.of(PODS, namespace, reference.path("name").asText()))
                : null;
        if (pod != null) {
            for (JsonNode ip : pod.json().tree().path("status").path("podIPs")) {
                if (ip.path("ip").asText().equals(address.path("ip").asText())) {
                    return pod;
                }
            }
        }
        return null;
    }

    private Checked<ProxyTarget> node(ProxyName name) {
        ObjectKey key = ObjectKey.clusterScoped(NODES, name.name());
        StoredObject node = image.get(key);
        if (node == null) {
            return Checked.refused(Refusal.notFound(key));
        }
        return RunnerAddress.of(image, name.name(), "").then(where -> {
            String own = Integer.toString(where.getPort());
            if (name.port().isEmpty() || name.port().equals(own)) {
                return Checked.ok(new ProxyTarget(where, null, "https", "", ""));
            }
            String address = ((SocketAddress) where.getServer()).host();
            return isPort(name.port())
                    ? Checked.ok(new ProxyTarget(where, null, name.schemeOrHttp(), address, name.port()))
                    : unavailable("error trying to reach service: dial tcp: lookup tcp/%s: unknown port"
                            .formatted(name.port()));
        });
    }
}
