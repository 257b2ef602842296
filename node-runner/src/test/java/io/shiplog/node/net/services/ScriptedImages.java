package io.shiplog.node.net.services;

import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.network.PodPolicy;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Images that a test makes object by object. */
public final class ScriptedImages implements ImageSource {
    private static final String SHARD = "events";

    private final ImageEvolution evolution = new ImageEvolution(BuiltInKinds.catalogue());
    private final List<ImageListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Image image = evolution.first();
    private long revision;

    /** Puts an object, given in JSON with single quotes for double ones. */
    public ScriptedImages put(String type, String namespace, String name, String json) {
        return append(key(type, namespace, name), "modified", json.replace('\'', '"'));
    }

    public ScriptedImages delete(String type, String namespace, String name) {
        return append(key(type, namespace, name), ChangeType.DELETED.word(), "{}");
    }

    private static ObjectKey key(String type, String namespace, String name) {
        ResourceType resource = switch (type) {
            case "endpointslices" -> Services.ENDPOINT_SLICES;
            case "networkpolicies" -> PodPolicy.TYPE;
            default -> ResourceType.core(type);
        };
        return ObjectKey.of(resource, namespace, name);
    }

    private synchronized ScriptedImages append(ObjectKey key, String happened, String json) {
        revision++;
        Event event = new Event(
                SHARD,
                1,
                new EventHead(
                        revision,
                        null,
                        key,
                        EventType.of("", "thing", happened),
                        "",
                        null,
                        Instant.EPOCH,
                        new Origin("test", null, "update", "c" + revision, null, "c" + revision)),
                Json.of(json),
                "");
        ImageEvolution.Evolved evolved = evolution.evolve(image, SHARD, List.of(event));
        image = evolved.image();
        listeners.forEach(listener -> listener.onDelta(evolved.delta(), evolved.image()));
        return this;
    }

    /** A pod of the node, with labels in JSON, and its address if it has one. */
    public ScriptedImages pod(String namespace, String name, String labels, String ip) {
        return put(
                "pods",
                namespace,
                name,
                "{'metadata':{'uid':'uid-%s','labels':{%s}},".formatted(name, labels)
                        + "'spec':{'containers':[{'name':'c','ports':[{'name':'http','containerPort':8080}]}]},"
                        + "'status':{'phase':'Running','podIP':'%s'}}".formatted(ip));
    }

    /** A NetworkPolicy, with its spec in JSON. */
    public ScriptedImages policy(String namespace, String name, String spec) {
        return put("networkpolicies", namespace, name, "{'metadata':{},'spec':" + spec + "}");
    }

    /** A Service with one port {@code http}. */
    public ScriptedImages service(String namespace, String name, String specFields) {
        return put("services", namespace, name, "{'metadata':{},'spec':{" + specFields + "}}");
    }

    /** A slice whose endpoints are given in JSON. */
    public ScriptedImages slice(String namespace, String service, String ports, String endpoints) {
        return put(
                "endpointslices",
                namespace,
                service + "-1",
                "{'metadata':{'labels':{'kubernetes.io/service-name':'" + service + "'}},'addressType':'IPv4','ports':["
                        + ports + "],'endpoints':[" + endpoints + "]}");
    }

    @Override
    public Image current() {
        return image;
    }

    @Override
    public CompletionStage<Image> newest(String shard) {
        return CompletableFuture.completedFuture(image);
    }

    @Override
    public CompletionStage<Image> atLeast(String shard, long wanted) {
        return CompletableFuture.completedFuture(image);
    }

    @Override
    public synchronized Subscription subscribe(ImageListener listener) {
        listeners.add(listener);
        Image start = image;
        return new Subscription() {
            @Override
            public Image start() {
                return start;
            }

            @Override
            public void close() {
                listeners.remove(listener);
            }
        };
    }
}
