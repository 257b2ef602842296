package io.shiplog.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.identity.ServiceAccountTrust;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.snapshot.SnapshotStore;
import io.shiplog.projections.travel.ObjectTravel;
import io.shiplog.projections.usage.UsageSource;
import io.shiplog.projections.usage.Usages;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A whole cluster but for its deciding and its nodes: three shards in memory, a live image, a gateway on a free port. */
final class ClusterInMemory implements AutoCloseable {
    static final String ADMIN_TOKEN = "admin-token";
    static final String ALICE_TOKEN = "alice-token";
    static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    static final String AUDIENCE = "https://kubernetes.default.svc";

    /**
     * The group system:masters may do everything, all users may review their own access and discover; nothing else is allowed.
     */
    static final Authorizer MASTERS_ONLY = (image, request) -> new Access(
            request.actor().groups().contains("system:masters")
                    || request.actor().groups().contains("system:authenticated")
                            && (!request.path().isEmpty() || request.resource().startsWith("selfsubject")),
            "");

    final TestPki pki;
    final KeyPair tokenKey = TestPki.keyPair();
    final FakeCommandSide commands;
    final LiveImage images;
    final InMemoryEventLog log;
    final ScannedHistory history;
    final Gateway gateway;
    final KindCatalogue kinds = BuiltInKinds.catalogue();
    /** What nodes and pods use: tests say it. */
    volatile Usages used = Usages.NONE;

    private final UsageSource usages = new UsageSource() {
        @Override
        public Usages current() {
            return used;
        }

        @Override
        public CompletionStage<Usages> newest() {
            return CompletableFuture.completedFuture(used);
        }
    };
    /** Runs before the scheduler explains a decision. */
    volatile Runnable beforeExplaining = () -> {};
    /** How many objects of each type cannot be read. */
    volatile Map<ResourceType, Integer> unreadable = Map.of();

    ClusterInMemory(Path folder, Authorizer authorizer, GatewayLimits limits) {
        this(folder, authorizer, limits, 0);
    }

    ClusterInMemory(Path folder, Authorizer authorizer, GatewayLimits limits, int port) {
        Clock clock = Clock.systemUTC();
        Map<String, EventLog> logs = new LinkedHashMap<>();
        for (String shard : List.of("events", "leases", "happenings")) {
            logs.put(shard, new InMemoryEventLog(shard, clock));
        }
        this.pki = new TestPki(folder);
        this.images = LiveImage.start(logs, kinds, SnapshotStore.NONE, KeyframeStore.NONE, Progress.NONE, clock);
        this.log = (InMemoryEventLog) java.util.Objects.requireNonNull(logs.get("events"));
        this.history = new ScannedHistory(logs);
        this.commands = new FakeCommandSide(logs, images, kinds, clock);
        GatewayConfig config = new GatewayConfig(
                List.of("127.0.0.1"),
                port,
                pki.issue("server", "CN=kube-apiserver"),
                pki.issue("runners", "O=system:masters,CN=kube-apiserver-kubelet-client"),
                Map.of(
                        ADMIN_TOKEN,
                        new Actor("kubernetes-admin", List.of("system:masters")),
                        ALICE_TOKEN,
                        new Actor("alice", List.of())),
                new ServiceAccountTrust(ISSUER, Set.of(AUDIENCE), List.of(tokenKey.getPublic())),
                limits,
                0,
                clock);
        this.gateway = Gateway.start(
                config,
                images,
                images,
                new ObjectTravel(images, history, images, clock),
                history,
                commands,
                authorizer,
                this::explained,
                image -> unreadable,
                usages,
                text -> {});
    }

    /** A scheduler that has one thing to say: how many objects it saw. */
    private Optional<ObjectNode> explained(Image image, ObjectKey pod) {
        beforeExplaining.run();
        int pods = image.list(pod.type(), pod.namespace()).size();
        return image.get(pod) == null
                ? Optional.empty()
                : Optional.of(Json.MAPPER.createObjectNode().put("pods", pods));
    }

    String address() {
        return "https://127.0.0.1:" + gateway.port();
    }

    @Override
    public void close() {
        gateway.close();
        history.close();
        images.close();
    }
}
