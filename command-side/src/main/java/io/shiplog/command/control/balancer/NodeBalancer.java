package io.shiplog.command.control.balancer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives Services of type LoadBalancer their addresses: one of a range that the user gave, or else those of the nodes. Their ports are then open there, as the service proxy does with every address
 * in a Service's status. Where two Services want one port, the older has it, and the other one's status says so. Services of a
 * {@code loadBalancerClass}, and those with other addresses than nodes', are another controller's. One key for all, so that no two get
 * one port.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer">type: LoadBalancer</a>
 */
public final class NodeBalancer implements Controller {
    private static final ObjectKey ALL = ObjectKey.of(Types.SERVICES, "", "");
    private static final String TYPE = "spec.type";
    private static final String LOAD_BALANCER = "LoadBalancer";
    /** Service's own condition type for ports that a load balancer cannot open. */
    private static final String PORTS_ERROR = "LoadBalancerPortsError";
    /** Of a Service whose address comes from a range: by it the address is known as ours when the range changes. */
    private static final String ADDRESS = "LoadBalancerAddress";
    /** Nodes with this label are no targets of load balancers. */
    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    private static final Comparator<StoredObject> BY_AGE = Comparator.comparing((StoredObject service) ->
                    service.json().tree().at("/metadata/creationTimestamp").asText())
            .thenComparing(service -> service.key().namespace())
            .thenComparing(service -> service.key().name());

    private final Optional<BalancerRange> range;

    /** @param range the addresses to give; empty for those of the nodes */
    public NodeBalancer(Optional<BalancerRange> range) {
        this.range = range;
    }

    @Override
    public String name() {
        return "service-lb-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return List.of(ALL);
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        StoredObject before = change.before();
        StoredObject after = change.after();
        boolean service = after.key().type().equals(Types.SERVICES)
                && (isBalanced(after) || before != null && isBalanced(before));
        boolean node = after.key().type().equals(Types.NODES)
                && (before == null || change.removes() || !Entrance.of(before).equals(Entrance.of(after)));
        if (service || node) {
            replan.accept(ALL);
        }
    }

    private static boolean isBalanced(StoredObject service) {
        return LOAD_BALANCER.equals(service.fields().get(TYPE));
    }

    /**
     * What a node has for Services.
     *
     * @param addresses empty if it is not ready or excluded
     * @param ports of the node's own, which no Service gets
     * @param known its addresses, ready or not
     */
    private record Entrance(Set<String> addresses, Set<Integer> ports, Set<String> known) {
        static Entrance of(StoredObject node) {
            JsonNode status = node.json().tree().path("status");
            Map<String, Set<String>> byType = new HashMap<>();
            status.path("addresses")
                    .forEach(each -> byType.computeIfAbsent(each.path("type").asText(), type -> new TreeSet<>())
                            .add(each.path("address").asText()));
            Set<String> chosen = byType.getOrDefault("ExternalIP", byType.getOrDefault("InternalIP", Set.of()));
            Set<String> usable = new TreeSet<>(chosen);
            // On Docker's own bridge there are no Services.
            usable.removeIf(address -> address.startsWith("127."));
            boolean open = Conditions.has(status.path("conditions"), "Ready", "True")
                    && !node.labels().containsKey(EXCLUDED);
            int port = status.at("/daemonEndpoints/kubeletEndpoint/Port").asInt();
            return new Entrance(open ? usable : Set.of(), port == 0 ? Set.of() : Set.of(port), usable);
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        List<StoredObject> services = image.list(Types.SERVICES).stream()
                .filter(NodeBalancer::isBalanced)
                .filter(service -> !service.deleting())
                .filter(service -> service.json()
                        .tree()
                        .at("/spec/loadBalancerClass")
                        .asText("")
                        .isEmpty())
                .sorted(BY_AGE)
                .toList();
        if (services.isEmpty()) {
            return Plan.NOTHING;
        }
        if (range.isPresent()) {
            return Plan.of(fromRange(range.get(), image, services, now));
        }
        Set<String> addresses = new TreeSet<>();
        Set<String> known = new HashSet<>();
        Map<String, String> taken = new HashMap<>(apiPorts(image));
        for (StoredObject node : image.list(Types.NODES)) {
            Entrance entrance = Entrance.of(node);
            addresses.addAll(entrance.addresses());
            known.addAll(entrance.known());
            entrance.ports()
                    .forEach(port ->
                            taken.put("TCP/" + port, "node " + node.key().name()));
        }
        List<Step> steps = new ArrayList<>();
        for (StoredObject service : services) {
            if (!isForeign(service, known)) {
                plan(service, addresses, taken, now, steps);
            }
        }
        return Plan.of(steps);
    }

    /** The API's ports on the nodes: a Service must not come before the API server. */
    private static Map<String, String> apiPorts(Image image) {
        Map<String, String> ports = new HashMap<>();
        StoredObject slice = image.get(ObjectKey.of(Types.ENDPOINT_SLICES, "default", "kubernetes"));
        if (slice != null) {
            slice.json()
                    .tree()
                    .path("ports")
                    .forEach(port -> ports.put("TCP/" + port.path("port").asInt(), "the API server"));
        }
        return ports;
    }

    /** Whether it has an address that no node has: another load balancer gave it. */
    private static boolean isForeign(StoredObject service, Set<String> known) {
        JsonNode status = service.json().tree().path("status");
        JsonNode ingress = status.at("/loadBalancer/ingress");
        boolean nodes = ingress.isEmpty() || isOfRange(status);
        for (JsonNode each : ingress) {
            nodes |= known.contains(each.path("ip").asText());
        }
        return !nodes;
    }

    private static boolean isOfRange(JsonNode status) {
        return !Conditions.find(orEmpty(status.path("conditions")), ADDRESS).isMissingNode();
    }

    /** A Service keeps its address, unless it asks for another one; an older one is asked first. */
    private static List<Step> fromRange(BalancerRange range, Image image, List<StoredObject> services, Instant now) {
        Set<String> nodes = new HashSet<>();
        image.list(Types.NODES).forEach(node -> nodes.addAll(Entrance.of(node).known()));
        Map<String, StoredObject> holders = new HashMap<>();
        List<StoredObject> ours = services.stream()
                .filter(service -> !isForeign(service, nodes) || range.contains(current(service)))
                .toList();
        for (StoredObject service : ours) {
            String asked = asked(service);
            String current = current(service);
            if (range.contains(current) && (asked.isEmpty() || asked.equals(current))) {
                holders.putIfAbsent(current, service);
            }
        }
        List<Step> steps = new ArrayList<>();
        for (StoredObject service : ours) {
            String asked = asked(service);
            String address = asked.isEmpty() ? current(service) : asked;
            String problem = "";
            if (!asked.isEmpty() && !range.contains(asked)) {
                problem = "spec.loadBalancerIP %s is not in the cluster's range".formatted(asked);
            } else if (!asked.isEmpty() && holders.getOrDefault(asked, service) != service) {
                problem = "spec.loadBalancerIP %s is taken by Service %s".formatted(asked, path(holders.get(asked)));
            } else if (asked.isEmpty() && holders.get(address) != service) {
                address = range.free(holders.keySet());
                problem = address.isEmpty() ? "no address of the cluster's range is free" : "";
            }
            if (problem.isEmpty()) {
                holders.put(address, service);
            }
            assign(service, problem.isEmpty() ? address : "", problem, now, steps);
        }
        return steps;
    }

    private static String path(@Nullable StoredObject service) {
        return service == null
                ? ""
                : service.key().namespace() + "/" + service.key().name();
    }

    private static String asked(StoredObject service) {
        return service.json().tree().at("/spec/loadBalancerIP").asText();
    }

    private static String current(StoredObject service) {
        return service.json().tree().at("/status/loadBalancer/ingress/0/ip").asText();
    }

    private static void assign(StoredObject service, String address, String problem, Instant now, List<Step> steps) {
        ArrayNode ingress = Json.MAPPER.createArrayNode();
        if (!address.isEmpty()) {
            ingress.addObject().put("ip", address).put("ipMode", "VIP");
        }
        ArrayNode conditions = Conditions.with(
                without(orEmpty(service.json().tree().at("/status/conditions")), PORTS_ERROR),
                Conditions.condition(
                        ADDRESS,
                        problem.isEmpty() ? "True" : "False",
                        problem.isEmpty() ? "Assigned" : "NoAddress",
                        problem,
                        now));
        write(service, ingress, conditions, steps);
    }

    private static ArrayNode without(JsonNode conditions, String type) {
        ArrayNode rest = Json.MAPPER.createArrayNode();
        conditions.forEach(each -> {
            if (!each.path("type").asText().equals(type)) {
                rest.add(each);
            }
        });
        return rest;
    }

    private static void write(StoredObject service, ArrayNode ingress, ArrayNode conditions, List<Step> steps) {
        JsonNode tree = service.json().tree();
        ObjectNode status = Json.MAPPER.createObjectNode();
        if (!ingress.equals(orEmpty(tree.at("/status/loadBalancer/ingress")))) {
            // An empty list is left out of the stored object: a patch names it null.
            ObjectNode balancer = status.putObject("loadBalancer");
            if (ingress.isEmpty()) {
                balancer.putNull("ingress");
            } else {
                balancer.set("ingress", ingress);
            }
        }
        JsonNode before = orEmpty(tree.at("/status/conditions"));
        if (!conditions.equals(before)) {
            status.set("conditions", conditions);
        }
        if (!status.isEmpty()) {
            steps.add(Step.of(Edits.patchStatus(service, status)).about(service.key()));
        }
    }

    private static void plan(
            StoredObject service, Set<String> addresses, Map<String, String> taken, Instant now, List<Step> steps) {
        JsonNode tree = service.json().tree();
        String problem = "";
        Set<String> ports = new TreeSet<>();
        for (JsonNode port : tree.at("/spec/ports")) {
            String each = port.path("protocol").asText("TCP") + "/"
                    + port.path("port").asInt();
            ports.add(each);
            if (problem.isEmpty() && taken.containsKey(each)) {
                problem = "port %s of the nodes is taken by %s".formatted(each, taken.get(each));
            }
        }
        if (problem.isEmpty()) {
            ports.forEach(port -> taken.put(
                    port,
                    "Service " + service.key().namespace() + "/" + service.key().name()));
        }
        ArrayNode ingress = Json.MAPPER.createArrayNode();
        if (problem.isEmpty()) {
            addresses.forEach(address -> ingress.addObject().put("ip", address).put("ipMode", "VIP"));
        }
        ArrayNode conditions = without(orEmpty(tree.at("/status/conditions")), ADDRESS);
        if (!problem.isEmpty() || !Conditions.find(conditions, PORTS_ERROR).isMissingNode()) {
            conditions = Conditions.with(
                    conditions,
                    Conditions.condition(
                            PORTS_ERROR,
                            problem.isEmpty() ? "False" : "True",
                            problem.isEmpty() ? "PortsAvailable" : "PortInUse",
                            problem,
                            now));
        }
        write(service, ingress, conditions, steps);
    }

    private static JsonNode orEmpty(JsonNode list) {
        return list.isArray() ? list : Json.MAPPER.createArrayNode();
    }
}
