package io.shiplog.command.control.endpoints;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pod behind a Service.
 *
 * @param ports the Service's ports that the pod has, with their container port numbers
 * @param hostname the pod's own name in DNS, or empty
 */
record Endpoint(
        PodView pod,
        String ip,
        List<NumberedPort> ports,
        boolean ready,
        boolean serving,
        boolean terminating,
        String hostname,
        @Nullable String zone) {
    private static final String ZONE = "topology.kubernetes.io/zone";

    /** A port of a Service and its number in a pod. */
    record NumberedPort(ServiceView.Port port, int number) {
        ObjectNode json() {
            ObjectNode node = Json.MAPPER.createObjectNode();
            node.put("name", port.name()).put("port", number).put("protocol", port.protocol());
            if (port.appProtocol() != null) {
                node.put("appProtocol", port.appProtocol());
            }
            return node;
        }
    }

    /** The pods behind a Service that have an address and have not finished, by name. */
    static List<Endpoint> behind(ServiceView service, Image image) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (StoredObject stored : image.list(Types.PODS, service.namespace())) {
            if (!service.selects(stored.labels())) {
                continue;
            }
            PodView pod = PodView.of(stored);
            if (!pod.terminal() && !pod.read().network().ips().isEmpty()) {
                endpoints.add(of(service, pod, image));
            }
        }
        return endpoints;
    }

    private static Endpoint of(ServiceView service, PodView pod, Image image) {
        List<NumberedPort> ports = service.read().ports().stream()
                .map(port -> new NumberedPort(port, port.in(pod)))
                .filter(port -> port.number() > 0)
                .toList();
        boolean named = pod.read().network().subdomain().equals(service.name());
        StoredObject node = pod.node() == null ? null : image.get(ObjectKey.clusterScoped(Types.NODES, pod.node()));
        return new Endpoint(
                pod,
                pod.read().network().ips().getFirst(),
                ports,
                service.read().publishNotReady() || pod.ready() && !pod.deleting(),
                pod.ready(),
                pod.deleting(),
                named ? pod.read().network().hostname() : "",
                node == null ? null : node.labels().get(ZONE));
    }

    /**
     * Its form in an EndpointSlice.
     *
     * @param distribution the Service's; its hints say which clients prefer this endpoint, if it is ready
     */
    ObjectNode inSlice(ServiceView.Distribution distribution) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.putArray("addresses").add(ip);
        node.putObject("conditions").put("ready", ready).put("serving", serving).put("terminating", terminating);
        if (!hostname.isEmpty()) {
            node.put("hostname", hostname);
        }
        if (pod.node() != null) {
            node.put("nodeName", pod.node());
        }
        node.set("targetRef", targetRef());
        if (zone != null) {
            node.put("zone", zone);
        }
        if (ready && distribution != ServiceView.Distribution.ANYWHERE) {
            ObjectNode hints = Json.MAPPER.createObjectNode();
            if (zone != null) {
                hints.putArray("forZones").addObject().put("name", zone);
            }
            if (pod.node() != null && distribution == ServiceView.Distribution.SAME_NODE) {
                hints.putArray("forNodes").addObject().put("name", pod.node());
            }
            if (!hints.isEmpty()) {
                node.set("hints", hints);
            }
        }
        return node;
    }

    /** Its form in an Endpoints object. */
    ObjectNode inEndpoints() {
        ObjectNode node = Json.MAPPER.createObjectNode().put("ip", ip);
        if (!hostname.isEmpty()) {
            node.put("hostname", hostname);
        }
        if (pod.node() != null) {
            node.put("nodeName", Objects.requireNonNull(pod.node()));
        }
        node.set("targetRef", targetRef());
        return node;
    }

    private ObjectNode targetRef() {
        return Json.MAPPER
                .createObjectNode()
                .put("kind", "Pod")
                .put("name", pod.name())
                .put("namespace", pod.stored().key().namespace())
                .put("uid", pod.stored().uid());
    }

    static ArrayNode json(List<NumberedPort> ports) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        ports.forEach(port -> array.add(port.json()));
        return array;
    }
}
