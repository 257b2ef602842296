package io.shiplog.command.kind.core.service;

import static io.shiplog.command.kind.tree.Trees.defaultText;
import static io.shiplog.command.kind.tree.Trees.objects;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
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
public final class ServiceKind implements Kind {
    /** Three hours. */
    private static final int AFFINITY_SECONDS = 10_800;

    private final ServiceAddresses addresses;

    /** @param network the addresses and ports of Services */
    public ServiceKind(ServiceNetwork network) {
        this.addresses = new ServiceAddresses(network);
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "Service", "services", Scope.NAMESPACED)
                .columns(ServiceColumns.ALL)
                .shortNames("svc")
                .categories("all")
                .subresources("status", "proxy")
                .fields("spec.clusterIP", "spec.type")
                .done();
    }

    @Override
    public List<String> nameErrors(String name) {
        return Names.label(name);
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
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
        }
        if (type.equals("LoadBalancer")) {
            Trees.defaultBoolean(spec, "allocateLoadBalancerNodePorts", true);
        }
    }

    /**
     * This cluster has one family of addresses, but a headless Service without a selector may name endpoints of both. Families are
     * allocated like addresses: no client owns them.
     *
     * @param before the old spec, missing for a new Service
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/service/storage/alloc.go">
     *     initIPFamilyFields</a>
     */
    private static void setFamilies(ObjectNode spec, JsonNode before) {
        if (text(spec, "type").equals("ExternalName")) {
            return;
        }
        boolean anyFamily = ServiceTypes.isWithoutEndpointsOfItsOwn(spec);
        defaultText(spec, "ipFamilyPolicy", text(before, "ipFamilyPolicy"));
        defaultText(spec, "ipFamilyPolicy", anyFamily ? "RequireDualStack" : "SingleStack");
        ArrayNode families = Trees.array(spec, "ipFamilies");
        if (families.isEmpty()) {
            families.add("IPv4");
        }
        if (anyFamily && families.size() < 2 && !text(spec, "ipFamilyPolicy").equals("SingleStack")) {
            families.add(families.path(0).asText().equals("IPv4") ? "IPv6" : "IPv4");
        }
    }

    @Override
    public void prepareForCreate(ObjectNode service, DecidedState state) {
        setFamilies(Trees.object(service, "spec"), MissingNode.getInstance());
        addresses.allocate(service, state);
        service.putObject("status").putObject("loadBalancer");
    }

    @Override
    public void prepareForUpdate(ObjectNode service, ObjectNode old, DecidedState state) {
        Kind.super.prepareForUpdate(service, old, state);
        ObjectNode spec = Trees.object(service, "spec");
        JsonNode before = old.path("spec");
        keepAllocated(spec, before);
        ServiceTypes.dropForeign(spec, before);
        setFamilies(spec, before);
        if (!text(spec, "type").equals("LoadBalancer")) {
            Trees.object(service, "status").putObject("loadBalancer");
        }
        addresses.allocate(service, state);
    }

    /**
     * Allocations stay unless the update changes them, so that a client may send an object without them. A port is known by its
     * name.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/service/storage/storage.go">
     *     patchAllocatedValues</a>
     */
    private static void keepAllocated(ObjectNode spec, JsonNode before) {
        if (ServiceTypes.hasAddress(spec)
                && ServiceTypes.hasAddress(before)
                && text(spec, "clusterIP").isEmpty()
                && !text(before, "clusterIP").isEmpty()) {
            spec.set("clusterIP", before.path("clusterIP"));
        }
        if (ServiceTypes.allocatesNodePorts(spec) && ServiceTypes.hasNodePorts(before)) {
            keepNodePorts(objects(spec, "ports"), objects(before, "ports"));
        }
        if (ServiceTypes.hasHealthCheck(spec)
                && ServiceTypes.hasHealthCheck(before)
                && spec.path("healthCheckNodePort").asInt() == 0
                && before.has("healthCheckNodePort")) {
            spec.set("healthCheckNodePort", before.path("healthCheckNodePort"));
        }
    }

    private static void keepNodePorts(List<ObjectNode> ports, List<ObjectNode> before) {
        Map<String, JsonNode> given = new HashMap<>();
        before.forEach(was -> given.put(text(was, "name"), was.path("nodePort")));
        Set<Integer> used = new HashSet<>();
        ports.forEach(port -> used.add(port.path("nodePort").asInt()));
        for (ObjectNode port : ports) {
            JsonNode was = given.get(text(port, "name"));
            if (port.path("nodePort").asInt() == 0 && was != null && used.add(was.asInt())) {
                port.set("nodePort", was);
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
        if (!spec.path("externalIPs").isEmpty()) {
            warnings.add("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
        }
        if (text(spec, "trafficDistribution").equals("PreferClose")) {
            warnings.add("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
        }
        return warnings;
    }

    @Override
    public List<Guard> guards(ObjectNode service, @Nullable ObjectNode old) {
        return ServiceAddresses.guards(service, old);
    }
}
