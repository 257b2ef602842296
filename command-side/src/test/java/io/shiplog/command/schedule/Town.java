package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.NAMESPACES;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.object.ObjectKey;
import java.util.Objects;

/** A cluster in which nodes and pods are given in one line each, in JSON with single quotes. */
final class Town {
    final FakeCluster cluster;

    Town() {
        this(new FakeCluster());
    }

    Town(FakeCluster cluster) {
        this.cluster = cluster;
    }

    /** A node of 4 CPUs that has its own name as its host's. */
    void node(String name) {
        node(name, "4", "'kubernetes.io/hostname':'" + name + "'", "");
    }

    void node(String name, String cpu, String labels, String spec) {
        cluster.given(NODES, json("""
                {'apiVersion':'v1','kind':'Node','metadata':{'name':'%s','labels':{%s}},'spec':{%s},
                'status':{'allocatable':{'cpu':'%s','memory':'8Gi','pods':'110'}}}""".formatted(name, labels, spec, cpu)));
    }

    void namespace(String name, String labels) {
        cluster.given(NAMESPACES, json("{'metadata':{'name':'%s','labels':{%s}}}".formatted(name, labels)));
    }

    /** A pod of the namespace shop with the label {@code app: web} that waits for a node. */
    ObjectKey waiting(String name, String spec) {
        return pod("shop", name, "'app':'web'", spec, "'phase':'Pending'");
    }

    /** A pod of the namespace shop on a node. */
    ObjectKey running(String name, String node, String labels, String spec) {
        return pod(
                "shop",
                name,
                labels,
                "'nodeName':'" + node + "'" + (spec.isEmpty() ? "" : "," + spec),
                "'phase':'Running'");
    }

    ObjectKey pod(String namespace, String name, String labels, String spec, String status) {
        cluster.given(PODS, json("""
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'%s','labels':{%s}},'spec':{%s},
                'status':{%s}}""".formatted(name, namespace, labels, spec, status)));
        return ObjectKey.of(PODS, namespace, name);
    }

    static String asking(String cpu) {
        return "'containers':[{'name':'c','resources':{'requests':{'cpu':'" + cpu + "'}}}]";
    }

    static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    /** What would be decided of a pod now. */
    Explanation explain(ObjectKey pod) {
        cluster.deliverAll();
        return Explanation.of(cluster.image(), pod).orElseThrow();
    }

    /** What is found of a node for a pod now. */
    NodeVerdict verdict(ObjectKey pod, String node) {
        return explain(pod).nodes().stream()
                .filter(each -> each.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    ObjectNode tree(ObjectKey key) {
        return Objects.requireNonNull(cluster.tree(key), key::toString);
    }

    String nodeOf(ObjectKey pod) {
        return tree(pod).at("/spec/nodeName").asText();
    }

    String nominated(ObjectKey pod) {
        return tree(pod).at("/status/nominatedNodeName").asText();
    }

    boolean goes(ObjectKey pod) {
        return tree(pod).path("metadata").has("deletionTimestamp");
    }

    /** Why it waits, as its condition says. */
    String whyNot(ObjectKey pod) {
        return tree(pod).at("/status/conditions/0/message").asText();
    }
}
