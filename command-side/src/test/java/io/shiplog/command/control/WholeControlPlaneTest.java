package io.shiplog.command.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.Cluster;
import io.shiplog.command.CommandSide;
import io.shiplog.command.CommandSideConfig;
import io.shiplog.command.bootstrap.BootstrapConfig;
import io.shiplog.command.control.certificates.FakeAuthority;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All controllers on their threads, before the real command side and the real image, on logs in memory. */
class WholeControlPlaneTest {
    private static final int TIMEOUT_SECONDS = 60;
    private static final Actor ADMIN = new Actor("kubernetes-admin", List.of("system:masters", "system:authenticated"));
    private static final ObjectKey WEB = ObjectKey.of(Types.DEPLOYMENTS, "default", "web");

    private final Clock clock = Clock.systemUTC();
    private final Map<String, EventLog> logs = Map.of(
            "events", new InMemoryEventLog("events", clock),
            "leases", new InMemoryEventLog("leases", clock),
            "happenings", new InMemoryEventLog("happenings", clock));
    private final LiveImage images = LiveImage.start(
            logs, BuiltInKinds.catalogue(), SnapshotStore.NONE, KeyframeStore.NONE, Progress.NONE, clock);
    private final BuiltInKinds strategies = new BuiltInKinds(ServiceNetwork.DEFAULT);
    private final CommandSide side = CommandSide.start(
            CommandSideConfig.inOneProcess(new TokenConfig("https://shiplog", Cluster.KEYS.getPrivate(), "k1")),
            logs,
            images,
            strategies::of,
            new SchemaValidation(Schemas.builtIn()),
            clock);
    private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    private final Controllers controllers = Controllers.start(
            images,
            request -> side.send(request).whenComplete((result, failure) -> note(request, result)),
            clock,
            io.shiplog.projections.usage.UsageSource.NONE,
            new ControllersConfig(
                    side::leads,
                    type -> {
                        KindDescription kind = BuiltInKinds.catalogue().get(type);
                        return kind == null ? "events" : kind.shard();
                    },
                    new BootstrapConfig("10.96.0.1", "10.96.0.10", List.of("172.18.0.1"), 6443, "10.96.0.0/12"),
                    new FakeAuthority(),
                    new TokenConfig("https://shiplog", Cluster.KEYS.getPrivate(), "k1"),
                    new ClusterNetworks("10.244.0.0/16"),
                    ControllersConfig.NODE_MONITOR_GRACE,
                    Optional.of(ControllersConfig.EVENT_TTL)));
    private final ImageSource.Subscription nodes = images.subscribe(this::runPods);

    /** What a controller asks for must be acceptable; conflicts and what is not there yet are everyday life. */
    private void note(CommandRequest request, CommandResult result) {
        if (result instanceof CommandResult.Refused answer) {
            switch (answer.refusal().reason()) {
                case CONFLICT, NOT_FOUND, ALREADY_EXISTS, SERVICE_UNAVAILABLE -> {}
                default ->
                    refused.add(request.command() + " -> " + answer.refusal().message());
            }
        }
    }

    @BeforeEach
    void aNode() {
        side.lead().toCompletableFuture().join();
        await(image -> image.get(ObjectKey.of(Types.SERVICE_ACCOUNTS, "default", "default")) != null);
        create(Types.NODES, "", """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","labels":{"kubernetes.io/hostname":"n1"}}}""");
        send(new PatchObject(
                ObjectKey.clusterScoped(Types.NODES, "n1"),
                "status",
                PatchType.MERGE,
                Json.of("""
                {"status":{"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"},"capacity":{"cpu":"4","memory":"8Gi","pods":"110"},
                "conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","message":"",
                "lastHeartbeatTime":"2026-01-01T00:00:00Z","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}"""),
                FieldValidation.STRICT));
    }

    @AfterEach
    void close() {
        nodes.close();
        controllers.close();
        side.close();
        images.close();
    }

    /** The node's part. Answers are not waited for: this is the log's reading thread. */
    private void runPods(ImageDelta delta, Image image) {
        delta.changes().forEach(change -> {
            StoredObject pod = change.after();
            if (!pod.key().type().equals(Types.PODS) || change.removes() || pod.node() == null) {
                return;
            }
            Command command = null;
            if (pod.deleting()) {
                command = new DeleteObject(pod.key(), Preconditions.NONE, 0L, Propagation.BACKGROUND);
            } else if (!PodView.of(pod).ready()) {
                command = new PatchObject(
                        pod.key(),
                        "status",
                        PatchType.MERGE,
                        Json.of("""
                        {"status":{"phase":"Running","podIP":"10.244.0.%d","podIPs":[{"ip":"10.244.0.%d"}],
                        "conditions":[{"type":"Ready","status":"True","lastTransitionTime":"%s"}]}}""".formatted(pod.revision() % 250, pod.revision() % 250, "2026-01-01T00:00:00Z")),
                        FieldValidation.IGNORE);
            }
            if (command != null) {
                var unused = side.send(CommandRequest.byUser(Actor.node("n1"), command));
            }
        });
    }

    private Accepted send(Command command) {
        CommandResult result = side.send(CommandRequest.byUser(ADMIN, command))
                .toCompletableFuture()
                .join();
        return assertInstanceOf(Accepted.class, result, () -> command + " -> " + result);
    }

    private void create(ResourceType type, String namespace, String json) {
        send(new CreateObject(type, namespace, Json.of(json), FieldValidation.STRICT));
    }

    private void change(ObjectKey key, String patch) {
        send(new PatchObject(key, "", PatchType.STRATEGIC_MERGE, Json.of(patch), FieldValidation.STRICT));
    }

    /** Waits for an image. */
    private void await(Predicate<Image> condition) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        try (ImageSource.Subscription ignored = images.subscribe((delta, image) -> {
            if (condition.test(image)) {
                reached.complete(null);
            }
        })) {
            if (condition.test(images.current())) {
                return;
            }
            reached.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
        }
    }

    private static int status(Image image, String field) {
        StoredObject web = image.get(WEB);
        return web == null ? -1 : web.json().tree().path("status").path(field).asInt();
    }

    private static int endpoints(Image image) {
        Collection<StoredObject> slices = image.list(Types.ENDPOINT_SLICES, "default");
        return slices.stream()
                .filter(slice -> "web".equals(slice.labels().get("kubernetes.io/service-name")))
                .mapToInt(slice -> slice.json().tree().path("endpoints").size())
                .sum();
    }

    private void givenDeployment(int replicas) {
        create(Types.DEPLOYMENTS, "default", """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
                "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
                "template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"containers":[{"name":"c","image":"nginx:1","ports":[{"name":"http","containerPort":80}]}]}}}}""".formatted(replicas));
        create(Types.SERVICES, "default", """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
                "spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":"http"}]}}""");
        await(image -> status(image, "availableReplicas") == replicas && endpoints(image) == replicas);
    }

    @Test
    void aDeploymentLivesAndRollsAndEndsAndLeavesNothing() {
        givenDeployment(3);
        change(WEB, "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"nginx:2\"}]}}}}");
        await(image -> status(image, "observedGeneration") == 2
                && status(image, "updatedReplicas") == 3
                && status(image, "replicas") == 3
                && status(image, "availableReplicas") == 3);
        change(WEB, "{\"spec\":{\"replicas\":5}}");
        await(image -> status(image, "availableReplicas") == 5 && endpoints(image) == 5);
        send(new DeleteObject(WEB, Preconditions.NONE, null, Propagation.FOREGROUND));
        await(image -> image.list(Types.PODS).isEmpty()
                && image.list(Types.REPLICA_SETS).isEmpty()
                && image.get(WEB) == null
                && endpoints(image) == 0);
        assertEquals(List.of(), List.copyOf(refused));
    }

    @Test
    void aNamespaceEndsWithAllThatIsInIt() {
        create(Types.NAMESPACES, "", "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\"}}");
        await(image -> image.get(ObjectKey.of(Types.SERVICE_ACCOUNTS, "shop", "default")) != null
                && image.get(ObjectKey.of(Types.CONFIG_MAPS, "shop", "kube-root-ca.crt")) != null);
        create(Types.REPLICATION_CONTROLLERS, "shop", """
                {"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"rc"},"spec":{"replicas":2,
                "selector":{"app":"rc"},"template":{"metadata":{"labels":{"app":"rc"}},
                "spec":{"containers":[{"name":"c","image":"nginx"}]}}}}""");
        await(image -> image.by(Indexes.NODE, "n1").stream()
                        .filter(pod -> PodView.of(pod).ready())
                        .count()
                == 2);
        ObjectKey shop = ObjectKey.clusterScoped(Types.NAMESPACES, "shop");
        send(new DeleteObject(shop, Preconditions.NONE, null, Propagation.BACKGROUND));
        await(image -> image.get(shop) == null && image.list(Types.PODS).isEmpty());
        refused.removeIf(each -> each.contains("because it is being terminated"));
        assertEquals(List.of(), List.copyOf(refused));
    }

    private static boolean says(Image image, ObjectKey schema, String status, String reason) {
        StoredObject stored = image.get(schema);
        if (stored == null) {
            return false;
        }
        JsonNode tree = stored.json().tree();
        return tree.at("/status/conditions/0/status").asText().equals(status)
                && tree.at("/status/conditions/0/reason").asText().equals(reason)
                && tree.at("/metadata/managedFields")
                        .toString()
                        .contains("\"api-priority-and-fairness-config-consumer-v1\",\"operation\":\"Apply\"");
    }

    @Test
    void aFlowSchemaSaysWhetherItsPriorityLevelExists() {
        ResourceType schemas = new ResourceType("flowcontrol.apiserver.k8s.io", "flowschemas");
        ResourceType levels = new ResourceType("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations");
        ObjectKey mine = ObjectKey.clusterScoped(schemas, "mine");
        create(schemas, "", """
                {"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"FlowSchema","metadata":{"name":"mine"},
                "spec":{"priorityLevelConfiguration":{"name":"own"}}}""");
        await(image -> says(image, mine, "True", "NotFound")
                && says(image, ObjectKey.clusterScoped(schemas, "catch-all"), "False", "Found"));

        create(levels, "", """
                {"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"own"},
                "spec":{"type":"Limited","limited":{"nominalConcurrencyShares":1,"limitResponse":{"type":"Reject"}}}}""");
        await(image -> says(image, mine, "False", "Found"));

        send(new DeleteObject(
                ObjectKey.clusterScoped(levels, "own"), Preconditions.NONE, null, Propagation.BACKGROUND));
        await(image -> says(image, mine, "True", "NotFound"));
        assertEquals(List.of(), List.copyOf(refused));
    }

    @Test
    void everyPolicyObjectIsAcceptedAndAnUnschedulablePodSaysWhy() {
        int expected = io.shiplog.projections.access.BootstrapPolicy.objects().size();
        await(image -> image.types().stream()
                        .filter(type -> type.group().equals("rbac.authorization.k8s.io"))
                        .mapToInt(type -> image.list(type).size())
                        .sum()
                == expected);
        create(Types.PODS, "default", """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"big"},"spec":{"containers":[{"name":"c","image":"i",
                "resources":{"requests":{"cpu":"100"}}}]}}""");
        await(image -> {
            StoredObject pod = image.get(ObjectKey.of(Types.PODS, "default", "big"));
            return pod != null && pod.json().toString().contains("0/1 nodes are available: 1 Insufficient cpu.");
        });
        assertEquals(List.of(), List.copyOf(refused));
    }
}
