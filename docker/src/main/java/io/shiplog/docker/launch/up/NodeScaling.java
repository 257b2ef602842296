package io.shiplog.docker.launch.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.home.NodeCount;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Readiness;
import io.shiplog.docker.launch.node.NodeNumbers;
import io.shiplog.events.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Adds nodes to a running cluster, or drains and removes its last ones, as its administrator and through its API: so the log
 * names the user. The cluster's process only follows the desired number ({@link MachineNodes}).
 *
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/">Safely drain a node</a>
 */
final class NodeScaling {
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    /** Several times the usual grace period of a pod. */
    private static final Duration DRAIN_PATIENCE = Duration.ofMinutes(5);

    /** Pods of DaemonSets that tolerate every taint stay, and end with the node. */
    private static final Duration DAEMON_PATIENCE = Duration.ofSeconds(30);

    /** Keeps the pods of DaemonSets away from a node that is removed: they tolerate that it is cordoned. */
    private static final String REMOVED = "shiplog.io/removed";

    private final ShiplogHome home;
    private final KubeApi api;
    private final boolean force;
    private final Consumer<String> progress;

    /**
     * @param force whether to delete pods that no controller would replace
     * @param progress receives a line for the user
     */
    NodeScaling(ShiplogHome home, KubeApi api, boolean force, Consumer<String> progress) {
        this.home = home;
        this.api = api;
        this.force = force;
        this.progress = progress;
    }

    /**
     * Scales the cluster to a number of nodes; returns when they are Ready, or the surplus ones are removed.
     *
     * @param wanted at least one
     * @throws IllegalStateException if it cannot; the message says why and what to do
     */
    void to(int wanted) throws InterruptedException {
        int running = NodeCount.running(home).map(NodeCount::count).orElse(0);
        if (running == 0 || wanted == 0) {
            throw new IllegalStateException(
                    "a running cluster keeps at least one node, and a cluster started without nodes gets them at its next start: './shiplog down', then './shiplog up --nodes %d'"
                            .formatted(wanted));
        }
        if (wanted < running) {
            remove(IntStream.rangeClosed(wanted + 1, running)
                    .mapToObj(NodeNumbers::name)
                    .toList());
        }
        follow(wanted);
        if (wanted < running) {
            forget(wanted, running);
        } else {
            awaitReady(wanted);
        }
    }

    /** Waits until the process has reached the desired number. */
    private void follow(int wanted) throws InterruptedException {
        int before = NodeCount.wanted(home);
        NodeCount.want(home, wanted);
        boolean followed = await(
                START_PATIENCE,
                () -> NodeCount.running(home)
                        .map(each -> each.count() == wanted || !each.obstacle().isEmpty())
                        .orElse(false));
        Optional<NodeCount> now = NodeCount.running(home);
        if (now.isPresent() && now.get().count() != wanted && followed) {
            NodeCount.want(home, before);
            throw new IllegalStateException(now.get().obstacle());
        }
        if (!followed) {
            NodeCount.want(home, before);
            throw new IllegalStateException("the cluster's process did not start its nodes within %d s: see %s"
                    .formatted(START_PATIENCE.toSeconds(), home.folder().resolve("shiplog.log")));
        }
    }

    private void awaitReady(int wanted) throws InterruptedException {
        boolean ready = await(START_PATIENCE, () -> {
            long count = 0;
            for (JsonNode node : api.get("/api/v1/nodes").path("items")) {
                count += Readiness.isReady(node) ? 1 : 0;
            }
            return count >= wanted;
        });
        progress.accept(
                ready ? wanted + " nodes ready" : "Not every node is ready yet: 'kubectl describe nodes' says why");
    }

    private void forget(int wanted, int running) {
        for (int number = running; number > wanted; number--) {
            delete("/api/v1/nodes/" + NodeNumbers.name(number));
            progress.accept("Node " + NodeNumbers.name(number) + " removed");
        }
    }

    private void delete(String path) {
        try {
            api.send("DELETE", path, Json.MAPPER.createObjectNode());
        } catch (ClientException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    private void remove(List<String> nodes) throws InterruptedException {
        List<String> unreplaced = force
                ? List.of()
                : podsOn(nodes).stream()
                        .filter(NodeScaling::unreplaced)
                        .map(NodeScaling::name)
                        .toList();
        if (!unreplaced.isEmpty()) {
            throw new IllegalStateException(
                    "these pods have no controller and would be lost: %s. Delete them first, or give --force"
                            .formatted(String.join(", ", unreplaced)));
        }
        for (String node : nodes) {
            progress.accept("Draining " + node + " ...");
            cordon(node, true);
        }
        if (!await(DRAIN_PATIENCE, () -> drained(nodes))) {
            nodes.forEach(node -> cordon(node, false));
            throw new IllegalStateException(
                    "%s did not end within %d minutes; the nodes are schedulable again. 'kubectl describe pod' shows why"
                            .formatted(
                                    String.join(
                                            ", ",
                                            podsOn(nodes).stream()
                                                    .map(NodeScaling::name)
                                                    .toList()),
                                    DRAIN_PATIENCE.toMinutes()));
        }
        nodes.forEach(this::expelDaemons);
        await(DAEMON_PATIENCE, () -> podsOn(nodes).isEmpty());
    }

    /** A DaemonSet would replace an evicted pod at once: the taint makes the node unfit for it. */
    private void expelDaemons(String node) {
        try {
            JsonNode spec = api.get("/api/v1/nodes/" + node).path("spec");
            ObjectNode patch = Json.MAPPER.createObjectNode();
            ArrayNode taints = patch.putObject("spec").putArray("taints");
            spec.path("taints").forEach(taints::add);
            taints.addObject().put("key", REMOVED).put("effect", "NoExecute");
            api.patch("/api/v1/nodes/" + node, patch);
        } catch (ClientException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    private void cordon(String node, boolean unschedulable) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.putObject("spec").put("unschedulable", unschedulable);
        try {
            api.patch("/api/v1/nodes/" + node, patch);
        } catch (ClientException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    /** Evicts every remaining pod but those of DaemonSets. An eviction refused by a budget is retried. */
    private boolean drained(List<String> nodes) {
        List<JsonNode> left = podsOn(nodes);
        left.removeIf(NodeScaling::isDaemon);
        for (JsonNode pod : left) {
            if (!pod.at("/metadata/deletionTimestamp").isMissingNode()) {
                continue;
            }
            try {
                api.post(path(pod) + "/eviction", eviction(pod));
                progress.accept("Evicting " + name(pod));
            } catch (ClientException e) {
                if (!e.notFound() && !e.tooMany() && !e.conflict()) {
                    throw e;
                }
            }
        }
        return left.isEmpty();
    }

    private static ObjectNode eviction(JsonNode pod) {
        ObjectNode eviction =
                Json.MAPPER.createObjectNode().put("apiVersion", "policy/v1").put("kind", "Eviction");
        eviction.putObject("metadata")
                .put("name", pod.at("/metadata/name").asText())
                .put("namespace", pod.at("/metadata/namespace").asText());
        return eviction;
    }

    private List<JsonNode> podsOn(List<String> nodes) {
        List<JsonNode> pods = new ArrayList<>();
        for (JsonNode pod : api.get("/api/v1/pods").path("items")) {
            if (nodes.contains(pod.at("/spec/nodeName").asText())) {
                pods.add(pod);
            }
        }
        return pods;
    }

    /** Whether deleting it loses it, as in {@code kubectl drain}: it has no controller and has not finished. */
    private static boolean unreplaced(JsonNode pod) {
        for (JsonNode owner : pod.at("/metadata/ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return false;
            }
        }
        String phase = pod.at("/status/phase").asText();
        return !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    private static boolean isDaemon(JsonNode pod) {
        for (JsonNode owner : pod.at("/metadata/ownerReferences")) {
            if (owner.path("controller").asBoolean()
                    && owner.path("kind").asText().equals("DaemonSet")) {
                return true;
            }
        }
        return false;
    }

    private static String name(JsonNode pod) {
        return "pod " + pod.at("/metadata/namespace").asText() + "/"
                + pod.at("/metadata/name").asText();
    }

    private static String path(JsonNode pod) {
        return "/api/v1/namespaces/%s/pods/%s"
                .formatted(
                        pod.at("/metadata/namespace").asText(),
                        pod.at("/metadata/name").asText());
    }

    private static boolean await(Duration limit, BooleanSupplier done) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }
}
