package io.shiplog.docker.api;

import io.shiplog.command.CommandSide;
import io.shiplog.command.CommandSideConfig;
import io.shiplog.command.bootstrap.BootstrapConfig;
import io.shiplog.command.control.ClusterNetworks;
import io.shiplog.command.control.Controllers;
import io.shiplog.command.control.ControllersConfig;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.docker.Shiplog;
import io.shiplog.docker.client.ClientConfig;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.home.Kubeconfig;
import io.shiplog.docker.launch.assembly.ExplanationJson;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.Gateway;
import io.shiplog.gateway.GatewayConfig;
import io.shiplog.gateway.GatewayLimits;
import io.shiplog.gateway.PemFiles;
import io.shiplog.gateway.identity.ServiceAccountTrust;
import io.shiplog.node.scripted.ScriptedNodes;
import io.shiplog.projections.access.RbacAuthorizer;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.snapshot.SnapshotStore;
import io.shiplog.projections.usage.UsageSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** A whole cluster without a broker and without nodes: log in memory, command side, controllers, gateway; and its command line. */
public final class ClusterInMemory implements AutoCloseable {
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static final int PATIENCE_SECONDS = 20;
    private static final String READY = """
            {'capacity':{'cpu':'2','memory':'4Gi','pods':'110'},'allocatable':{'cpu':'2','memory':'4Gi','pods':'110'},
             'conditions':[{'type':'Ready','status':'True','reason':'KubeletReady','message':'',
                            'lastHeartbeatTime':'2026-01-01T00:00:00Z','lastTransitionTime':'2026-01-01T00:00:00Z'}]}""";

    private final LiveImage image;
    private final ScannedHistory history;
    private final CommandSide side;
    private final Controllers controllers;
    private final Gateway gateway;
    private final Path kubeconfig;
    private final KubeApi api;
    private final ClusterPki pki;
    private final Map<String, EventLog> logs = new LinkedHashMap<>();
    private @Nullable ScriptedNodes nodes;
    public final InMemoryEventLog log;

    public ClusterInMemory(Path folder) throws IOException {
        Clock clock = Clock.systemUTC();
        List.of("events", "leases", "happenings").forEach(each -> logs.put(each, new InMemoryEventLog(each, clock)));
        this.log = (InMemoryEventLog) java.util.Objects.requireNonNull(logs.get("events"));
        var kinds = BuiltInKinds.catalogue();
        this.image = LiveImage.start(logs, kinds, SnapshotStore.NONE, KeyframeStore.NONE, Progress.NONE, clock);
        this.history = new ScannedHistory(logs);
        this.pki = ClusterPki.open(folder.resolve("pki"), "story");
        this.side = CommandSide.start(
                CommandSideConfig.inOneProcess(new TokenConfig(ISSUER, pki.signingKey(), "story")),
                logs,
                image,
                new BuiltInKinds(ServiceNetwork.DEFAULT)::of,
                new SchemaValidation(Schemas.builtIn()),
                clock);
        side.lead().toCompletableFuture().join();
        this.controllers = Controllers.start(
                image,
                side,
                clock,
                UsageSource.NONE,
                new ControllersConfig(
                        side::leads,
                        type -> {
                            KindDescription kind = kinds.get(type);
                            return kind == null ? "events" : kind.shard();
                        },
                        new BootstrapConfig("10.96.0.1", "10.96.0.10", List.of("10.0.0.1"), 6443, "10.96.0.0/12"),
                        pki.clusterAuthority(),
                        new TokenConfig(ISSUER, pki.signingKey(), "story"),
                        new ClusterNetworks("10.244.0.0/16"),
                        ControllersConfig.NODE_MONITOR_GRACE,
                        Optional.of(ControllersConfig.EVENT_TTL)));
        Identity server = Identity.gateway(List.of("127.0.0.1"));
        pki.identify(server);
        pki.identify(Identity.admin());
        PemFiles pem = new PemFiles(pki.authority(), pki.certificate(server), pki.key(server));
        this.gateway = Gateway.start(
                new GatewayConfig(
                        List.of("127.0.0.1"),
                        0,
                        pem,
                        pem,
                        Map.of(
                                pki.adminToken(),
                                new Actor("kubernetes-admin", List.of("system:masters", "system:authenticated")),
                                "bob-token",
                                new Actor("bob", List.of("system:masters", "system:authenticated")),
                                "rita-token",
                                new Actor("rita", List.of("system:authenticated"))),
                        new ServiceAccountTrust(ISSUER, Set.of(ISSUER), List.of(pki.signingPublicKey())),
                        GatewayLimits.DEFAULT,
                        1,
                        clock),
                image,
                image,
                image,
                history,
                side,
                new RbacAuthorizer(),
                ExplanationJson::explain,
                every -> Map.of(),
                UsageSource.NONE,
                controllers::write);
        this.kubeconfig = folder.resolve("kubeconfig");
        new Kubeconfig(
                        "story",
                        "https://127.0.0.1:" + gateway.port(),
                        pki.authority(),
                        pki.certificate(Identity.admin()),
                        pki.key(Identity.admin()),
                        pki.adminToken())
                .write(kubeconfig);
        this.api = new KubeApi(ClientConfig.of(kubeconfig, null, Map.of()));
        awaitImage(now -> now.get(ObjectKey.clusterScoped(
                        io.shiplog.events.object.ResourceType.core("namespaces"), "kube-node-lease"))
                != null);
    }

    /** Joins nodes whose containers are made up. Each has two processors. */
    public void join(String... names) {
        for (String name : names) {
            create(
                    "/api/v1/nodes",
                    "{'metadata':{'name':'%s','labels':{'kubernetes.io/hostname':'%s'}}}".formatted(name, name));
            put("/api/v1/nodes/" + name + "/status", "{'metadata':{'name':'%s'},'status':%s}".formatted(name, READY));
        }
        if (nodes == null) {
            nodes = ScriptedNodes.start(image, side, Clock.systemUTC());
        }
    }

    /**
     * What a command printed and how it ended.
     *
     * @param err the message of a failure
     * @param notes other lines on standard error
     */
    public record Result(int exitCode, String out, String err, String notes) {
        public String orFail() {
            if (exitCode != 0) {
                throw new AssertionError("exit code %d%n%s%n%s".formatted(exitCode, out, err));
            }
            return out;
        }
    }

    /** Runs a command line as the admin. */
    public Result shiplog(String... words) {
        return shiplogWith(kubeconfig.toString(), words);
    }

    /**
     * Runs a command line that does not end by itself, until it has printed one line more than its first ones.
     *
     * @param first how many lines it prints by itself
     * @param then what makes it print another
     */
    public List<String> follow(int first, Runnable then, String... words) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        OutputStream out = new OutputStream() {
            private int lines;

            @Override
            public void write(int next) {
                printed.write(next);
                if (next == '\n' && ++lines == first) {
                    then.run();
                } else if (lines > first) {
                    throw new EnoughException();
                }
            }
        };
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--kubeconfig", kubeconfig.toString()));
        PrintStream before = System.out;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            var unused = Shiplog.commandLine()
                    .setErr(new PrintWriter(new StringWriter(), true))
                    .execute(arguments.toArray(String[]::new));
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Ends a command that does not end by itself. */
    private static final class EnoughException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Runs a command line with another kubeconfig. */
    public Result shiplogWith(String file, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add("--kubeconfig");
        arguments.add(file);
        PrintStream before = System.out;
        PrintStream beforeErr = System.err;
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(notes, true, StandardCharsets.UTF_8));
            CommandLine line = Shiplog.commandLine().setErr(new PrintWriter(err, true));
            int code = line.execute(arguments.toArray(String[]::new));
            return new Result(
                    code, out.toString(StandardCharsets.UTF_8), err.toString(), notes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
            System.setErr(beforeErr);
        }
    }

    public KubeApi api() {
        return api;
    }

    /** The API's port on loopback. */
    public int port() {
        return gateway.port();
    }

    public ClusterPki pki() {
        return pki;
    }

    /** The requests that are not answered yet. */
    public int underWay() {
        return gateway.underWay();
    }

    /** TLS of a client that trusts the cluster and has no certificate. */
    SSLContext clientTls() {
        try (InputStream authority = Files.newInputStream(pki.authority())) {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(authority));
            TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusts.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusts.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A second image, from the first event on. */
    public LiveImage replayed() {
        return LiveImage.start(
                logs,
                BuiltInKinds.catalogue(),
                SnapshotStore.NONE,
                KeyframeStore.NONE,
                Progress.NONE,
                Clock.systemUTC());
    }

    /** A kubeconfig for the user of a token, whose context has a namespace. */
    public String kubeconfigOf(String token, String namespace) {
        String text = """
                {apiVersion: v1, kind: Config, current-context: c,
                 clusters: [{name: c, cluster: {server: 'https://127.0.0.1:%d', insecure-skip-tls-verify: true}}],
                 users: [{name: u, user: {token: %s}}],
                 contexts: [{name: c, context: {cluster: c, user: u, namespace: %s}}]}
                """.formatted(gateway.port(), token, namespace);
        try {
            return Files.writeString(kubeconfig.resolveSibling(token + "-" + namespace), text)
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path kubeconfig() {
        return kubeconfig;
    }

    /** The kubeconfig with another server in it. */
    public String kubeconfigWithServer(String server) {
        try {
            Path other = kubeconfig.resolveSibling("elsewhere");
            String text = Files.readString(kubeconfig).replaceAll("https://127.0.0.1:\\d+", server);
            return Files.writeString(other, text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts an object in the place of one, as the admin. Gives its revision. */
    public long put(String path, String json) {
        return api.send("PUT", path, Json.of(json.replace('\'', '"')).tree())
                .path("metadata")
                .path("resourceVersion")
                .asLong();
    }

    public void delete(String path) {
        api.send("DELETE", path, Json.of("{}").tree());
    }

    /** Creates an object as the admin; single quotes are replaced by double ones. Returns its revision. */
    public long create(String path, String json) {
        return api.post(path, Json.of(json.replace('\'', '"')).tree())
                .path("metadata")
                .path("resourceVersion")
                .asLong();
    }

    public Image image() {
        return image.current();
    }

    public long newest() {
        return image.current().revision("events");
    }

    /** Waits until the cluster's state is as it should be. */
    public void awaitImage(Predicate<Image> right) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        try (var subscription = image.subscribe((delta, now) -> {
            if (right.test(now)) {
                reached.complete(null);
            }
        })) {
            if (!right.test(subscription.start())) {
                reached.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (Exception e) {
            throw new AssertionError("not within " + PATIENCE_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        api.close();
        if (nodes != null) {
            nodes.close();
        }
        gateway.close();
        controllers.close();
        side.close();
        history.close();
        image.close();
    }
}
