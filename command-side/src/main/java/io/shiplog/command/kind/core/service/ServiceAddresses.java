package io.shiplog.command.kind.core.service;

import static io.shiplog.command.kind.tree.Trees.objects;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Index;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Allocates addresses and node ports to Services. Allocations are found in the decided Services, so nothing can leak and
 * nothing needs repair. The search starts at a position that depends on the Service and the time, so that a released address is
 * not reused at once.
 */
public final class ServiceAddresses {
    static final String NONE = "None";
    private static final String HEALTH_CHECK = "spec.healthCheckNodePort";
    private static final String ALLOCATED = "provided port is already allocated";
    private static final String FULL = "failed to allocate a nodePort: range is full";
    private static final ResourceType SERVICES = ResourceType.core("services");

    private final ServiceNetwork network;

    ServiceAddresses(ServiceNetwork network) {
        this.network = network;
    }

    /** Allocates what the Service leaves to the cluster. A failed allocation stays empty, and the validation reports it. */
    void allocate(ObjectNode service, DecidedState state) {
        ObjectNode spec = Trees.object(service, "spec");
        String type = text(spec, "type");
        if (type.equals("ExternalName")) {
            return;
        }
        if (text(spec, "clusterIP").isEmpty()) {
            String chosen = text(spec.path("clusterIPs").path(0));
            spec.put("clusterIP", chosen.isEmpty() ? free(service, state) : chosen);
        }
        spec.putArray("clusterIPs").add(text(spec, "clusterIP"));
        if (ServiceTypes.allocatesNodePorts(spec)) {
            allocateNodePorts(service, state);
        }
        if (ServiceTypes.hasHealthCheck(spec)
                && spec.path("healthCheckNodePort").asInt() == 0) {
            allocateHealthCheck(service, state);
        }
    }

    /**
     * Checks addresses and node ports against the cluster's ranges and the other Services.
     *
     * @param before the old spec, missing for a new Service: its allocations are its own
     */
    void check(ObjectNode service, JsonNode before, DecidedState state, FieldErrors errors) {
        JsonNode spec = service.path("spec");
        String address = text(spec, "clusterIP");
        if (address.isEmpty()) {
            if (!text(spec, "type").equals("ExternalName")) {
                errors.invalid("spec.clusterIPs", spec.path("clusterIPs"), "failed to allocate an IP: range is full");
            }
        } else if (Checks.isIpv4(address) && text(before, "clusterIP").isEmpty()) {
            // One that was set may not change; the validation says so.
            checkAddress(address, service, state, errors);
        }
        checkNodePorts(service, before, state, errors);
    }

    private void checkAddress(String address, ObjectNode service, DecidedState state, FieldErrors errors) {
        JsonNode addresses = Trees.at(service, "spec", "clusterIPs");
        if (!network.covers(address)) {
            errors.invalid(
                    "spec.clusterIPs",
                    addresses,
                    "failed to allocate IP %s: the provided network does not match the current range"
                            .formatted(address));
        } else if (!network.contains(address)) {
            errors.invalid(
                    "spec.clusterIPs",
                    addresses,
                    "failed to allocate IP %s: the provided IP (%s) is not in the valid range. The range of valid IPs is %s"
                            .formatted(address, address, network.cidr()));
        } else if (taken(Indexes.ADDRESS, address, service, state)) {
            errors.invalid(
                    "spec.clusterIPs",
                    addresses,
                    "failed to allocate IP %s: provided IP is already allocated".formatted(address));
        }
    }

    private void checkNodePorts(ObjectNode service, JsonNode before, DecidedState state, FieldErrors errors) {
        Set<Integer> own = new HashSet<>();
        before.path("ports").forEach(port -> own.add(port.path("nodePort").asInt()));
        Map<String, Integer> asked = new LinkedHashMap<>();
        Set<Integer> numbers = new HashSet<>();
        int index = 0;
        for (ObjectNode port : objects(service.path("spec"), "ports")) {
            int number = port.path("nodePort").asInt();
            String path = "spec.ports[" + index++ + "].nodePort";
            numbers.add(number);
            if (number != 0 && !own.contains(number)) {
                asked.put(path, number);
            } else if (number == 0 && ServiceTypes.allocatesNodePorts(service.path("spec"))) {
                errors.invalid(path, number, FULL);
            }
        }
        int health = service.path("spec").path("healthCheckNodePort").asInt();
        if (health == 0 && ServiceTypes.hasHealthCheck(service.path("spec"))) {
            errors.invalid(HEALTH_CHECK, health, FULL);
        } else if (health != 0 && before.path("healthCheckNodePort").asInt() == 0) {
            asked.put(HEALTH_CHECK, health);
        }
        if (asked.isEmpty()) {
            return;
        }
        asked.forEach((path, number) -> checkPort(path, number, service, state, errors));
        if (health != 0 && numbers.contains(health)) {
            errors.invalid(HEALTH_CHECK, health, ALLOCATED);
        }
    }

    private void checkPort(String path, int number, ObjectNode service, DecidedState state, FieldErrors errors) {
        if (!network.containsPort(number)) {
            errors.invalid(
                    path,
                    number,
                    "provided port is not in the valid range. The range of valid ports is %d-%d"
                            .formatted(network.firstNodePort(), network.lastNodePort()));
        } else if (taken(Indexes.NODE_PORT, Integer.toString(number), service, state)) {
            errors.invalid(path, number, ALLOCATED);
        }
    }

    /** Whether another Service has an address or a node port. */
    private static boolean taken(Index<String> index, String key, JsonNode service, DecidedState state) {
        return state.by(index, key).stream().anyMatch(other -> !isSame(other, service));
    }

    /** What a Service takes that it did not have: no other Service may have taken it meanwhile. */
    static List<Guard> guards(ObjectNode service, @Nullable ObjectNode old) {
        JsonNode spec = service.path("spec");
        JsonNode before = old == null ? MissingNode.getInstance() : old.path("spec");
        String address = text(spec, "clusterIP");
        boolean takes = Checks.isIpv4(address) && !address.equals(text(before, "clusterIP"));
        Set<Integer> ports = ports(spec);
        ports.removeAll(ports(before));
        ObjectKey self = ObjectKey.of(SERVICES, Trees.namespace(service), Trees.name(service));
        List<Guard> guards = new ArrayList<>(2);
        if (takes) {
            guards.add(new Guard.Free<>(Indexes.ADDRESS, address, self));
        }
        ports.forEach(port -> guards.add(new Guard.Free<>(Indexes.NODE_PORT, Integer.toString(port), self)));
        return guards;
    }

    /** The node ports of a spec, that of the health check included. */
    private static Set<Integer> ports(JsonNode spec) {
        Set<Integer> ports = new HashSet<>();
        spec.path("ports").forEach(port -> ports.add(port.path("nodePort").asInt()));
        ports.add(spec.path("healthCheckNodePort").asInt());
        ports.remove(0);
        return ports;
    }

    private static boolean isSame(StoredObject other, JsonNode service) {
        return other.key().name().equals(Trees.name(service))
                && other.key().namespace().equals(Trees.namespace(service));
    }

    /** A free address above the static range, or within it; empty if all are taken. */
    private String free(JsonNode service, DecidedState state) {
        long low = network.reserved();
        long span = network.usable() - low;
        long start = Math.floorMod(seed(service, state), span);
        String first = network.address(low + 1 + start);
        if (!taken(Indexes.ADDRESS, first, service, state)) {
            return first; // nearly always: the range is far larger than the number of services
        }
        for (long i = 1; i < span; i++) {
            String address = network.address(low + 1 + (start + i) % span);
            if (!taken(Indexes.ADDRESS, address, service, state)) {
                return address;
            }
        }
        for (long number = 1; number <= low; number++) {
            String address = network.address(number);
            if (!taken(Indexes.ADDRESS, address, service, state)) {
                return address;
            }
        }
        return "";
    }

    private static long seed(JsonNode service, DecidedState state) {
        return (Trees.namespace(service) + "/" + Trees.name(service)).hashCode() * 31L
                + state.now().toEpochMilli();
    }

    private void allocateNodePorts(ObjectNode service, DecidedState state) {
        List<ObjectNode> ports = objects(service.path("spec"), "ports");
        if (ports.stream().allMatch(port -> port.path("nodePort").asInt() != 0)) {
            return;
        }
        PortSearch search = new PortSearch(service, state);
        for (ObjectNode port : ports) {
            int free = port.path("nodePort").asInt() == 0 ? search.next() : 0;
            if (free != 0) {
                port.put("nodePort", free);
            }
        }
    }

    private void allocateHealthCheck(ObjectNode service, DecidedState state) {
        int free = new PortSearch(service, state).next();
        if (free != 0) {
            Trees.object(service, "spec").put("healthCheckNodePort", free);
        }
    }

    /** A search through all node ports, which resumes where it found the last one. */
    private final class PortSearch {
        private final JsonNode service;
        private final DecidedState state;
        private final Set<Integer> own;
        private final int span = network.lastNodePort() - network.firstNodePort() + 1;
        private final int start;
        private int tried;

        PortSearch(JsonNode service, DecidedState state) {
            this.service = service;
            this.state = state;
            this.own = ports(service.path("spec"));
            this.start = (int) Math.floorMod(seed(service, state), (long) span);
        }

        /** The next free port, 0 if there is none. */
        int next() {
            while (tried < span) {
                int candidate = network.firstNodePort() + (start + tried++) % span;
                if (own.add(candidate) && !taken(Indexes.NODE_PORT, Integer.toString(candidate), service, state)) {
                    return candidate;
                }
            }
            return 0;
        }
    }
}
