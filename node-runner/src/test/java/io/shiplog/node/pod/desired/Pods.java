package io.shiplog.node.pod.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.State;
import io.shiplog.node.engine.ContainerRequest.Limits;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.port.PodSettings;
import io.shiplog.node.reference.Place;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Pods and containers as tests draft them. */
public final class Pods {
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    public static final PodSettings SETTINGS = new PodSettings(
            PodLabels.ofNode("test", "node-a"),
            new Place("node-a", "192.168.0.1", List.of(), 4000, 8L << 30, 100L << 30),
            "pause",
            "10.96.0.10",
            "cluster.local",
            "nameserver 1.1.1.1\nsearch example.org\noptions timeout:2\n",
            "127.0.0.1 localhost\n",
            false);

    private Pods() {}

    /** A pod {@code default/web} with uid {@code u1}; single quotes are replaced by double ones. */
    public static DesiredPod of(String spec) {
        return of(spec, "{}", "{}");
    }

    public static DesiredPod of(String spec, String metadata, String status) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode meta = parse(metadata);
        meta.put("name", "web").put("namespace", "default").put("uid", "u1");
        if (!meta.has("generation")) {
            meta.put("generation", 1);
        }
        tree.set("metadata", meta);
        tree.set("spec", parse(spec));
        tree.set("status", parse(status));
        ObjectKey key = ObjectKey.of(DesiredPod.PODS, "default", "web");
        StoredObject.Extracted extracted =
                new StoredObject.Extracted("u1", Map.of(), Map.of(), false, List.of(Indexes.NODE.at("node-a")));
        return DesiredPod.of(new StoredObject(key, 1, Json.of(tree), extracted, "c1"));
    }

    public static ObjectNode parse(String json) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(json.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A running container. */
    public static Container running(String name, int attempt) {
        return container(name, attempt, State.RUNNING, 0, "0");
    }

    /** A container that ended a second ago. */
    public static Container exited(String name, int attempt, int code) {
        return container(name, attempt, State.EXITED, code, "0");
    }

    public static Container container(String name, int attempt, State state, int code, String backOffSeconds) {
        boolean began = state != State.CREATED;
        return new Container(
                name + "-" + attempt,
                "k8s_" + name,
                Map.of(
                        PodLabels.CONTAINER_NAME,
                        name,
                        PodLabels.ATTEMPT,
                        Integer.toString(attempt),
                        PodLabels.BACK_OFF,
                        backOffSeconds),
                state,
                state == State.RUNNING ? 7 : 0,
                NOW.minusSeconds(60),
                began ? NOW.minusSeconds(59) : null,
                state == State.EXITED ? NOW.minusSeconds(1) : null,
                code,
                false,
                state == State.CREATED ? "exec: \"/no\": no such file or directory" : "",
                "sha256:1",
                "",
                "SIGTERM",
                new Limits(2, 0, 0, 0));
    }
}
