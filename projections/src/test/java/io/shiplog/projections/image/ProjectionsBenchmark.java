package io.shiplog.projections.image;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.access.BootstrapPolicy;
import io.shiplog.projections.access.RbacAuthorizer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.pcollections.TreePMap;

/** The figures of ADR 0501: an image of 10,000 ConfigMaps and 10,000 Pods of 2 KB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ProjectionsBenchmark {
    private static final int OBJECTS = 10_000;
    private static final int PAGE = 500;
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");

    private final ImageEvolution evolution = new ImageEvolution(TestKinds.CATALOGUE);
    private final RbacAuthorizer authorizer = new RbacAuthorizer();
    private final List<Event> updates = new ArrayList<>();
    private Image image = evolution.first();
    private TreePMap<ObjectKey, Object> balanced = TreePMap.empty();
    private SortedTree<StoredObject> tree = SortedTree.empty();
    private List<StoredObject> pods = List.of();
    private int next;

    @Setup
    public void fill() {
        for (BootstrapPolicy.Item item : BootstrapPolicy.objects()) {
            apply(event(item.key(), item.body()));
        }
        for (int i = 0; i < OBJECTS; i++) {
            apply(event(ObjectKey.of(CONFIG_MAPS, "bench", name(i)), configMap(i)));
            apply(event(ObjectKey.of(PODS, "bench", name(i)), pod(i)));
        }
        pods = List.copyOf(image.list(PODS));
        for (StoredObject pod : pods) {
            tree = tree.plus(other -> other.key().compareTo(pod.key()), pod);
            balanced = balanced.plus(pod.key(), pod);
            updates.add(event(pod.key(), pod.json()));
        }
    }

    private void apply(Event event) {
        image = evolution.evolve(image, "events", List.of(event)).image();
    }

    @Benchmark
    public Image evolveOnePod() {
        return evolution
                .evolve(image, "events", List.of(updates.get(next++ % OBJECTS)))
                .image();
    }

    @Benchmark
    public StoredObject extractPod() {
        Event event = updates.get(next++ % OBJECTS);
        return evolution.stored(TestKinds.CATALOGUE, event.key(), 1, event.object(), "");
    }

    @Benchmark
    public StoredObject extractConfigMap() {
        return evolution.stored(TestKinds.CATALOGUE, ObjectKey.of(CONFIG_MAPS, "bench", "a"), 1, CONFIG_MAP, "");
    }

    private static final Json CONFIG_MAP = configMap(1);

    /** The update of one tree, without extraction and indexes. */
    @Benchmark
    public Object updateTree() {
        StoredObject pod = pods.get(next++ % OBJECTS);
        ObjectKey key = pod.key();
        return tree.plus(other -> other.key().compareTo(key), pod);
    }

    /** For comparison: the same update in a balanced tree of pcollections. */
    @Benchmark
    public Object updateBalancedTree() {
        return balanced.plus(updates.get(next++ % OBJECTS).key(), new Object());
    }

    @Benchmark
    public Object getOne() {
        return java.util.Objects.requireNonNull(
                image.get(updates.get(next++ % OBJECTS).key()));
    }

    @Benchmark
    public long listAll() {
        long bytes = 0;
        for (StoredObject object : image.list(CONFIG_MAPS)) {
            bytes += object.json().size();
        }
        return bytes;
    }

    @Benchmark
    public int listByLabel() {
        int found = 0;
        for (StoredObject object : image.list(CONFIG_MAPS, "bench")) {
            if ("7".equals(object.labels().get("hundredth"))) {
                found++;
            }
        }
        return found;
    }

    @Benchmark
    public long page() {
        long bytes = 0;
        Iterator<StoredObject> objects =
                image.listFrom(ObjectKey.of(CONFIG_MAPS, "bench", name(5_000))).iterator();
        for (int i = 0; i < PAGE; i++) {
            bytes += objects.next().json().size();
        }
        return bytes;
    }

    @Benchmark
    public Object authorizeAdmin() {
        return authorizer.authorize(image, ADMIN);
    }

    @Benchmark
    public Object authorizeAccount() {
        return authorizer.authorize(image, ACCOUNT);
    }

    private static final AccessRequest ADMIN = AccessRequest.resource(
            new Actor("admin", List.of("system:masters", "system:authenticated")), "get", "", "pods", "", "bench", "a");
    private static final AccessRequest ACCOUNT = AccessRequest.resource(
            new Actor(
                    "system:serviceaccount:kube-system:replicaset-controller",
                    List.of("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated")),
            "create",
            "",
            "pods",
            "",
            "bench",
            "");

    private Event event(ObjectKey key, Json object) {
        long revision = image.revision("events") + 1;
        return new Event(
                "events",
                1,
                new EventHead(
                        revision,
                        null,
                        key,
                        EventType.of("", "object", "modified"),
                        "/",
                        null,
                        Instant.EPOCH,
                        new Origin("bench", null, "update", "c", null, "c-" + revision)),
                object,
                "");
    }

    private static String name(int i) {
        return "object-%05d".formatted(i);
    }

    private static Json configMap(int i) {
        String data = "x".repeat(1_700);
        return Json.ofUtf8("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","namespace":"bench","uid":"%s","resourceVersion":"%d",\
                "creationTimestamp":"2026-11-22T03:00:00Z","labels":{"app":"bench","hundredth":"%d"}},"data":{"a":"%s"}}""".formatted(name(i), java.util.UUID.randomUUID(), i, i % 100, data)
                .getBytes(StandardCharsets.UTF_8));
    }

    private static Json pod(int i) {
        String env = "{\"name\":\"VARIABLE\",\"value\":\"some value of some length\"},".repeat(18);
        return Json.ofUtf8("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"bench","uid":"%s","resourceVersion":"%d",\
                "creationTimestamp":"2026-11-22T03:00:00Z","labels":{"app":"bench","hundredth":"%d"},"ownerReferences":[{"apiVersion":\
                "apps/v1","kind":"ReplicaSet","name":"rs-%d","uid":"rs-uid-%d","controller":true,"blockOwnerDeletion":true}]},\
                "spec":{"containers":[{"name":"a","image":"nginx:1.27","env":[%s{"name":"LAST"}],"resources":{"requests":{"cpu":"10m",\
                "memory":"16Mi"}},"terminationMessagePath":"/dev/termination-log","imagePullPolicy":"IfNotPresent"}],\
                "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default",\
                "nodeName":"node-%d","schedulerName":"default-scheduler","enableServiceLinks":true},"status":{"phase":"Running",\
                "podIP":"10.244.0.7","podIPs":[{"ip":"10.244.0.7"}]}}""".formatted(name(i), java.util.UUID.randomUUID(), i, i % 100, i / 10, i / 10, env, i % 10)
                .getBytes(StandardCharsets.UTF_8));
    }
}
