package io.shiplog.command.bootstrap;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.kind.flowcontrol.FlowDefaults;
import io.shiplog.command.schedule.Profiles;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.access.BootstrapPolicy;
import java.util.ArrayList;
import java.util.List;

/** The objects of a fresh cluster, as data. */
final class FreshCluster {
    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");
    private static final int HTTPS = 443;
    private static final int DNS = 53;
    private static final int CLUSTER_CRITICAL = 2_000_000_000;
    private static final int NODE_CRITICAL = 2_000_001_000;

    private FreshCluster() {}

    /** How an object is reconciled. */
    enum Care {
        /** Created if missing; otherwise left to the users. */
        EXISTS,
        /** Created if missing, and corrected if it differs from these fields. */
        EXACT,
        /** At every start created if missing, and missing parts added, unless {@code autoupdate: "false"}. */
        POLICY
    }

    /** A desired object. */
    record Wanted(ObjectKey key, ObjectNode body, Care care) {}

    static List<Wanted> objects(BootstrapConfig config) {
        List<Wanted> all = new ArrayList<>();
        for (String name : NAMESPACES) {
            ObjectKey key = ObjectKey.clusterScoped(Types.NAMESPACES, name);
            all.add(new Wanted(key, object(key, "v1", "Namespace"), Care.EXISTS));
        }
        BootstrapPolicy.objects()
                .forEach(item ->
                        all.add(new Wanted(item.key(), (ObjectNode) item.body().tree(), Care.POLICY)));
        all.add(priorityClass(
                "system-cluster-critical",
                CLUSTER_CRITICAL,
                "Used for system critical pods that must run in the cluster, but can be moved to another node if"
                        + " necessary."));
        all.add(priorityClass(
                "system-node-critical",
                NODE_CRITICAL,
                "Used for system critical pods that must not be moved from their current node."));
        FlowDefaults.objects().forEach(body -> all.add(new Wanted(flowKey(body), body, Care.EXISTS)));
        for (ObjectNode body : ApiServices.objects()) {
            String name = body.path("metadata").path("name").asText();
            all.add(new Wanted(ObjectKey.clusterScoped(Types.API_SERVICES, name), body, Care.EXISTS));
        }
        config.scheduler().ifPresent(scheduler -> all.add(scheduler(scheduler)));
        all.add(serviceCidr(config));
        all.add(apiService(config));
        all.add(apiEndpoints(config));
        all.add(apiSlice(config));
        all.add(dnsService(config));
        return List.copyOf(all);
    }

    private static ObjectKey flowKey(ObjectNode body) {
        String kind = body.path("kind").asText();
        return ObjectKey.clusterScoped(
                kind.equals("FlowSchema") ? Types.FLOW_SCHEMAS : Types.PRIORITY_LEVELS,
                body.path("metadata").path("name").asText());
    }

    private static Wanted priorityClass(String name, int value, String description) {
        ObjectKey key = ObjectKey.clusterScoped(Types.PRIORITY_CLASSES, name);
        ObjectNode body = object(key, "scheduling.k8s.io/v1", "PriorityClass");
        body.put("value", value).put("description", description);
        return new Wanted(key, body, Care.EXISTS);
    }

    /** The network from which Services have their addresses; others can be stored, and are not allocated from. */
    private static Wanted scheduler(Json config) {
        ObjectNode body = object(Profiles.CONFIG_MAP, "v1", "ConfigMap");
        body.putObject("data").put(Profiles.ENTRY, config.tree().toPrettyString());
        return new Wanted(Profiles.CONFIG_MAP, body, Care.EXACT);
    }

    private static Wanted serviceCidr(BootstrapConfig config) {
        ObjectKey key = ObjectKey.clusterScoped(new ResourceType("networking.k8s.io", "servicecidrs"), "kubernetes");
        ObjectNode range = object(key, "networking.k8s.io/v1", "ServiceCIDR");
        range.withObject("/metadata").putArray("finalizers").add("networking.k8s.io/service-cidr-finalizer");
        range.putObject("spec").putArray("cidrs").add(config.serviceCidr());
        return new Wanted(key, range, Care.EXISTS);
    }

    private static Wanted apiService(BootstrapConfig config) {
        ObjectKey key = ObjectKey.of(Types.SERVICES, "default", "kubernetes");
        ObjectNode service = object(key, "v1", "Service");
        service.withObject("/metadata/labels").put("component", "apiserver").put("provider", "kubernetes");
        ObjectNode spec = service.putObject("spec");
        spec.put("type", "ClusterIP").put("sessionAffinity", "None").put("clusterIP", config.apiClusterIp());
        port(spec.putArray("ports"), "https", "TCP", HTTPS, config.apiPort());
        return new Wanted(key, service, Care.EXISTS);
    }

    private static Wanted apiEndpoints(BootstrapConfig config) {
        ObjectKey key = ObjectKey.of(Types.ENDPOINTS, "default", "kubernetes");
        ObjectNode endpoints = object(key, "v1", "Endpoints");
        endpoints.withObject("/metadata/labels").put("endpointslice.kubernetes.io/skip-mirror", "true");
        ObjectNode subset = endpoints.putArray("subsets").addObject();
        ArrayNode addresses = subset.putArray("addresses");
        config.apiAddresses().forEach(ip -> addresses.addObject().put("ip", ip));
        subset.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", config.apiPort())
                .put("protocol", "TCP");
        return new Wanted(key, endpoints, Care.EXACT);
    }

    private static Wanted apiSlice(BootstrapConfig config) {
        ObjectKey key = ObjectKey.of(Types.ENDPOINT_SLICES, "default", "kubernetes");
        ObjectNode slice = object(key, "discovery.k8s.io/v1", "EndpointSlice");
        slice.withObject("/metadata/labels").put("kubernetes.io/service-name", "kubernetes");
        slice.put("addressType", "IPv4");
        ArrayNode endpoints = slice.putArray("endpoints");
        for (String ip : config.apiAddresses()) {
            ObjectNode endpoint = endpoints.addObject();
            endpoint.putArray("addresses").add(ip);
            endpoint.putObject("conditions").put("ready", true);
        }
        slice.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", config.apiPort())
                .put("protocol", "TCP");
        return new Wanted(key, slice, Care.EXACT);
    }

    /** DNS answers on the cluster IP itself, on every node: the Service needs no endpoints, but clients look for it. */
    private static Wanted dnsService(BootstrapConfig config) {
        ObjectKey key = ObjectKey.of(Types.SERVICES, "kube-system", "kube-dns");
        ObjectNode service = object(key, "v1", "Service");
        service.withObject("/metadata/labels")
                .put("k8s-app", "kube-dns")
                .put("kubernetes.io/cluster-service", "true")
                .put("kubernetes.io/name", "CoreDNS");
        ObjectNode spec = service.putObject("spec");
        spec.put("type", "ClusterIP").put("clusterIP", config.dnsClusterIp());
        ArrayNode ports = spec.putArray("ports");
        port(ports, "dns", "UDP", DNS, DNS);
        port(ports, "dns-tcp", "TCP", DNS, DNS);
        return new Wanted(key, service, Care.EXISTS);
    }

    private static void port(ArrayNode ports, String name, String protocol, int port, int target) {
        ports.addObject()
                .put("name", name)
                .put("protocol", protocol)
                .put("port", port)
                .put("targetPort", target);
    }

    private static ObjectNode object(ObjectKey key, String apiVersion, String kind) {
        ObjectNode object =
                Json.MAPPER.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
        ObjectNode metadata = object.putObject("metadata").put("name", key.name());
        if (!key.namespace().isEmpty()) {
            metadata.put("namespace", key.namespace());
        }
        return object;
    }
}
