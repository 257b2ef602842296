package io.shiplog.command.kind;

import static io.shiplog.command.kind.Trees.defaultText;
import static io.shiplog.command.kind.Trees.objects;
import static io.shiplog.command.kind.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Services: a stable address for changing pods. */
final class ServiceStrategy implements KindStrategy {
    /** Three hours. */
    private static final int AFFINITY_SECONDS = 10_800;

    private final ServiceAddresses addresses;

    ServiceStrategy(ServiceNetwork network) {
        this.addresses = new ServiceAddresses(network);
    }

    @Override
    public void setDefaults(ObjectNode service) {
        ObjectNode spec = Trees.object(service, "spec");
        defaultText(spec, "type", "ClusterIP");
        defaultText(spec, "sessionAffinity", "None");
        if (text(spec, "sessionAffinity").equals("ClientIP")) {
            ObjectNode client = Trees.object(Trees.object(spec, "sessionAffinityConfig"), "clientIP");
            Trees.defaultNumber(client, "timeoutSeconds", AFFINITY_SECONDS);
        } else {
            spec.remove("sessionAffinityConfig");
        }
        for (ObjectNode port : objects(spec, "ports")) {
            defaultText(port, "protocol", "TCP");
            if (Trees.oneOf(text(port, "targetPort"), "", "0") && port.has("port")) {
                port.set("targetPort", port.path("port"));
            }
        }
        String type = text(spec, "type");
        boolean external = Trees.oneOf(type, "NodePort", "LoadBalancer");
        if (external || !spec.path("externalIPs").isEmpty()) {
            defaultText(spec, "externalTrafficPolicy", "Cluster");
        }
        if (!type.equals("ExternalName")) {
            defaultText(spec, "internalTrafficPolicy", "Cluster");
            setFamilies(spec);
        }
        if (type.equals("LoadBalancer")) {
            Trees.defaultBoolean(spec, "allocateLoadBalancerNodePorts", true);
        }
    }

    /** This cluster has one family of addresses. */
    private static void setFamilies(ObjectNode spec) {
        if (spec.path("ipFamilies").isEmpty()) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        defaultText(spec, "ipFamilyPolicy", "SingleStack");
    }

    @Override
    public void prepareForCreate(ObjectNode service, DecidedState state) {
        addresses.allocate(service, state);
        service.putObject("status").putObject("loadBalancer");
    }

    @Override
    public void prepareForUpdate(ObjectNode service, ObjectNode old, DecidedState state) {
        KindStrategy.super.prepareForUpdate(service, old, state);
        ObjectNode spec = Trees.object(service, "spec");
        JsonNode before = old.path("spec");
        if (text(spec, "type").equals("ExternalName")) {
            dropAllocated(spec, before);
        } else {
            keepAllocated(spec, before);
        }
        addresses.allocate(service, state);
        if (!ServiceAddresses.needsNodePorts(spec)) {
            dropNodePorts(spec, before);
        }
    }

    /** Allocations stay unless the update changes them. */
    private static void keepAllocated(ObjectNode spec, JsonNode before) {
        if (text(spec, "clusterIP").isEmpty() && !text(before, "clusterIP").isEmpty()) {
            spec.set("clusterIP", before.path("clusterIP"));
        }
        if (!ServiceAddresses.needsNodePorts(spec) || !ServiceAddresses.needsNodePorts(before)) {
            return;
        }
        Map<String, JsonNode> given = new HashMap<>();
        for (ObjectNode was : objects(before, "ports")) {
            if (was.path("nodePort").asInt() != 0) {
                given.putIfAbsent(portAndProtocol(was), was.path("nodePort"));
            }
        }
        for (ObjectNode port : objects(spec, "ports")) {
            JsonNode was = given.get(portAndProtocol(port));
            if (was != null && port.path("nodePort").asInt() == 0) {
                port.set("nodePort", was);
            }
        }
    }

    private static String portAndProtocol(JsonNode port) {
        return port.path("port").asText() + "/" + text(port, "protocol");
    }

    private static void dropAllocated(ObjectNode spec, JsonNode before) {
        if (spec.path("clusterIP").equals(before.path("clusterIP"))) {
            spec.remove("clusterIP");
            spec.remove("clusterIPs");
        }
        spec.remove("ipFamilies");
        spec.remove("ipFamilyPolicy");
    }

    /** A Service that no longer needs node ports releases them; naming one is an error. */
    private static void dropNodePorts(ObjectNode spec, JsonNode before) {
        Set<Integer> had = new HashSet<>();
        objects(before, "ports").forEach(was -> had.add(was.path("nodePort").asInt()));
        for (ObjectNode port : objects(spec, "ports")) {
            if (had.contains(port.path("nodePort").asInt())) {
                port.remove("nodePort");
            }
        }
    }

    /** A requested address or port must be free, and within the cluster's range. */
    @Override
    public @Nullable Refusal admit(ObjectNode service, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        FieldErrors errors = new FieldErrors();
        addresses.check(service, old == null ? MissingNode.getInstance() : old.path("spec"), state, errors);
        ObjectKey key = ObjectKey.of(ResourceType.core("services"), Trees.namespace(service), Trees.name(service));
        return errors.isEmpty() ? null : errors.refusal("Service", key);
    }

    @Override
    public void validate(ObjectNode service, FieldErrors errors) {
        ServiceValidation.validate(service.path("spec"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode service, ObjectNode old, FieldErrors errors) {
        ServiceValidation.validateUpdate(service.path("spec"), old.path("spec"), errors);
    }

    @Override
    public List<String> warnings(ObjectNode service) {
        JsonNode spec = service.path("spec");
        List<String> warnings = new ArrayList<>(0);
        if (text(spec, "clusterIP").equals(ServiceAddresses.NONE)) {
            if (!text(spec, "loadBalancerIP").isEmpty()) {
                warnings.add("spec.loadBalancerIP is ignored for headless services");
            }
            if (!spec.path("externalIPs").isEmpty()) {
                warnings.add("spec.externalIPs is ignored for headless services");
            }
            if (text(spec, "sessionAffinity").equals("ClientIP")) {
                warnings.add("spec.SessionAffinity is ignored for headless services");
            }
        }
        return warnings;
    }
}
